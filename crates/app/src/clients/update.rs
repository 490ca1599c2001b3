//! Changing a client's details.

use innkeeper_db::clients;
use innkeeper_domain::{ClientId, Permission};
use innkeeper_hooks::payloads::ClientUpdated;
use serde_json::json;

use super::{
    ClientRow, Details, NOT_FOUND,
    details::Record,
    fields::{self, Values},
    gated, owner_of,
};
use crate::{Actor, App, AppError, Checks, Result, Tx, tax};

/// What staff decide about a client.
#[derive(Clone, Debug)]
pub struct StaffDetails {
    /// Code of its currency; fixed once something was ordered or invoiced.
    pub currency: String,
    /// Pays no tax.
    pub tax_exempt: bool,
    /// For staff only.
    pub notes: String,
}

/// A client's new details.
#[derive(Clone, Debug)]
pub struct UpdateClient {
    /// All of name and address.
    pub details: Details,
    /// For staff; none: as they are.
    pub staff: Option<StaffDetails>,
    /// Custom fields by key; those left out stay.
    pub fields: Values,
}

/// Replaces a client's details. Needs `clients:write`; clients change themselves. Says nothing if
/// nothing changed.
pub async fn update(app: &App, actor: &Actor, id: ClientId, command: &UpdateClient) -> Result<()> {
    let owner = owner_of(actor, Permission::ClientsWrite, id)?;
    if command.staff.is_some() && !actor.is_staff() {
        return Err(AppError::Forbidden);
    }
    // A foreign client is refused before anybody is asked about it.
    clients::get(&mut *app.conn().await?, owner, id).await?.ok_or(NOT_FOUND)?;
    let (details, fields) = gated::details(app, Some(id), &command.details, &command.fields).await?;
    let command = &UpdateClient { details, fields, staff: command.staff.clone() };
    let mut tx = app.begin(actor).await?;
    tx.lock_client(id).await?;
    let old = clients::lock(tx.conn(), owner, id).await?.ok_or(NOT_FOUND)?;
    let mut checks = Checks::default();
    let record = record(&mut tx, &mut checks, &old, command).await?;
    let values = fields::judge(&mut tx, &mut checks, Some(id), &command.fields, actor.is_staff()).await?;
    checks.finish()?;
    let mut changed = record.changes(&old);
    if !values.is_empty() {
        changed.push("fields".into());
    }
    if changed.is_empty() {
        return Ok(());
    }
    clients::update(tx.conn(), id, &record.data()).await?;
    fields::write(&mut tx, id, &values).await?;
    tax::note(&mut tx, id, &record.details.tax_number).await?;
    tx.audit("client.update", "client", id, json!({ "changed": changed })).await?;
    let before = record.before(&old);
    tx.emit(&ClientUpdated { client_id: id, changed, details: Some(record.told()), before }).await?;
    tx.commit().await
}

async fn record(tx: &mut Tx<'_>, checks: &mut Checks, old: &ClientRow, command: &UpdateClient) -> Result<Record> {
    let details = command.details.checked(checks);
    let currency = old.currency.code().to_owned();
    let Some(staff) = &command.staff else {
        return Ok(Record { details, tax_exempt: old.tax_exempt, currency, notes: old.notes.clone() });
    };
    checks.text("notes", &staff.notes, 10_000, false);
    if staff.currency != currency {
        let known = clients::currency(tx.conn(), Some(&staff.currency)).await?.is_some();
        checks.require(known, "currency", "must be one of the enabled currencies");
        let busy = clients::has_business(tx.conn(), old.id).await?;
        checks.require(!busy, "currency", "cannot change once something was ordered or invoiced");
    }
    let (currency, notes) = (staff.currency.clone(), staff.notes.clone());
    Ok(Record { details, tax_exempt: staff.tax_exempt, currency, notes })
}
