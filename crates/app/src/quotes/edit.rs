//! Composing quotes.

use chrono::NaiveDate;
use innkeeper_db::{
    clients,
    composed_lines::{self, Of},
    quotes::{self as db, For, QuoteFields},
    users,
};
use innkeeper_domain::{ClientId, Currency, Permission, QuoteId, state::QuoteState};
use innkeeper_hooks::payloads::QuoteCreated;
use serde_json::{Value, json};

use super::{NOT_FOUND, locked, tell_state};
use crate::{
    Actor, App, AppError, Checks, Result, Tx,
    clients::Details,
    invoices::compose::{ComposedLine, LineInput, check, composed},
};

/// A quote as staff write it.
#[derive(Clone, Debug)]
pub struct QuoteInput {
    /// What it is about.
    pub subject: String,
    /// What the client reads above the lines.
    pub introduction: String,
    /// What the client reads below the lines.
    pub terms: String,
    /// The last day on which it can be accepted.
    pub valid_until: NaiveDate,
    /// At most 100.
    pub lines: Vec<LineInput>,
    /// What is known of somebody who is no client yet; none: as before, or for a client.
    pub prospect: Option<Details>,
}

/// Begins a quote, in the client's currency.
pub async fn create(app: &App, actor: &Actor, client: ClientId, input: QuoteInput) -> Result<QuoteId> {
    actor.require(Permission::InvoicesWrite)?;
    let mut tx = app.begin(actor).await?;
    tx.lock_client(client).await?;
    let currency = *clients::get(tx.conn(), None, client).await?.ok_or(AppError::NotFound("client"))?.currency;
    let lines = checked(&input, currency)?;
    if input.prospect.is_some() {
        return Err(AppError::invalid("prospect", "is for people who are no clients"));
    }
    let id = insert(&mut tx, &For::Client(client), currency, (&fields(&input), &lines)).await?;
    tx.audit("quote.create", "quote", id, json!({ "client": client, "subject": input.subject })).await?;
    tx.commit().await?;
    Ok(id)
}

/// Begins a quote for somebody who is no client yet, in an enabled currency; none: the default one.
pub async fn create_for_prospect(
    app: &App,
    actor: &Actor,
    currency: Option<&str>,
    input: QuoteInput,
) -> Result<QuoteId> {
    actor.require(Permission::InvoicesWrite)?;
    let mut tx = app.begin(actor).await?;
    let wanted = currency.map(str::trim).filter(|code| !code.is_empty());
    let found = clients::currency(tx.conn(), wanted).await?;
    let currency = *found.ok_or_else(|| AppError::invalid("currency", "must be one of the enabled currencies"))?;
    let lines = checked(&input, currency)?;
    let prospect = prospect(&mut tx, &input).await?;
    let prospect = prospect.ok_or_else(|| AppError::invalid("prospect", "must say whom the quote is for"))?;
    let id = insert(&mut tx, &For::Prospect(prospect), currency, (&fields(&input), &lines)).await?;
    tx.audit("quote.create", "quote", id, json!({ "subject": input.subject })).await?;
    tx.commit().await?;
    Ok(id)
}

/// Changes a quote that is not accepted: it is a draft then, whatever was sent; `seen` is the version that was looked at.
pub async fn update(app: &App, actor: &Actor, id: QuoteId, seen: Option<i32>, input: QuoteInput) -> Result<()> {
    actor.require(Permission::InvoicesWrite)?;
    let mut tx = app.begin(actor).await?;
    let row = locked(&mut tx, None, id, seen).await?;
    let lines = checked(&input, *row.currency)?;
    let prospect = prospect(&mut tx, &input).await?;
    if prospect.is_some() && row.client_id.is_some() {
        return Err(AppError::invalid("prospect", "is for people who are no clients"));
    }
    db::update(tx.conn(), id, &fields(&input), prospect.as_ref()).await?;
    composed_lines::set(tx.conn(), Of::Quote(id), &lines).await?;
    if *row.state != QuoteState::Draft {
        tell_state(&mut tx, &row, QuoteState::Draft).await?;
    }
    tx.audit("quote.update", "quote", id, json!({ "subject": input.subject })).await?;
    tx.commit().await
}

