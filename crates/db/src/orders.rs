//! Orders and the services and domains they make.

use chrono::{DateTime, NaiveDate, Utc};
use innkeeper_domain::{options::Chosen, state::OrderState, *};
use serde_json::Value;
use sqlx::{PgConnection, Result, types::Json};

use crate::Text;

/// An order as listed.
#[derive(Clone, Debug)]
pub struct OrderRow {
    pub id: OrderId,
    pub client_id: ClientId,
    pub client_name: String,
    pub state: Text<OrderState>,
    pub currency: String,
    pub total: i64,
    pub invoice_id: Option<i64>,
    pub invoice_number: Option<String>,
    pub invoice_state: Option<String>,
    pub ip: String,
    pub screening: String,
    pub created_at: DateTime<Utc>,
    pub accepted_at: Option<DateTime<Utc>>,
}

/// Which orders.
#[derive(Clone, Debug, Default)]
pub struct OrderFilter {
    pub owner: Option<ClientId>,
    pub state: Option<OrderState>,
    pub client: Option<ClientId>,
    pub before: Option<i64>,
    pub limit: i64,
}

/// Adds an order. `screening`: `none`, or `waiting` if plugins judge it first.
pub async fn insert(
    conn: &mut PgConnection,
    client: ClientId,
    currency: &str,
    total: i64,
    cart: Option<CartId>,
    ip: &str,
    screening: &str,
) -> Result<OrderId> {
    let id = sqlx::query_scalar!(
        "INSERT INTO sales_order (client_id, currency, total, cart_id, ip, screening) VALUES ($1, $2, $3, $4, $5, $6)
         RETURNING id",
        client.get(),
        currency,
        total,
        cart.map(CartId::get),
        ip,
        screening
    )
    .fetch_one(conn)
    .await?;
    Ok(OrderId(id))
}

/// Orders, newest first.
pub async fn list(conn: &mut PgConnection, filter: &OrderFilter) -> Result<Vec<OrderRow>> {
    sqlx::query_as!(
        OrderRow,
        r#"SELECT o.id, o.client_id, coalesce(nullif(c.company, ''), c.first_name || ' ' || c.last_name) AS "client_name!",
                  o.state AS "state: _", o.currency, o.total, i.id AS "invoice_id?", i.number_text AS invoice_number,
                  i.state AS "invoice_state?", o.ip, o.screening, o.created_at, o.accepted_at
           FROM sales_order o JOIN client c ON c.id = o.client_id LEFT JOIN invoice i ON i.order_id = o.id
           WHERE ($1::bigint IS NULL OR o.client_id = $1) AND ($2::text IS NULL OR o.state = $2)
             AND ($3::bigint IS NULL OR o.client_id = $3) AND ($4::bigint IS NULL OR o.id < $4)
           ORDER BY o.id DESC LIMIT $5"#,
        filter.owner.map(ClientId::get),
        filter.state.map(OrderState::as_str),
        filter.client.map(ClientId::get),
        filter.before,
        filter.limit
    )
    .fetch_all(conn)
    .await
}

/// One order, if `owner` may see it.
pub async fn get(conn: &mut PgConnection, owner: Option<ClientId>, id: OrderId) -> Result<Option<OrderRow>> {
    let filter = OrderFilter { owner, before: Some(id.get().saturating_add(1)), limit: 1, ..OrderFilter::default() };
    Ok(list(conn, &filter).await?.into_iter().find(|o| o.id == id))
}

/// Locks an order: its client and state.
pub async fn lock(conn: &mut PgConnection, id: OrderId) -> Result<Option<(ClientId, OrderState)>> {
    let row = sqlx::query!(
        r#"SELECT client_id, state AS "state: Text<OrderState>" FROM sales_order WHERE id = $1 FOR UPDATE"#,
        id.get()
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|r| (ClientId(r.client_id), r.state.0)))
}

/// Moves an order on.
pub async fn set_state(conn: &mut PgConnection, id: OrderId, state: OrderState) -> Result<()> {
    sqlx::query!(
        "UPDATE sales_order SET state = $2, accepted_at = CASE WHEN $2 = 'active' THEN now() ELSE accepted_at END WHERE id = $1",
        id.get(),
        state.as_str()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Moves the pending services and domains of an order to `cancelled` or `fraud`.
pub async fn close_items(conn: &mut PgConnection, id: OrderId, state: &str) -> Result<()> {
    sqlx::query!("UPDATE service SET state = $2 WHERE order_id = $1 AND state = 'pending'", id.get(), state)
        .execute(&mut *conn)
        .await?;
    sqlx::query!("UPDATE domain SET state = $2 WHERE order_id = $1 AND state = 'pending'", id.get(), state)
        .execute(conn)
        .await?;
    Ok(())
}

/// A service to be added.
pub struct NewService<'a> {
    pub client_id: ClientId,
    pub order_id: OrderId,
    /// Of an add-on: the service that it belongs to.
    pub parent: Option<ServiceId>,
    pub product_id: ProductId,
    pub server_id: Option<i64>,
    pub label: &'a str,
    pub cycle_id: CycleId,
    pub price_id: PriceId,
    pub currency: &'a str,
    /// With its options.
    pub amount: i64,
    pub options: &'a [Chosen],
    pub options_amount: i64,
    /// Settings of the product that its options set differently.
    pub settings: &'a Value,
    /// Quantities that the plugin is told.
    pub addons: &'a Value,
    pub anchor: NaiveDate,
    /// The first day that is charged, if that is before the anchor.
    pub begins_on: Option<NaiveDate>,
    /// The first day that its term does not cover, and what becomes of it then.
    pub term: Option<(NaiveDate, AfterTerm)>,
    pub fields: &'a Value,
    pub password_sealed: Option<&'a str>,
}

/// Adds a pending service.
pub async fn insert_service(conn: &mut PgConnection, service: &NewService<'_>) -> Result<ServiceId> {
    let id = sqlx::query_scalar!(
        "INSERT INTO service (client_id, order_id, product_id, server_id, label, cycle_id, price_id, currency, amount,
                              anchor, fields, password_sealed, billed_through, term_until, after_term, begins_on,
                              options, options_amount, addons, settings, parent_id)
         SELECT $1, $2, $3, $4, $5, c.id, $7, $8, $9, $10, $11, $12, CASE c.kind WHEN 'recurring' THEN $10::date END,
                $13, $14, $15, $16, $17, $18, $19, $20
         FROM billing_cycle c WHERE c.id = $6 RETURNING id",
        service.client_id.get(),
        service.order_id.get(),
        service.product_id.get(),
        service.server_id,
        service.label,
        service.cycle_id.get(),
        service.price_id.get(),
        service.currency,
        service.amount,
        service.anchor,
        service.fields,
        service.password_sealed,
        service.term.map(|(until, _)| until),
        service.term.map(|(_, afterwards)| afterwards.as_str()),
        service.begins_on,
        Json(service.options) as _,
        service.options_amount,
        service.addons,
        service.settings,
        service.parent.map(ServiceId::get)
    )
    .fetch_one(conn)
    .await?;
    Ok(ServiceId(id))
}

