//! Taking money of a payment out of the books: it was given back, or the payer's bank took it.

use innkeeper_db::{
    disputes, invoices,
    ledger::{self, Entry},
    refunds::{self, Held, NewRefund, Parts},
};
use innkeeper_domain::{ClientId, DisputeId, EffectId, InvoiceId, Money, PaymentId, state::InvoiceState};
use innkeeper_hooks::payloads::{InvoiceRefunded, InvoiceReopened};

use crate::{AppError, Result, Tx, calendar, invoices::tax_share};

/// Why money of a payment is gone.
pub(super) struct Taking<'a> {
    /// The vendor's name for it, or staff's; tells it from all others.
    pub remote_id: &'a str,
    pub effect: Option<EffectId>,
    /// The payer's bank took it: what paid invoices hold of it is owed again.
    pub dispute: Option<DisputeId>,
    pub note: &'a str,
}

/// Takes an amount of a payment out of the books; the first invoice that held some of it. The caller holds the client's
/// lock.
pub(super) async fn take(
    tx: &mut Tx<'_>,
    id: PaymentId,
    amount: i64,
    taking: &Taking<'_>,
) -> Result<Option<InvoiceId>> {
    let parts = refunds::parts(tx.conn(), id).await?.ok_or(AppError::NotFound("payment"))?;
    let shares = shares(tx, id, &parts, amount).await?;
    for (n, share) in shares.iter().enumerate() {
        let split = split(tx, taking, id, &parts, share).await?;
        // Of several invoices each has a row of its own.
        let remote_id = match n {
            0 => taking.remote_id.to_owned(),
            _ => format!("{}/{}", taking.remote_id, n + 1),
        };
        let refund = NewRefund {
            payment_id: id,
            invoice_id: share.invoice.as_ref().map(|held| held.invoice_id),
            effect_id: taking.effect,
            gateway: &parts.gateway,
            remote_id: &remote_id,
            currency: &parts.currency,
            amount: share.amount,
            from_credit: split.credit,
            note: taking.note,
            dispute_id: taking.dispute,
        };
        write(tx, &parts, share, &split, &refund).await?;
    }
    Ok(shares.iter().find_map(|share| share.invoice.as_ref()).map(|held| held.invoice_id))
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
    /// Of it, what an invoice held that is owed.
    released: i64,
    income: i64,
    tax: i64,
    /// The invoice is given back whole.
    used_up: bool,
}

async fn split(tx: &mut Tx<'_>, taking: &Taking<'_>, id: PaymentId, parts: &Parts, share: &Share) -> Result<Split> {
    let mut split = Split { credit: share.credit, released: 0, income: 0, tax: 0, used_up: false };
    let rest = share.amount - share.credit;
    let Some(held) = &share.invoice else { return Ok(split) };
    let is_disputed = taking.dispute.is_some() && matches!(held.state.0, InvoiceState::Unpaid | InvoiceState::Paid);
    if held.state.0 == InvoiceState::Unpaid || is_disputed {
        // It turns into credit first.
        refunds::release(tx.conn(), id, held.invoice_id, rest).await?;
        (split.credit, split.released) = (share.credit + rest, rest);
    }
    if let Some(dispute) = taking.dispute.filter(|_| is_disputed) {
        owed_again(tx, dispute, ClientId(parts.client_id), held, rest).await?;
    }
    if split.released > 0 {
        return Ok(split);
    }
    let invoice = invoices::lock(tx.conn(), held.invoice_id).await?.ok_or(AppError::NotFound("invoice"))?;
    let before = refunds::of_invoice(tx.conn(), held.invoice_id).await?;
    let tax = tax_share(before + rest, invoice.tax, invoice.total) - tax_share(before, invoice.tax, invoice.total);
    Ok(Split { income: rest - tax, tax, used_up: before + rest >= invoice.total, ..split })
}

/// An invoice is owed again, by what a dispute took off it.
async fn owed_again(tx: &mut Tx<'_>, dispute: DisputeId, client_id: ClientId, held: &Held, amount: i64) -> Result<()> {
    let invoice_id = held.invoice_id;
    if held.state.0 == InvoiceState::Paid {
        let today = calendar::today_in(tx).await?;
        disputes::reopen(tx.conn(), invoice_id, today).await?;
        let invoice = invoices::lock(tx.conn(), invoice_id).await?.ok_or(AppError::NotFound("invoice"))?;
        let balance = Money::new(invoice.total - invoice.paid, invoice.currency.parse()?);
        tx.emit(&InvoiceReopened { invoice_id, client_id, balance }).await?;
    }
    Ok(disputes::add_part(tx.conn(), dispute, invoice_id, amount).await?)
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
    if refund.dispute_id.is_some() {
        return Ok(());
    }
    let amount = Money::new(share.amount - share.credit, parts.currency.parse()?);
    tx.emit(&InvoiceRefunded { invoice_id, client_id: client, amount }).await?;
    Ok(())
}
