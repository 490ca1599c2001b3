//! Quotes: offers to a client, or to somebody who is none yet, with the lines of a draft. They are composed, sent, and
//! accepted or declined by whom they are for, in the portal or through a link, or by staff in their name. What is
//! accepted becomes an invoice at once; once.

mod decide;
mod edit;
mod expire;
mod link;
mod print;
#[cfg(test)]
mod prospect_tests;
mod send;
#[cfg(test)]
mod tests;

use innkeeper_db::{
    PgConnection,
    composed_lines::{self, Of},
    quotes as db,
};
use innkeeper_domain::{ClientId, Permission, QuoteId, Rate, state::QuoteState};
use innkeeper_hooks::payloads::QuoteStatusChanged;

use crate::{
    Actor, App, AppError, Result, Tx, calendar,
    clients::Details,
    invoices::{
        Draft,
        compose::{ComposedLine, Preview, invoice_lines, preview},
    },
    tax::{self, ClientTax, TaxTable},
};

pub use db::{QuoteFilter, QuoteRow};
pub use decide::{accept, accept_by_link, decline, decline_by_link};
pub use edit::{QuoteInput, create, create_for_prospect, delete, duplicate, update};
pub(crate) use expire::Quotes;
pub use link::{by_link, pdf_by_link};
pub use print::pdf;
pub use send::send;

const NOT_FOUND: AppError = AppError::NotFound("quote");

/// A quote with what it would be as an invoice of today.
#[derive(Clone, Debug)]
pub struct QuoteView {
    /// The quote.
    pub row: QuoteRow,
    /// What is known of somebody who is no client yet.
    pub prospect: Option<Details>,
    /// Its lines.
    pub lines: Vec<ComposedLine>,
    /// What they come to.
    pub preview: Preview,
    /// The rate of those that are taxed.
    pub tax_rate: Rate,
}

/// Quotes, newest first: everybody's for staff; for a client its own, which were sent.
pub async fn list(app: &App, actor: &Actor, filter: QuoteFilter) -> Result<Vec<QuoteRow>> {
    let owner = actor.owner(Permission::InvoicesRead)?;
    let mut conn = app.conn().await?;
    Ok(db::list(&mut conn, QuoteFilter { owner, ..filter }).await?)
}

/// A quote.
pub async fn get(app: &App, actor: &Actor, id: QuoteId) -> Result<QuoteView> {
    let owner = actor.owner(Permission::InvoicesRead)?;
    view(app, owner, id).await
}

async fn view(app: &App, owner: Option<ClientId>, id: QuoteId) -> Result<QuoteView> {
    let today = calendar::today(app).await?;
    let mut conn = app.conn().await?;
    let row = db::get(&mut conn, owner, id).await?.ok_or(NOT_FOUND)?;
    let lines = composed_lines::get(&mut conn, Of::Quote(id)).await?;
    let prospect = known(&row)?;
    let tax = tax_of(&mut conn, &row, prospect.as_ref()).await?;
    let client = ClientId(row.client_id.unwrap_or_default());
    let new = invoice_lines(*row.currency, &lines, &tax)?;
    let preview = preview(&Draft::new(client, *row.currency, today, new, &tax)?);
    Ok(QuoteView { row, prospect, lines, preview, tax_rate: tax.treatment.rate() })
}

/// How whoever it is for would be taxed today.
async fn tax_of(conn: &mut PgConnection, row: &QuoteRow, prospect: Option<&Details>) -> Result<ClientTax> {
    match (row.client_id, prospect) {
        (_, Some(known)) => tax::of_prospect(conn, known).await,
        (id, None) => {
            let client = ClientId(id.unwrap_or_default());
            Ok(TaxTable::load(conn, &[client]).await?.of(client)?.clone())
        }
    }
}

/// What is known of somebody who is no client yet.
fn known(row: &QuoteRow) -> Result<Option<Details>> {
    Ok(row.prospect.clone().map(serde_json::from_value).transpose()?)
}

/// The quote as it is now, and nobody else changes it: under its client's lock, or its own. `Conflict` if it is not the
/// version that was seen.
async fn locked(tx: &mut Tx<'_>, owner: Option<ClientId>, id: QuoteId, seen: Option<i32>) -> Result<QuoteRow> {
    match db::get(tx.conn(), owner, id).await?.ok_or(NOT_FOUND)?.client_id {
        Some(client) => tx.lock_client(ClientId(client)).await?,
        // Who accepts it meanwhile holds this lock: then it is accepted, and nothing changes it any more.
        None => db::lock(tx.conn(), id).await?,
    }
    let row = db::get(tx.conn(), owner, id).await?.ok_or(NOT_FOUND)?;
    if *row.state == QuoteState::Accepted {
        return Err(AppError::conflict("the quote is accepted already: look at its invoice"));
    }
    if seen.is_some_and(|version| version != row.version) {
        return Err(AppError::conflict("the quote was changed in the meantime: look at it again"));
    }
    Ok(row)
}

async fn tell_state(tx: &mut Tx<'_>, row: &QuoteRow, state: QuoteState) -> Result<()> {
    let (client_id, state) = (row.client_id.map(ClientId), state.as_str().to_owned());
    tx.emit(&QuoteStatusChanged { quote_id: row.id, client_id, state }).await?;
    Ok(())
}
