//! Giving money back, through the gateway that took it or by hand, and what it means for the books.

use innkeeper_db::{
    orders,
    refunds::{self, Parts},
};
use innkeeper_domain::{ClientId, EffectId, Money, PaymentId, Permission};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::taking::{Taking, take};
use crate::{
    Actor, App, AppError, Checks, Result, Tx,
    effects::{self, Kind, Plan, Subject},
    mailer,
};

pub use innkeeper_db::refunds::RefundRow;

/// What credit notes and staff give is kept as payments of these gateways.
const NO_MONEY: [&str; 2] = ["credit-note", "adjustment"];

/// What is to be given back.
#[derive(Clone, Debug)]
pub struct RefundPayment {
    /// The payment.
    pub payment_id: PaymentId,
    /// How much of it.
    pub amount: Money,
    /// Why, for staff.
    pub note: String,
}

/// What an effect keeps of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct RefundRequest {
    pub remote_id: String,
    pub amount: Money,
    pub note: String,
}

/// A payment's refunds and what is left to give back.
#[derive(Clone, Debug)]
pub struct Refundable {
    /// Newest first.
    pub refunds: Vec<RefundRow>,
    /// What can still be given back through the gateway; nothing if it cannot give back.
    pub left: Money,
    /// What can still be given back at all.
    pub by_hand: Money,
}

/// What of a payment can be given back.
pub async fn refundable(app: &App, actor: &Actor, id: PaymentId) -> Result<Refundable> {
    actor.require(Permission::InvoicesRead)?;
    let mut conn = app.conn().await?;
    let parts = refunds::parts(&mut conn, id).await?.ok_or(AppError::NotFound("payment"))?;
    let refunds = refunds::of_payment(&mut conn, id).await?;
    drop(conn);
    let can = parts.remote_id.is_some()
        && app.plugins.gateway(&parts.gateway).is_ok()
        && app.abilities_of(&parts.gateway).await.is_ok_and(|all| all.contains(&"refunds"));
    let by_hand = whole(&parts)?;
    Ok(Refundable { refunds, left: if can { by_hand } else { by_hand.currency().zero() }, by_hand })
}

/// Plans a refund: at most what was paid and not given back. One at a time for each payment.
pub async fn refund(app: &App, actor: &Actor, command: RefundPayment) -> Result<EffectId> {
    actor.require(Permission::PaymentsWrite)?;
    let id = command.payment_id;
    let client = refunds::parts(&mut *app.conn().await?, id).await?.ok_or(AppError::NotFound("payment"))?.client_id;
    let mut tx = app.begin(actor).await?;
    tx.lock_client(ClientId(client)).await?;
    let parts = refunds::parts(tx.conn(), id).await?.ok_or(AppError::NotFound("payment"))?;
    let gateway = parts.gateway.clone();
    let Some(remote_id) = parts.remote_id.clone() else {
        return Err(AppError::conflict("this payment was not made through a gateway: give it back by hand"));
    };
    let mut checks = Checks::default();
    check(&command, &parts, &mut checks)?;
    checks.finish()?;
    let request = RefundRequest { remote_id, amount: command.amount, note: command.note };
    let plan = Plan {
        kind: Kind::PaymentRefund,
        subject: Subject::Payment(id),
        plugin_id: &gateway,
        request: serde_json::to_value(&request)?,
        secret: None,
    };
    let effect = effects::plan(&mut tx, &app.cipher, &plan).await?;
    tx.audit("payment.refund", "payment", id, json!({ "effect": effect, "amount": command.amount })).await?;
    tx.commit().await?;
    Ok(effect)
}

/// Records money that staff have given back themselves; `reference`: of the bank transfer. `Conflict` if it is recorded
/// already, or the gateway is giving back something of the same payment.
pub async fn refund_by_hand(app: &App, actor: &Actor, command: RefundPayment, reference: &str) -> Result<()> {
    actor.require(Permission::PaymentsWrite)?;
    let id = command.payment_id;
    let client = refunds::parts(&mut *app.conn().await?, id).await?.ok_or(AppError::NotFound("payment"))?.client_id;
    let mut tx = app.begin(actor).await?;
    tx.lock_client(ClientId(client)).await?;
    let parts = refunds::parts(tx.conn(), id).await?.ok_or(AppError::NotFound("payment"))?;
    let mut checks = Checks::default();
    checks.text("reference", reference, 200, true);
    check(&command, &parts, &mut checks)?;
    checks.finish()?;
    if orders::has_open_effect(tx.conn(), "payment", id.get()).await? {
        return Err(AppError::conflict("the gateway is giving back something of this payment: wait for it"));
    }
    let RefundPayment { amount, note, .. } = command;
    let request = RefundRequest { remote_id: String::new(), amount, note };
    given_back(&mut tx, None, id, &request, reference.trim()).await?;
    tx.audit("payment.refund_by_hand", "payment", id, json!({ "amount": amount, "reference": reference.trim() }))
        .await?;
    tx.commit().await
}

/// What of a payment was not given back. What a credit note or staff gave is none: no money came in.
fn whole(parts: &Parts) -> Result<Money> {
    let left = if NO_MONEY.contains(&parts.gateway.as_str()) { 0 } else { parts.amount - parts.refunded };
    Ok(Money::new(left, parts.currency.parse()?))
}

fn check(command: &RefundPayment, parts: &Parts, checks: &mut Checks) -> Result<()> {
    let left = whole(parts)?;
    checks.require(command.amount.is_positive(), "amount", "must be more than nothing");
    let same = command.amount.currency() == left.currency();
    checks.require(same, "amount", format_args!("must be in {}", left.currency()));
    checks.require(command.amount.minor() <= left.minor(), "amount", format_args!("must be at most {left}"));
    checks.text("note", &command.note, 2000, false);
    Ok(())
}

/// Books a refund that the gateway, or somebody by hand, has made. What stayed as the client's credit goes first; then what
/// unpaid invoices hold of it, which is owed again; then what paid ones do, the newest first. The caller holds the
/// client's lock.
pub(crate) async fn given_back(
    tx: &mut Tx<'_>,
    effect: Option<EffectId>,
    id: PaymentId,
    request: &RefundRequest,
    remote_id: &str,
) -> Result<()> {
    let parts = refunds::parts(tx.conn(), id).await?.ok_or(AppError::NotFound("payment"))?;
    let occasion = effect.map_or_else(|| format!("hand:{}:{remote_id}", parts.gateway), |effect| effect.to_string());
    let taking = Taking { remote_id, effect, dispute: None, note: &request.note };
    let first = take(tx, id, request.amount.minor(), &taking).await?;
    mailer::refund_given(tx, id, request.amount, first, &occasion).await
}
