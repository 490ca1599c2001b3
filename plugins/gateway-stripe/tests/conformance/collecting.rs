//! One live intent for each invoice, whoever collects; and what the payer is asked to confirm.

use innkeeper_plugin_api::{ErrorKind, HostedForm, PaymentPage, PaymentState};
use serde_json::{Value, json};

use crate::canned::{Canned, REFERENCE, charge, error, gateway, intent, request, to_charge};

const NEW: &str = "POST /v1/payment_intents";

async fn page(stripe: &Canned, minor: i64) -> HostedForm {
    // What the host does: one key for each invoice and amount.
    let ctx = stripe.ctx(&format!("{REFERENCE}:{minor}:EUR"));
    match gateway().payment_page(&ctx, &request(minor, None)).await.unwrap() {
        PaymentPage::Hosted(form) => form,
        other => panic!("no form: {other:?}"),
    }
}

fn datum<'a>(form: &'a HostedForm, name: &str) -> Option<&'a str> {
    form.data.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

fn nothing() -> Value {
    json!({})
}

#[tokio::test]
async fn a_request_is_signed_pinned_and_keyed() {
    let stripe = Canned::start().await;
    stripe.will(NEW, 200, intent("pi_1", "requires_payment_method", nothing()));
    let form = page(&stripe, 1210).await;
    assert_eq!(form.payment.as_deref(), Some("pi_1"));
    assert_eq!(datum(&form, "client_secret"), Some("pi_1_secret_x"));
    assert_eq!(datum(&form, "publishable_key"), Some("pk_test_1"));
    assert!(!format!("{form:?}").contains("hunter2"));
    let asked = stripe.asked().remove(0);
    assert_eq!(asked.header("authorization"), Some("Bearer sk_test_hunter2"));
    assert_eq!(asked.header("stripe-version"), Some("2024-06-20"));
    assert_eq!(asked.header("idempotency-key"), Some("ab12cd34-invoice-41:1210:EUR:0"));
    for (name, value) in [("amount", "1210"), ("currency", "eur"), ("metadata[innkeeper_reference]", REFERENCE)] {
        assert_eq!(asked.field(name), Some(value), "{name}");
    }
}

#[tokio::test]
async fn looking_again_uses_the_same_intent_and_another_amount_ends_it_first() {
    let stripe = Canned::start().await;
    stripe.will(NEW, 200, intent("pi_1", "requires_payment_method", nothing()));
    page(&stripe, 1210).await;
    stripe.lines();
    stripe.will("GET /v1/payment_intents/pi_1", 200, intent("pi_1", "requires_action", nothing()));
    assert_eq!(page(&stripe, 1210).await.payment.as_deref(), Some("pi_1"));
    assert_eq!(stripe.lines(), ["GET /v1/payment_intents/pi_1"]);
    // A part was paid by other means.
    stripe.will("GET /v1/payment_intents/pi_1", 200, intent("pi_1", "requires_payment_method", nothing()));
    stripe.will("POST /v1/payment_intents/pi_1/cancel", 200, intent("pi_1", "canceled", nothing()));
    stripe.will(NEW, 200, intent("pi_2", "requires_payment_method", json!({ "amount": 210 })));
    assert_eq!(page(&stripe, 210).await.payment.as_deref(), Some("pi_2"));
    let lines = ["GET /v1/payment_intents/pi_1", "POST /v1/payment_intents/pi_1/cancel", NEW];
    assert_eq!(stripe.lines(), lines, "ended before another is made");
    // Somebody gave it up in the dashboard: the same invoice and amount need a key of their own.
    stripe.will("GET /v1/payment_intents/pi_2", 200, intent("pi_2", "canceled", json!({ "amount": 210 })));
    stripe.will(NEW, 200, intent("pi_3", "requires_payment_method", json!({ "amount": 210 })));
    assert_eq!(page(&stripe, 210).await.payment.as_deref(), Some("pi_3"));
    assert_eq!(stripe.asked().remove(1).header("idempotency-key"), Some("ab12cd34-invoice-41:210:EUR:2"));
}

#[tokio::test]
async fn what_is_paid_and_not_booked_yet_is_not_paid_again() {
    for status in ["succeeded", "processing"] {
        let stripe = Canned::start().await;
        stripe.will(NEW, 200, intent("pi_1", "requires_payment_method", nothing()));
        page(&stripe, 1210).await;
        // The page finds the intent paid and leads back, where the host asks for it.
        stripe.will("GET /v1/payment_intents/pi_1", 200, intent("pi_1", status, nothing()));
        assert_eq!(page(&stripe, 1210).await.payment.as_deref(), Some("pi_1"), "{status}");
        stripe.will("GET /v1/payment_intents/pi_1", 200, intent("pi_1", status, nothing()));
        let gateway = gateway();
        let refused = gateway.stored_methods().unwrap().charge(&stripe.ctx("effect-9"), &to_charge(1210)).await;
        assert_eq!(refused.unwrap_err().kind, ErrorKind::Declined, "{status}");
        let lines = stripe.lines();
        assert_eq!(lines.iter().filter(|line| *line == NEW).count(), 1, "{status}: {lines:?}");
    }
}

