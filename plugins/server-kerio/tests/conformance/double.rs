//! The Kerio simulator as the kit sees it.

use async_trait::async_trait;
use innkeeper_plugin_api::{Account, Plugin, Secret, ServerOperation, SettingValues};
use innkeeper_plugin_testkit::{ServerFixture, ServerVendor, Vendor};
use innkeeper_server_kerio::{KerioPlugin, KerioProduct, KerioServer};
use innkeeper_simulators::{
    chaos::ChaosSettings,
    kerio::{Options, Simulator},
};
use serde_json::{Value, json};
use std::{collections::BTreeMap, time::Duration};

const ADDRESS: &str = "grace@example.org";
const ADMIN_PASSWORD: &str = "Kerio-Admin-1";

pub struct Double(Simulator);

#[async_trait]
impl Vendor for Double {
    fn settings(&self) -> SettingValues {
        SettingValues {
            plugin: json!({"timeout_seconds": 20}),
            instance: json!({
                "host": "127.0.0.1", "port": self.0.addr().port(), "user": "admin", "password": ADMIN_PASSWORD,
                "tls": "pinned", "certificate": self.0.certificate_pem(),
            }),
            product: json!({"domain": "example.org", "template": "Standard", "quota_mb": 2048, "keep_mailbox": false}),
        }
    }
    fn wrong_credentials(&self) -> Option<SettingValues> {
        let mut settings = self.settings();
        settings.instance["password"] = json!("not-the-password");
        Some(settings)
    }
    fn secrets(&self) -> Vec<String> {
        vec![ADMIN_PASSWORD.to_owned()]
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
impl ServerVendor for Double {
    async fn effects(&self, operation: ServerOperation) -> usize {
        let method = match operation {
            ServerOperation::Create => "Users.create",
            ServerOperation::Terminate => "Users.remove",
            ServerOperation::Suspend | ServerOperation::Unsuspend | ServerOperation::Change => "Users.set",
        };
        self.0.journal().done_to(method, ADDRESS)
    }
    async fn occupy(&self, _: &Account) {
        self.0.add_mailbox(ADDRESS, "Somebody Else").unwrap();
    }
    async fn accepts_password(&self, _: &Account, password: &Secret) -> bool {
        self.0.accepts_password(ADDRESS, password.reveal())
    }
}

/// The plugin under test and its double.
pub struct Fixture(pub Plugin);

#[async_trait]
impl ServerFixture for Fixture {
    type Vendor = Double;

    fn plugin(&self) -> Plugin {
        self.0.clone()
    }
    async fn start(&self) -> Double {
        Double(Simulator::start(Options::default()).await.unwrap())
    }
    fn fields(&self) -> BTreeMap<String, String> {
        answers("Grace")
    }
    fn passwords(&self) -> (Secret, Secret) {
        (secret("Tr4velling-Owl"), secret("Sl33ping-Bear"))
    }
    fn bad_orders(&self) -> Vec<(BTreeMap<String, String>, Option<Secret>)> {
        let good = || Some(secret("Tr4velling-Owl"));
        let mut nameless = answers("grace");
        nameless.remove("last_name");
        vec![
            (answers("grace"), None),
            (answers("grace"), Some(secret("too-simple-by-far"))),
            (answers("grace"), Some(secret("With-Hopper-77"))),
            (answers("grace@example.org"), good()),
            (answers(""), good()),
            (nameless, good()),
        ]
    }
    fn abilities(&self) -> Vec<&'static str> {
        vec!["change", "sign_on", "usage", "panels", "choices"]
    }
    fn debug_settings(&self, settings: &SettingValues) -> String {
        let plugin: KerioPlugin = parse(&settings.plugin);
        let server: KerioServer = parse(&settings.instance);
        let product: KerioProduct = parse(&settings.product);
        format!("{plugin:?} {server:?} {product:?}")
    }
}

fn parse<T: serde::de::DeserializeOwned>(value: &Value) -> T {
    serde_json::from_value(value.clone()).unwrap()
}

fn secret(text: &str) -> Secret {
    Secret::new(text.to_owned())
}

fn answers(mailbox: &str) -> BTreeMap<String, String> {
    let answers = [("mailbox", mailbox), ("first_name", "Grace"), ("last_name", "Hopper")];
    answers.map(|(key, answer)| (key.to_owned(), answer.to_owned())).into()
}
