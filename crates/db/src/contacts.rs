//! Contacts of clients: they receive mail and do not log in.

use innkeeper_domain::{ClientId, ContactId};
use sqlx::{PgConnection, Result};

/// A contact.
#[derive(Clone, Debug)]
pub struct ContactRow {
    pub id: ContactId,
    pub client_id: ClientId,
    pub name: String,
    pub email: String,
    pub phone: String,
    pub gets_invoices: bool,
    pub gets_support: bool,
}

/// What is written of a contact.
pub struct ContactData<'a> {
    pub name: &'a str,
    pub email: &'a str,
    pub phone: &'a str,
    pub gets_invoices: bool,
    pub gets_support: bool,
}

/// The contacts of a client.
pub async fn list(conn: &mut PgConnection, client: ClientId) -> Result<Vec<ContactRow>> {
    sqlx::query_as!(
        ContactRow,
        "SELECT id, client_id, name, email, phone, gets_invoices, gets_support FROM contact
         WHERE client_id = $1 ORDER BY name, id",
        client.get()
    )
    .fetch_all(conn)
    .await
}

/// One contact, if `owner` may see it.
pub async fn get(conn: &mut PgConnection, owner: Option<ClientId>, id: ContactId) -> Result<Option<ContactRow>> {
    sqlx::query_as!(
        ContactRow,
        "SELECT id, client_id, name, email, phone, gets_invoices, gets_support FROM contact
         WHERE id = $1 AND ($2::bigint IS NULL OR client_id = $2)",
        id.get(),
        owner.map(ClientId::get)
    )
    .fetch_optional(conn)
    .await
}

/// Adds a contact.
pub async fn insert(conn: &mut PgConnection, client: ClientId, contact: &ContactData<'_>) -> Result<ContactId> {
    let id = sqlx::query_scalar!(
        "INSERT INTO contact (client_id, name, email, phone, gets_invoices, gets_support)
         VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
        client.get(),
        contact.name,
        contact.email,
        contact.phone,
        contact.gets_invoices,
        contact.gets_support
    )
    .fetch_one(conn)
    .await?;
    Ok(ContactId(id))
}

/// Replaces a contact, if `owner` may. Whose it is; `None`: there is none.
pub async fn update(
    conn: &mut PgConnection,
    owner: Option<ClientId>,
    id: ContactId,
    contact: &ContactData<'_>,
) -> Result<Option<ClientId>> {
    let client = sqlx::query_scalar!(
        "UPDATE contact SET name = $3, email = $4, phone = $5, gets_invoices = $6, gets_support = $7
         WHERE id = $1 AND ($2::bigint IS NULL OR client_id = $2) RETURNING client_id",
        id.get(),
        owner.map(ClientId::get),
        contact.name,
        contact.email,
        contact.phone,
        contact.gets_invoices,
        contact.gets_support
    )
    .fetch_optional(conn)
    .await?;
    Ok(client.map(ClientId))
}

/// Removes a contact, if `owner` may. Whose it was; `None`: there is none.
pub async fn remove(conn: &mut PgConnection, owner: Option<ClientId>, id: ContactId) -> Result<Option<ClientId>> {
    let client = sqlx::query_scalar!(
        "DELETE FROM contact WHERE id = $1 AND ($2::bigint IS NULL OR client_id = $2) RETURNING client_id",
        id.get(),
        owner.map(ClientId::get)
    )
    .fetch_optional(conn)
    .await?;
    Ok(client.map(ClientId))
}
