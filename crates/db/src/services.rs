//! Services as read.

use chrono::{DateTime, NaiveDate, Utc};
use innkeeper_domain::{
    options::Chosen,
    state::{EffectState, ServiceState},
    *,
};
use serde_json::Value;
use sqlx::{PgConnection, Result, types::Json};

use crate::Text;

/// A service.
#[derive(Clone, Debug)]
pub struct ServiceRow {
    pub id: ServiceId,
    pub client_id: ClientId,
    pub client_name: String,
    pub order_id: Option<i64>,
    /// Of an add-on: the service that it belongs to.
    pub parent_id: Option<i64>,
    pub product_id: ProductId,
    pub product_name: String,
    pub plugin_id: Option<String>,
    pub server_id: Option<i64>,
    pub server_name: Option<String>,
    pub state: Text<ServiceState>,
    pub label: String,
    pub cycle_name: String,
    pub cycle: Text<BillingCycle>,
    pub currency: String,
    /// With its options.
    pub amount: i64,
    /// As its vendor has it: without a change that is to come.
    pub options: Json<Vec<Chosen>>,
    pub options_amount: i64,
    pub anchor: NaiveDate,
    pub paid_through: Option<NaiveDate>,
    /// The first day that has to be paid for: what was kept over a pause counts.
    pub covered_until: NaiveDate,
    pub paused_on: Option<NaiveDate>,
    pub paused_until: Option<NaiveDate>,
    /// End of the last period that is invoiced.
    pub billed_through: Option<NaiveDate>,
    pub ends_on: Option<NaiveDate>,
    pub end_reason: String,
    /// The first day that its term does not cover, and what becomes of it then.
    pub term_until: Option<NaiveDate>,
    pub after_term: Option<Text<AfterTerm>>,
    pub username: Option<String>,
    pub remote_id: Option<String>,
    pub suspend_reason: Option<String>,
    pub fields: Value,
    pub created_at: DateTime<Utc>,
    pub activated_at: Option<DateTime<Utc>>,
}

/// Which services.
#[derive(Clone, Debug, Default)]
pub struct ServiceFilter {
    pub owner: Option<ClientId>,
    pub client: Option<ClientId>,
    pub state: Option<ServiceState>,
    pub order: Option<OrderId>,
    /// Part of the label.
    pub text: Option<String>,
    pub before: Option<i64>,
    pub limit: i64,
}

/// Services, newest first.
pub async fn list(conn: &mut PgConnection, filter: &ServiceFilter) -> Result<Vec<ServiceRow>> {
    sqlx::query_as!(
        ServiceRow,
        r#"SELECT s.id, s.client_id, coalesce(nullif(c.company, ''), c.first_name || ' ' || c.last_name) AS "client_name!",
                  s.order_id, s.parent_id, s.product_id, p.name AS product_name, p.plugin_id, s.server_id, v.name AS "server_name?",
                  s.state AS "state: _", s.label, y.name AS cycle_name, y.term AS "cycle: _", s.currency, s.amount,
                  coalesce(k.from_options, s.options) AS "options!: _", s.options_amount, s.anchor, s.paid_through,
                  s.covered_until AS "covered_until!", s.paused_on, s.paused_until,
                  s.billed_through, s.ends_on, s.end_reason, s.term_until, s.after_term AS "after_term: _",
                  s.username, s.remote_id, s.suspend_reason, s.fields, s.created_at, s.activated_at
           FROM service s JOIN client c ON c.id = s.client_id JOIN product p ON p.id = s.product_id
           JOIN billing_cycle y ON y.id = s.cycle_id LEFT JOIN server v ON v.id = s.server_id
           LEFT JOIN plan_change k ON k.service_id = s.id AND k.state = 'scheduled'
           WHERE ($1::bigint IS NULL OR s.client_id = $1) AND ($2::bigint IS NULL OR s.client_id = $2)
             AND ($3::text IS NULL OR s.state = $3) AND ($4::bigint IS NULL OR s.order_id = $4)
             AND ($5::text IS NULL OR s.label ILIKE '%' || $5 || '%') AND ($6::bigint IS NULL OR s.id < $6)
           ORDER BY s.id DESC LIMIT $7"#,
        filter.owner.map(ClientId::get),
        filter.client.map(ClientId::get),
        filter.state.map(ServiceState::as_str),
        filter.order.map(OrderId::get),
        filter.text,
        filter.before,
        filter.limit
    )
    .fetch_all(conn)
    .await
}

/// One service, if `owner` may see it.
pub async fn get(conn: &mut PgConnection, owner: Option<ClientId>, id: ServiceId) -> Result<Option<ServiceRow>> {
    let filter =
        ServiceFilter { owner, before: Some(id.get().saturating_add(1)), limit: 1, ..ServiceFilter::default() };
    Ok(list(conn, &filter).await?.into_iter().find(|s| s.id == id))
}

/// The client of a service that `owner` may see. Nothing is locked: a client's lock comes before those of its things.
pub async fn client_of(conn: &mut PgConnection, owner: Option<ClientId>, id: ServiceId) -> Result<Option<ClientId>> {
    let client = sqlx::query_scalar!(
        "SELECT client_id FROM service WHERE id = $1 AND ($2::bigint IS NULL OR client_id = $2)",
        id.get(),
        owner.map(ClientId::get)
    )
    .fetch_optional(conn)
    .await?;
    Ok(client.map(ClientId))
}

/// The state of a service, locked.
pub async fn lock_state(
    conn: &mut PgConnection,
    owner: Option<ClientId>,
    id: ServiceId,
) -> Result<Option<ServiceState>> {
    let state = sqlx::query_scalar!(
        r#"SELECT state AS "state: Text<ServiceState>" FROM service
           WHERE id = $1 AND ($2::bigint IS NULL OR client_id = $2) FOR UPDATE"#,
        id.get(),
        owner.map(ClientId::get)
    )
    .fetch_optional(conn)
    .await?;
    Ok(state.map(|s| s.0))
}

/// An operation on a thing, as its page shows it.
#[derive(Clone, Debug)]
pub struct EffectView {
    pub id: EffectId,
    pub kind: String,
    pub request: Value,
    pub state: Text<EffectState>,
    /// What it brought to light: `{"message", "data": [{"label", "text", "url"?}]}`.
    pub result: Option<Value>,
    /// Are there secrets in its result?
    pub has_secrets: bool,
    pub actor: String,
    pub error: Option<String>,
    pub public_error: Option<String>,
    pub attempts: i32,
    pub planned_at: DateTime<Utc>,
    pub finished_at: Option<DateTime<Utc>>,
}

/// The latest operations on a service or domain.
pub async fn effects_of(conn: &mut PgConnection, subject: &str, id: i64, limit: i64) -> Result<Vec<EffectView>> {
    sqlx::query_as!(
        EffectView,
        r#"SELECT id, kind, request, state AS "state: _", result, result_sealed IS NOT NULL AS "has_secrets!", actor,
                  error, public_error, attempts, planned_at, finished_at
           FROM effect WHERE subject = $1 AND subject_id = $2 ORDER BY id DESC LIMIT $3"#,
        subject,
        id,
        limit
    )
    .fetch_all(conn)
    .await
}
