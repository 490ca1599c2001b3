//! The conformance kit against a receiver that checks signatures, and what goes where.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use async_trait::async_trait;
use innkeeper_plugin_api::{
    ErrorKind, EventEnvelope, Http, Implementation, Plugin, PluginCtx, SettingValues, Snapin, domain::EventId,
};
use innkeeper_plugin_testkit::{MemoryStore, SnapinFixture, SnapinVendor, Vendor, conformance};
use innkeeper_simulators::{
    chaos::ChaosSettings,
    receiver::{Options, Receiver},
};
use innkeeper_snapin_webhooks::{Webhooks, plugin};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};

struct Double(Receiver);

#[async_trait]
impl Vendor for Double {
    fn settings(&self) -> SettingValues {
        settings(&json!([{"name": "books", "url": self.0.url(), "secret": self.0.secret(),
            "events": ["Invoice-Paid"], "active": true}]))
    }
    fn wrong_credentials(&self) -> Option<SettingValues> {
        None
    }
    fn secrets(&self) -> Vec<String> {
        vec![self.0.secret().to_owned(), self.0.secret().trim_start_matches("whsec_").to_owned()]
    }
    async fn requests(&self) -> u64 {
        self.0.chaos().requests()
    }
    async fn changes(&self) -> usize {
        self.0.journal().effects()
    }
    async fn lose_next_answer(&self) {
        self.0.chaos().lose_next_effect();
    }
    async fn slow(&self, delay: Duration) {
        let delay_effects_ms = u64::try_from(delay.as_millis()).unwrap();
        self.0.chaos().set(ChaosSettings { delay_effects_ms, ..ChaosSettings::default() });
    }
    async fn unavailable(&self) {
        self.0.chaos().set(ChaosSettings { unavailable: true, ..ChaosSettings::default() });
    }
    async fn go_down(&self) {
        self.0.stop().await;
    }
}

#[async_trait]
impl SnapinVendor for Double {
    async fn deliveries(&self) -> usize {
        self.0.deliveries().len()
    }
}

struct Fixture;

#[async_trait]
impl SnapinFixture for Fixture {
    type Vendor = Double;

    fn plugin(&self) -> Plugin {
        plugin()
    }
    fn abilities(&self) -> Vec<&'static str> {
        vec!["connection_test"]
    }
    async fn start(&self) -> Double {
        Double(Receiver::start(Options::default()).await.unwrap())
    }
    fn debug_settings(&self, settings: &SettingValues) -> String {
        let settings: Webhooks = serde_json::from_value(settings.plugin.clone()).unwrap();
        format!("{settings:?}")
    }
}

#[tokio::test]
async fn conforms() {
    conformance::snapin(&Fixture).await.assert_clean();
}

fn settings(endpoints: &Value) -> SettingValues {
    SettingValues { plugin: json!({"endpoints": endpoints, "allow_private": true}), ..SettingValues::default() }
}

fn ctx(endpoints: &Value) -> PluginCtx {
    // Another test may have installed it; either is fine.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = Http::new(Duration::from_secs(10));
    PluginCtx::new(http, chrono::Utc::now(), "test".to_owned(), settings(endpoints), Arc::new(MemoryStore::default()))
}

fn snapin() -> Arc<dyn Snapin> {
    match plugin().implementation {
        Implementation::Snapin(snapin) => snapin,
        _ => panic!("not a snapin"),
    }
}

fn event(id: i64) -> EventEnvelope {
    EventEnvelope {
        id: EventId(id),
        name: "Invoice-Paid".to_owned(),
        version: 1,
        occurred_at: "2026-01-05T10:00:00Z".parse().unwrap(),
        aggregate: "invoice".to_owned(),
        aggregate_id: 41,
        sequence: id,
        payload: json!({"invoice_id": 41}),
    }
}