/// Makes a new draft with the same texts and lines.
pub async fn duplicate(app: &App, actor: &Actor, id: QuoteId) -> Result<QuoteId> {
    actor.require(Permission::InvoicesWrite)?;
    let mut tx = app.begin(actor).await?;
    let row = db::get(tx.conn(), None, id).await?.ok_or(NOT_FOUND)?;
    let whom = match (row.client_id, &row.prospect) {
        (None, Some(known)) => For::Prospect(known.clone()),
        (client, _) => For::Client(ClientId(client.unwrap_or_default())),
    };
    if let For::Client(client) = whom {
        tx.lock_client(client).await?;
    }
    let lines = composed_lines::get(tx.conn(), Of::Quote(id)).await?;
    let same = QuoteFields {
        subject: &row.subject,
        introduction: &row.introduction,
        terms: &row.terms,
        valid_until: row.valid_until,
    };
    let copy = insert(&mut tx, &whom, *row.currency, (&same, &lines)).await?;
    tx.audit("quote.create", "quote", copy, json!({ "client": row.client_id, "from": id })).await?;
    tx.commit().await?;
    Ok(copy)
}

/// Throws a quote away that was never sent.
pub async fn delete(app: &App, actor: &Actor, id: QuoteId) -> Result<()> {
    actor.require(Permission::InvoicesWrite)?;
    let mut tx = app.begin(actor).await?;
    let row = locked(&mut tx, None, id, None).await?;
    if row.sent_at.is_some() {
        return Err(AppError::conflict("the client has seen the quote: it stays"));
    }
    db::delete(tx.conn(), id).await?;
    tx.audit("quote.delete", "quote", id, json!({ "client": row.client_id })).await?;
    tx.commit().await
}

async fn insert(
    tx: &mut Tx<'_>,
    whom: &For,
    currency: Currency,
    (fields, lines): (&QuoteFields<'_>, &[ComposedLine]),
) -> Result<QuoteId> {
    let id = db::insert(tx.conn(), whom, currency, fields).await?;
    composed_lines::set(tx.conn(), Of::Quote(id), lines).await?;
    let client_id = if let For::Client(client) = whom { Some(*client) } else { None };
    tx.emit(&QuoteCreated { quote_id: id, client_id, state: QuoteState::Draft.as_str().to_owned() }).await?;
    Ok(id)
}

fn fields(input: &QuoteInput) -> QuoteFields<'_> {
    QuoteFields {
        subject: input.subject.trim(),
        introduction: input.introduction.trim(),
        terms: input.terms.trim(),
        valid_until: input.valid_until,
    }
}

/// What is known of a prospect, as it is kept. Who has a login is no prospect.
async fn prospect(tx: &mut Tx<'_>, input: &QuoteInput) -> Result<Option<Value>> {
    let Some(given) = &input.prospect else { return Ok(None) };
    let mut checks = Checks::default();
    let known = given.checked(&mut checks);
    checks.finish()?;
    if users::by_email(tx.conn(), &known.email).await?.is_some() {
        return Err(AppError::invalid("email", "has a login already: begin the quote on the page of its client"));
    }
    Ok(Some(serde_json::to_value(known)?))
}

fn checked(input: &QuoteInput, currency: Currency) -> Result<Vec<ComposedLine>> {
    let mut checks = Checks::default();
    checks.text("subject", &input.subject, 200, true);
    checks.text("introduction", &input.introduction, 4000, false);
    checks.text("terms", &input.terms, 4000, false);
    check(&mut checks, &input.lines, currency);
    checks.finish()?;
    Ok(composed(&input.lines))
}
