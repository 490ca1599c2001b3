//! Domains as read.

use chrono::{DateTime, NaiveDate, Utc};
use innkeeper_domain::{state::DomainState, *};
use serde_json::Value;
use sqlx::{PgConnection, Result};

use crate::Text;

/// A domain.
#[derive(Clone, Debug)]
pub struct DomainRow {
    pub id: DomainId,
    pub client_id: ClientId,
    pub client_name: String,
    pub order_id: Option<i64>,
    pub name: String,
    pub plugin_id: String,
    pub kind: String,
    pub state: Text<DomainState>,
    pub years: i32,
    pub currency: String,
    pub amount: i64,
    pub auto_renew: bool,
    pub nameservers: Vec<String>,
    pub contacts: Option<Value>,
    pub remote_id: Option<String>,
    pub registered_on: Option<NaiveDate>,
    pub expires_on: Option<NaiveDate>,
    pub created_at: DateTime<Utc>,
}

/// Which domains.
#[derive(Clone, Debug, Default)]
pub struct DomainFilter {
    pub owner: Option<ClientId>,
    pub client: Option<ClientId>,
    pub state: Option<DomainState>,
    pub order: Option<OrderId>,
    /// Part of the name.
    pub text: Option<String>,
    pub before: Option<i64>,
    pub limit: i64,
}

/// Domains, newest first.
pub async fn list(conn: &mut PgConnection, filter: &DomainFilter) -> Result<Vec<DomainRow>> {
    sqlx::query_as!(
        DomainRow,
        r#"SELECT d.id, d.client_id, coalesce(nullif(c.company, ''), c.first_name || ' ' || c.last_name) AS "client_name!",
                  d.order_id, d.name, d.plugin_id, d.kind, d.state AS "state: _", d.years, d.currency, d.amount, d.auto_renew,
                  d.nameservers, d.contacts, d.remote_id, d.registered_on, d.expires_on, d.created_at
           FROM domain d JOIN client c ON c.id = d.client_id
           WHERE ($1::bigint IS NULL OR d.client_id = $1) AND ($2::bigint IS NULL OR d.client_id = $2)
             AND ($3::text IS NULL OR d.state = $3) AND ($4::bigint IS NULL OR d.order_id = $4)
             AND ($5::text IS NULL OR d.name ILIKE '%' || $5 || '%') AND ($6::bigint IS NULL OR d.id < $6)
           ORDER BY d.id DESC LIMIT $7"#,
        filter.owner.map(ClientId::get),
        filter.client.map(ClientId::get),
        filter.state.map(DomainState::as_str),
        filter.order.map(OrderId::get),
        filter.text,
        filter.before,
        filter.limit
    )
    .fetch_all(conn)
    .await
}

/// One domain, if `owner` may see it.
pub async fn get(conn: &mut PgConnection, owner: Option<ClientId>, id: DomainId) -> Result<Option<DomainRow>> {
    let filter = DomainFilter { owner, before: Some(id.get().saturating_add(1)), limit: 1, ..DomainFilter::default() };
    Ok(list(conn, &filter).await?.into_iter().find(|d| d.id == id))
}

/// The state of a domain, locked.
pub async fn lock_state(conn: &mut PgConnection, owner: Option<ClientId>, id: DomainId) -> Result<Option<DomainState>> {
    let state = sqlx::query_scalar!(
        r#"SELECT state AS "state: Text<DomainState>" FROM domain
           WHERE id = $1 AND ($2::bigint IS NULL OR client_id = $2) FOR UPDATE"#,
        id.get(),
        owner.map(ClientId::get)
    )
    .fetch_optional(conn)
    .await?;
    Ok(state.map(|s| s.0))
}

/// Which of `names` somebody here has or ordered.
pub async fn held(conn: &mut PgConnection, names: &[String]) -> Result<Vec<String>> {
    sqlx::query_scalar!(
        "SELECT name FROM domain WHERE name = ANY ($1)
           AND state IN ('pending', 'registering', 'transferring', 'active', 'expired')",
        names
    )
    .fetch_all(conn)
    .await
}
