//! Sending quotes.

use innkeeper_db::{
    composed_lines::{self, Of},
    quotes as db,
};
use innkeeper_domain::{Permission, QuoteId, state::QuoteState};
use serde_json::json;

use super::{known, locked, tell_state};
use crate::{Actor, App, AppError, Result, calendar, mailer, tokens};

/// Sends a draft, or one that was sent once more: to everybody who gets the client's invoices, or to a prospect with a
/// link of its own; the link that was sent before leads nowhere then.
pub async fn send(app: &App, actor: &Actor, id: QuoteId, seen: Option<i32>) -> Result<()> {
    actor.require(Permission::InvoicesWrite)?;
    let mut tx = app.begin(actor).await?;
    let row = locked(&mut tx, None, id, seen).await?;
    if !matches!(*row.state, QuoteState::Draft | QuoteState::Sent) {
        return Err(AppError::conflict(format!("the quote is {}: change it, then send it again", row.state)));
    }
    if row.valid_until < calendar::today_in(&mut tx).await? {
        return Err(AppError::conflict("its last day is over: give it another one first"));
    }
    let lines = composed_lines::get(tx.conn(), Of::Quote(id)).await?;
    if lines.is_empty() {
        return Err(AppError::conflict("the quote has no lines: add what is offered"));
    }
    let now = tx.now();
    if let Some(prospect) = known(&row)? {
        let (token, hash) = tokens::fresh("")?;
        db::mark_sent(tx.conn(), id, now, Some(&hash)).await?;
        mailer::quote_link(&mut tx, &row, &prospect, &lines, &token).await?;
    } else {
        db::mark_sent(tx.conn(), id, now, None).await?;
        mailer::quote_sent(&mut tx, &row, &lines).await?;
    }
    if *row.state == QuoteState::Draft {
        tell_state(&mut tx, &row, QuoteState::Sent).await?;
    }
    tx.audit("quote.send", "quote", id, json!({ "version": row.version })).await?;
    tx.commit().await
}
