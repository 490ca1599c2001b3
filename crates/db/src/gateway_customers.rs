//! How gateways know clients, and the ways to pay that they keep for them.

use innkeeper_domain::ClientId;
use sqlx::{PgConnection, Result};
use std::collections::BTreeSet;

/// A client at a gateway.
#[derive(Clone, Debug)]
pub struct CustomerRow {
    pub gateway: String,
    pub remote_id: Option<String>,
    pub generation: i32,
    pub default_method: Option<String>,
}

/// The client at a gateway; a row without an id of the gateway's if it was not there.
pub async fn ensure(conn: &mut PgConnection, gateway: &str, client: ClientId) -> Result<CustomerRow> {
    sqlx::query!(
        "INSERT INTO gateway_customer (gateway, client_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        gateway,
        client.get()
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query_as!(
        CustomerRow,
        "SELECT gateway, remote_id, generation, default_method FROM gateway_customer WHERE gateway = $1 AND client_id = $2",
        gateway,
        client.get()
    )
    .fetch_one(conn)
    .await
}

/// The client at every gateway that knows it.
pub async fn of_client(conn: &mut PgConnection, client: ClientId) -> Result<Vec<CustomerRow>> {
    sqlx::query_as!(
        CustomerRow,
        "SELECT gateway, remote_id, generation, default_method FROM gateway_customer
         WHERE client_id = $1 AND remote_id IS NOT NULL ORDER BY gateway",
        client.get()
    )
    .fetch_all(conn)
    .await
}

/// Those of some clients who chose a way to pay that may be charged.
pub async fn with_default(conn: &mut PgConnection, clients: &[ClientId]) -> Result<BTreeSet<ClientId>> {
    let ids = sqlx::query_scalar!(
        "SELECT client_id FROM gateway_customer
         WHERE client_id = ANY($1) AND remote_id IS NOT NULL AND default_method IS NOT NULL",
        &clients.iter().map(|c| c.get()).collect::<Vec<_>>()
    )
    .fetch_all(conn)
    .await?;
    Ok(ids.into_iter().map(ClientId).collect())
}

/// Writes down the gateway's id of this generation. False: the customer was removed meanwhile.
pub async fn made(
    conn: &mut PgConnection,
    gateway: &str,
    client: ClientId,
    generation: i32,
    remote_id: &str,
) -> Result<bool> {
    let done = sqlx::query!(
        "UPDATE gateway_customer SET remote_id = $4 WHERE gateway = $1 AND client_id = $2 AND generation = $3",
        gateway,
        client.get(),
        generation,
        remote_id
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The gateway has removed it.
pub async fn removed(conn: &mut PgConnection, gateway: &str, client: ClientId, remote_id: &str) -> Result<()> {
    sqlx::query!(
        "UPDATE gateway_customer SET remote_id = NULL, default_method = NULL, default_label = NULL,
                generation = generation + 1
         WHERE gateway = $1 AND client_id = $2 AND remote_id = $3",
        gateway,
        client.get(),
        remote_id
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Proposes this way to pay first, and no other one.
pub async fn set_default(
    conn: &mut PgConnection,
    client: ClientId,
    gateway: &str,
    (method, label): (&str, &str),
) -> Result<()> {
    sqlx::query!(
        "UPDATE gateway_customer SET default_method = NULL, default_label = NULL
         WHERE client_id = $1 AND default_method IS NOT NULL",
        client.get()
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "UPDATE gateway_customer SET default_method = $3, default_label = $4 WHERE client_id = $1 AND gateway = $2",
        client.get(),
        gateway,
        method,
        label
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Proposes this way to pay no longer.
pub async fn clear_default(conn: &mut PgConnection, client: ClientId, gateway: &str, method: &str) -> Result<()> {
    sqlx::query!(
        "UPDATE gateway_customer SET default_method = NULL, default_label = NULL
         WHERE client_id = $1 AND gateway = $2 AND default_method = $3",
        client.get(),
        gateway,
        method
    )
    .execute(conn)
    .await?;
    Ok(())
}
