//! The real broker as the kit sees it: behind a relay, and empty for each check.

use async_trait::async_trait;
use innkeeper_plugin_api::{Account, Plugin, Secret, ServerOperation, SettingValues, server::Credentials};
use innkeeper_plugin_testkit::{Orphan, Relay, ServerFixture, ServerVendor, Vendor};
use innkeeper_server_rabbitmq::{RabbitPlugin, RabbitProduct, RabbitServer};
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::Arc, time::Duration};

use crate::{
    amqp::Session,
    daemon::{ADMIN, ADMIN_PASSWORD, Broker},
};

const NAME: &str = "grace";

pub struct Real {
    relay: Relay,
    broker: Arc<Broker>,
}

#[async_trait]
impl Vendor for Real {
    fn settings(&self) -> SettingValues {
        SettingValues {
            plugin: json!({"timeout_seconds": 30}),
            instance: json!({"url": format!("http://{}", self.relay.addr()), "user": ADMIN, "password": ADMIN_PASSWORD,
                "amqp_port": self.broker.amqp}),
            product: json!({"max_connections": 10, "max_queues": 5, "management": true}),
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
    /// A user is made or goes once: RabbitMQ says 201 to the first `PUT` alone.
    async fn effects(&self, operation: ServerOperation) -> usize {
        let path = format!("/api/users/{NAME}");
        self.relay.changes(|exchange| {
            let is_it = match operation {
                ServerOperation::Create => exchange.method == "PUT" && exchange.status == 201,
                ServerOperation::Terminate => exchange.method == "DELETE",
                _ => exchange.method == "PUT" && exchange.status == 204,
            };
            is_it && exchange.path == path
        })
    }
    async fn occupy(&self, _: &Account) {
        let body = json!({"password": "Somebody-Else-1", "tags": "innkeeper:another-installation"});
        self.broker.tell("PUT", &format!("/users/{NAME}"), &body.to_string()).await;
    }
    async fn accepts_password(&self, _: &Account, password: &Secret) -> bool {
        let Some(session) = Session::open(self.broker.amqp, NAME, password.reveal(), NAME).await else { return false };
        // The broker's list follows later, and what is on it counts as open: both are waited for.
        self.broker.lists(NAME, 1).await;
        drop(session);
        self.broker.lists(NAME, 0).await;
        true
    }
    async fn works(&self, account: &Account) -> Option<bool> {
        Some(self.accepts_password(account, account.password.as_ref()?).await)
    }
    async fn unclaimed(&self) -> Option<Orphan> {
        let body = json!({"password": "Made-By-Hand-1", "tags": "management"});
        self.broker.tell("PUT", "/users/by-hand", &body.to_string()).await;
        self.broker.tell("PUT", "/vhosts/by-hand", &json!({"description": "Ada's", "tags": "old"}).to_string()).await;
        let all = json!({"configure": ".*", "write": ".*", "read": ".*"});
        self.broker.tell("PUT", "/permissions/by-hand/by-hand", &all.to_string()).await;
        Some(Orphan { remote_id: "by-hand".to_owned(), username: "by-hand".to_owned() })
    }
}

/// The plugin under test and the broker.
pub struct Fixture(pub Plugin, pub Arc<Broker>);

#[async_trait]
impl ServerFixture for Fixture {
    type Vendor = Real;

    fn plugin(&self) -> Plugin {
        self.0.clone()
    }
    async fn start(&self) -> Real {
        self.1.clear().await;
        Real { relay: Relay::start(self.1.api).await.unwrap(), broker: self.1.clone() }
    }
    fn fields(&self) -> BTreeMap<String, String> {
        answers(NAME)
    }
    fn passwords(&self) -> (Secret, Secret) {
        (secret("Tr4velling-Owl"), secret("Sl33ping-Bear"))
    }
    fn bad_orders(&self) -> Vec<(BTreeMap<String, String>, Option<Secret>)> {
        let good = || Some(secret("Tr4velling-Owl"));
        vec![
            (answers(NAME), None),
            (answers(NAME), Some(secret("short"))),
            (answers("gr"), good()),
            (answers("Grace Hopper"), good()),
            (answers("guest"), good()),
            (BTreeMap::new(), good()),
        ]
    }
    fn bad_credentials(&self) -> Vec<Credentials> {
        let named = |username: &str| Credentials { username: username.to_owned(), ..Credentials::default() };
        let short = Credentials { password: Some(secret("shrt")), ..named(NAME) };
        vec![named(""), named("Grace"), named("a/b"), named("guest"), short]
    }
    fn abilities(&self) -> Vec<&'static str> {
        vec!["change", "credentials", "actions", "usage", "inventory", "panels"]
    }
    fn debug_settings(&self, settings: &SettingValues) -> String {
        let plugin: RabbitPlugin = parse(&settings.plugin);
        let server: RabbitServer = parse(&settings.instance);
        let product: RabbitProduct = parse(&settings.product);
        format!("{plugin:?} {server:?} {product:?}")
    }
}

fn parse<T: serde::de::DeserializeOwned>(value: &Value) -> T {
    serde_json::from_value(value.clone()).unwrap()
}

fn secret(text: &str) -> Secret {
    Secret::new(text.to_owned())
}

fn answers(name: &str) -> BTreeMap<String, String> {
    [("username".to_owned(), name.to_owned())].into()
}
