//! Issuing: number, snapshots, digest and ledger in one transaction.

use chrono::Days;
use innkeeper_db::{
    invoices::{self, NewLine},
    ledger::{self, Entry},
};
use innkeeper_domain::{ClientId, Currency, InvoiceId, Money, OrderId};
use innkeeper_hooks::payloads::InvoiceCreated;
use serde_json::{Value, json};

use crate::{App, AppError, Identity, Result, Tx, calendar, mailer, payments};

/// Days until an invoice is due, if the setting `company.invoice_due_days` says nothing.
const DUE_DAYS: u64 = 14;

/// Issues an invoice over `lines`, whose tax is computed already. The caller holds the client's lock.
/// One over nothing is paid at once.
pub(crate) async fn issue(
    app: &App,
    tx: &mut Tx<'_>,
    client_id: ClientId,
    order: Option<OrderId>,
    currency: Currency,
    lines: &[NewLine<'_>],
) -> Result<InvoiceId> {
    let seller = innkeeper_db::settings::get(tx.conn(), "company").await?.unwrap_or_else(|| json!({}));
    let due_days = seller.get("invoice_due_days").and_then(Value::as_u64).unwrap_or(DUE_DAYS);
    let issued_on = calendar::today(app).await?;
    let due = issued_on.checked_add_days(Days::new(due_days)).unwrap_or(issued_on);
    let id = invoices::insert_draft(tx.conn(), client_id, order, currency.code(), "").await?;
    invoices::insert_lines(tx.conn(), id, lines).await.map_err(|e| match innkeeper_db::conflict(&e) {
        Some("line_one_invoice_per_period") => AppError::conflict("this period of the service was invoiced before"),
        _ => e.into(),
    })?;
    let number = invoices::issue(tx.conn(), id, &seller, issued_on, due).await?;
    let invoice = invoices::lock(tx.conn(), id).await?.ok_or(AppError::NotFound("invoice"))?;
    let entries = [
        Entry { account: "receivable", client: Some(client_id), amount: invoice.total },
        Entry { account: "income", client: None, amount: -invoice.subtotal },
        Entry { account: "tax_payable", client: None, amount: -invoice.tax },
    ];
    ledger::post(tx.conn(), &format!("invoice:{id}"), currency.code(), &entries).await?;
    let total = Money::new(invoice.total, currency);
    let actor = tx.actor();
    let source = match actor.identity {
        Identity::Staff(_) => "panel",
        Identity::Client { .. } | Identity::Visitor => "portal",
        Identity::System(_) => "automation",
    };
    let state = if total.is_zero() { "paid" } else { "unpaid" };
    tx.emit(&InvoiceCreated {
        invoice_id: id,
        client_id,
        number,
        subtotal: Money::new(invoice.subtotal, currency),
        total,
        due,
        source: source.to_owned(),
        actor: actor.tag(),
        state: state.to_owned(),
    })
    .await?;
    if total.is_zero() {
        payments::settle_if_paid(tx, id).await?;
    } else {
        mailer::invoice_created(tx, id).await?;
    }
    Ok(id)
}
