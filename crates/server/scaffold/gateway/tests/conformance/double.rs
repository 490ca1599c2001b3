//! A double of the gateway: as much of its API as the plugin uses, in memory, and a relay before it that
//! loses answers, is slow or is down when the kit says so.

use async_trait::async_trait;
use axum::{
    Json, Router,
    extract::{Path, Query, Request, State},
    http::StatusCode,
    middleware::{self, Next},
    response::Response,
    routing::{get, put},
};
use chrono::{DateTime, SecondsFormat, Utc};
use innkeeper_plugin_api::{Callback, SettingValues, domain::Money};
use innkeeper_plugin_testkit::{GatewayVendor, Relay, Vendor};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    net::Ipv4Addr,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{net::TcpListener, task::JoinHandle};

const TOKEN: &str = "token-of-the-double";

/// Payments by their references, as the API shows them.
type Payments = Arc<Mutex<BTreeMap<String, Value>>>;

pub struct Double {
    relay: Relay,
    payments: Payments,
    server: JoinHandle<()>,
}

impl Double {
    pub async fn start() -> Self {
        let payments = Payments::default();
        let app = Router::new()
            .route("/v1/references/{reference}", put(payment_of))
            .route("/v1/payments/{id}", get(payment))
            .route("/v1/payments", get(changed))
            .layer(middleware::from_fn(only_with_the_token))
            .with_state(payments.clone());
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let relay = Relay::start(listener.local_addr().unwrap()).await.unwrap();
        let server = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { relay, payments, server }
    }

    fn settings_with(&self, token: &str) -> SettingValues {
        let url = format!("http://{}", self.relay.addr());
        let plugin = json!({"method_name": "Card", "url": url, "token": token, "currencies": ["EUR"]});
        SettingValues { plugin, ..SettingValues::default() }
    }

    fn paid(&self) -> usize {
        self.payments.lock().unwrap().values().filter(|payment| payment["state"] == "paid").count()
    }
}

impl Drop for Double {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn only_with_the_token(request: Request, next: Next) -> Result<Response, StatusCode> {
    let given = request.headers().get("authorization").and_then(|value| value.to_str().ok());
    let token = given.and_then(|value| value.strip_prefix("Bearer "));
    if token == Some(TOKEN) { Ok(next.run(request).await) } else { Err(StatusCode::UNAUTHORIZED) }
}

fn new_payment(reference: &str, amount: &Value, currency: &Value) -> Value {
    json!({"id": format!("payment-of-{reference}"), "reference": reference, "amount": amount, "currency": currency,
        "page": format!("https://pay.example/{reference}"), "state": "open", "paid_at": null})
}

async fn payment_of(
    State(payments): State<Payments>,
    Path(reference): Path<String>,
    Json(order): Json<Value>,
) -> Json<Value> {
    let mut payments = payments.lock().unwrap();
    let made = new_payment(&reference, &order["amount"], &order["currency"]);
    Json(payments.entry(reference).or_insert(made).clone())
}

async fn payment(State(payments): State<Payments>, Path(id): Path<String>) -> Result<Json<Value>, StatusCode> {
    let payments = payments.lock().unwrap();
    let found = payments.values().find(|payment| payment["id"] == *id);
    found.cloned().map(Json).ok_or(StatusCode::NOT_FOUND)
}

async fn changed(State(payments): State<Payments>, Query(query): Query<BTreeMap<String, String>>) -> Json<Value> {
    let since: DateTime<Utc> = query["since"].parse().unwrap();
    let payments = payments.lock().unwrap();
    let late =
        |payment: &&Value| payment["paid_at"].as_str().is_some_and(|at| at.parse::<DateTime<Utc>>().unwrap() > since);
    let found: Vec<Value> = payments.values().filter(late).cloned().collect();
    Json(json!({"payments": found, "next": null}))
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
        self.paid()
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

/// What the plugin does not offer cannot be played.
#[async_trait]
impl GatewayVendor for Double {
    async fn taken(&self) -> usize {
        self.paid()
    }
    async fn refunded(&self) -> usize {
        0
    }
    async fn pay(&self, reference: &str, amount: Money) -> Option<String> {
        let mut payment = new_payment(reference, &json!(amount.to_decimal()), &json!(amount.currency().code()));
        payment["state"] = json!("paid");
        payment["paid_at"] = json!(Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true));
        self.payments.lock().unwrap().insert(reference.to_owned(), payment);
        Some(format!("payment-of-{reference}"))
    }
    async fn callback(&self, _: &str) -> Option<Callback> {
        None
    }
    async fn store_method(&self, _: &str) -> Option<String> {
        None
    }
    async fn subscribe(&self) -> Option<String> {
        None
    }
}
