//! What an effect on a service or domain needs to know, and what it changes there.

use chrono::NaiveDate;
use innkeeper_domain::{
    state::{DomainState, ServiceState},
    *,
};
use serde_json::Value;
use sqlx::{PgConnection, Result};

use crate::Text;

/// A service with its product, server and client, for a plugin call.
#[derive(Clone, Debug)]
pub struct ServiceTarget {
    pub id: ServiceId,
    pub client_id: ClientId,
    pub product_id: ProductId,
    pub server_id: Option<i64>,
    pub state: Text<ServiceState>,
    pub label: String,
    pub fields: Value,
    pub password_sealed: Option<String>,
    pub username: Option<String>,
    pub remote_id: Option<String>,
    pub plugin_id: Option<String>,
    /// Of the product, with those that its options set.
    pub product_settings: Value,
    /// Those that its options set.
    pub settings: Value,
    pub server_settings: Option<Value>,
    pub first_name: String,
    pub last_name: String,
    pub company: String,
    pub email: String,
    pub country: String,
    /// Quantities bought on top, by code.
    pub addons: Value,
    /// Name servers of its server.
    pub nameservers: Option<Vec<String>>,
    /// Addresses of its own: from the pool of its server.
    pub pool: Vec<String>,
    /// The vendor's user that the client's accounts on this server share.
    pub remote_user: Option<String>,
}

/// The service.
pub async fn service(conn: &mut PgConnection, id: ServiceId) -> Result<Option<ServiceTarget>> {
    sqlx::query_as!(
        ServiceTarget,
        r#"SELECT s.id, s.client_id, s.product_id, s.server_id, s.state AS "state: _", s.label, s.fields,
                  s.password_sealed, s.username, s.remote_id, p.plugin_id, p.settings || s.settings AS "product_settings!",
                  s.settings,
                  v.settings AS "server_settings?", c.first_name, c.last_name, c.company, c.email, c.country, s.addons,
                  v.nameservers AS "nameservers?", u.remote_id AS "remote_user?",
                  ARRAY(SELECT host(a.address) FROM server_address a WHERE a.service_id = s.id ORDER BY a.address) AS "pool!"
           FROM service s JOIN product p ON p.id = s.product_id JOIN client c ON c.id = s.client_id
           LEFT JOIN server v ON v.id = s.server_id
           LEFT JOIN remote_user u ON u.client_id = s.client_id AND u.server_id = s.server_id WHERE s.id = $1"#,
        id.get()
    )
    .fetch_optional(conn)
    .await
}

