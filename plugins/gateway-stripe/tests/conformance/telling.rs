//! How payments, disputes and refunds are told, and how lost ones are found.

use innkeeper_plugin_api::{
    Callback, ErrorKind, Hint, Outcome, PaymentState, Refund,
    domain::{Currency, DisputeState, Money},
};
use serde_json::{Value, json};

use crate::canned::{Canned, REFERENCE, WEBHOOK_SECRET, charge, gateway, intent};
use crate::signing::sign;

fn event(id: &str, kind: &str, object: Value) -> Value {
    json!({ "id": id, "object": "event", "type": kind, "data": { "object": object } })
}

#[tokio::test]
async fn a_dispute_is_a_charge_back_until_it_is_won() {
    let stripe = Canned::start().await;
    let gateway = gateway();
    for (status, state) in [
        ("needs_response", PaymentState::ChargedBack),
        ("under_review", PaymentState::ChargedBack),
        ("lost", PaymentState::ChargedBack),
        ("won", PaymentState::Paid),
        ("warning_needs_response", PaymentState::Paid),
    ] {
        let disputed = json!({ "latest_charge": charge(json!({ "disputed": true })) });
        stripe.will("GET /v1/payment_intents/pi_1", 200, intent("pi_1", "succeeded", disputed));
        stripe.will(
            "GET /v1/disputes",
            200,
            json!({ "data": [{ "id": "dp_1", "status": status }], "has_more": false }),
        );
        let told = gateway.payments().unwrap().payment(&stripe.ctx("look"), "pi_1").await.unwrap();
        assert_eq!(told.state, state, "{status}");
        let known = match status {
            "won" => Some(DisputeState::Won),
            "lost" => Some(DisputeState::Lost),
            // An enquiry takes nothing.
            "warning_needs_response" => None,
            _ => Some(DisputeState::Open),
        };
        assert_eq!(told.disputes.first().map(|dispute| dispute.state), known, "{status}");
    }
}

#[tokio::test]
async fn what_changed_is_told_once_each_and_other_peoples_payments_are_not() {
    let stripe = Canned::start().await;
    let ours =
        |id: &str| json!({ "id": id, "object": "payment_intent", "metadata": { "innkeeper_reference": REFERENCE } });
    let foreign = json!({ "id": "pi_8", "object": "payment_intent", "metadata": {} });
    let refund = json!({ "id": "re_1", "object": "refund", "payment_intent": "pi_2", "metadata": {} });
    let dispute = json!({ "id": "dp_1", "object": "dispute", "payment_intent": "pi_9" });
    let events = json!({ "has_more": true, "data": [
        event("evt_5", "payment_intent.succeeded", ours("pi_1")), event("evt_4", "payment_intent.processing", ours("pi_1")),
        event("evt_3", "payment_intent.succeeded", foreign), event("evt_2", "charge.refund.updated", refund),
        event("evt_1", "charge.dispute.created", dispute),
    ] });
    stripe.will("GET /v1/events", 200, events);
    stripe.will("GET /v1/payment_intents/pi_1", 200, intent("pi_1", "succeeded", json!({})));
    stripe.will(
        "GET /v1/payment_intents/pi_2",
        200,
        intent("pi_2", "succeeded", json!({ "latest_charge": charge(json!({ "amount_refunded": 10 })) })),
    );
    stripe.will("GET /v1/payment_intents/pi_9", 200, intent("pi_9", "succeeded", json!({ "metadata": {} })));
    let gateway = gateway();
    let payments = gateway.payments().unwrap();
    let since = "2026-03-01T11:00:00Z".parse().unwrap();
    let part = payments.changed_since(&stripe.ctx("poll"), since, None).await.unwrap();
    let told: Vec<_> = part.items.iter().map(|p| (p.id.as_str(), p.refunded.minor())).collect();
    assert_eq!((told, part.next.as_deref()), (vec![("pi_1", 0), ("pi_2", 10)], Some("evt_1")));
    assert!(stripe.asked()[0].line.contains("created%5Bgte%5D=1772362800"));
    stripe.will("GET /v1/events", 200, json!({ "has_more": false, "data": [] }));
    let rest = payments.changed_since(&stripe.ctx("poll"), since, part.next.as_deref()).await.unwrap();
    assert!(rest.items.is_empty() && rest.next.is_none());
    assert!(stripe.asked()[0].line.contains("starting_after=evt_1"));
}

