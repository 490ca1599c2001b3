//! A double of the vendor: as much of its API as the plugin uses, in memory, and a relay before it that
//! loses answers, is slow or is down when the kit says so.

use async_trait::async_trait;
use axum::{
    Json, Router,
    extract::{Path, Request, State},
    http::StatusCode,
    middleware::{self, Next},
    response::Response,
    routing::{get, post},
};
use innkeeper_plugin_api::{Account, Secret, ServerOperation, SettingValues};
use innkeeper_plugin_testkit::{Relay, ServerVendor, Vendor};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    net::Ipv4Addr,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{net::TcpListener, task::JoinHandle};

const TOKEN: &str = "token-of-the-double";

/// The accounts by name, as the API shows them, and their passwords, which it does not show.
type Accounts = Arc<Mutex<BTreeMap<String, (Value, String)>>>;

pub struct Double {
    relay: Relay,
    accounts: Accounts,
    server: JoinHandle<()>,
}

impl Double {
    pub async fn start() -> Self {
        let accounts = Accounts::default();
        let about = || async { Json(json!({"product": "Scaffold Name", "version": "1.0"})) };
        let app = Router::new()
            .route("/v1/about", get(about))
            .route("/v1/accounts", post(create))
            .route("/v1/accounts/{name}", get(find).patch(change).delete(remove))
            .layer(middleware::from_fn(only_with_the_token))
            .with_state(accounts.clone());
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let relay = Relay::start(listener.local_addr().unwrap()).await.unwrap();
        let server = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { relay, accounts, server }
    }

    fn settings_with(&self, token: &str) -> SettingValues {
        SettingValues {
            plugin: json!({"timeout_seconds": 30}),
            instance: json!({"url": format!("http://{}", self.relay.addr()), "token": token}),
            product: json!({"plan": "small"}),
        }
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

async fn create(State(accounts): State<Accounts>, Json(mut new): Json<Value>) -> Result<Json<Value>, StatusCode> {
    let mut accounts = accounts.lock().unwrap();
    let name = new["name"].as_str().unwrap().to_owned();
    if accounts.contains_key(&name) {
        return Err(StatusCode::CONFLICT);
    }
    let password = new.as_object_mut().unwrap().remove("password").unwrap();
    new["id"] = json!(format!("account-{}", accounts.len() + 1));
    new["active"] = json!(true);
    accounts.insert(name, (new.clone(), password.as_str().unwrap().to_owned()));
    Ok(Json(new))
}

async fn find(State(accounts): State<Accounts>, Path(name): Path<String>) -> Result<Json<Value>, StatusCode> {
    let accounts = accounts.lock().unwrap();
    let (account, _) = accounts.get(&name).ok_or(StatusCode::NOT_FOUND)?;
    Ok(Json(account.clone()))
}

async fn change(
    State(accounts): State<Accounts>,
    Path(name): Path<String>,
    Json(change): Json<Value>,
) -> Result<StatusCode, StatusCode> {
    let mut accounts = accounts.lock().unwrap();
    let (account, _) = accounts.get_mut(&name).ok_or(StatusCode::NOT_FOUND)?;
    account["active"] = change["active"].clone();
    Ok(StatusCode::NO_CONTENT)
}

async fn remove(State(accounts): State<Accounts>, Path(name): Path<String>) -> StatusCode {
    match accounts.lock().unwrap().remove(&name) {
        Some(_) => StatusCode::NO_CONTENT,
        None => StatusCode::NOT_FOUND,
    }
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
impl ServerVendor for Double {
    async fn effects(&self, operation: ServerOperation) -> usize {
        let method = match operation {
            ServerOperation::Create => "POST",
            ServerOperation::Suspend | ServerOperation::Unsuspend => "PATCH",
            ServerOperation::Terminate => "DELETE",
            // The plugin does not offer it.
            ServerOperation::Change => return 0,
        };
        self.relay.changes(|exchange| exchange.method == method)
    }
    async fn occupy(&self, account: &Account) {
        let name = account.fields["name"].clone();
        let theirs = json!({"id": "account-0", "name": name, "plan": "large", "reference": "", "active": true});
        self.accounts.lock().unwrap().insert(name, (theirs, "their-password".to_owned()));
    }
    async fn accepts_password(&self, account: &Account, password: &Secret) -> bool {
        let accounts = self.accounts.lock().unwrap();
        accounts.get(&account.fields["name"]).is_some_and(|(_, known)| known == password.reveal())
    }
    async fn works(&self, account: &Account) -> Option<bool> {
        let accounts = self.accounts.lock().unwrap();
        Some(accounts.get(&account.fields["name"]).is_some_and(|(account, _)| account["active"] == true))
    }
}
