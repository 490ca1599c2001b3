//! Accounts that are on a server already and become services.

use chrono::NaiveDate;
use innkeeper_domain::{ClientId, CycleId, DomainId, ProductId, ServerId, ServiceId, state::ServiceState};
use sqlx::{PgConnection, Result};

use crate::Text;

/// A service that stands for an account of a server.
#[derive(Clone, Debug)]
pub struct KnownAccount {
    pub remote_id: String,
    pub service_id: ServiceId,
    pub client_id: ClientId,
    pub client_name: String,
    pub state: Text<ServiceState>,
}

/// The services of a server that stand for these accounts.
pub async fn known(conn: &mut PgConnection, server: ServerId, remote_ids: &[String]) -> Result<Vec<KnownAccount>> {
    sqlx::query_as!(
        KnownAccount,
        r#"SELECT s.remote_id AS "remote_id!", s.id AS service_id, s.client_id, s.state AS "state: _",
                  coalesce(nullif(c.company, ''), c.first_name || ' ' || c.last_name) AS "client_name!"
           FROM service s JOIN client c ON c.id = s.client_id
           WHERE s.server_id = $1 AND s.remote_id = ANY ($2) AND s.state <> 'terminated'"#,
        server.get(),
        remote_ids
    )
    .fetch_all(conn)
    .await
}

/// An account to be taken over.
pub struct NewImport<'a> {
    pub server: ServerId,
    pub client: ClientId,
    pub product: ProductId,
    pub cycle: CycleId,
    /// First day that is charged.
    pub anchor: NaiveDate,
    pub remote_id: &'a str,
    pub username: &'a str,
    pub label: &'a str,
    /// Why it is suspended, if it is.
    pub suspended: Option<&'a str>,
}

/// Adds the service at the product's price in the client's currency. None: the product is of another plugin
/// or has no such price. Fails on `service_remote` if a service stands for the account already.
pub async fn insert(conn: &mut PgConnection, import: &NewImport<'_>) -> Result<Option<ServiceId>> {
    let id = sqlx::query_scalar!(
        "INSERT INTO service (client_id, product_id, server_id, state, label, cycle_id, price_id, currency, amount,
                              anchor, username, remote_id, suspend_reason, activated_at, billed_through)
         SELECT c.id, p.id, v.id, CASE WHEN $9::text IS NULL THEN 'active' ELSE 'suspended' END, $8, r.cycle_id, r.id,
                r.currency, r.amount, $5, $7, $6, $9, now(), CASE y.kind WHEN 'recurring' THEN $5::date END
         FROM client c JOIN product p ON p.id = $3 JOIN server v ON v.id = $1 AND v.plugin_id = p.plugin_id
         JOIN price r ON r.product_id = p.id AND r.currency = c.currency AND r.cycle_id = $4 AND r.retired_at IS NULL
         JOIN billing_cycle y ON y.id = r.cycle_id
         WHERE c.id = $2 RETURNING id",
        import.server.get(),
        import.client.get(),
        import.product.get(),
        import.cycle.get(),
        import.anchor,
        import.remote_id,
        import.username,
        import.label,
        import.suspended
    )
    .fetch_optional(conn)
    .await?;
    Ok(id.map(ServiceId))
}

/// A product that an account can become, with a cycle it is sold for.
#[derive(Clone, Debug)]
pub struct Plan {
    pub product_id: ProductId,
    pub product: String,
    pub cycle_id: CycleId,
    pub cycle: String,
}

/// What accounts of a plugin can become, by name.
pub async fn plans(conn: &mut PgConnection, plugin: &str) -> Result<Vec<Plan>> {
    sqlx::query_as!(
        Plan,
        "SELECT DISTINCT p.id AS product_id, p.name AS product, b.id AS cycle_id, b.name AS cycle
         FROM product p JOIN price r ON r.product_id = p.id AND r.retired_at IS NULL JOIN billing_cycle b ON b.id = r.cycle_id
         WHERE p.plugin_id = $1 AND p.retired_at IS NULL ORDER BY p.name, b.id",
        plugin
    )
    .fetch_all(conn)
    .await
}

/// A domain of ours, by its name.
#[derive(Clone, Debug)]
pub struct KnownDomain {
    pub id: DomainId,
    pub name: String,
    pub client_name: String,
}

/// Which of these names live here.
pub async fn known_domains(conn: &mut PgConnection, names: &[String]) -> Result<Vec<KnownDomain>> {
    sqlx::query_as!(
        KnownDomain,
        r#"SELECT d.id, d.name, coalesce(nullif(c.company, ''), c.first_name || ' ' || c.last_name) AS "client_name!"
           FROM domain d JOIN client c ON c.id = d.client_id
           WHERE d.name = ANY ($1) AND d.state IN ('pending', 'registering', 'transferring', 'active', 'expired')"#,
        names
    )
    .fetch_all(conn)
    .await
}

/// Makes a domain that the registrar has already one of a client's, at the price of its extension in the
/// client's currency. None: there is no such client or price. Fails on `domain_live_name` if it lives here.
pub async fn insert_domain(
    conn: &mut PgConnection,
    client: ClientId,
    registrar: &str,
    (name, tld): (&str, &str),
    remote_id: &str,
    expires_on: Option<NaiveDate>,
) -> Result<Option<DomainId>> {
    let id = sqlx::query_scalar!(
        "INSERT INTO domain (client_id, name, tld_id, plugin_id, kind, state, years, currency, amount, remote_id,
                             expires_on, activated_at, taken_over)
         SELECT c.id, $3, t.id, $2, 'register', 'active', 1, c.currency, p.renew, $5, $6, now(), true
         FROM client c JOIN tld t ON t.name = $4 AND t.plugin_id = $2
         JOIN tld_price p ON p.tld_id = t.id AND p.currency = c.currency AND p.retired_at IS NULL
         WHERE c.id = $1 AND c.state <> 'closed' RETURNING id",
        client.get(),
        registrar,
        name,
        tld,
        remote_id,
        expires_on
    )
    .fetch_optional(conn)
    .await?;
    Ok(id.map(DomainId))
}
