//! What mails to clients tell of.

use chrono::NaiveDate;
use innkeeper_domain::{ClientId, Currency, DomainId, InvoiceId, OrderId, PaymentId, ServiceId, UserId};
use sqlx::{PgConnection, Result};

use crate::Text;

/// Whom a mail addresses.
#[derive(Clone, Debug)]
pub struct Addressee {
    pub client_id: ClientId,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub language: String,
}

/// An order.
#[derive(Clone, Debug)]
pub struct OrderNotice {
    pub client_id: ClientId,
    pub currency: Text<Currency>,
    pub total: i64,
    /// Printed number of its invoice, once issued.
    pub invoice: Option<String>,
    /// Names of what was ordered.
    pub items: Vec<String>,
}

/// An issued invoice.
#[derive(Clone, Debug)]
pub struct InvoiceNotice {
    pub id: InvoiceId,
    pub client_id: ClientId,
    pub client_name: String,
    pub language: String,
    /// The addresses that get the client's invoices.
    pub recipients: Vec<String>,
    pub number: String,
    pub currency: Text<Currency>,
    pub total: i64,
    pub paid: i64,
    pub due_on: NaiveDate,
    /// It holds late fees and nothing else.
    pub late_fee: bool,
    pub is_proforma: bool,
    /// Of the proforma that it was.
    pub proforma: Option<String>,
    pub lines: Vec<String>,
}

/// A recorded payment.
#[derive(Clone, Debug)]
pub struct PaymentNotice {
    pub client_id: ClientId,
    pub currency: Text<Currency>,
    pub amount: i64,
    pub received_on: NaiveDate,
    pub transaction_ref: String,
    /// Printed numbers of the invoices it pays.
    pub invoices: Vec<String>,
}

/// A service that went live.
#[derive(Clone, Debug)]
pub struct ServiceNotice {
    pub client_id: ClientId,
    pub product: String,
    pub label: String,
    pub username: Option<String>,
}

/// A domain that went live.
#[derive(Clone, Debug)]
pub struct DomainNotice {
    pub client_id: ClientId,
    pub name: String,
    pub expires_on: Option<NaiveDate>,
    pub nameservers: Vec<String>,
}

/// The newest thing of each kind, to show what a mail about it looks like.
#[derive(Clone, Copy, Debug, Default)]
pub struct Newest {
    pub client: Option<ClientId>,
    pub order: Option<OrderId>,
    pub invoice: Option<InvoiceId>,
    pub credit_note: Option<InvoiceId>,
    pub payment: Option<PaymentId>,
    pub service: Option<ServiceId>,
    pub domain: Option<DomainId>,
}

/// The newest thing of each kind whose client is not erased.
pub async fn newest(conn: &mut PgConnection) -> Result<Newest> {
    let row = sqlx::query!(
        r#"SELECT
            (SELECT id FROM client WHERE erased_at IS NULL ORDER BY id DESC LIMIT 1) AS client,
            (SELECT o.id FROM sales_order o JOIN client c ON c.id = o.client_id AND c.erased_at IS NULL
             ORDER BY o.id DESC LIMIT 1) AS sales_order,
            (SELECT i.id FROM invoice i JOIN client c ON c.id = i.client_id AND c.erased_at IS NULL
             WHERE i.number IS NOT NULL AND i.total > 0 ORDER BY i.id DESC LIMIT 1) AS invoice,
            (SELECT i.id FROM invoice i JOIN client c ON c.id = i.client_id AND c.erased_at IS NULL
             WHERE i.state = 'credit' ORDER BY i.id DESC LIMIT 1) AS credit_note,
            (SELECT p.id FROM payment p JOIN client c ON c.id = p.client_id AND c.erased_at IS NULL
             ORDER BY p.id DESC LIMIT 1) AS payment,
            (SELECT s.id FROM service s JOIN client c ON c.id = s.client_id AND c.erased_at IS NULL
             ORDER BY s.id DESC LIMIT 1) AS service,
            (SELECT d.id FROM domain d JOIN client c ON c.id = d.client_id AND c.erased_at IS NULL
             ORDER BY d.id DESC LIMIT 1) AS domain"#
    )
    .fetch_one(conn)
    .await?;
    Ok(Newest {
        client: row.client.map(ClientId),
        order: row.sales_order.map(OrderId),
        invoice: row.invoice.map(InvoiceId),
        credit_note: row.credit_note.map(InvoiceId),
        payment: row.payment.map(PaymentId),
        service: row.service.map(ServiceId),
        domain: row.domain.map(DomainId),
    })
}

/// The client.
pub async fn addressee(conn: &mut PgConnection, id: ClientId) -> Result<Option<Addressee>> {
    sqlx::query_as!(
        Addressee,
        "SELECT id AS client_id, first_name, last_name, email, language FROM client WHERE id = $1 AND erased_at IS NULL",
        id.get()
    )
    .fetch_optional(conn)
    .await
}

