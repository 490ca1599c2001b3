//! What explains an invoice or a service: facts for sentences that people read.

use chrono::{DateTime, NaiveDate, Utc};
use innkeeper_domain::{BillingCycle, Currency, InvoiceId, ServiceId, options::Chosen};
use rust_decimal::Decimal;
use sqlx::{PgConnection, Result, types::Json};

use crate::Text;

/// A line, and where its numbers come from.
#[derive(Clone, Debug)]
pub struct LineFacts {
    pub kind: String,
    pub description: String,
    pub currency: Text<Currency>,
    pub quantity: i32,
    pub discount: i64,
    pub net: i64,
    pub tax_name: String,
    pub tax_rate: Decimal,
    pub tax: i64,
    /// Of two taxes the first one's rate, and the second one; `tax_rate` and `tax` are both together.
    pub tax1_rate: Option<Decimal>,
    pub tax2_name: String,
    pub tax2_rate: Decimal,
    pub tax2: i64,
    pub tax2_compound: bool,
    pub tax_included: bool,
    pub taxable: Option<bool>,
    pub period_start: Option<NaiveDate>,
    pub period_end: Option<NaiveDate>,
    pub service_id: Option<i64>,
    pub anchor: Option<NaiveDate>,
    /// The first day of a service that was charged by the day until its periods began.
    pub begins_on: Option<NaiveDate>,
    pub cycle: Option<Text<BillingCycle>>,
    /// The catalogue's price, if that was charged.
    pub price_id: Option<i64>,
    pub domain_id: Option<i64>,
    /// It is of a service that was bought with options.
    pub has_options: bool,
    pub renews_from: Option<NaiveDate>,
    pub promotion: Option<String>,
    /// Which of the periods with this promotion it is, and how many there are; none: all.
    pub discounted: i64,
    pub discounted_periods: Option<i32>,
    /// The invoice that a credit note's line takes back from.
    pub corrects_id: Option<i64>,
    pub corrects_number: Option<String>,
    /// When staff noted it down.
    pub item_added: Option<DateTime<Utc>>,
}

/// The lines of an invoice, in their order.
pub async fn lines(conn: &mut PgConnection, id: InvoiceId) -> Result<Vec<LineFacts>> {
    sqlx::query_as!(
        LineFacts,
        r#"SELECT l.kind, l.description, i.currency AS "currency: _", l.quantity, l.discount, l.net, l.tax_name, l.tax_rate,
                  l.tax, l.tax1_rate, l.tax2_name, l.tax2_rate, l.tax2, l.tax2_compound, l.tax_included,
                  coalesce(t.taxable, p.taxable) AS "taxable?", lower(l.period) AS period_start, upper(l.period) AS period_end,
                  l.service_id, s.anchor AS "anchor?", s.begins_on AS "begins_on?", y.term AS "cycle?: _", l.price_id,
                  coalesce(s.options <> '[]', false) AS "has_options!", l.domain_id, l.renews_from,
                  o.code AS "promotion?",
                  (SELECT count(*) FROM invoice_line e WHERE e.promotion_id = l.promotion_id AND NOT e.voided
                      AND (e.service_id = l.service_id AND e.kind = 'recurring' AND lower(e.period) <= lower(l.period)
                           OR e.domain_id = l.domain_id AND e.kind <> 'credit' AND e.id <= l.id)) AS "discounted!",
                  coalesce(d.periods, dd.periods) AS "discounted_periods?", b.invoice_id AS "corrects_id?", n.number_text AS corrects_number,
                  t.created_at AS "item_added?"
           FROM invoice_line l JOIN invoice i ON i.id = l.invoice_id
           LEFT JOIN service s ON s.id = l.service_id LEFT JOIN billing_cycle y ON y.id = s.cycle_id
           LEFT JOIN product p ON p.id = s.product_id LEFT JOIN promotion o ON o.id = l.promotion_id
           LEFT JOIN service_discount d ON d.service_id = l.service_id AND d.promotion_id = l.promotion_id
           LEFT JOIN domain_discount dd ON dd.domain_id = l.domain_id AND dd.promotion_id = l.promotion_id
           LEFT JOIN invoice_line b ON b.id = l.corrects LEFT JOIN invoice n ON n.id = b.invoice_id
           LEFT JOIN billable_item t ON t.id = l.billable_item_id
           WHERE l.invoice_id = $1 ORDER BY l.id"#,
        id.get()
    )
    .fetch_all(conn)
    .await
}

