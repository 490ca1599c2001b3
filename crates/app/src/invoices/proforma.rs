//! Proformas: clients are asked to pay with a document that is no invoice yet. Once it is paid, it becomes one, with the
//! next number and of that day: only then is it in the books. Its amounts, its names and how it is taxed stay.

#[cfg(test)]
mod tests;

use innkeeper_db::{invoices, ledger, proformas};
use innkeeper_domain::{InvoiceId, Money, Permission, state::InvoiceState};
use innkeeper_hooks::payloads::ProformaInvoiced;
use serde_json::json;

use super::{
    issue::{Amounts, posting},
    numbers::{Document, series},
};
use crate::{Actor, App, AppError, Result, Tx, calendar, mailer};

/// Makes an invoice of a proforma before it is paid.
pub async fn invoice(app: &App, actor: &Actor, id: InvoiceId) -> Result<()> {
    actor.require(Permission::InvoicesWrite)?;
    let mut tx = app.begin(actor).await?;
    let client = invoices::client_of(tx.conn(), id).await?.ok_or(AppError::NotFound("invoice"))?;
    tx.lock_client(client).await?;
    let invoice = invoices::lock(tx.conn(), id).await?.ok_or(AppError::NotFound("invoice"))?;
    if !invoice.is_proforma || invoice.state.0 != InvoiceState::Unpaid {
        return Err(AppError::conflict("only a proforma that is owed can be made an invoice"));
    }
    invoice_in(&mut tx, id).await?;
    tx.commit().await
}

/// The same in the caller's transaction, which holds the client's lock.
pub(crate) async fn invoice_in(tx: &mut Tx<'_>, id: InvoiceId) -> Result<()> {
    let invoice = invoices::lock(tx.conn(), id).await?.ok_or(AppError::NotFound("invoice"))?;
    let today = calendar::today_in(tx).await?;
    let series = series(tx, today, Document::Invoice).await?;
    let numbers = proformas::invoice(tx.conn(), id, &series, today).await?;
    let (proforma, number) = numbers.ok_or_else(|| AppError::internal("it is no proforma"))?;
    let amounts = Amounts { net: invoice.subtotal, tax: invoice.tax };
    let posting = posting(format!("invoice:{id}"), invoice.client_id, &invoice.currency, amounts);
    ledger::post_all(tx.conn(), &[posting]).await?;
    let total = Money::new(invoice.total, invoice.currency.parse()?);
    let what = json!({ "proforma": proforma, "number": number });
    tx.emit(&ProformaInvoiced { invoice_id: id, client_id: invoice.client_id, proforma, number, total }).await?;
    tx.audit("invoice.of_proforma", "invoice", id, what).await?;
    if invoice.total == 0 { Ok(()) } else { mailer::proforma_invoiced(tx, id).await }
}

/// What is no invoice cannot be corrected or written off.
pub(super) fn not_yet(number: &str) -> AppError {
    AppError::conflict(format!("{number} is a proforma, and in no book: void it, or make it an invoice first"))
}
