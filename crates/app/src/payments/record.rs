//! Recording a payment: money, allocation, ledger and the paid invoice in one transaction.

use chrono::NaiveDate;
use innkeeper_db::{
    collections::{self, Owed},
    invoices,
    ledger::{self, Entry},
    payments::{self, NewPayment},
};
use innkeeper_domain::{ClientId, InvoiceId, Money, OrderId, PaymentId, Permission, state::InvoiceState};
use innkeeper_hooks::payloads::{InvoicePaid, InvoicePartiallyPaid, OrderPaid, PaymentRecorded};
use serde_json::json;

use super::Purpose;
use crate::{Actor, App, AppError, Checks, Result, Tx, billing, invoices::invoice_proforma_in, mailer, orders};

/// A payment that staff saw arrive.
#[derive(Clone, Debug)]
pub struct RecordPayment {
    /// What it was meant for.
    pub purpose: Purpose,
    /// Id of the gateway plugin.
    pub gateway: String,
    /// The bank's or gateway's own reference: recorded once.
    pub transaction_ref: String,
    /// What arrived.
    pub amount: Money,
    /// The day it arrived.
    pub received_on: NaiveDate,
    /// For staff.
    pub note: String,
}

/// Records a payment. What exceeds the balance of what it was meant for stays as the client's credit: all of it, if the
/// invoice is written off, or it comes ahead.
pub async fn record(app: &App, actor: &Actor, command: RecordPayment) -> Result<PaymentId> {
    actor.require(Permission::PaymentsWrite)?;
    check(app, &command)?;
    let mut tx = app.begin(actor).await?;
    let client_id = client_of(&mut tx, command.purpose).await?;
    tx.lock_client(client_id).await?;
    let currency = open_for(&mut tx, command.purpose).await?;
    if currency != command.amount.currency().code() {
        return Err(AppError::invalid("amount", format_args!("must be in {currency}")));
    }
    let payment = NewPayment {
        client_id,
        gateway: &command.gateway,
        transaction_ref: command.transaction_ref.trim(),
        currency: &currency,
        amount: command.amount.minor(),
        received_on: command.received_on,
        note: &command.note,
        collection_id: command.purpose.collection(),
    };
    let id = book(&mut tx, &payment, command.purpose).await?;
    let detail = match command.purpose {
        Purpose::Invoice(invoice) => json!({ "invoice": invoice, "amount": command.amount }),
        Purpose::Collection(collection) => json!({ "collection": collection, "amount": command.amount }),
    };
    tx.audit("payment.record", "payment", id, detail).await?;
    tx.commit().await?;
    Ok(id)
}

/// Whose money it is.
pub(super) async fn client_of(tx: &mut Tx<'_>, purpose: Purpose) -> Result<ClientId> {
    match purpose {
        Purpose::Invoice(id) => invoices::client_of(tx.conn(), id).await?.ok_or(AppError::NotFound("invoice")),
        Purpose::Collection(id) => collections::client_of(tx.conn(), id).await?.ok_or(AppError::NotFound("collection")),
    }
}

/// The currency of what staff record money for. `Conflict` if nothing is owed on it.
async fn open_for(tx: &mut Tx<'_>, purpose: Purpose) -> Result<String> {
    match purpose {
        Purpose::Invoice(id) => {
            let invoice = invoices::lock(tx.conn(), id).await?.ok_or(AppError::NotFound("invoice"))?;
            if !matches!(invoice.state.0, InvoiceState::Unpaid | InvoiceState::WrittenOff) {
                return Err(AppError::conflict(format!("the invoice is {}: nothing is owed on it", invoice.state)));
            }
            Ok(invoice.currency)
        }
        Purpose::Collection(id) => {
            let known = collections::lock(tx.conn(), id).await?.ok_or(AppError::NotFound("collection"))?;
            if known.state == "paid" {
                return Err(AppError::conflict("this is paid"));
            }
            Ok(known.currency)
        }
    }
}

/// What is owed on what a payment is meant for, in the order in which it is paid.
pub(super) async fn owed(tx: &mut Tx<'_>, purpose: Purpose) -> Result<Vec<Owed>> {
    match purpose {
        Purpose::Invoice(invoice_id) => {
            let invoice = invoices::lock(tx.conn(), invoice_id).await?.ok_or(AppError::NotFound("invoice"))?;
            let is_owed = invoice.state.0 == InvoiceState::Unpaid;
            Ok(is_owed.then_some(Owed { invoice_id, amount: invoice.total - invoice.paid }).into_iter().collect())
        }
        Purpose::Collection(id) => Ok(collections::owed(tx.conn(), id).await?),
    }
}

