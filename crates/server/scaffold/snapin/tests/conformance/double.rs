//! A double of the receiver: it keeps the ids of events that it was sent, and a relay before it loses
//! answers, is slow or is down when the kit says so.

use async_trait::async_trait;
use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use innkeeper_plugin_api::SettingValues;
use innkeeper_plugin_testkit::{Relay, SnapinVendor, Vendor};
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    net::Ipv4Addr,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{net::TcpListener, task::JoinHandle};

const TOKEN: &str = "token-of-the-double";

/// Ids in the order of their arrival.
type Events = Arc<Mutex<Vec<String>>>;

pub struct Double {
    relay: Relay,
    events: Events,
    server: JoinHandle<()>,
}

impl Double {
    pub async fn start() -> Self {
        let events = Events::default();
        let app = Router::new().route("/events", post(event)).with_state(events.clone());
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let relay = Relay::start(listener.local_addr().unwrap()).await.unwrap();
        let server = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { relay, events, server }
    }

    fn settings_with(&self, token: &str) -> SettingValues {
        let url = format!("http://{}/events", self.relay.addr());
        let plugin = json!({"url": url, "token": token, "most_domains": 10, "footer": "Hello."});
        SettingValues { plugin, ..SettingValues::default() }
    }
}

impl Drop for Double {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn event(State(events): State<Events>, headers: HeaderMap, Json(message): Json<Value>) -> StatusCode {
    let given = headers.get("authorization").and_then(|value| value.to_str().ok());
    if given.and_then(|value| value.strip_prefix("Bearer ")) != Some(TOKEN) {
        return StatusCode::UNAUTHORIZED;
    }
    events.lock().unwrap().push(message["id"].as_str().unwrap().to_owned());
    StatusCode::NO_CONTENT
}

#[async_trait]
impl Vendor for Double {
    fn settings(&self) -> SettingValues {
        self.settings_with(TOKEN)
    }
    fn wrong_credentials(&self) -> Option<SettingValues> {
        Some(self.settings_with("token-of-somebody-else"))
    }
    fn secrets(&self) -> Vec<String> {
        vec![TOKEN.to_owned()]
    }
    async fn requests(&self) -> u64 {
        self.relay.requests()
    }
    async fn changes(&self) -> usize {
        self.events.lock().unwrap().iter().collect::<BTreeSet<_>>().len()
    }
    async fn lose_next_answer(&self) {
        self.relay.lose_answer_after(0);
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
impl SnapinVendor for Double {
    async fn deliveries(&self) -> usize {
        self.events.lock().unwrap().len()
    }
}
