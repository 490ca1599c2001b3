//! Stripe's objects as the host sees them.

#[cfg(test)]
mod golden;

use chrono::DateTime;
use innkeeper_plugin_api::{
    Outcome, PaymentState, PluginError, PluginResult, RemotePayment, StoredMethod,
    domain::{DisputeState, Money},
    gateway as told,
};
use std::time::Duration;

use crate::{
    money::from_stripe,
    wire::{ApiError, Charge, Dispute, Event, Expandable, Intent, Method, REFERENCE, Refund, Status},
};

/// How long a refund that is under way is left alone.
const REFUND_CHECK: Duration = Duration::from_secs(3600);

/// An intent as a payment. `disputes` are those of its charge.
pub(crate) fn payment(intent: &Intent, disputes: &[Dispute]) -> Result<RemotePayment, PluginError> {
    let money = |amount| from_stripe(amount, &intent.currency);
    let charge = intent.charge();
    let paid = intent.status == Status::Succeeded;
    let taken = intent.amount_received.filter(|taken| paid && *taken > 0).unwrap_or(intent.amount);
    let amount = money(taken)?;
    let fee = charge.and_then(|charge| charge.balance_transaction.as_ref()?.object()).map(|balance| {
        // In another currency it is none of this payment's.
        from_stripe(balance.fee, &balance.currency).ok().filter(|fee| fee.currency() == amount.currency())
    });
    Ok(RemotePayment {
        id: intent.id.clone(),
        reference: intent.reference().map(str::to_owned),
        amount,
        state: state(intent, disputes),
        refunded: money(charge.map_or(0, |charge| charge.amount_refunded))?,
        fee: fee.flatten(),
        paid_at: charge.filter(|_| paid).and_then(|charge| DateTime::from_timestamp(charge.created, 0)),
        method: charge.and_then(|charge| charge.payment_method_details.as_ref()).map(label),
        subscription: None,
        disputes: disputes.iter().filter_map(|known| dispute(known, amount).transpose()).collect::<Result<_, _>>()?,
    })
}

/// A dispute over a payment; none: it is an enquiry, which takes nothing.
fn dispute(known: &Dispute, of: Money) -> Result<Option<told::Dispute>, PluginError> {
    let state = match known.status.as_str() {
        "needs_response" | "under_review" => DisputeState::Open,
        "won" => DisputeState::Won,
        "lost" | "charge_refunded" => DisputeState::Lost,
        _ => return Ok(None),
    };
    let amount = known.amount.map(|amount| from_stripe(amount, of.currency().code())).transpose()?.unwrap_or(of);
    let charged = known.balance_transactions.iter().filter(|moved| moved.fee != 0);
    // In another currency they are none of this payment's.
    let fees = charged.filter_map(|moved| from_stripe(moved.fee, &moved.currency).ok());
    let fee = fees.filter(|fee| fee.currency() == of.currency()).map(Money::minor).reduce(i64::saturating_add);
    Ok(Some(told::Dispute {
        id: known.id.clone(),
        state,
        amount,
        reason: known.reason.as_deref().unwrap_or_default().replace('_', " "),
        fee: fee.map(|minor| Money::new(minor, of.currency())),
    }))
}

fn state(intent: &Intent, disputes: &[Dispute]) -> PaymentState {
    match intent.status {
        Status::Succeeded if disputes.iter().any(takes_back) => PaymentState::ChargedBack,
        Status::Succeeded => PaymentState::Paid,
        Status::Processing | Status::RequiresCapture | Status::Other => PaymentState::Pending,
        Status::Canceled => PaymentState::Rejected { reason: "The payment was given up.".to_owned() },
        // Confirming is done on our page: an address of a bank's page does not last.
        Status::RequiresAction | Status::RequiresConfirmation => PaymentState::ActionNeeded { url: None },
        Status::RequiresPaymentMethod => match &intent.last_payment_error {
            Some(error) if !error.wants_authentication() => PaymentState::Rejected { reason: reason(error) },
            _ => PaymentState::ActionNeeded { url: None },
        },
    }
}