#[tokio::test]
async fn what_was_given_back_can_be_paid_anew() {
    let stripe = Canned::start().await;
    stripe.will(NEW, 200, intent("pi_1", "requires_payment_method", nothing()));
    page(&stripe, 1210).await;
    let back = json!({ "latest_charge": charge(json!({ "amount_refunded": 1210 })) });
    stripe.will("GET /v1/payment_intents/pi_1", 200, intent("pi_1", "succeeded", back));
    stripe.will(NEW, 200, intent("pi_2", "requires_payment_method", nothing()));
    assert_eq!(page(&stripe, 1210).await.payment.as_deref(), Some("pi_2"));
}

#[tokio::test]
async fn a_charge_ends_the_open_page_first_and_gives_way_if_that_was_paid_meanwhile() {
    let stripe = Canned::start().await;
    stripe.will(NEW, 200, intent("pi_1", "requires_payment_method", nothing()));
    page(&stripe, 1210).await;
    stripe.lines();
    let gateway = gateway();
    let methods = gateway.stored_methods().unwrap();
    // Paid between our look and our cancelling.
    stripe.will("GET /v1/payment_intents/pi_1", 200, intent("pi_1", "requires_payment_method", nothing()));
    let refusal = error("invalid_request_error", "payment_intent_unexpected_state", nothing());
    stripe.will("POST /v1/payment_intents/pi_1/cancel", 400, refusal);
    stripe.will("GET /v1/payment_intents/pi_1", 200, intent("pi_1", "succeeded", nothing()));
    let error = methods.charge(&stripe.ctx("effect-1"), &to_charge(1210)).await.unwrap_err();
    assert_eq!((error.kind, error.public.is_some()), (ErrorKind::Declined, true));
    assert!(!stripe.lines().contains(&NEW.to_owned()));
    stripe.will("GET /v1/payment_intents/pi_1", 200, intent("pi_1", "requires_payment_method", nothing()));
    stripe.will("POST /v1/payment_intents/pi_1/cancel", 200, intent("pi_1", "canceled", nothing()));
    let paid = json!({ "latest_charge": charge(nothing()), "metadata": { "innkeeper_reference": REFERENCE, "innkeeper_key": "effect-2" } });
    stripe.will(NEW, 200, intent("pi_2", "succeeded", paid.clone()));
    let made = methods.charge(&stripe.ctx("effect-2"), &to_charge(1210)).await.unwrap();
    assert_eq!((made.id.as_str(), &made.state), ("pi_2", &PaymentState::Paid));
    assert_eq!(made.method.as_deref(), Some("Visa •••• 4242"));
    assert_eq!(made.fee.map(|fee| fee.minor()), Some(48));
    let asked = stripe.asked().remove(2);
    assert_eq!(asked.header("idempotency-key"), Some("effect-2"));
    for (name, value) in
        [("confirm", "true"), ("off_session", "true"), ("customer", "cus_1"), ("payment_method", "pm_1")]
    {
        assert_eq!(asked.field(name), Some(value), "{name}");
    }
    // The same effect again finds what it has made.
    stripe.will("GET /v1/payment_intents/pi_2", 200, intent("pi_2", "succeeded", paid));
    assert_eq!(methods.charge(&stripe.ctx("effect-2"), &to_charge(1210)).await.unwrap().id, "pi_2");
    assert_eq!(stripe.lines(), ["GET /v1/payment_intents/pi_2"]);
}