/// Books a payment: as much of it on its invoices as is owed, oldest due first, the rest as the client's credit. The
/// caller holds the client's lock and has checked the currency.
pub(crate) async fn book(tx: &mut Tx<'_>, payment: &NewPayment<'_>, purpose: impl Into<Purpose>) -> Result<PaymentId> {
    let purpose = purpose.into();
    let owed = owed(tx, purpose).await?;
    let id = book_on(tx, payment, owed, purpose.invoice()).await?;
    if let Purpose::Collection(collection) = purpose {
        collections::close(tx.conn(), collection, "paid").await?;
    }
    mailer::payment_received(tx, id).await?;
    Ok(id)
}

/// The same for what is owed on these invoices; nobody gets mail.
pub(super) async fn book_on(
    tx: &mut Tx<'_>,
    payment: &NewPayment<'_>,
    owed: Vec<Owed>,
    meant_for: Option<InvoiceId>,
) -> Result<PaymentId> {
    let id = payments::insert(tx.conn(), payment).await.map_err(|e| match innkeeper_db::conflict(&e) {
        Some("payment_gateway_transaction_ref_key") => {
            AppError::invalid("transaction_ref", "belongs to a payment that was recorded before")
        }
        _ => e.into(),
    })?;
    post(tx, id, payment).await?;
    let (mut rest, mut used) = (payment.amount, vec![]);
    for Owed { invoice_id, amount } in owed {
        let part = rest.min(amount);
        if part > 0 {
            rest -= part;
            allocate(tx, id, invoice_id, payment, part).await?;
            used.push(invoice_id);
        }
    }
    tx.emit(&PaymentRecorded {
        payment_id: id,
        client_id: payment.client_id,
        invoice_id: meant_for.or(used.first().copied()),
        gateway: payment.gateway.to_owned(),
        transaction: payment.transaction_ref.to_owned(),
        amount: Money::new(payment.amount, payment.currency.parse()?),
        received_on: payment.received_on,
        note: payment.note.to_owned(),
    })
    .await?;
    for invoice in used {
        settle_if_paid(tx, invoice).await?;
    }
    Ok(id)
}

fn check(app: &App, command: &RecordPayment) -> Result<()> {
    let mut checks = Checks::default();
    checks.require(command.amount.is_positive(), "amount", "must be more than nothing");
    checks.text("transaction_ref", &command.transaction_ref, 200, true);
    checks.text("note", &command.note, 2000, false);
    let latest = app.now().date_naive().succ_opt().unwrap_or(command.received_on);
    checks.require(command.received_on <= latest, "received_on", "must not be in the future");
    let known = app.plugins.gateway(&command.gateway).is_ok();
    checks.require(known, "gateway", "is not a payment method");
    checks.finish()
}

async fn post(tx: &mut Tx<'_>, id: PaymentId, payment: &NewPayment<'_>) -> Result<()> {
    let entries = [
        Entry { account: "cash", client: None, amount: payment.amount },
        Entry { account: "client_credit", client: Some(payment.client_id), amount: -payment.amount },
    ];
    Ok(ledger::post(tx.conn(), &format!("payment:{id}"), payment.currency, &entries).await?)
}

async fn allocate(
    tx: &mut Tx<'_>,
    id: PaymentId,
    invoice: InvoiceId,
    payment: &NewPayment<'_>,
    amount: i64,
) -> Result<()> {
    payments::allocate(tx.conn(), id, invoice, amount).await?;
    let entries = [
        Entry { account: "client_credit", client: Some(payment.client_id), amount },
        Entry { account: "receivable", client: Some(payment.client_id), amount: -amount },
    ];
    Ok(ledger::post(tx.conn(), &format!("allocation:{id}:{invoice}"), payment.currency, &entries).await?)
}

/// Marks an invoice as paid once its allocations reach its total, and sets its order going.
pub(crate) async fn settle_if_paid(tx: &mut Tx<'_>, id: InvoiceId) -> Result<()> {
    let invoice = invoices::lock(tx.conn(), id).await?.ok_or(AppError::NotFound("invoice"))?;
    let currency = invoice.currency.parse()?;
    let (client_id, total) = (invoice.client_id, Money::new(invoice.total, currency));
    if invoice.paid < invoice.total {
        let paid = Money::new(invoice.paid, currency);
        let balance = total.checked_sub(paid)?;
        tx.emit(&InvoicePartiallyPaid { invoice_id: id, client_id, paid, balance }).await?;
        return Ok(());
    }
    if invoice.is_proforma {
        invoice_proforma_in(tx, id).await?;
    }
    let now = tx.now();
    invoices::mark_paid(tx.conn(), id, now).await?;
    tx.emit(&InvoicePaid { invoice_id: id, client_id, total }).await?;
    tx.enqueue(&billing::follow_up_job(id)).await?;
    if let Some(order_id) = invoice.order_id.map(OrderId) {
        tx.emit(&OrderPaid { order_id, client_id, invoice_id: id }).await?;
        tx.enqueue(&orders::fulfil_job(order_id)).await?;
    }
    Ok(())
}