/// Why an attempt failed, for the payer. Texts of other errors are not meant for payers.
pub(crate) fn reason(error: &ApiError) -> String {
    let text = error.message.clone().filter(|_| error.is_of_card() || error.kind.is_none());
    text.unwrap_or_else(|| "The payment did not succeed.".to_owned())
}

/// Whether the money is, for now or for good, with the payer again. Enquiries (`warning_…`) take nothing.
fn takes_back(dispute: &Dispute) -> bool {
    matches!(dispute.status.as_str(), "needs_response" | "under_review" | "lost" | "charge_refunded")
}

/// Whether an intent's money came and stayed: neither given back nor disputed.
pub(crate) fn is_kept(intent: &Intent) -> bool {
    let touched = |charge: &Charge| charge.amount_refunded > 0 || charge.disputed;
    intent.status == Status::Succeeded && !intent.charge().is_some_and(touched)
}

/// What people recognise a method by.
pub(crate) fn label(method: &Method) -> String {
    let last4 = |last4: &Option<String>| last4.as_ref().map(|last4| format!(" •••• {last4}")).unwrap_or_default();
    if let Some(card) = &method.card {
        return format!("{}{}", words(card.brand.as_deref().unwrap_or("card")), last4(&card.last4));
    }
    if let Some(account) = &method.sepa_debit {
        return format!("SEPA{}", last4(&account.last4));
    }
    words(method.kind.as_deref().unwrap_or("other"))
}

/// `american_express` as `American Express`.
fn words(name: &str) -> String {
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters.next().map(|first| format!("{}{}", first.to_ascii_uppercase(), letters.as_str())).unwrap_or_default()
    };
    name.split('_').map(capital).collect::<Vec<_>>().join(" ")
}

/// A stored way to pay; none: it has no id.
pub(crate) fn stored(method: Method) -> Option<StoredMethod> {
    let expires = method.card.as_ref().and_then(|card| Some((card.exp_year?, card.exp_month?)));
    Some(StoredMethod { label: label(&method), expires, id: method.id? })
}

/// What became of a refund.
pub(crate) fn refund(refund: Refund) -> PluginResult<String> {
    match refund.status.as_deref() {
        Some("succeeded") => Ok(Outcome::Done(refund.id)),
        Some("failed" | "canceled") => {
            let why = refund.failure_reason.unwrap_or_else(|| "no reason given".to_owned());
            Err(PluginError::declined(format!("the refund {} failed: {why}", refund.id)))
        }
        Some("requires_action") => {
            Ok(Outcome::NeedsHuman { reason: format!("Stripe waits for the payer's word on refund {}.", refund.id) })
        }
        _ => Ok(Outcome::pending(refund.id, REFUND_CHECK)),
    }
}

/// The intent that an event is about; none: it is not about a payment of ours. Refunds and disputes do not
/// carry our reference, so theirs are looked up.
pub(crate) fn intent_of(event: &Event) -> Option<String> {
    let object = &event.data.object;
    let ours = || object.metadata.as_ref().is_some_and(|metadata| metadata.contains_key(REFERENCE));
    let id = match object.object.as_str() {
        "payment_intent" if ours() => object.id.clone(),
        "charge" if !ours() => None,
        "charge" | "refund" | "dispute" => object.payment_intent.as_ref().map(|intent| match intent {
            Expandable::Id(id) => id.clone(),
            Expandable::Object(intent) => intent.id.clone(),
        }),
        _ => None,
    };
    id.filter(|id| is_intent(id))
}

/// Whether `id` can be that of an intent, and is safe within an address.
pub(crate) fn is_intent(id: &str) -> bool {
    id.starts_with("pi_") && is_id(id)
}

/// Whether `id` can be one of Stripe's, and is safe within an address.
pub(crate) fn is_id(id: &str) -> bool {
    (1..=255).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}