/// Marks a service as live, with what the vendor made.
pub async fn activate_service(conn: &mut PgConnection, id: ServiceId, made: Option<(&str, &str, &str)>) -> Result<()> {
    let (remote_id, username, label) = match made {
        Some((r, u, l)) => (Some(r), Some(u), Some(l)),
        None => (None, None, None),
    };
    sqlx::query!(
        "UPDATE service SET state = 'active', suspend_reason = NULL, activated_at = coalesce(activated_at, now()),
                remote_id = coalesce($2, remote_id), username = coalesce($3, username), label = coalesce($4, label)
         WHERE id = $1",
        id.get(),
        remote_id,
        username,
        label
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Marks a service as suspended.
pub async fn suspend_service(conn: &mut PgConnection, id: ServiceId, reason: &str) -> Result<()> {
    sqlx::query!("UPDATE service SET state = 'suspended', suspend_reason = $2 WHERE id = $1", id.get(), reason)
        .execute(conn)
        .await?;
    Ok(())
}

/// Marks a service as terminated; its password is forgotten.
pub async fn terminate_service(conn: &mut PgConnection, id: ServiceId) -> Result<()> {
    sqlx::query!(
        "UPDATE service SET state = 'terminated', suspend_reason = NULL, terminated_at = now(), password_sealed = NULL
         WHERE id = $1",
        id.get()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes down what a vendor chose by itself: addresses, a password, the user that a client's accounts share.
pub async fn keep_given(
    conn: &mut PgConnection,
    id: ServiceId,
    addresses: &[String],
    password_sealed: Option<&str>,
    remote_user: Option<&str>,
) -> Result<()> {
    sqlx::query!(
        "WITH own AS (
             UPDATE service SET addresses = CASE WHEN cardinality($2::text[]) > 0 THEN $2 ELSE addresses END,
                    password_sealed = coalesce($3, password_sealed)
             WHERE id = $1 RETURNING client_id, server_id)
         INSERT INTO remote_user (client_id, server_id, remote_id)
         SELECT client_id, server_id, $4 FROM own WHERE $4::text IS NOT NULL AND server_id IS NOT NULL
         ON CONFLICT (client_id, server_id) DO UPDATE SET remote_id = excluded.remote_id",
        id.get(),
        addresses,
        password_sealed,
        remote_user
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What a vendor has of a service beyond its product; what is none stays.
#[derive(Clone, Copy, Debug, Default)]
pub struct Bought<'a> {
    /// Settings of the product that are different.
    pub settings: Option<&'a Value>,
    /// The answers.
    pub fields: Option<&'a Value>,
    /// Quantities on top.
    pub addons: Option<&'a Value>,
}

/// Writes down what the vendor has now.
pub async fn set_bought(conn: &mut PgConnection, id: ServiceId, new: Bought<'_>) -> Result<()> {
    sqlx::query!(
        "UPDATE service SET settings = coalesce($2, settings), fields = coalesce($3, fields), addons = coalesce($4, addons)
         WHERE id = $1",
        id.get(),
        new.settings,
        new.fields,
        new.addons
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes down how an account was changed; what is none stays.
pub async fn change_service(
    conn: &mut PgConnection,
    id: ServiceId,
    (remote_id, username, label): (Option<&str>, Option<&str>, Option<&str>),
    product: Option<ProductId>,
    domain_answer: Option<&Value>,
) -> Result<()> {
    sqlx::query!(
        "UPDATE service SET remote_id = coalesce($2, remote_id), username = coalesce($3, username),
                label = coalesce($4, label), product_id = coalesce($5, product_id),
                fields = fields || coalesce($6, '{}'::jsonb)
         WHERE id = $1",
        id.get(),
        remote_id,
        username,
        label,
        product.map(ProductId::get),
        domain_answer
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The plugin and the stored settings of a product.
pub async fn product_settings(conn: &mut PgConnection, id: ProductId) -> Result<Option<(Option<String>, Value)>> {
    let row =
        sqlx::query!("SELECT plugin_id, settings FROM product WHERE id = $1", id.get()).fetch_optional(conn).await?;
    Ok(row.map(|row| (row.plugin_id, row.settings)))
}

/// Replaces the stored password.
pub async fn set_service_password(conn: &mut PgConnection, id: ServiceId, sealed: &str) -> Result<()> {
    sqlx::query!("UPDATE service SET password_sealed = $2 WHERE id = $1", id.get(), sealed).execute(conn).await?;
    Ok(())
}

/// Replaces what a service that is not made yet is to be called, and the answers it is made from.
pub async fn adjust_service(conn: &mut PgConnection, id: ServiceId, label: &str, fields: &Value) -> Result<()> {
    sqlx::query!("UPDATE service SET label = $2, fields = $3 WHERE id = $1", id.get(), label, fields)
        .execute(conn)
        .await?;
    Ok(())
}

/// A domain with its client, for a plugin call.
#[derive(Clone, Debug)]
pub struct DomainTarget {
    pub id: DomainId,
    pub client_id: ClientId,
    pub name: String,
    pub plugin_id: String,
    pub state: Text<DomainState>,
    pub years: i32,
    pub nameservers: Vec<String>,
    pub contacts: Option<Value>,
    pub extra: Value,
    pub services: Vec<String>,
    pub privacy: bool,
    pub auth_code_sealed: Option<String>,
    pub remote_id: Option<String>,
    pub expires_on: Option<NaiveDate>,
    pub first_name: String,
    pub last_name: String,
    pub company: String,
    pub email: String,
    pub phone: String,
    pub address1: String,
    pub address2: String,
    pub city: String,
    pub region: String,
    pub postcode: String,
    pub country: String,
    pub tax_number: String,
}

/// The domain.
pub async fn domain(conn: &mut PgConnection, id: DomainId) -> Result<Option<DomainTarget>> {
    sqlx::query_as!(
        DomainTarget,
        r#"SELECT d.id, d.client_id, d.name, d.plugin_id, d.state AS "state: _", d.years, d.nameservers, d.contacts,
                  d.extra, d.services, d.privacy, d.auth_code_sealed, d.remote_id, d.expires_on, c.first_name, c.last_name, c.company, c.email,
                  c.phone, c.address1, c.address2, c.city, c.region, c.postcode, c.country, c.tax_number
           FROM domain d JOIN client c ON c.id = d.client_id WHERE d.id = $1"#,
        id.get()
    )
    .fetch_optional(conn)
    .await
}

/// What the registrar told of a domain; `None` leaves a fact as it is.
#[derive(Default)]
pub struct DomainFacts<'a> {
    pub state: Option<DomainState>,
    pub remote_id: Option<&'a str>,
    pub registered_on: Option<NaiveDate>,
    pub expires_on: Option<NaiveDate>,
}

/// Writes down what the registrar told.
pub async fn update_domain(conn: &mut PgConnection, id: DomainId, facts: &DomainFacts<'_>) -> Result<()> {
    sqlx::query!(
        "UPDATE domain SET state = coalesce($2, state), remote_id = coalesce($3, remote_id),
                registered_on = coalesce(registered_on, $4), expires_on = coalesce($5, expires_on),
                activated_at = CASE WHEN $2 = 'active' THEN coalesce(activated_at, now()) ELSE activated_at END,
                auth_code_sealed = CASE WHEN $2 = 'active' THEN NULL ELSE auth_code_sealed END
         WHERE id = $1",
        id.get(),
        facts.state.map(DomainState::as_str),
        facts.remote_id,
        facts.registered_on,
        facts.expires_on
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Remembers the name servers that the registrar took.
pub async fn set_nameservers(conn: &mut PgConnection, id: DomainId, nameservers: &[String]) -> Result<()> {
    sqlx::query!("UPDATE domain SET nameservers = $2 WHERE id = $1", id.get(), nameservers).execute(conn).await?;
    Ok(())
}

/// Remembers the contacts that the registrar took.
pub async fn set_contacts(conn: &mut PgConnection, id: DomainId, contacts: &Value) -> Result<()> {
    sqlx::query!("UPDATE domain SET contacts = $2 WHERE id = $1", id.get(), contacts).execute(conn).await?;
    Ok(())
}

/// Ids of a part of a server's accounts at its vendor, in order.
pub async fn accounts_of(conn: &mut PgConnection, server: ServerId, after: &str, limit: i64) -> Result<Vec<String>> {
    sqlx::query_scalar!(
        r#"SELECT remote_id AS "remote_id!" FROM service
           WHERE server_id = $1 AND state IN ('active', 'suspended') AND remote_id > $2 ORDER BY remote_id LIMIT $3"#,
        server.get(),
        after,
        limit
    )
    .fetch_all(conn)
    .await
}

/// Keeps what the vendor told of its accounts' usage: ids, usages and last logins, side by side.
pub async fn keep_usage(
    conn: &mut PgConnection,
    server: ServerId,
    remote_ids: &[String],
    usages: &[Value],
    logins: &[Option<chrono::DateTime<chrono::Utc>>],
) -> Result<()> {
    sqlx::query!(
        r#"UPDATE service s SET usage = u.usage, usage_at = now(), last_login_at = coalesce(u.login, s.last_login_at)
           FROM unnest($2::text[], $3::jsonb[], $4::timestamptz[]) AS u (remote_id, usage, login)
           WHERE s.server_id = $1 AND s.remote_id = u.remote_id AND s.state IN ('active', 'suspended')"#,
        server.get(),
        remote_ids,
        usages,
        logins as &[Option<chrono::DateTime<chrono::Utc>>]
    )
    .execute(conn)
    .await?;
    Ok(())
}
