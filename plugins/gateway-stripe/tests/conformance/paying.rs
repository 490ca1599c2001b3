//! Paying, charging, giving back and webhooks, with a Stripe that is not ours.

use chrono::{TimeDelta, Utc};
use innkeeper_plugin_api::{
    Callback, Charge, ErrorKind, Hint, Http, Level, Outcome, PaymentPage, PaymentState, PluginCtx, Refund,
    SettingValues,
    domain::{Currency, Money},
};
use innkeeper_plugin_testkit::MemoryStore;
use serde_json::json;
use std::{net::Ipv4Addr, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use crate::{
    canned::{REFERENCE, WEBHOOK_SECRET, gateway, request},
    daemon::{SECRET_KEY, Server, id},
};

const GOOD: &str = "4242424242424242";
const DECLINED: &str = "4000000000000341";
const ASKS_THE_PAYER: &str = "4000002500003155";

/// The plugin with a store, at one server.
struct Till {
    server: Server,
    store: Arc<MemoryStore>,
}

impl Till {
    async fn open() -> Self {
        Self { server: Server::start().await, store: Arc::default() }
    }
    fn ctx(&self, key: &str) -> PluginCtx {
        let plugin = json!({
            "publishable_key": "pk_test_1", "secret_key": SECRET_KEY, "webhook_secret": WEBHOOK_SECRET,
            "api_url": format!("http://{}", self.server.api),
        });
        let values = SettingValues { plugin, ..SettingValues::default() };
        PluginCtx::new(Http::new(Duration::from_secs(10)), Utc::now(), key.to_owned(), values, self.store.clone())
    }
    /// A customer with a stored card, and what charges it.
    async fn stored(&self, number: &str) -> Charge {
        let gateway = gateway();
        let payer = request(1210, None).payer;
        let made = gateway.customers().unwrap().put(&self.ctx("customer"), &payer).await.unwrap();
        let Outcome::Done(customer) = made else { panic!("{made:?}") };
        let method = self.server.store(&customer, number).await;
        Charge { request: request(1210, Some(&customer)), method }
    }
    /// What the page shows: the intent and its secret.
    async fn page(&self, minor: i64) -> (String, String) {
        let ctx = self.ctx(&format!("{REFERENCE}:{minor}:EUR"));
        let page = gateway().payment_page(&ctx, &request(minor, None)).await.unwrap();
        let PaymentPage::Hosted(form) = page else { panic!("{page:?}") };
        let secret = form.data.iter().find(|(name, _)| name == "client_secret").map(|(_, value)| value.clone());
        (form.payment.unwrap(), secret.unwrap())
    }
    /// The payer fills in the form.
    async fn fill_in(&self, intent: &str, number: &str) {
        let card = self.server.card(number).await;
        self.server.tell("POST", &format!("/v1/payment_intents/{intent}"), &[("payment_method", &card)]).await;
        self.server.tell("POST", &format!("/v1/payment_intents/{intent}/confirm"), &[]).await;
    }
    async fn state(&self, intent: &str) -> PaymentState {
        gateway().payments().unwrap().payment(&self.ctx("look"), intent).await.unwrap().state
    }
}

#[tokio::test]
async fn a_payer_pays_on_the_page_once() {
    let till = Till::open().await;
    let (intent, _) = till.page(1210).await;
    assert_eq!(till.page(1210).await.0, intent);
    assert_eq!(till.state(&intent).await, PaymentState::ActionNeeded { url: None });
    till.fill_in(&intent, GOOD).await;
    let paid = gateway().payments().unwrap().payment(&till.ctx("look"), &intent).await.unwrap();
    assert_eq!((paid.state, paid.amount), (PaymentState::Paid, Money::new(1210, Currency::EUR)));
    assert_eq!(paid.reference.as_deref(), Some(REFERENCE));
    assert!(paid.paid_at.is_some_and(|at| (Utc::now() - at).abs() < TimeDelta::minutes(1)));
    // Another window that was open still shows the same intent: nothing can be paid beside it.
    assert_eq!(till.page(1210).await.0, intent);
    assert_eq!(till.server.count("/v1/payment_intents", |_| true).await, 1);
}

#[tokio::test]
async fn a_bank_may_ask_the_payer_who_confirms_or_fails() {
    for (success, state) in [("true", PaymentState::Paid), ("false", PaymentState::Rejected { reason: String::new() })]
    {
        let till = Till::open().await;
        let (intent, secret) = till.page(1210).await;
        till.fill_in(&intent, ASKS_THE_PAYER).await;
        assert_eq!(till.state(&intent).await, PaymentState::ActionNeeded { url: None });
        let answer = [("client_secret", secret.as_str()), ("success", success)];
        till.server.tell("POST", &format!("/v1/payment_intents/{intent}/_authenticate"), &answer).await;
        let came = till.state(&intent).await;
        assert_eq!(std::mem::discriminant(&came), std::mem::discriminant(&state), "{came:?}");
        // Who failed may try again, with the same intent.
        assert_eq!(till.page(1210).await.0, intent);
    }
}

#[tokio::test]
async fn another_amount_leaves_one_live_intent() {
    let till = Till::open().await;
    let (first, _) = till.page(1210).await;
    let (second, _) = till.page(210).await;
    assert_ne!(first, second);
    let live = |intent: &serde_json::Value| intent["status"] != "canceled";
    assert_eq!(till.server.count("/v1/payment_intents", live).await, 1);
    assert!(matches!(till.state(&first).await, PaymentState::Rejected { .. }));
    // And back again: the first is ended for good.
    let (third, _) = till.page(1210).await;
    assert!(third != first && third != second);
    assert_eq!(till.server.count("/v1/payment_intents", live).await, 1);
}

#[tokio::test]
async fn a_stored_card_is_charged_declined_or_asks_the_payer() {
    let till = Till::open().await;
    let (open, _) = till.page(1210).await;
    let gateway = gateway();
    let methods = gateway.stored_methods().unwrap();
    let declined = till.stored(DECLINED).await;
    let error = methods.charge(&till.ctx("effect-1"), &declined).await.unwrap_err();
    assert_eq!((error.kind, error.public.as_deref()), (ErrorKind::Declined, Some("Your card was declined.")));
    assert!(matches!(till.state(&open).await, PaymentState::Rejected { .. }), "the open page was ended first");
    till.server.clear().await;
    let asks = till.stored(ASKS_THE_PAYER).await;
    let made = methods.charge(&till.ctx("effect-2"), &asks).await.unwrap();
    assert_eq!(made.state, PaymentState::ActionNeeded { url: None });
    assert_eq!(till.page(1210).await.0, made.id, "the page asks the payer to confirm that very charge");
    till.server.clear().await;
    let good = till.stored(GOOD).await;
    let made = methods.charge(&till.ctx("effect-3"), &good).await.unwrap();
    assert_eq!((made.state, made.reference.as_deref()), (PaymentState::Paid, Some(REFERENCE)));
    let again = methods.charge(&till.ctx("effect-4"), &good).await.unwrap_err();
    assert_eq!(again.kind, ErrorKind::Declined, "another charge of what is paid already");
    assert_eq!(till.server.count("/v1/payment_intents", |intent| intent["status"] == "succeeded").await, 1);
}

#[tokio::test]
async fn money_goes_back_in_parts_and_as_a_whole_and_no_more() {
    let till = Till::open().await;
    let payment = till.server.paid(&[("innkeeper_reference", REFERENCE)], 1210, "eur", GOOD).await;
    let gateway = gateway();
    let refunds = gateway.refunds().unwrap();
    let part = |minor| Refund { payment: payment.clone(), amount: Money::new(minor, Currency::EUR), pending: None };
    for _ in 0..2 {
        refunds.refund(&till.ctx("effect-1"), &part(210)).await.unwrap();
    }
    let refunded = async || gateway.payments().unwrap().payment(&till.ctx("look"), &payment).await.unwrap().refunded;
    assert_eq!((refunded().await.minor(), till.server.count("/v1/refunds", |_| true).await), (210, 1));
    // The same key for something else is a mistake of ours, of which nobody knows what it did.
    let error = refunds.refund(&till.ctx("effect-1"), &part(300)).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unknown);
    assert_eq!(refunds.refund(&till.ctx("effect-2"), &part(1001)).await.unwrap_err().kind, ErrorKind::Invalid);
    refunds.refund(&till.ctx("effect-3"), &part(1000)).await.unwrap();
    assert_eq!(refunded().await.minor(), 1210);
    assert!(refunds.refunded(&till.ctx("effect-3"), &part(1000)).await.unwrap().is_some());
    assert_eq!(refunds.refunded(&till.ctx("effect-9"), &part(1)).await.unwrap(), None);
}

