//! Giving money back, through the gateway that took it or by hand, and what it means for the books.

use innkeeper_db::{
    invoices,
    ledger::{self, Entry},
    orders,
    refunds::{self, Held, NewRefund, Parts},
};
use innkeeper_domain::{ClientId, EffectId, Money, PaymentId, Permission, state::InvoiceState};
use innkeeper_hooks::payloads::InvoiceRefunded;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    Actor, App, AppError, Checks, Result, Tx,
    effects::{self, Kind, Plan, Subject},
    invoices::tax_share,
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
    let shares = shares(tx, id, &parts, request.amount.minor()).await?;
    for (n, share) in shares.iter().enumerate() {
        let split = split(tx, id, share).await?;
        // Of several invoices each has a row of its own.
        let remote_id = if n == 0 { remote_id.to_owned() } else { format!("{remote_id}/{}", n + 1) };
        let refund = NewRefund {
            payment_id: id,
            invoice_id: share.invoice.as_ref().map(|held| held.invoice_id),
            effect_id: effect,
            gateway: &parts.gateway,
            remote_id: &remote_id,
            currency: &parts.currency,
            amount: share.amount,
            from_credit: split.credit,
            note: &request.note,
        };
        write(tx, &parts, share, &split, &refund).await?;
    }
    let first = shares.iter().find_map(|share| share.invoice.as_ref()).map(|held| held.invoice_id);
    mailer::refund_given(tx, id, request.amount, first, &occasion).await
}

/// A part of a refund: what was credit, and what an invoice held.
struct Share {
    /// Both together.
    amount: i64,
    credit: i64,
    invoice: Option<Held>,
}

/// Where an amount of a payment is. The client's credit goes with the first invoice.
async fn shares(tx: &mut Tx<'_>, id: PaymentId, parts: &Parts, amount: i64) -> Result<Vec<Share>> {
    let credit = amount.min(parts.amount - parts.allocated - parts.refunded_credit).max(0);
    let mut shares = vec![Share { amount: credit, credit, invoice: None }];
    let mut rest = amount - credit;
    for held in refunds::held(tx.conn(), id).await? {
        let part = rest.min(held.amount);
        if part == 0 {
            break;
        }
        rest -= part;
        match shares.as_mut_slice() {
            [only] if only.invoice.is_none() => (only.amount, only.invoice) = (only.amount + part, Some(held)),
            _ => shares.push(Share { amount: part, credit: 0, invoice: Some(held) }),
        }
    }
    if rest > 0 {
        return Err(AppError::conflict("so much of this payment is not there any more"));
    }
    Ok(shares)
}

/// Where a refund is taken from.
struct Split {
    credit: i64,
    /// Of it, what an unpaid invoice held.
    released: i64,
    income: i64,
    tax: i64,
    /// The invoice is given back whole.
    used_up: bool,
}

async fn split(tx: &mut Tx<'_>, id: PaymentId, share: &Share) -> Result<Split> {
    let split = Split { credit: share.credit, released: 0, income: 0, tax: 0, used_up: false };
    let rest = share.amount - share.credit;
    let Some(held) = &share.invoice else { return Ok(split) };
    if held.state.0 == InvoiceState::Unpaid {
        // It turns into credit first.
        refunds::release(tx.conn(), id, held.invoice_id, rest).await?;
        return Ok(Split { credit: share.credit + rest, released: rest, ..split });
    }
    let invoice = invoices::lock(tx.conn(), held.invoice_id).await?.ok_or(AppError::NotFound("invoice"))?;
    let before = refunds::of_invoice(tx.conn(), held.invoice_id).await?;
    let tax = tax_share(before + rest, invoice.tax, invoice.total) - tax_share(before, invoice.tax, invoice.total);
    Ok(Split { income: rest - tax, tax, used_up: before + rest >= invoice.total, ..split })
}

/// Writes a part of a refund down, with what it means for the books and the invoice.
async fn write(tx: &mut Tx<'_>, parts: &Parts, share: &Share, split: &Split, refund: &NewRefund<'_>) -> Result<()> {
    let refund_id = refunds::insert(tx.conn(), refund).await.map_err(|e| match innkeeper_db::conflict(&e) {
        Some("refund_gateway_remote_id_key") => AppError::conflict("a refund with this reference is recorded already"),
        _ => e.into(),
    })?;
    let client = ClientId(parts.client_id);
    if split.released > 0 {
        let entries = [
            Entry { account: "receivable", client: Some(client), amount: split.released },
            Entry { account: "client_credit", client: Some(client), amount: -split.released },
        ];
        ledger::post(tx.conn(), &format!("release:refund:{refund_id}"), &parts.currency, &entries).await?;
    }
    let entries = [
        Entry { account: "cash", client: None, amount: -share.amount },
        Entry { account: "client_credit", client: Some(client), amount: split.credit },
        Entry { account: "income", client: None, amount: split.income },
        Entry { account: "tax_payable", client: None, amount: split.tax },
    ];
    ledger::post(tx.conn(), &format!("refund:{refund_id}"), &parts.currency, &entries).await?;
    let Some(invoice_id) = refund.invoice_id else { return Ok(()) };
    if split.used_up {
        refunds::mark_refunded(tx.conn(), invoice_id).await?;
    }
    let amount = Money::new(share.amount - share.credit, parts.currency.parse()?);
    tx.emit(&InvoiceRefunded { invoice_id, client_id: client, amount }).await?;
    Ok(())
}