#[tokio::test]
async fn a_bank_that_asks_for_the_payer_leads_to_the_page_with_the_same_intent() {
    let stripe = Canned::start().await;
    let asks = json!({ "last_payment_error": {
        "type": "card_error", "code": "authentication_required", "decline_code": "authentication_required",
        "message": "Your card was declined. This transaction requires authentication.",
        "payment_method": { "id": "pm_1", "type": "card", "card": { "brand": "visa", "last4": "3220" } },
    } });
    let left = intent("pi_1", "requires_payment_method", asks);
    stripe.will(NEW, 402, error("card_error", "authentication_required", json!({ "payment_intent": left.clone() })));
    let gateway = gateway();
    let methods = gateway.stored_methods().unwrap();
    let made = methods.charge(&stripe.ctx("effect-1"), &to_charge(1210)).await.unwrap();
    assert_eq!((made.id.as_str(), &made.state), ("pi_1", &PaymentState::ActionNeeded { url: None }));
    stripe.will("GET /v1/payment_intents/pi_1", 200, left);
    let form = page(&stripe, 1210).await;
    assert_eq!(form.payment.as_deref(), Some("pi_1"));
    assert_eq!((datum(&form, "method"), datum(&form, "method_label")), (Some("pm_1"), Some("Visa •••• 3220")));
}

#[tokio::test]
async fn a_declined_charge_is_told_with_the_text_for_the_payer() {
    let stripe = Canned::start().await;
    let why = json!({ "type": "card_error", "code": "card_declined", "decline_code": "insufficient_funds",
        "message": "Your card has insufficient funds." });
    let left = intent("pi_1", "requires_payment_method", json!({ "last_payment_error": why }));
    stripe.will(NEW, 402, error("card_error", "card_declined", json!({ "payment_intent": left })));
    let gateway = gateway();
    let made = gateway.stored_methods().unwrap().charge(&stripe.ctx("effect-1"), &to_charge(1210)).await.unwrap();
    let reason = "Your card has insufficient funds.".to_owned();
    assert_eq!(made.state, PaymentState::Rejected { reason });
}

#[tokio::test]
async fn a_charge_whose_outcome_nobody_knows_is_found_by_its_key() {
    let stripe = Canned::start().await;
    let gateway = gateway();
    let methods = gateway.stored_methods().unwrap();
    stripe.will(NEW, 500, error("api_error", "", nothing()));
    let lost = methods.charge(&stripe.ctx("effect-1"), &to_charge(1210)).await.unwrap_err();
    assert_eq!(lost.kind, ErrorKind::Unknown);
    let of = |id: &str, key: &str| {
        intent(id, "succeeded", json!({ "metadata": { "innkeeper_reference": REFERENCE, "innkeeper_key": key } }))
    };
    let list = "GET /v1/payment_intents";
    stripe.will(list, 200, json!({ "data": [of("pi_9", "effect-8")], "has_more": true }));
    stripe.will(list, 200, json!({ "data": [of("pi_1", "effect-1")], "has_more": false }));
    stripe.will("GET /v1/payment_intents/pi_1", 200, of("pi_1", "effect-1"));
    let found = methods.charged(&stripe.ctx("effect-1"), &to_charge(1210)).await.unwrap();
    assert_eq!(found.unwrap().id, "pi_1");
    assert!(stripe.asked()[2].line.contains("starting_after=pi_9"));
    stripe.will(list, 200, json!({ "data": [of("pi_9", "effect-8")], "has_more": false }));
    assert_eq!(methods.charged(&stripe.ctx("effect-1"), &to_charge(1210)).await.unwrap(), None);
}

#[tokio::test]
async fn an_intent_that_nobody_has_paid_is_given_up_and_no_other() {
    let stripe = Canned::start().await;
    let gateway = gateway();
    let give_up = async || gateway.payments().unwrap().give_up(&stripe.ctx("end"), "pi_1").await;
    let (look, cancel) = ("GET /v1/payment_intents/pi_1", "POST /v1/payment_intents/pi_1/cancel");
    for open in ["requires_payment_method", "requires_confirmation", "requires_action"] {
        stripe.will(look, 200, intent("pi_1", open, nothing()));
        stripe.will(cancel, 200, intent("pi_1", "canceled", nothing()));
        give_up().await.unwrap();
        assert_eq!(stripe.lines(), [look, cancel], "{open}");
    }
    stripe.will(look, 200, intent("pi_1", "canceled", nothing()));
    give_up().await.unwrap();
    for made in ["processing", "succeeded", "requires_capture"] {
        stripe.will(look, 200, intent("pi_1", made, nothing()));
        assert_eq!(give_up().await.unwrap_err().kind, ErrorKind::Declined, "{made}");
    }
    // Paid between the look and the end.
    stripe.will(look, 200, intent("pi_1", "requires_action", nothing()));
    stripe.will(cancel, 400, error("invalid_request_error", "payment_intent_unexpected_state", nothing()));
    stripe.will(look, 200, intent("pi_1", "succeeded", nothing()));
    assert_eq!(give_up().await.unwrap_err().kind, ErrorKind::Declined);
    stripe.lines();
    assert_eq!(give_up().await.unwrap_err().kind, ErrorKind::NotFound, "there is none");
}
