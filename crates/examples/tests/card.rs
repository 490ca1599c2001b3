//! The conformance kit.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use async_trait::async_trait;
use chrono::Utc;
use innkeeper_examples::card::{Card, CardSettings, CardVendor, with_vendor};
use innkeeper_plugin_api::{
    Callback, Plugin, SettingValues,
    domain::{Currency, Money},
};
use innkeeper_plugin_testkit::{GatewayFixture, GatewayVendor, Vendor, conformance};
use serde_json::json;
use std::time::Duration;

const KEY: &str = "kit-signing-key-0123456789";

struct Fixture(Plugin, CardVendor);
struct Double(CardVendor);

#[async_trait]
impl Vendor for Double {
    fn settings(&self) -> SettingValues {
        let plugin = json!({ "method_name": "Card", "signing_key": KEY, "at_vendor": false });
        SettingValues { plugin, ..SettingValues::default() }
    }
    fn wrong_credentials(&self) -> Option<SettingValues> {
        None
    }
    fn secrets(&self) -> Vec<String> {
        vec![KEY.to_owned()]
    }
    async fn requests(&self) -> u64 {
        self.0.requests()
    }
    async fn changes(&self) -> usize {
        self.0.payments() + self.0.refunds() + self.0.customers()
    }
    async fn lose_next_answer(&self) {
        self.0.lose_next_answer();
    }
    async fn slow(&self, _: Duration) {}
    async fn unavailable(&self) {
        self.0.out_of_service(true);
    }
    async fn go_down(&self) {
        self.0.out_of_service(true);
    }
}

#[async_trait]
impl GatewayVendor for Double {
    async fn taken(&self) -> usize {
        self.0.taken()
    }
    async fn refunded(&self) -> usize {
        self.0.refunds()
    }
    async fn pay(&self, reference: &str, amount: Money) -> Option<String> {
        Some(self.0.pay(Some(reference), amount, Card::Good, Utc::now()))
    }
    async fn callback(&self, payment: &str) -> Option<Callback> {
        Some(self.0.callback(KEY, payment, Utc::now()))
    }
    async fn store_method(&self, customer: &str) -> Option<String> {
        Some(self.0.store_card(customer, Card::Good))
    }
    async fn subscribe(&self) -> Option<String> {
        Some(self.0.subscribe())
    }
}

#[async_trait]
impl GatewayFixture for Fixture {
    type Vendor = Double;
    fn plugin(&self) -> Plugin {
        self.0.clone()
    }
    async fn start(&self) -> Double {
        self.1.reset();
        Double(self.1.clone())
    }
    fn amount(&self) -> Money {
        Money::new(1210, Currency::EUR)
    }
    fn declined_amounts(&self) -> Vec<Money> {
        vec![Money::new(0, Currency::EUR), Money::new(1_000_001, Currency::EUR)]
    }
    fn recorded_by_staff(&self) -> bool {
        false
    }
    fn abilities(&self) -> Vec<&'static str> {
        vec![
            "payments",
            "callbacks",
            "returns",
            "hosted_forms",
            "refunds",
            "customers",
            "stored_methods",
            "subscriptions",
            "connection_test",
        ]
    }
    fn debug_settings(&self, settings: &SettingValues) -> String {
        let settings: CardSettings = serde_json::from_value(settings.plugin.clone()).unwrap();
        format!("{settings:?}")
    }
}

#[tokio::test]
async fn conforms() {
    let (plugin, vendor) = with_vendor();
    conformance::gateway(&Fixture(plugin, vendor)).await.assert_clean();
}
