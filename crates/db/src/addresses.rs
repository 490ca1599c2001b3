//! The addresses of a server, and who has which. One is taken while the service that holds it lives or
//! waits to; nothing has to be given back.

use innkeeper_domain::{ServerId, ServiceId};
use sqlx::{PgConnection, Result};

/// An address of a pool.
#[derive(Clone, Debug)]
pub struct AddressRow {
    pub id: i64,
    pub address: String,
    /// The live service that holds it, with its label.
    pub service_id: Option<i64>,
    pub label: Option<String>,
}

/// The pool of a server, in the order of its addresses.
pub async fn list(conn: &mut PgConnection, server: ServerId) -> Result<Vec<AddressRow>> {
    sqlx::query_as!(
        AddressRow,
        r#"SELECT a.id, host(a.address) AS "address!", s.id AS "service_id?", s.label AS "label?"
           FROM server_address a
           LEFT JOIN service s ON s.id = a.service_id AND s.state IN ('pending', 'active', 'suspended')
           WHERE a.server_id = $1 ORDER BY a.address"#,
        server.get()
    )
    .fetch_all(conn)
    .await
}

/// Adds addresses to a pool; how many were not there before.
pub async fn add(conn: &mut PgConnection, server: ServerId, addresses: &[String]) -> Result<u64> {
    let done = sqlx::query!(
        "INSERT INTO server_address (server_id, address) SELECT $1, a::inet FROM unnest($2::text[]) AS a
         ON CONFLICT DO NOTHING",
        server.get(),
        addresses
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}

/// Removes an address from a pool. False: it is not there, or taken.
pub async fn remove(conn: &mut PgConnection, server: ServerId, id: i64) -> Result<bool> {
    let done = sqlx::query!(
        "DELETE FROM server_address a WHERE a.server_id = $1 AND a.id = $2 AND NOT EXISTS
           (SELECT FROM service s WHERE s.id = a.service_id AND s.state IN ('pending', 'active', 'suspended'))",
        server.get(),
        id
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Gives a service as many addresses of a family (4 or 6) as it needs, those that it has included; how many
/// it has then. Its row is locked, so that two attempts do not both take some.
pub async fn take(conn: &mut PgConnection, service: ServiceId, server: i64, family: i32, need: i64) -> Result<i64> {
    sqlx::query!("SELECT id FROM service WHERE id = $1 FOR UPDATE", service.get()).fetch_optional(&mut *conn).await?;
    let has = sqlx::query_scalar!(
        r#"SELECT count(*) AS "n!" FROM server_address
           WHERE service_id = $1 AND server_id = $2 AND family(address) = $3"#,
        service.get(),
        server,
        family
    )
    .fetch_one(&mut *conn)
    .await?;
    if has >= need {
        return Ok(has);
    }
    let taken = sqlx::query!(
        "UPDATE server_address SET service_id = $1 WHERE id IN (
           SELECT a.id FROM server_address a
           WHERE a.server_id = $2 AND family(a.address) = $3 AND NOT EXISTS
             (SELECT FROM service s WHERE s.id = a.service_id AND s.state IN ('pending', 'active', 'suspended'))
           ORDER BY a.address LIMIT $4 FOR UPDATE SKIP LOCKED)",
        service.get(),
        server,
        family,
        need - has
    )
    .execute(conn)
    .await?;
    Ok(has + i64::try_from(taken.rows_affected()).unwrap_or(0))
}

/// Takes a service's addresses away.
pub async fn release(conn: &mut PgConnection, service: ServiceId) -> Result<()> {
    sqlx::query!("UPDATE server_address SET service_id = NULL WHERE service_id = $1", service.get())
        .execute(conn)
        .await?;
    Ok(())
}
