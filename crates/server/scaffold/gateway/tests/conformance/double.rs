//! A double of the gateway: as much of its API as the plugin uses, in memory.

use axum::{
    Json, Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    routing::put,
};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex},
};
use tokio::{net::TcpListener, task::JoinHandle};

pub const TOKEN: &str = "token-of-the-double";

/// Payments by the number of their invoice.
type Payments = Arc<Mutex<BTreeMap<String, Value>>>;

pub struct Double {
    address: SocketAddr,
    payments: Payments,
    server: JoinHandle<()>,
}

impl Double {
    pub async fn start() -> Self {
        let payments = Payments::default();
        let app = Router::new().route("/v1/payments/{number}", put(payment)).with_state(payments.clone());
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { address, payments, server }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn payments(&self) -> usize {
        self.payments.lock().unwrap().len()
    }
}

impl Drop for Double {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn payment(
    State(payments): State<Payments>,
    Path(number): Path<String>,
    headers: HeaderMap,
    Json(order): Json<Value>,
) -> Result<Json<Value>, StatusCode> {
    let given = headers.get("authorization").and_then(|value| value.to_str().ok());
    if given.and_then(|value| value.strip_prefix("Bearer ")) != Some(TOKEN) {
        return Err(StatusCode::UNAUTHORIZED);
    }
    let page = format!("https://pay.example/{number}");
    let mut payments = payments.lock().unwrap();
    let made = payments.entry(number).or_insert_with(|| json!({"page": page, "order": order}));
    Ok(Json(made.clone()))
}
