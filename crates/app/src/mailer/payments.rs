//! Mails about payments.

use innkeeper_db::{
    clients::ClientRow,
    notices::{self, InvoiceNotice, PaymentNotice},
};
use innkeeper_domain::{DisputeId, DisputeState, EffectId, InvoiceId, Money, PaymentId};
use innkeeper_plugin_api::Dispute;

use super::{For, invoices::payers, tell};
use crate::{
    AppError, Result, Tx,
    mail_templates::{
        Notice, Press, To,
        notices::{ChargeFailed, ConfirmPayment, PaymentDisputed, PaymentReceived, RefundGiven},
    },
    settings,
};

/// To everybody who gets a client's invoices.
pub(crate) async fn payment_received(tx: &mut Tx<'_>, id: PaymentId) -> Result<()> {
    let payment = notices::payment(tx.conn(), id).await?.ok_or(AppError::NotFound("payment"))?;
    tell(tx, payment.client_id, For::Payers, format!("payment:{id}"), &received(&payment)).await
}

/// To the same: a stored way to pay was charged, and the bank wants the payer's word.
pub(crate) async fn confirm_payment(
    tx: &mut Tx<'_>,
    invoice_id: InvoiceId,
    gateway: &str,
    amount: Money,
    charge: EffectId,
) -> Result<()> {
    let Some(invoice) = invoice(tx, invoice_id).await? else { return Ok(()) };
    let notice = confirming(&invoice, tx.app().base_url(), gateway, amount);
    about_charge(tx, &invoice, charge, &notice).await
}

/// To the same: a stored way to pay was charged and refused. `reason` is what the gateway says to payers. Nobody is
/// told if something else is owed by now.
pub(crate) async fn charge_failed(
    tx: &mut Tx<'_>,
    invoice_id: InvoiceId,
    amount: Money,
    reason: Option<&str>,
    charge: EffectId,
) -> Result<()> {
    let Some(invoice) = invoice(tx, invoice_id).await? else { return Ok(()) };
    if invoice.total - invoice.paid != amount.minor() {
        return Ok(());
    }
    let notice = failed(&invoice, tx.app().base_url(), amount, reason);
    about_charge(tx, &invoice, charge, &notice).await
}

/// To the same: money of a payment went back.
pub(crate) async fn refund_given(
    tx: &mut Tx<'_>,
    id: PaymentId,
    amount: Money,
    invoice: Option<InvoiceId>,
    occasion: &str,
) -> Result<()> {
    let payment = notices::payment(tx.conn(), id).await?.ok_or(AppError::NotFound("payment"))?;
    let of = match invoice {
        Some(id) => self::invoice(tx, id).await?.map(|invoice| invoice.number),
        None => None,
    };
    let client = payment.client_id;
    let notice = RefundGiven { amount, reference: payment.transaction_ref, invoice: of };
    tell(tx, client, For::Payers, format!("refund:{occasion}:{id}"), &notice).await
}

/// To the company: the payer's bank took money back, or it is decided who keeps it.
pub(crate) async fn disputed(
    tx: &mut Tx<'_>,
    id: DisputeId,
    client: &ClientRow,
    reference: &str,
    told: &Dispute,
) -> Result<()> {
    let company = settings::company_in(tx.conn()).await?;
    if company.email.is_empty() {
        return Ok(());
    }
    let person = format!("{} {}", client.first_name, client.last_name);
    let notice = PaymentDisputed {
        client: if client.company.is_empty() { person } else { client.company.clone() },
        reference: reference.to_owned(),
        amount: told.amount,
        reason: Some(told.reason.clone()).filter(|reason| !reason.is_empty()),
        won: told.state == DisputeState::Won,
        lost: told.state == DisputeState::Lost,
        link: format!("{}/admin/disputes/{id}", tx.app().base_url()),
    };
    let mut press = Press::load(tx, &[notice.about()]).await?;
    let to = To { client: None, name: &company.name, language: "en", recipients: &[company.email] };
    press.write(&to, format!("dispute:{id}:{}", told.state), &notice)?;
    press.post(tx).await
}

/// None: its client is erased, and nobody is written to.
async fn invoice(tx: &mut Tx<'_>, id: InvoiceId) -> Result<Option<InvoiceNotice>> {
    Ok(notices::invoices(tx.conn(), &[id]).await?.into_iter().next())
}

async fn about_charge(tx: &mut Tx<'_>, invoice: &InvoiceNotice, charge: EffectId, notice: &dyn Notice) -> Result<()> {
    let mut press = Press::load(tx, &[notice.about()]).await?;
    press.write(&payers(invoice), format!("charge:{charge}"), notice)?;
    press.post(tx).await
}

pub(super) fn received(payment: &PaymentNotice) -> PaymentReceived {
    PaymentReceived {
        amount: Money::new(payment.amount, *payment.currency),
        received_on: payment.received_on,
        reference: payment.transaction_ref.clone(),
        invoices: payment.invoices.clone(),
    }
}

pub(super) fn confirming(invoice: &InvoiceNotice, base_url: &str, gateway: &str, amount: Money) -> ConfirmPayment {
    let link = format!("{base_url}/invoices/{}/pay?method={gateway}", invoice.id);
    ConfirmPayment { number: invoice.number.clone(), amount, link }
}

pub(super) fn failed(invoice: &InvoiceNotice, base_url: &str, amount: Money, reason: Option<&str>) -> ChargeFailed {
    let link = format!("{base_url}/invoices/{}", invoice.id);
    ChargeFailed { number: invoice.number.clone(), amount, reason: reason.map(str::to_owned), link }
}