/// A step of the plan for unpaid invoices that was taken.
#[derive(Clone, Debug)]
pub struct StepFacts {
    /// `reminder`, `charge` or `late_fee`.
    pub kind: String,
    pub taken_on: NaiveDate,
}

/// The steps that an invoice has seen, oldest first.
pub async fn steps(conn: &mut PgConnection, id: InvoiceId) -> Result<Vec<StepFacts>> {
    sqlx::query_as!(
        StepFacts,
        "SELECT kind, taken_on FROM dunning_step WHERE invoice_id = $1 ORDER BY taken_on, kind, step",
        id.get()
    )
    .fetch_all(conn)
    .await
}

/// How a service is charged, beside what its own page shows.
#[derive(Clone, Debug)]
pub struct ServiceFacts {
    pub cycle: Text<BillingCycle>,
    /// Days before a period at which it is invoiced, if its cycle has a number of its own.
    pub invoice_days: Option<i32>,
    /// What the catalogue's price was when it was bought or last changed.
    pub list_amount: i64,
    /// What its options cost on top, as it is charged from the next period on.
    pub options: Json<Vec<Chosen>>,
    pub options_amount: i64,
    /// The product's own days until it is suspended and terminated; -1: never.
    pub suspend_after: Option<i32>,
    pub terminate_after: Option<i32>,
    /// Whether the client's services are suspended by rule.
    pub auto_suspend: bool,
    pub spared_until: Option<NaiveDate>,
    pub promotion: Option<String>,
    pub promised_periods: Option<i32>,
    pub had_periods: i64,
}

/// Of one service.
pub async fn service(conn: &mut PgConnection, id: ServiceId) -> Result<Option<ServiceFacts>> {
    sqlx::query_as!(
        ServiceFacts,
        r#"SELECT y.term AS "cycle!: _", y.invoice_days, r.amount AS list_amount,
                  s.options AS "options: _", s.options_amount, p.suspend_after, p.terminate_after,
                  c.auto_suspend, s.spared_until, o.code AS "promotion?", d.periods AS "promised_periods?",
                  (SELECT count(*) FROM invoice_line l WHERE l.service_id = s.id AND l.promotion_id = d.promotion_id
                      AND l.kind = 'recurring' AND NOT l.voided) AS "had_periods!"
           FROM service s JOIN billing_cycle y ON y.id = s.cycle_id JOIN price r ON r.id = s.price_id
           JOIN product p ON p.id = s.product_id JOIN client c ON c.id = s.client_id
           LEFT JOIN service_discount d ON d.service_id = s.id AND (d.product_id, d.cycle_id) = (s.product_id, s.cycle_id)
           LEFT JOIN promotion o ON o.id = d.promotion_id
           WHERE s.id = $1"#,
        id.get()
    )
    .fetch_optional(conn)
    .await
}

/// An invoice of a service that is owed.
#[derive(Clone, Debug)]
pub struct OwedInvoice {
    pub id: InvoiceId,
    pub number: String,
    pub due_on: NaiveDate,
}

/// The unpaid invoices of a service, the one that is due first first.
pub async fn owed(conn: &mut PgConnection, id: ServiceId) -> Result<Vec<OwedInvoice>> {
    sqlx::query_as!(
        OwedInvoice,
        r#"SELECT i.id, i.number_text AS "number!", i.due_on AS "due_on!" FROM invoice i
           WHERE i.state = 'unpaid' AND i.number_text IS NOT NULL
             AND EXISTS (SELECT 1 FROM invoice_line l WHERE l.invoice_id = i.id AND l.service_id = $1 AND NOT l.voided)
           ORDER BY i.due_on, i.id"#,
        id.get()
    )
    .fetch_all(conn)
    .await
}
