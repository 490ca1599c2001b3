//! The answer to a quote.

use innkeeper_db::{
    composed_lines::{self, Of},
    quotes as db,
};
use innkeeper_domain::{ClientId, InvoiceId, Permission, QuoteId, state::QuoteState};
use innkeeper_hooks::payloads::QuoteAccepted;
use serde_json::{Value, json};

use super::{NOT_FOUND, QuoteRow, known, link, locked, tell_state};
use crate::{
    Actor, App, AppError, Result, Tx, billing, calendar,
    clients::{self, Details},
    invoices::{Draft, compose::invoice_lines, due_day, issue_all},
    tax::TaxTable,
};

/// Who answers.
enum By {
    Staff,
    Client(ClientId),
    /// Whoever has the link of this hash.
    Link(Vec<u8>),
}

impl By {
    /// It becomes an invoice: a client orders, staff write one.
    fn account(actor: &Actor) -> Result<Self> {
        let needed = if actor.client_id().is_some() { Permission::OrdersWrite } else { Permission::InvoicesWrite };
        Ok(actor.owner(needed)?.map_or(Self::Staff, Self::Client))
    }

    fn owner(&self) -> Option<ClientId> {
        if let Self::Client(id) = self { Some(*id) } else { None }
    }

    fn is_staff(&self) -> bool {
        matches!(self, Self::Staff)
    }
}

/// Accepts a quote: it becomes an invoice, once. A client accepts what was sent to it, up to the last day; staff accept
/// in its name, whenever it was told. Somebody who was no client is one then.
pub async fn accept(app: &App, actor: &Actor, id: QuoteId, seen: Option<i32>) -> Result<InvoiceId> {
    let by = By::account(actor)?;
    accept_as(app, actor, &by, (id, seen)).await
}

/// The same, by whoever has the link.
pub async fn accept_by_link(app: &App, visitor: &Actor, token: &str, seen: Option<i32>) -> Result<InvoiceId> {
    let (id, hash) = link::find(app, visitor, token).await?;
    accept_as(app, visitor, &By::Link(hash), (id, seen)).await
}

/// Declines a quote. Staff may change it and send it again.
pub async fn decline(app: &App, actor: &Actor, id: QuoteId) -> Result<()> {
    let by = By::account(actor)?;
    decline_as(app, actor, &by, id).await
}

/// The same, by whoever has the link.
pub async fn decline_by_link(app: &App, visitor: &Actor, token: &str) -> Result<()> {
    let (id, hash) = link::find(app, visitor, token).await?;
    decline_as(app, visitor, &By::Link(hash), id).await
}

async fn accept_as(app: &App, actor: &Actor, by: &By, (id, seen): (QuoteId, Option<i32>)) -> Result<InvoiceId> {
    let joining = joining(app, by, id).await?;
    let (mut tx, row) = open(app, actor, by, (id, seen)).await?;
    let today = calendar::today_in(&mut tx).await?;
    if !by.is_staff() && row.valid_until < today {
        return Err(AppError::conflict("the last day of this offer is over: ask for a new one"));
    }
    let lines = composed_lines::get(tx.conn(), Of::Quote(id)).await?;
    if lines.is_empty() {
        return Err(AppError::conflict("the quote has no lines: add what is offered"));
    }
    let client = match row.client_id {
        Some(client) => ClientId(client),
        None => join(&mut tx, &row, joining).await?,
    };
    let taxes = TaxTable::load(tx.conn(), &[client]).await?;
    let tax = taxes.of(client)?;
    let due_on = due_day(&mut tx, today).await?;
    let lines = invoice_lines(*row.currency, &lines, tax)?;
    let draft = Draft::new(client, *row.currency, due_on, lines, tax)?;
    let issued = issue_all(&mut tx, today, &[draft]).await?;
    let invoice = *issued.first().ok_or_else(|| AppError::internal("an issued invoice is gone"))?;
    let now = tx.now();
    db::decide(tx.conn(), id, Some(invoice), now).await?;
    billing::use_credit(&mut tx, &issued).await?;
    let row = QuoteRow { client_id: Some(client.get()), ..row };
    tell_state(&mut tx, &row, QuoteState::Accepted).await?;
    tx.emit(&QuoteAccepted { quote_id: id, client_id: client, invoice_id: invoice }).await?;
    tx.audit("quote.accept", "quote", id, json!({ "invoice": invoice, "version": row.version })).await?;
    tx.commit().await?;
    Ok(invoice)
}

/// What is known of somebody who is to be a client, as stored, and as snapins let it through.
async fn joining(app: &App, by: &By, id: QuoteId) -> Result<Option<(Value, Details)>> {
    let row = db::get(&mut *app.conn().await?, by.owner(), id).await?.ok_or(NOT_FOUND)?;
    match (known(&row)?, row.prospect) {
        (Some(known), Some(stored)) => Ok(Some((stored, clients::may_join(app, &known).await?))),
        _ => Ok(None),
    }
}

/// Makes the client, of what snapins were asked about.
async fn join(tx: &mut Tx<'_>, row: &QuoteRow, joining: Option<(Value, Details)>) -> Result<ClientId> {
    let same = joining.filter(|(stored, _)| row.prospect.as_ref() == Some(stored));
    let (_, details) =
        same.ok_or_else(|| AppError::conflict("the quote was changed in the meantime: look at it again"))?;
    let client = clients::join(tx, &details, *row.currency).await?;
    db::joined(tx.conn(), row.id, client).await?;
    Ok(client)
}

async fn decline_as(app: &App, actor: &Actor, by: &By, id: QuoteId) -> Result<()> {
    let (mut tx, row) = open(app, actor, by, (id, None)).await?;
    let now = tx.now();
    db::decide(tx.conn(), id, None, now).await?;
    tell_state(&mut tx, &row, QuoteState::Declined).await?;
    tx.audit("quote.decline", "quote", id, json!({})).await?;
    tx.commit().await
}

/// A quote that can be answered, under its client's lock or its own.
async fn open<'a>(
    app: &'a App,
    actor: &'a Actor,
    by: &By,
    (id, seen): (QuoteId, Option<i32>),
) -> Result<(Tx<'a>, QuoteRow)> {
    let mut tx = app.begin(actor).await?;
    let row = locked(&mut tx, by.owner(), id, seen).await?;
    if let By::Link(hash) = by {
        // It may have been sent again, with another link.
        db::by_link(tx.conn(), hash).await?.filter(|found| *found == id).ok_or(NOT_FOUND)?;
    }
    let can = match *row.state {
        QuoteState::Sent => true,
        QuoteState::Draft | QuoteState::Expired => by.is_staff(),
        QuoteState::Accepted | QuoteState::Declined => false,
    };
    if !can {
        return Err(AppError::conflict(format!("the quote is {}: ask for a new one", row.state)));
    }
    Ok((tx, row))
}
