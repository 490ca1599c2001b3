//! The real server as the kit sees it: behind a relay, and empty for each check.

use async_trait::async_trait;
use innkeeper_plugin_api::{Account, Plugin, Secret, ServerOperation, SettingValues};
use innkeeper_plugin_testkit::{Orphan, Relay, ServerFixture, ServerVendor, Vendor};
use innkeeper_server_powerdns::{PowerDnsPlugin, PowerDnsProduct, PowerDnsServer};
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::Arc, time::Duration};

use crate::daemon::{API_KEY, Server};

pub const DOMAIN: &str = "conformance.example";

pub struct Real {
    relay: Relay,
    server: Arc<Server>,
}

#[async_trait]
impl Vendor for Real {
    fn settings(&self) -> SettingValues {
        SettingValues {
            plugin: json!({"timeout_seconds": 20}),
            instance: json!({"url": format!("http://{}", self.relay.addr()), "api_key": API_KEY, "server_id": "localhost"}),
            product: json!({"name_servers": "ns1.example.net, ns2.example.net", "kind": "master", "default_ttl": 3600,
                "hostmaster": "dns@example.net", "serial": "default", "max_records": 100, "dnssec": false}),
        }
    }
    fn wrong_credentials(&self) -> Option<SettingValues> {
        let mut settings = self.settings();
        settings.instance["api_key"] = json!("not-the-key");
        Some(settings)
    }
    fn secrets(&self) -> Vec<String> {
        vec![API_KEY.to_owned()]
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
impl ServerVendor for Real {
    async fn effects(&self, operation: ServerOperation) -> usize {
        let method = match operation {
            ServerOperation::Create => "POST",
            ServerOperation::Terminate => "DELETE",
            ServerOperation::Suspend | ServerOperation::Unsuspend => "PATCH",
            ServerOperation::Change => "PUT",
        };
        self.relay.changes(|exchange| exchange.method == method)
    }
    async fn occupy(&self, _: &Account) {
        let zone = json!({"name": format!("{DOMAIN}."), "kind": "Native", "nameservers": ["ns.example.com."]});
        self.server.tell("POST", "/zones", &zone.to_string()).await;
    }
    /// Zones have none.
    async fn accepts_password(&self, _: &Account, _: &Secret) -> bool {
        true
    }
    async fn works(&self, _: &Account) -> Option<bool> {
        match self.server.resolve(DOMAIN).await.0 {
            0 => Some(true),
            5 => Some(false),
            other => panic!("the server answered with code {other}"),
        }
    }
    async fn unclaimed(&self) -> Option<Orphan> {
        let zone = json!({"name": "by-hand.example.", "kind": "Native", "account": "shop", "nameservers": ["ns1.example.net."]});
        self.server.tell("POST", "/zones", &zone.to_string()).await;
        Some(Orphan { remote_id: "by-hand.example.".to_owned(), username: "by-hand.example".to_owned() })
    }
    async fn plant_record(&self, _: &Account) -> bool {
        let set = json!({"name": format!("host.{DOMAIN}."), "type": "HINFO", "ttl": 60, "changetype": "REPLACE",
            "records": [{"content": "\"PDP-11\" \"UNIX\"", "disabled": false}]});
        self.server.tell("PATCH", &format!("/zones/{DOMAIN}."), &json!({"rrsets": [set]}).to_string()).await;
        true
    }
}

/// The plugin under test and the server.
pub struct Fixture(pub Plugin, pub Arc<Server>);

#[async_trait]
impl ServerFixture for Fixture {
    type Vendor = Real;

    fn plugin(&self) -> Plugin {
        self.0.clone()
    }
    async fn start(&self) -> Real {
        self.1.clear().await;
        Real { relay: Relay::start(self.1.api).await.unwrap(), server: self.1.clone() }
    }
    fn fields(&self) -> BTreeMap<String, String> {
        answers(DOMAIN)
    }
    fn passwords(&self) -> (Secret, Secret) {
        (Secret::new("Tr4velling-Owl".to_owned()), Secret::new("Sl33ping-Bear".to_owned()))
    }
    fn bad_orders(&self) -> Vec<(BTreeMap<String, String>, Option<Secret>)> {
        [answers(""), answers("localhost"), answers("two words.example"), BTreeMap::new()].map(|a| (a, None)).into()
    }
    fn abilities(&self) -> Vec<&'static str> {
        vec!["change", "actions", "usage", "inventory", "panels", "zone"]
    }
    fn debug_settings(&self, settings: &SettingValues) -> String {
        let plugin: PowerDnsPlugin = parse(&settings.plugin);
        let server: PowerDnsServer = parse(&settings.instance);
        let product: PowerDnsProduct = parse(&settings.product);
        format!("{plugin:?} {server:?} {product:?}")
    }
}

fn parse<T: serde::de::DeserializeOwned>(value: &Value) -> T {
    serde_json::from_value(value.clone()).unwrap()
}

fn answers(domain: &str) -> BTreeMap<String, String> {
    [("domain".to_owned(), domain.to_owned())].into()
}
