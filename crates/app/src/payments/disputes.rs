//! Disputes: the payer's bank takes a payment back until it is decided who keeps the money. What the payment paid is owed
//! again; when the dispute is won, the money is there again.

use innkeeper_db::{
    clients,
    collections::Owed,
    disputes::{self as db, KnownDispute, NewDispute},
    effects, gateway_payments,
    payments::{self as rows, NewPayment},
    refunds,
};
use innkeeper_domain::{ClientId, DisputeId, DisputeState, GatewayPaymentId, Money, PaymentId, Permission};
use innkeeper_hooks::payloads::PaymentDisputed;
use innkeeper_plugin_api::{Dispute, PaymentState, RemotePayment};
use serde_json::json;

use super::{
    record::book_on,
    taking::{Taking, take},
};
use crate::{Actor, App, AppError, Result, Tx, billing::suspend_disputed, calendar, mailer, settings};

pub use db::{DisputeFilter, DisputeRow};

/// Disputes, newest first. For staff.
pub async fn disputes(app: &App, actor: &Actor, filter: DisputeFilter) -> Result<Vec<DisputeRow>> {
    actor.require(Permission::InvoicesRead)?;
    Ok(db::list(&mut *app.conn().await?, &filter).await?)
}

/// One dispute.
pub async fn dispute(app: &App, actor: &Actor, id: DisputeId) -> Result<DisputeRow> {
    let filter = DisputeFilter { id: Some(id), limit: 1, ..DisputeFilter::default() };
    disputes(app, actor, filter).await?.pop().ok_or(AppError::NotFound("dispute"))
}

/// What is recorded of a gateway's payment here.
#[derive(Clone, Copy)]
pub(super) struct Recorded {
    pub client: ClientId,
    pub told: GatewayPaymentId,
    pub payment: PaymentId,
}

/// Takes in what a gateway says of the disputes over a payment that is recorded. Said again, or late, it changes nothing
/// more. The caller holds the client's lock.
pub(super) async fn take_in(tx: &mut Tx<'_>, gateway: &str, remote: &RemotePayment, of: Recorded) -> Result<()> {
    for told in reported(tx, gateway, remote).await? {
        match (db::lock(tx.conn(), gateway, &told.id).await?, told.state) {
            (None, state) => open(tx, gateway, &told, state, of).await?,
            (Some(known), DisputeState::Won | DisputeState::Lost) if known.state.0 == DisputeState::Open => {
                fee(tx, &known, &told).await?;
                close(tx, gateway, &known, &told, of).await?;
            }
            (Some(known), _) => fee(tx, &known, &told).await?,
        }
    }
    Ok(())
}

/// The disputes that the gateway tells of. One that only says that a payment was taken back tells of one dispute, which
/// is won when the payment is there again.
async fn reported(tx: &mut Tx<'_>, gateway: &str, remote: &RemotePayment) -> Result<Vec<Dispute>> {
    if !remote.disputes.is_empty() {
        return Ok(remote.disputes.clone());
    }
    let state = match remote.state {
        PaymentState::ChargedBack => DisputeState::Open,
        PaymentState::Paid if db::lock(tx.conn(), gateway, &remote.id).await?.is_some() => DisputeState::Won,
        _ => return Ok(vec![]),
    };
    let amount = remote.amount.checked_sub(remote.refunded)?;
    Ok(vec![Dispute { id: remote.id.clone(), state, amount, reason: String::new(), fee: None }])
}

async fn fee(tx: &mut Tx<'_>, known: &KnownDispute, told: &Dispute) -> Result<()> {
    match told.fee {
        Some(fee) => Ok(db::set_fee(tx.conn(), known.id, fee.minor()).await?),
        None => Ok(()),
    }
}

