//! A draft becomes an invoice.

use chrono::Days;
use innkeeper_db::composed_lines::{self, Of};
use innkeeper_domain::{InvoiceDraftId, InvoiceId, Permission};
use serde_json::json;

use super::{db, locked};
use crate::{
    Actor, App, AppError, Result, billing, calendar,
    invoices::{Draft, compose::invoice_lines, due_day, issue_all},
    tax::TaxTable,
};

/// Issues a draft, once; `seen` is the version that was looked at. The client's credit pays the invoice, as any other.
pub async fn issue(app: &App, actor: &Actor, id: InvoiceDraftId, seen: Option<i32>) -> Result<InvoiceId> {
    actor.require(Permission::InvoicesWrite)?;
    let mut tx = app.begin(actor).await?;
    let row = locked(&mut tx, id, seen).await?;
    let lines = composed_lines::get(tx.conn(), Of::Draft(id)).await?;
    if lines.is_empty() {
        return Err(AppError::conflict("the draft has no lines: add what is to be paid"));
    }
    let today = calendar::today_in(&mut tx).await?;
    let due_on = match row.due_days.and_then(|days| u64::try_from(days).ok()) {
        Some(days) => today.checked_add_days(Days::new(days)).unwrap_or(today),
        None => due_day(&mut tx, today).await?,
    };
    let taxes = TaxTable::load(tx.conn(), &[row.client_id]).await?;
    let tax = taxes.of(row.client_id)?;
    let lines = invoice_lines(*row.currency, &lines, tax)?;
    let draft = Draft::new(row.client_id, *row.currency, due_on, lines, tax)?;
    let issued = issue_all(&mut tx, today, &[draft]).await?;
    let invoice = *issued.first().ok_or_else(|| AppError::internal("an issued invoice is gone"))?;
    db::mark_issued(tx.conn(), id, invoice).await?;
    billing::use_credit(&mut tx, &issued).await?;
    tx.audit("invoice_draft.issue", "invoice_draft", id, json!({ "invoice": invoice })).await?;
    tx.commit().await?;
    Ok(invoice)
}