/// The address of a login, and the client that it is for: its own, if it has several.
pub async fn login(conn: &mut PgConnection, id: UserId) -> Result<Option<(String, Option<ClientId>)>> {
    let row = sqlx::query!(
        "SELECT email, (SELECT client_id FROM client_user WHERE user_id = user_account.id
                        ORDER BY is_owner DESC, client_id LIMIT 1) AS client_id
         FROM user_account WHERE id = $1",
        id.get()
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| (row.email, row.client_id.map(ClientId))))
}

/// The addresses that get a client's invoices: its own and those of contacts who want them.
pub async fn billing_addresses(conn: &mut PgConnection, id: ClientId) -> Result<Vec<String>> {
    sqlx::query_scalar!(
        r#"SELECT email AS "email!" FROM client WHERE id = $1 AND erased_at IS NULL
           UNION SELECT email FROM contact WHERE client_id = $1 AND gets_invoices"#,
        id.get()
    )
    .fetch_all(conn)
    .await
}

/// The order.
pub async fn order(conn: &mut PgConnection, id: OrderId) -> Result<Option<OrderNotice>> {
    sqlx::query_as!(
        OrderNotice,
        r#"SELECT o.client_id, o.currency AS "currency: _", o.total,
                  (SELECT i.number_text FROM invoice i WHERE i.order_id = o.id ORDER BY i.id LIMIT 1) AS invoice,
                  (SELECT coalesce(array_agg(x.item), '{}') FROM (
                      SELECT p.name || ' (' || s.label || ')' AS item FROM service s JOIN product p ON p.id = s.product_id
                      WHERE s.order_id = o.id
                      UNION ALL SELECT d.name FROM domain d WHERE d.order_id = o.id) x) AS "items!"
           FROM sales_order o WHERE o.id = $1"#,
        id.get()
    )
    .fetch_optional(conn)
    .await
}

/// Issued invoices, without those of clients that are erased.
pub async fn invoices(conn: &mut PgConnection, ids: &[InvoiceId]) -> Result<Vec<InvoiceNotice>> {
    sqlx::query_as!(
        InvoiceNotice,
        r#"SELECT i.id, i.client_id, c.first_name || ' ' || c.last_name AS "client_name!", c.language,
                  i.number_text AS "number!", i.currency AS "currency: _", i.total, i.due_on AS "due_on!",
                  i.is_proforma, (SELECT p.number_text FROM proforma p WHERE p.invoice_id = i.id) AS proforma,
                  coalesce((SELECT sum(amount) FROM allocation a WHERE a.invoice_id = i.id), 0)::bigint AS "paid!",
                  ARRAY(SELECT c.email UNION SELECT email FROM contact WHERE client_id = c.id AND gets_invoices) AS "recipients!",
                  coalesce((SELECT bool_and(kind = 'late_fee') FROM invoice_line l WHERE l.invoice_id = i.id AND NOT l.voided), false) AS "late_fee!",
                  ARRAY(SELECT l.description FROM invoice_line l WHERE l.invoice_id = i.id AND NOT l.voided
                        ORDER BY l.id) AS "lines!"
           FROM invoice i JOIN client c ON c.id = i.client_id
           WHERE i.id = ANY($1) AND i.number IS NOT NULL AND c.erased_at IS NULL ORDER BY i.id"#,
        &ids.iter().map(|id| id.get()).collect::<Vec<_>>()
    )
    .fetch_all(conn)
    .await
}

/// The payment.
pub async fn payment(conn: &mut PgConnection, id: PaymentId) -> Result<Option<PaymentNotice>> {
    sqlx::query_as!(
        PaymentNotice,
        r#"SELECT p.client_id, p.currency AS "currency: _", p.amount, p.received_on, p.transaction_ref,
                  (SELECT coalesce(array_agg(i.number_text ORDER BY i.id), '{}') FROM allocation a
                   JOIN invoice i ON i.id = a.invoice_id WHERE a.payment_id = p.id) AS "invoices!"
           FROM payment p WHERE p.id = $1"#,
        id.get()
    )
    .fetch_optional(conn)
    .await
}

/// The service.
pub async fn service(conn: &mut PgConnection, id: ServiceId) -> Result<Option<ServiceNotice>> {
    sqlx::query_as!(
        ServiceNotice,
        "SELECT s.client_id, p.name AS product, s.label, s.username
         FROM service s JOIN product p ON p.id = s.product_id WHERE s.id = $1",
        id.get()
    )
    .fetch_optional(conn)
    .await
}

/// The domain.
pub async fn domain(conn: &mut PgConnection, id: DomainId) -> Result<Option<DomainNotice>> {
    sqlx::query_as!(DomainNotice, "SELECT client_id, name, expires_on, nameservers FROM domain WHERE id = $1", id.get())
        .fetch_optional(conn)
        .await
}