/// A dispute that is new here: what is left of the payment is taken, unless it is won already.
async fn open(tx: &mut Tx<'_>, gateway: &str, told: &Dispute, state: DisputeState, of: Recorded) -> Result<()> {
    let parts = refunds::parts(tx.conn(), of.payment).await?.ok_or(AppError::NotFound("payment"))?;
    let left = Money::new(parts.amount - parts.refunded, parts.currency.parse()?);
    if told.amount.currency() != left.currency() {
        return Err(AppError::internal(format!("dispute {} is in {}", told.id, told.amount.currency())));
    }
    let taken = if state == DisputeState::Won { 0 } else { told.amount.minor().clamp(0, left.minor()) };
    if taken > 0 && effects::is_live(tx.conn(), "payment", of.payment.get()).await? {
        return Err(AppError::conflict("the gateway is giving back something of this payment: asked again later"));
    }
    let new = NewDispute {
        gateway,
        remote_id: &told.id,
        payment_id: of.payment,
        currency: told.amount.currency(),
        amount: told.amount.minor(),
        state,
        reason: &told.reason,
        fee: told.fee.map(Money::minor),
    };
    let now = tx.now();
    let id = db::insert(tx.conn(), &new, now).await?;
    if taken > 0 {
        let occasion = format!("dispute:{id}");
        let taking = Taking { remote_id: &occasion, effect: None, dispute: Some(id), note: &told.reason };
        take(tx, of.payment, taken, &taking).await?;
        db::took(tx.conn(), id, taken).await?;
    }
    if state == DisputeState::Lost {
        let at = (now, calendar::today_in(tx).await?);
        db::close(tx.conn(), id, state, None, at).await?;
    }
    tell(tx, id, told, of).await?;
    if state == DisputeState::Open && settings::billing_in(tx.conn()).await?.suspend_disputed {
        suspend_disputed(tx, id).await?;
    }
    Ok(())
}

/// It is decided. Won: the money is there again, and pays what it had paid as far as that is still owed.
async fn close(tx: &mut Tx<'_>, gateway: &str, known: &KnownDispute, told: &Dispute, of: Recorded) -> Result<()> {
    let restored = match told.state {
        DisputeState::Won if known.taken > 0 => Some(restore(tx, gateway, known, told, of).await?),
        _ => None,
    };
    let at = (tx.now(), calendar::today_in(tx).await?);
    db::close(tx.conn(), known.id, told.state, restored, at).await?;
    tell(tx, known.id, told, of).await
}

async fn restore(
    tx: &mut Tx<'_>,
    gateway: &str,
    known: &KnownDispute,
    told: &Dispute,
    of: Recorded,
) -> Result<PaymentId> {
    let owed: Vec<Owed> = db::owed(tx.conn(), known.id).await?;
    let currency = told.amount.currency();
    let payment = NewPayment {
        client_id: of.client,
        gateway,
        transaction_ref: &format!("{} won", told.id),
        currency: currency.code(),
        amount: known.taken,
        received_on: calendar::today_in(tx).await?,
        note: "A dispute was won",
        collection_id: None,
    };
    let id = book_on(tx, &payment, owed, None).await?;
    // What is given back through the gateway from now on is given back of this.
    let before = refunds::parts(tx.conn(), known.payment_id).await?.ok_or(AppError::NotFound("payment"))?;
    if before.refunded >= before.amount {
        gateway_payments::recorded(tx.conn(), of.told, id).await?;
    }
    Ok(id)
}

/// Tells staff and plugins.
async fn tell(tx: &mut Tx<'_>, id: DisputeId, told: &Dispute, of: Recorded) -> Result<()> {
    let payment = rows::get(tx.conn(), None, of.payment).await?.ok_or(AppError::NotFound("payment"))?;
    let client = clients::get(tx.conn(), None, of.client).await?.ok_or(AppError::NotFound("client"))?;
    tx.emit(&PaymentDisputed {
        dispute_id: id,
        payment_id: of.payment,
        client_id: of.client,
        amount: told.amount,
        state: told.state.as_str().to_owned(),
        reason: told.reason.clone(),
    })
    .await?;
    let detail = json!({ "dispute": id, "state": told.state, "amount": told.amount });
    tx.audit("payment.dispute", "payment", of.payment, detail).await?;
    mailer::disputed(tx, id, &client, &payment.transaction_ref, told).await
}