#[tokio::test]
async fn polling_finds_what_no_webhook_told() {
    let till = Till::open().await;
    let start = Utc::now() - TimeDelta::minutes(1);
    let (intent, _) = till.page(1210).await;
    till.fill_in(&intent, GOOD).await;
    let foreign = till.server.paid(&[("order", "of a shop that shares the account")], 500, "eur", GOOD).await;
    let mut found = vec![];
    for number in 0..25 {
        let reference = format!("ab12cd34-invoice-{}", 100 + number);
        found.push(till.server.paid(&[("innkeeper_reference", &reference)], 700, "usd", GOOD).await);
    }
    found.push(intent);
    let gateway = gateway();
    let (mut told, mut cursor) = (vec![], None::<String>);
    loop {
        let part =
            gateway.payments().unwrap().changed_since(&till.ctx("poll"), start, cursor.as_deref()).await.unwrap();
        assert!(part.items.iter().all(|payment| payment.state == PaymentState::Paid));
        told.extend(part.items.into_iter().map(|payment| payment.id));
        cursor = part.next;
        if cursor.is_none() {
            break;
        }
    }
    told.sort();
    found.sort();
    assert_eq!(told, found);
    assert!(!told.contains(&foreign));
}

#[tokio::test]
async fn what_was_paid_is_told_with_its_own_amount_currency_and_invoice() {
    let till = Till::open().await;
    let gateway = gateway();
    for (minor, currency, reference, amount) in [
        (1, "eur", REFERENCE, Money::new(1, Currency::EUR)),
        (1210, "usd", REFERENCE, Money::new(1210, Currency::USD)),
        (1210, "jpy", "ab12cd34-invoice-42", Money::new(1210, "JPY".parse().unwrap())),
        (50_000, "isk", "00000000-invoice-41", Money::new(500, "ISK".parse().unwrap())),
    ] {
        let payment = till.server.paid(&[("innkeeper_reference", reference)], minor, currency, GOOD).await;
        let told = gateway.payments().unwrap().payment(&till.ctx("look"), &payment).await.unwrap();
        assert_eq!((told.amount, told.reference.as_deref()), (amount, Some(reference)));
    }
    let nameless = till.server.paid(&[], 1210, "eur", GOOD).await;
    assert_eq!(gateway.payments().unwrap().payment(&till.ctx("look"), &nameless).await.unwrap().reference, None);
}