/// A domain to be added.
pub struct NewDomain<'a> {
    pub client_id: ClientId,
    pub order_id: OrderId,
    pub name: &'a str,
    pub tld_id: TldId,
    pub plugin_id: &'a str,
    pub kind: &'a str,
    pub years: i32,
    pub currency: &'a str,
    pub amount: i64,
    pub auth_code_sealed: Option<&'a str>,
    /// Attributes that the registry asks for.
    pub extra: &'a Value,
    /// Extra services, by the registrar's codes.
    pub services: &'a [String],
    /// Hide the owner in whois.
    pub privacy: bool,
}

/// Adds a pending domain. Fails on `domain_live_name` if somebody has or ordered it.
pub async fn insert_domain(conn: &mut PgConnection, domain: &NewDomain<'_>) -> Result<DomainId> {
    let id = sqlx::query_scalar!(
        "INSERT INTO domain (client_id, order_id, name, tld_id, plugin_id, kind, years, currency, amount, auth_code_sealed,
                             extra, services, privacy)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) RETURNING id",
        domain.client_id.get(),
        domain.order_id.get(),
        domain.name,
        domain.tld_id.get(),
        domain.plugin_id,
        domain.kind,
        domain.years,
        domain.currency,
        domain.amount,
        domain.auth_code_sealed,
        domain.extra,
        domain.services,
        domain.privacy
    )
    .fetch_one(conn)
    .await?;
    Ok(DomainId(id))
}

/// A pending thing of an order that provisioning is to start.
pub struct PendingItem {
    pub subject: String,
    pub id: i64,
    pub plugin_id: Option<String>,
    pub kind: String,
    pub years: i32,
    pub setup_when: String,
    pub product_id: i64,
    pub label: String,
    /// Of an add-on: its service is gone, or was never made.
    pub is_orphan: bool,
}

/// The pending services and domains of an order.
pub async fn pending_items(conn: &mut PgConnection, id: OrderId) -> Result<Vec<PendingItem>> {
    sqlx::query_as!(
        PendingItem,
        r#"SELECT 'service' AS "subject!", s.id AS "id!", p.plugin_id, 'service' AS "kind!", 0 AS "years!",
                  p.setup_when AS "setup_when!", s.product_id AS "product_id!", s.label AS "label!",
                  coalesce(o.state NOT IN ('pending', 'active', 'suspended'), false) AS "is_orphan!"
           FROM service s JOIN product p ON p.id = s.product_id LEFT JOIN service o ON o.id = s.parent_id
           WHERE s.order_id = $1 AND s.state = 'pending'
           UNION ALL
           SELECT 'domain', d.id, d.plugin_id, d.kind, d.years, 'payment', 0, d.name, false
           FROM domain d WHERE d.order_id = $1 AND d.state = 'pending'
           ORDER BY 1, 2"#,
        id.get()
    )
    .fetch_all(conn)
    .await
}

/// What an order needs to know of its buyer.
#[derive(Clone, Debug)]
pub struct Buyer {
    pub state: String,
    pub currency: String,
    pub country: String,
    pub region: String,
    pub tax_exempt: bool,
}

/// The buyer.
pub async fn buyer(conn: &mut PgConnection, client: ClientId) -> Result<Option<Buyer>> {
    sqlx::query_as!(
        Buyer,
        "SELECT state, currency, country, region, tax_exempt FROM client WHERE id = $1",
        client.get()
    )
    .fetch_optional(conn)
    .await
}

/// The currency of a cart: the client's, else the default one. `None`: no such client, or no default.
pub async fn cart_currency(conn: &mut PgConnection, client: Option<ClientId>) -> Result<Option<String>> {
    sqlx::query_scalar!(
        r#"SELECT currency AS "currency!" FROM client WHERE id = $1
           UNION ALL SELECT code FROM currency WHERE is_default AND $1::bigint IS NULL"#,
        client.map(ClientId::get)
    )
    .fetch_optional(conn)
    .await
}

/// Does an effect work on this thing, or wait for a person?
pub async fn has_open_effect(conn: &mut PgConnection, subject: &str, id: i64) -> Result<bool> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT 1 FROM effect WHERE subject = $1 AND subject_id = $2
               AND state IN ('planned', 'sent', 'pending', 'unknown', 'needs_human')) AS "open!""#,
        subject,
        id
    )
    .fetch_one(conn)
    .await
}
