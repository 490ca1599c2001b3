//! Looking at clients.

use innkeeper_db::{clients, contacts, users};
use innkeeper_domain::{ClientId, Money, Permission};

use super::{ClientEntry, ClientField, ClientFilter, ClientLogin, ClientRow, ContactRow, Counts, NOT_FOUND, owner_of};
use crate::{Actor, App, Result};

/// What a client owes and has to its credit, in one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Balance {
    /// Of unpaid invoices.
    pub owed: Money,
    /// Paid and not yet used.
    pub credit: Money,
}

/// A client with everything around it.
#[derive(Clone, Debug)]
pub struct ClientView {
    /// Its details. Clients do not see the notes of staff.
    pub client: ClientRow,
    /// Who logs in for it.
    pub logins: Vec<ClientLogin>,
    /// Who gets its mail.
    pub contacts: Vec<ContactRow>,
    /// Its balance, by currency; empty before the first invoice.
    pub balances: Vec<Balance>,
    /// How much of everything it has.
    pub counts: Counts,
    /// Custom fields with their values; for clients only those meant for them.
    pub fields: Vec<ClientField>,
}

/// The language of the client that acts, as a tag such as `es`. None: it is no client that acts.
pub async fn language(app: &App, actor: &Actor) -> Result<Option<String>> {
    let Some(id) = actor.client_id() else { return Ok(None) };
    Ok(clients::get(&mut *app.conn().await?, Some(id), id).await?.map(|client| client.language))
}

/// A client. Needs `clients:read`; clients see themselves.
pub async fn get(app: &App, actor: &Actor, id: ClientId) -> Result<ClientView> {
    let owner = owner_of(actor, Permission::ClientsRead, id)?;
    let staff = actor.is_staff();
    let mut conn = app.conn().await?;
    let mut client = clients::get(&mut conn, owner, id).await?.ok_or(NOT_FOUND)?;
    if !staff {
        client.notes.clear();
    }
    let balances = clients::balances(&mut conn, id)
        .await?
        .into_iter()
        .map(|b| Balance { owed: Money::new(b.owed, *b.currency), credit: Money::new(b.credit, *b.currency) });
    let fields = clients::fields(&mut conn, Some(id)).await?;
    Ok(ClientView {
        client,
        logins: users::of_client(&mut conn, id).await?,
        contacts: contacts::list(&mut conn, id).await?,
        balances: balances.collect(),
        counts: clients::counts(&mut conn, id).await?,
        fields: fields.into_iter().filter(|f| staff || f.shown_to_client).collect(),
    })
}

/// Clients, newest first. Needs `clients:read` of staff.
pub async fn list(app: &App, actor: &Actor, filter: &ClientFilter) -> Result<Vec<ClientEntry>> {
    actor.require(Permission::ClientsRead)?;
    let text = filter.text.as_deref().map(str::trim).filter(|t| !t.is_empty() && !t.contains('\0'));
    let text = text.map(|t| t.replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_"));
    let filter = ClientFilter { text, limit: filter.limit.clamp(1, 500), ..filter.clone() };
    Ok(clients::list(&mut *app.conn().await?, &filter).await?)
}

/// The custom fields of clients without values, for a client to be added. Needs `clients:read` of staff.
pub async fn custom_fields(app: &App, actor: &Actor) -> Result<Vec<ClientField>> {
    actor.require(Permission::ClientsRead)?;
    Ok(clients::fields(&mut *app.conn().await?, None).await?)
}
