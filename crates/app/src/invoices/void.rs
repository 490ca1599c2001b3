//! Voiding: an invoice nobody paid is withdrawn; what it claimed is released.

use innkeeper_db::{invoices, ledger};
use innkeeper_domain::{InvoiceId, Permission, state::InvoiceState};
use innkeeper_hooks::payloads::InvoiceCancelled;
use serde_json::json;

use super::issue::{Amounts, posting};
use crate::{Actor, App, AppError, Result, Tx, mailer, plan_changes};

/// Voids an unpaid invoice on which nothing was paid.
pub async fn void(app: &App, actor: &Actor, id: InvoiceId) -> Result<()> {
    actor.require(Permission::InvoicesWrite)?;
    let mut tx = app.begin(actor).await?;
    let client = invoices::client_of(tx.conn(), id).await?.ok_or(AppError::NotFound("invoice"))?;
    tx.lock_client(client).await?;
    // Written first: a void invoice has no lines that count.
    mailer::invoice_cancelled(&mut tx, id).await?;
    void_in(&mut tx, id).await?;
    tx.audit("invoice.void", "invoice", id, json!({})).await?;
    tx.commit().await
}

/// The same in the caller's transaction, which holds the client's lock.
pub(crate) async fn void_in(tx: &mut Tx<'_>, id: InvoiceId) -> Result<()> {
    let invoice = invoices::lock(tx.conn(), id).await?.ok_or(AppError::NotFound("invoice"))?;
    if invoice.state.0 != InvoiceState::Unpaid {
        return Err(AppError::conflict(format!("the invoice is {}: only an unpaid one can be voided", invoice.state)));
    }
    if invoice.paid > 0 {
        return Err(AppError::conflict("a part of the invoice is paid: it cannot be voided"));
    }
    invoices::void(tx.conn(), id).await?;
    if !invoice.is_proforma {
        let back = Amounts { net: -invoice.subtotal, tax: -invoice.tax };
        let posting = posting(format!("void:{id}"), invoice.client_id, &invoice.currency, back);
        ledger::post_all(tx.conn(), &[posting]).await?;
    }
    tx.emit(&InvoiceCancelled { invoice_id: id, client_id: invoice.client_id }).await?;
    plan_changes::withdrawn(tx, id).await
}
