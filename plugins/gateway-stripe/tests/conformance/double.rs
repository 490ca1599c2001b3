//! localstripe as the kit sees it: behind a relay, and empty for each check.

use async_trait::async_trait;
use chrono::Utc;
use innkeeper_gateway_stripe::{StripeSettings, plugin};
use innkeeper_plugin_api::{
    Callback, Plugin, SettingValues,
    domain::{Currency, Money},
};
use innkeeper_plugin_testkit::{GatewayFixture, GatewayVendor, Relay, Vendor};
use serde_json::json;
use std::{sync::Arc, time::Duration};

use crate::{
    canned::WEBHOOK_SECRET,
    daemon::{SECRET_KEY, Server},
    signing::sign,
};

const GOOD: &str = "4242424242424242";
const OLD_SECRET: &str = "whsec_9876543210";

pub struct Real {
    relay: Relay,
    server: Arc<Server>,
}

#[async_trait]
impl Vendor for Real {
    fn settings(&self) -> SettingValues {
        let plugin = json!({
            "method_name": "Card", "publishable_key": "pk_test_1", "secret_key": SECRET_KEY,
            "webhook_secret": WEBHOOK_SECRET, "other_webhook_secret": OLD_SECRET, "methods": "cards",
            "currencies": ["EUR", "KWD"], "api_url": format!("http://{}", self.relay.addr()),
        });
        SettingValues { plugin, ..SettingValues::default() }
    }
    fn wrong_credentials(&self) -> Option<SettingValues> {
        None
    }
    fn secrets(&self) -> Vec<String> {
        [SECRET_KEY, WEBHOOK_SECRET, OLD_SECRET].map(str::to_owned).into()
    }
    async fn requests(&self) -> u64 {
        self.relay.requests()
    }
    async fn changes(&self) -> usize {
        self.relay.changes(|_| true)
    }
    async fn lose_next_answer(&self) {
        self.relay.lose_answer_after(0);
    }
    async fn lose_answer_after(&self, spared: usize) {
        self.relay.lose_answer_after(spared);
    }
    async fn slow(&self, delay: Duration) {
        self.relay.slow(delay);
    }
    async fn unavailable(&self) {
        self.relay.unavailable();
    }
    async fn go_down(&self) {
        self.relay.go_down().await;
    }
}

#[async_trait]
impl GatewayVendor for Real {
    async fn taken(&self) -> usize {
        self.server.count("/v1/payment_intents", |intent| intent["status"] == "succeeded").await
    }
    async fn refunded(&self) -> usize {
        self.server.count("/v1/refunds", |_| true).await
    }
    async fn pay(&self, reference: &str, amount: Money) -> Option<String> {
        let metadata = [("innkeeper_reference", reference)];
        Some(self.server.paid(&metadata, amount.minor(), "eur", GOOD).await)
    }
    async fn callback(&self, payment: &str) -> Option<Callback> {
        let intent = self.server.tell("GET", &format!("/v1/payment_intents/{payment}"), &[]).await;
        let event = json!({ "id": "evt_1", "type": "payment_intent.succeeded", "data": { "object": intent } });
        let body = event.to_string().into_bytes();
        let signature = sign(WEBHOOK_SECRET, Utc::now().timestamp(), &body);
        Some(Callback { headers: vec![("stripe-signature".to_owned(), signature)], query: String::new(), body })
    }
    async fn store_method(&self, customer: &str) -> Option<String> {
        Some(self.server.store(customer, GOOD).await)
    }
    async fn subscribe(&self) -> Option<String> {
        None
    }
}

/// The plugin and the server.
pub struct Fixture(pub Arc<Server>);

#[async_trait]
impl GatewayFixture for Fixture {
    type Vendor = Real;
    fn plugin(&self) -> Plugin {
        plugin()
    }
    async fn start(&self) -> Real {
        self.0.clear().await;
        Real { relay: Relay::start(self.0.api).await.unwrap(), server: self.0.clone() }
    }
    fn amount(&self) -> Money {
        Money::new(1210, Currency::EUR)
    }
    fn declined_amounts(&self) -> Vec<Money> {
        let dinars = "KWD".parse().unwrap();
        vec![
            Money::new(0, Currency::EUR),
            Money::new(-1, Currency::EUR),
            Money::new(1210, Currency::USD),
            Money::new(1234, dinars),
        ]
    }
    fn recorded_by_staff(&self) -> bool {
        false
    }
    fn abilities(&self) -> Vec<&'static str> {
        vec!["payments", "callbacks", "returns", "hosted_forms", "refunds", "customers", "stored_methods"]
    }
    fn debug_settings(&self, settings: &SettingValues) -> String {
        let settings: StripeSettings = serde_json::from_value(settings.plugin.clone()).unwrap();
        format!("{settings:?}")
    }
}
