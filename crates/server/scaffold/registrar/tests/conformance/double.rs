//! A double of the registrar: as much of its API as the plugin uses, in memory, and a relay before it
//! that loses answers, is slow or is down when the kit says so.

use async_trait::async_trait;
use axum::{
    Json, Router,
    extract::{Path, Query, Request, State},
    http::StatusCode,
    middleware::{self, Next},
    response::Response,
    routing::{get, post, put},
};
use innkeeper_plugin_api::{RegistrarOperation, SettingValues, domain::DomainName};
use innkeeper_plugin_testkit::{RegistrarVendor, Relay, Vendor};
use serde_json::{Map, Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    net::Ipv4Addr,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{net::TcpListener, task::JoinHandle};

const TOKEN: &str = "token-of-the-double";
const FIRST_EXPIRY: &str = "2031-03-31";

/// What is registered.
#[derive(Default)]
struct Registry {
    /// In our account, as the API shows them.
    ours: BTreeMap<String, Value>,
    /// At other registrars.
    others: BTreeSet<String>,
}

type Shared = Arc<Mutex<Registry>>;
type Answer = Result<Json<Value>, StatusCode>;

pub struct Double {
    relay: Relay,
    registry: Shared,
    server: JoinHandle<()>,
}

impl Double {
    pub async fn start() -> Self {
        let registry = Shared::default();
        let login = || async { Json(json!({"name": "harbour", "balance": "100.00 EUR"})) };
        let app = Router::new()
            .route("/v1/login", get(login))
            .route("/v1/check", get(check))
            .route("/v1/domains", post(register))
            .route("/v1/transfers", post(transfer))
            .route("/v1/domains/{name}", get(find))
            .route("/v1/domains/{name}/renewals", post(renew))
            .route("/v1/domains/{name}/{part}", put(set))
            .layer(middleware::from_fn(only_with_the_token))
            .with_state(registry.clone());
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let relay = Relay::start(listener.local_addr().unwrap()).await.unwrap();
        let server = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { relay, registry, server }
    }

    fn settings_with(&self, token: &str) -> SettingValues {
        let plugin = json!({"url": format!("http://{}", self.relay.addr()), "token": token, "timeout_seconds": 30});
        SettingValues { plugin, ..SettingValues::default() }
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

async fn check(State(registry): State<Shared>, Query(query): Query<BTreeMap<String, String>>) -> Json<Value> {
    let registry = registry.lock().unwrap();
    let answer = |name: &str| match registry.ours.contains_key(name) || registry.others.contains(name) {
        true => json!("taken"),
        false => json!("free"),
    };
    let answers: Map<String, Value> = query["names"].split(',').map(|name| (name.to_owned(), answer(name))).collect();
    Json(Value::Object(answers))
}

async fn register(State(registry): State<Shared>, Json(order): Json<Value>) -> Answer {
    let mut registry = registry.lock().unwrap();
    let name = order["name"].as_str().unwrap();
    if registry.ours.contains_key(name) || registry.others.contains(name) {
        return Err(StatusCode::CONFLICT);
    }
    let made = domain(&order, "active");
    registry.ours.insert(name.to_owned(), made.clone());
    Ok(Json(made))
}

async fn transfer(State(registry): State<Shared>, Json(order): Json<Value>) -> Answer {
    let mut registry = registry.lock().unwrap();
    let name = order["name"].as_str().unwrap();
    if registry.ours.contains_key(name) || !registry.others.contains(name) {
        return Err(StatusCode::CONFLICT);
    }
    let started = domain(&order, "pending");
    registry.ours.insert(name.to_owned(), started.clone());
    Ok(Json(started))
}

fn domain(order: &Value, state: &str) -> Value {
    json!({"id": "domain-1", "state": state, "expires_on": FIRST_EXPIRY,
        "nameservers": order["nameservers"], "contacts": order["contacts"]})
}

async fn find(State(registry): State<Shared>, Path(name): Path<String>) -> Answer {
    let found = registry.lock().unwrap().ours.get(&name).cloned();
    found.map(Json).ok_or(StatusCode::NOT_FOUND)
}

async fn renew(State(registry): State<Shared>, Path(name): Path<String>, Json(order): Json<Value>) -> Answer {
    let mut registry = registry.lock().unwrap();
    let found = registry.ours.get_mut(&name).ok_or(StatusCode::NOT_FOUND)?;
    if found["expires_on"] != order["from"] {
        return Err(StatusCode::CONFLICT);
    }
    let (year, day) = order["from"].as_str().unwrap().split_once('-').unwrap();
    found["expires_on"] = json!(format!("{}-{day}", year.parse::<i64>().unwrap() + order["years"].as_i64().unwrap()));
    Ok(Json(found.clone()))
}

async fn set(
    State(registry): State<Shared>,
    Path((name, part)): Path<(String, String)>,
    Json(value): Json<Value>,
) -> Result<StatusCode, StatusCode> {
    let mut registry = registry.lock().unwrap();
    let found = registry.ours.get_mut(&name).ok_or(StatusCode::NOT_FOUND)?;
    found[part] = value;
    Ok(StatusCode::NO_CONTENT)
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
        self.relay.changes(|_| true)
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
impl RegistrarVendor for Double {
    async fn effects(&self, operation: RegistrarOperation) -> usize {
        let end = match operation {
            RegistrarOperation::Register => "/v1/domains",
            RegistrarOperation::Renew => "/renewals",
            RegistrarOperation::Transfer => "/v1/transfers",
            RegistrarOperation::SetNameservers => "/nameservers",
            RegistrarOperation::SetContacts => "/contacts",
        };
        self.relay.changes(|exchange| exchange.path.ends_with(end))
    }
    async fn occupy(&self, name: &DomainName) {
        self.registry.lock().unwrap().others.insert(name.as_str().to_owned());
    }
    async fn finish_pending(&self) {
        let mut registry = self.registry.lock().unwrap();
        registry.ours.values_mut().for_each(|domain| domain["state"] = json!("active"));
    }
}
