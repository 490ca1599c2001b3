//! Drafts: staff compose an invoice for a client, look at it, and issue it once. Until then it has no number, nothing is
//! in the ledger, and nobody gets mail.

mod issue;
#[cfg(test)]
mod tests;

use innkeeper_db::{
    clients,
    composed_lines::{self, Of},
    invoice_drafts as db,
};
use innkeeper_domain::{ClientId, Currency, InvoiceDraftId, Permission};
use serde_json::json;

use super::issue::Draft;
use crate::{Actor, App, AppError, Checks, Result, Tx, calendar, tax::TaxTable};

use super::compose::{ComposedLine, LineInput, Preview, check, composed, invoice_lines, preview};
pub use db::{DraftFilter, DraftRow};
pub use issue::issue;

const NOT_FOUND: AppError = AppError::NotFound("draft");

/// A draft as staff write it.
#[derive(Clone, Debug)]
pub struct DraftInput {
    /// Days until it is due, from 0 to 365; none: as the company gives.
    pub due_days: Option<i32>,
    /// What the client reads below the lines.
    pub notes: String,
    /// At most 100.
    pub lines: Vec<LineInput>,
}

/// A draft with what it would be as an invoice of today.
#[derive(Clone, Debug)]
pub struct DraftView {
    /// The draft.
    pub row: DraftRow,
    /// Its lines.
    pub lines: Vec<ComposedLine>,
    /// What they come to.
    pub preview: Preview,
}

/// Drafts that are not issued, newest first.
pub async fn list(app: &App, actor: &Actor, filter: DraftFilter) -> Result<Vec<DraftRow>> {
    actor.require(Permission::InvoicesRead)?;
    let mut conn = app.conn().await?;
    Ok(db::list(&mut conn, filter).await?)
}

/// A draft, issued or not.
pub async fn get(app: &App, actor: &Actor, id: InvoiceDraftId) -> Result<DraftView> {
    actor.require(Permission::InvoicesRead)?;
    let today = calendar::today(app).await?;
    let mut conn = app.conn().await?;
    let row = db::get(&mut conn, id).await?.ok_or(NOT_FOUND)?;
    let lines = composed_lines::get(&mut conn, Of::Draft(id)).await?;
    let taxes = TaxTable::load(&mut conn, &[row.client_id]).await?;
    let tax = taxes.of(row.client_id)?;
    let new = invoice_lines(*row.currency, &lines, tax)?;
    let preview = preview(&Draft::new(row.client_id, *row.currency, today, new, tax)?);
    Ok(DraftView { row, lines, preview })
}

/// Begins a draft, in the client's currency.
pub async fn create(app: &App, actor: &Actor, client: ClientId, input: DraftInput) -> Result<InvoiceDraftId> {
    actor.require(Permission::InvoicesWrite)?;
    let mut tx = app.begin(actor).await?;
    tx.lock_client(client).await?;
    let currency = *clients::get(tx.conn(), None, client).await?.ok_or(AppError::NotFound("client"))?.currency;
    let lines = checked(&input, currency)?;
    let id = db::insert(tx.conn(), client, currency, (input.due_days, input.notes.trim())).await?;
    composed_lines::set(tx.conn(), Of::Draft(id), &lines).await?;
    tx.audit("invoice_draft.create", "invoice_draft", id, json!({ "client": client, "lines": lines.len() })).await?;
    tx.commit().await?;
    Ok(id)
}

/// Changes a draft that is not issued; `seen` is the version that was looked at.
pub async fn update(app: &App, actor: &Actor, id: InvoiceDraftId, seen: Option<i32>, input: DraftInput) -> Result<()> {
    actor.require(Permission::InvoicesWrite)?;
    let mut tx = app.begin(actor).await?;
    let row = locked(&mut tx, id, seen).await?;
    let lines = checked(&input, *row.currency)?;
    db::update(tx.conn(), id, (input.due_days, input.notes.trim())).await?;
    composed_lines::set(tx.conn(), Of::Draft(id), &lines).await?;
    tx.audit("invoice_draft.update", "invoice_draft", id, json!({ "lines": lines.len() })).await?;
    tx.commit().await
}

/// Throws a draft away that is not issued.
pub async fn delete(app: &App, actor: &Actor, id: InvoiceDraftId) -> Result<()> {
    actor.require(Permission::InvoicesWrite)?;
    let mut tx = app.begin(actor).await?;
    let row = locked(&mut tx, id, None).await?;
    db::delete(tx.conn(), id).await?;
    tx.audit("invoice_draft.delete", "invoice_draft", id, json!({ "client": row.client_id })).await?;
    tx.commit().await
}

/// The draft as it is now, under its client's lock. `Conflict` if it is issued, or not the version that was seen.
async fn locked(tx: &mut Tx<'_>, id: InvoiceDraftId, seen: Option<i32>) -> Result<DraftRow> {
    let client = db::get(tx.conn(), id).await?.ok_or(NOT_FOUND)?.client_id;
    tx.lock_client(client).await?;
    let row = db::get(tx.conn(), id).await?.ok_or(NOT_FOUND)?;
    if row.invoice_id.is_some() {
        return Err(AppError::conflict("the draft is issued already: look at its invoice"));
    }
    if seen.is_some_and(|version| version != row.version) {
        return Err(AppError::conflict("somebody changed the draft in the meantime: look at it again"));
    }
    Ok(row)
}

fn checked(input: &DraftInput, currency: Currency) -> Result<Vec<ComposedLine>> {
    let mut checks = Checks::default();
    let days = input.due_days.is_none_or(|days| (0..=365).contains(&days));
    checks.require(days, "due_days", "must be between 0 and 365");
    checks.text("notes", &input.notes, 2000, false);
    check(&mut checks, &input.lines, currency);
    checks.finish()?;
    Ok(composed(&input.lines))
}