#[tokio::test]
async fn an_id_that_is_none_is_never_asked_for() {
    let stripe = Canned::start().await;
    let gateway = gateway();
    for id in ["", "no-such-thing", "pi_1/../../customers", "pi_1?x", "ch_1", "pi_%2e"] {
        let refused = gateway.payments().unwrap().payment(&stripe.ctx("look"), id).await;
        assert_eq!(refused.unwrap_err().kind, ErrorKind::NotFound, "{id}");
        let query = format!("payment_intent={id}&redirect_status=succeeded");
        assert_eq!(gateway.returns().unwrap().returned(&stripe.ctx("back"), &query).await.unwrap(), [], "{id}");
    }
    let back = gateway.returns().unwrap().returned(&stripe.ctx("back"), "x=1&payment_intent=pi_1Ab&y=2").await.unwrap();
    assert_eq!(back, [Hint::Payment("pi_1Ab".to_owned())]);
    assert!(stripe.lines().is_empty());
}

#[tokio::test]
async fn a_webhook_is_a_hint_at_a_payment_of_ours_or_at_nothing() {
    let stripe = Canned::start().await;
    let (gateway, ctx) = (gateway(), stripe.ctx("hook"));
    let told = |object: Value| {
        let body = event("evt_1", "some.event", object).to_string().into_bytes();
        let signature = sign(WEBHOOK_SECRET, ctx.now.timestamp(), &body);
        let callback =
            Callback { headers: vec![("stripe-signature".to_owned(), signature)], query: String::new(), body };
        gateway.callbacks().unwrap().verify(&ctx, &callback)
    };
    let ours = json!({ "innkeeper_reference": REFERENCE });
    let hint = || vec![Hint::Payment("pi_1".to_owned())];
    assert_eq!(told(json!({ "id": "pi_1", "object": "payment_intent", "metadata": ours })).unwrap(), hint());
    assert_eq!(
        told(json!({ "id": "ch_1", "object": "charge", "payment_intent": "pi_1", "metadata": ours })).unwrap(),
        hint()
    );
    assert_eq!(told(json!({ "id": "dp_1", "object": "dispute", "payment_intent": { "id": "pi_1" } })).unwrap(), hint());
    for other in [
        json!({ "id": "pi_1", "object": "payment_intent", "metadata": {} }),
        json!({ "id": "ch_1", "object": "charge", "payment_intent": "pi_1", "metadata": {} }),
        json!({ "id": "cus_1", "object": "customer", "metadata": ours }),
        json!({ "id": "re_1", "object": "refund", "payment_intent": null }),
        json!({}),
    ] {
        assert_eq!(told(other.clone()).unwrap(), [], "{other}");
    }
    assert!(stripe.lines().is_empty(), "a webhook makes no request");
}

#[tokio::test]
async fn a_refund_is_followed_to_its_end() {
    let stripe = Canned::start().await;
    let (gateway, amount) = (gateway(), Money::new(500, Currency::EUR));
    let refunds = gateway.refunds().unwrap();
    let wanted = |pending: Option<&str>| Refund { payment: "pi_1".into(), amount, pending: pending.map(str::to_owned) };
    let re = |status: &str| json!({ "id": "re_1", "status": status, "metadata": { "innkeeper_key": "effect-1" } });
    stripe.will("POST /v1/refunds", 200, re("pending"));
    let made = refunds.refund(&stripe.ctx("effect-1"), &wanted(None)).await.unwrap();
    assert!(matches!(made, Outcome::Pending { reference, .. } if reference == "re_1"));
    stripe.will("GET /v1/refunds/re_1", 200, re("succeeded"));
    let settled = refunds.refunded(&stripe.ctx("effect-1"), &wanted(Some("re_1"))).await.unwrap();
    assert_eq!(settled, Some(Outcome::Done("re_1".to_owned())));
    stripe.will("GET /v1/refunds/re_1", 200, re("failed"));
    let failed = refunds.refunded(&stripe.ctx("effect-1"), &wanted(Some("re_1"))).await;
    assert_eq!(failed.unwrap_err().kind, ErrorKind::Declined);
    // By its key, if the answer was lost.
    stripe.will("GET /v1/refunds", 200, json!({ "data": [re("succeeded")], "has_more": false }));
    let found = refunds.refunded(&stripe.ctx("effect-1"), &wanted(None)).await.unwrap();
    assert_eq!(found, Some(Outcome::Done("re_1".to_owned())));
    stripe.will("GET /v1/refunds", 200, json!({ "data": [re("succeeded")], "has_more": false }));
    assert_eq!(refunds.refunded(&stripe.ctx("effect-2"), &wanted(None)).await.unwrap(), None);
}