#[tokio::test]
async fn events_arrive_signed_and_in_the_order_they_were_sent() {
    let receiver = Receiver::start(Options::default()).await.unwrap();
    let ctx = ctx(&json!([{"name": "books", "url": receiver.url(), "secret": receiver.secret()}]));
    for id in [1, 2, 2, 3] {
        snapin().on_event(&ctx, "books", &event(id)).await.unwrap();
    }
    let sequences: Vec<Value> = receiver.events().iter().map(|body| body["sequence"].clone()).collect();
    assert_eq!(sequences, [1, 2, 3]);
    assert!(receiver.deliveries().iter().all(|delivery| delivery.valid));
}

#[tokio::test]
async fn a_receiver_that_does_not_believe_the_signature_gets_nothing() {
    let receiver = Receiver::start(Options::default()).await.unwrap();
    let other = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    let ctx = ctx(&json!([{"name": "books", "url": receiver.url(), "secret": other}]));
    let error = snapin().on_event(&ctx, "books", &event(1)).await.unwrap_err();
    assert_eq!((error.kind, error.code.as_deref()), (ErrorKind::Temporary, Some("401")));
    assert_eq!(receiver.events().len(), 0);
}

#[tokio::test]
async fn a_test_is_a_signed_message_and_tells_what_each_receiver_answered() {
    let (books, shop) =
        (Receiver::start(Options::default()).await.unwrap(), Receiver::start(Options::default()).await.unwrap());
    let endpoint = |name: &str, to: &Receiver| json!({"name": name, "url": to.url(), "secret": to.secret()});
    let both = ctx(&json!([endpoint("books", &books), endpoint("shop", &shop)]));
    let snapin = snapin();
    let test = snapin.connection_test().unwrap();
    let news = test.test_connection(&both).await.unwrap();
    assert!(news.starts_with("books: HTTP 2") && news.contains("; shop: HTTP 2"), "{news}");
    assert_eq!(books.deliveries().len(), 1);
    assert!(books.deliveries()[0].valid);
    assert_eq!(books.events()[0]["type"], "test");
    books.stop().await;
    let error = test.test_connection(&both).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Temporary);
    assert!(error.detail.starts_with("books: ") && error.detail.contains("; shop: HTTP 2"), "{}", error.detail);
    let nobody = test.test_connection(&ctx(&json!([]))).await.unwrap_err();
    assert_eq!(nobody.kind, ErrorKind::Config);
}

#[tokio::test]
async fn private_addresses_get_nothing_unless_allowed() {
    let receiver = Receiver::start(Options::default()).await.unwrap();
    let endpoint = json!({"name": "books", "url": receiver.url(), "secret": receiver.secret()});
    let refused = SettingValues { plugin: json!({ "endpoints": [endpoint] }), ..SettingValues::default() };
    let http = Http::new(Duration::from_secs(10));
    let ctx = PluginCtx::new(http, chrono::Utc::now(), "test".to_owned(), refused, Arc::new(MemoryStore::default()));
    assert_eq!(snapin().subscribers(&ctx).unwrap_err().kind, ErrorKind::Config);
    assert_eq!(snapin().on_event(&ctx, "books", &event(1)).await.unwrap_err().kind, ErrorKind::Config);
    assert_eq!(receiver.deliveries().len(), 0);
}

#[tokio::test]
async fn each_active_endpoint_is_a_listener_of_its_own() {
    let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    let ctx = ctx(&json!([
        {"name": "all", "url": "https://a.example/", "secret": secret},
        {"name": "some", "url": "https://b.example/", "secret": secret, "events": ["InvoicePaid", "Client-Create"]},
        {"name": "off", "url": "https://c.example/", "secret": secret, "active": false},
    ]));
    let subscribers = snapin().subscribers(&ctx).unwrap();
    let found: Vec<(&str, usize)> =
        subscribers.iter().map(|subscriber| (subscriber.key.as_str(), subscriber.events.len())).collect();
    assert_eq!(found, [("all", 0), ("some", 2)]);
    assert_eq!(subscribers[1].events[0], "Invoice-Paid");
    let off = snapin().on_event(&ctx, "off", &event(1)).await.unwrap_err();
    assert_eq!(off.kind, ErrorKind::Config);
}