/// Takes one webhook as it is posted.
async fn one_webhook(listener: &TcpListener) -> Callback {
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut bytes = vec![];
    loop {
        stream.read_buf(&mut bytes).await.unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let headers: Vec<(String, String)> = head
            .lines()
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        let length = headers.iter().find(|(name, _)| name == "content-length").map(|(_, value)| value.parse());
        if body.len() >= length.unwrap().unwrap() {
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").await.unwrap();
            return Callback { headers, query: String::new(), body: body.as_bytes().to_vec() };
        }
    }
}

#[tokio::test]
async fn a_webhook_that_the_double_signs_is_believed_as_a_hint() {
    let till = Till::open().await;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let url = format!("http://{}/callbacks/gateway-stripe", listener.local_addr().unwrap());
    till.server.tell("POST", "/_config/webhooks/one", &[("url", &url), ("secret", WEBHOOK_SECRET)]).await;
    let (intent, _) = till.page(1210).await;
    till.fill_in(&intent, GOOD).await;
    let genuine = one_webhook(&listener).await;
    let (gateway, ctx) = (gateway(), till.ctx("hook"));
    let callbacks = gateway.callbacks().unwrap();
    // As often as it comes.
    for _ in 0..2 {
        assert_eq!(callbacks.verify(&ctx, &genuine).unwrap(), [Hint::Payment(intent.clone())]);
    }
    let mut late = ctx.clone();
    late.now += TimeDelta::seconds(330);
    let mut altered = genuine.clone();
    altered.body.push(b' ');
    for (ctx, callback) in [(&late, &genuine), (&ctx, &altered)] {
        assert_eq!(callbacks.verify(ctx, callback).unwrap_err().kind, ErrorKind::Declined);
    }
    // Another secret; and both while the secret is rolled.
    let with = |settings: serde_json::Value| {
        let mut plugin = ctx.raw_settings().plugin.clone();
        plugin.as_object_mut().unwrap().extend(settings.as_object().unwrap().clone());
        let values = SettingValues { plugin, ..SettingValues::default() };
        PluginCtx::new(ctx.http.clone(), ctx.now, "hook".into(), values, ctx.store.clone())
    };
    let other = with(json!({ "webhook_secret": "whsec_other" }));
    assert_eq!(callbacks.verify(&other, &genuine).unwrap_err().kind, ErrorKind::Declined);
    let both = with(json!({ "webhook_secret": "whsec_other", "other_webhook_secret": WEBHOOK_SECRET }));
    assert_eq!(callbacks.verify(&both, &genuine).unwrap(), [Hint::Payment(intent)]);
    let none = with(json!({ "webhook_secret": null }));
    assert_eq!(callbacks.verify(&none, &genuine).unwrap_err().kind, ErrorKind::Config);
    assert!(none.settings::<innkeeper_gateway_stripe::StripeSettings>(Level::Plugin).is_ok());
}

#[tokio::test]
async fn a_customer_is_made_changed_and_removed_and_a_lost_one_made_anew() {
    let till = Till::open().await;
    let (gateway, payer) = (gateway(), request(1210, None).payer);
    let customers = gateway.customers().unwrap();
    let put = async |key: &str, customer: Option<&str>, name: &str| {
        let payer = innkeeper_plugin_api::Payer {
            customer: customer.map(str::to_owned),
            name: name.to_owned(),
            ..payer.clone()
        };
        match customers.put(&till.ctx(key), &payer).await.unwrap() {
            Outcome::Done(id) => id,
            other => panic!("{other:?}"),
        }
    };
    let first = put("one", None, "Grace").await;
    assert_eq!(put("two", Some(&first), "Grace B. Hopper").await, first);
    let known = till.server.tell("GET", &format!("/v1/customers/{first}"), &[]).await;
    assert_eq!((id(&known), known["name"].as_str()), (first.clone(), Some("Grace B. Hopper")));
    till.server.tell("DELETE", &format!("/v1/customers/{first}"), &[]).await;
    assert_ne!(put("three", Some(&first), "Grace").await, first);
}
