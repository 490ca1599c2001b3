//! Writing off: what nobody will pay is no receivable any more. The invoice stays as it was issued, and what was paid on
//! it stays; nothing more is asked for. Final: money that still comes is the client's credit.

use innkeeper_db::{
    invoices,
    ledger::{self, Entry},
    write_offs,
};
use innkeeper_domain::{InvoiceId, Money, Permission, state::InvoiceState};
use innkeeper_hooks::payloads::InvoiceWrittenOff;
use serde_json::json;

#[cfg(test)]
mod tests;

use super::tax_share;
use crate::{Actor, App, AppError, Checks, Result, plan_changes};

/// Writes off what is owed on an unpaid invoice; `reason` is for staff.
pub async fn write_off(app: &App, actor: &Actor, id: InvoiceId, reason: &str) -> Result<()> {
    actor.require(Permission::InvoicesWrite)?;
    let mut checks = Checks::default();
    checks.text("reason", reason, 500, true);
    checks.finish()?;
    let reason = reason.trim();
    let mut tx = app.begin(actor).await?;
    let client_id = invoices::client_of(tx.conn(), id).await?.ok_or(AppError::NotFound("invoice"))?;
    tx.lock_client(client_id).await?;
    let invoice = invoices::lock(tx.conn(), id).await?.ok_or(AppError::NotFound("invoice"))?;
    if invoice.state.0 != InvoiceState::Unpaid {
        let state = invoice.state.as_str().replace('_', " ");
        return Err(AppError::conflict(format!("the invoice is {state}: only an unpaid one can be written off")));
    }
    if invoice.is_proforma {
        return Err(super::proforma::not_yet("this"));
    }
    let owed = invoice.total - invoice.paid;
    let (taken, taken_tax) = write_offs::taken_back(tx.conn(), id).await?;
    let tax = tax_in(owed, invoice.total - taken, invoice.tax - taken_tax);
    write_offs::insert(tx.conn(), id, &invoice.currency, (owed, tax), reason).await?;
    let entries = [
        Entry { account: "receivable", client: Some(client_id), amount: -owed },
        Entry { account: "bad_debt", client: None, amount: owed - tax },
        Entry { account: "tax_payable", client: None, amount: tax },
    ];
    ledger::post(tx.conn(), &format!("write_off:{id}"), &invoice.currency, &entries).await?;
    let currency = invoice.currency.parse()?;
    let (amount, tax) = (Money::new(owed, currency), Money::new(tax, currency));
    tx.emit(&InvoiceWrittenOff { invoice_id: id, client_id, amount, tax, reason: reason.to_owned() }).await?;
    plan_changes::withdrawn(&mut tx, id).await?;
    tx.audit("invoice.write_off", "invoice", id, json!({ "amount": amount, "tax": tax, "reason": reason })).await?;
    tx.commit().await
}

/// The tax in what is still owed of a total: all of it less the share of what was paid, so that both make the whole.
pub(crate) fn tax_in(owed: i64, total: i64, tax: i64) -> i64 {
    tax - tax_share(total - owed, tax, total)
}
