//! A receiver of webhooks signed by the Standard Webhooks specification: it checks every
//! signature, tells repeated deliveries from new ones, and remembers the order.
//!
//! Two ports: the receiver itself, and control endpoints under `/_sim`.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::{
    Json, Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    middleware,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::Sha256;

use crate::{
    chaos::{self, ChangedSomething, Chaos, ChaosSettings},
    control,
    journal::{Journal, Outcome},
    listener::{self, Running},
};

/// Signatures older or newer than this many seconds are refused.
const TOLERANCE: i64 = 300;

/// How a receiver is set up.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where deliveries arrive; port 0 picks a free one.
    pub listen: SocketAddr,
    /// Where the control endpoints listen.
    pub control_listen: SocketAddr,
    /// The shared secret, `whsec_` and base64.
    pub secret: String,
    /// Seed of the chaos.
    pub seed: u64,
    /// Trouble from the first delivery on.
    pub chaos: ChaosSettings,
}

impl Default for Options {
    fn default() -> Self {
        let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        Self {
            listen: any_port,
            control_listen: any_port,
            secret: format!("whsec_{}", STANDARD.encode([7; 32])),
            seed: 1,
            chaos: ChaosSettings::default(),
        }
    }
}

/// One delivery as it arrived.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Delivery {
    /// When.
    pub at: DateTime<Utc>,
    /// Header `webhook-id`: the same for every attempt.
    pub id: String,
    /// Whether signature and timestamp were right.
    pub valid: bool,
    /// Whether the same id was accepted before.
    pub repeated: bool,
    /// The body; `Null` if it was not JSON.
    pub body: Value,
}

struct Desk {
    key: Vec<u8>,
    deliveries: Mutex<Vec<Delivery>>,
    journal: Journal,
    chaos: Chaos,
}

/// A running receiver.
pub struct Receiver {
    desk: Arc<Desk>,
    secret: String,
    receiver: Running,
    control: Running,
}

impl Receiver {
    /// Starts it on the current runtime.
    ///
    /// # Errors
    /// When a port is taken or the secret is none.
    pub async fn start(options: Options) -> io::Result<Self> {
        let encoded = options.secret.strip_prefix("whsec_").unwrap_or(&options.secret);
        let desk = Arc::new(Desk {
            key: STANDARD.decode(encoded).map_err(io::Error::other)?,
            deliveries: Mutex::default(),
            journal: Journal::default(),
            chaos: Chaos::new(options.seed, options.chaos),
        });
        let hooks = Router::new()
            .route("/hooks", post(receive))
            .layer(middleware::from_fn_with_state(desk.chaos.clone(), chaos::apply))
            .with_state(Arc::clone(&desk));
        let knobs = Router::new()
            .route("/_sim/deliveries", get(list))
            .with_state(Arc::clone(&desk))
            .merge(control::routes(desk.chaos.clone(), desk.journal.clone()));
        let receiver = listener::serve(options.listen, hooks, None).await?;
        let control = listener::serve(options.control_listen, knobs, None).await?;
        Ok(Self { desk, secret: options.secret, receiver, control })
    }

    /// Where to send webhooks.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/hooks", self.receiver.addr())
    }

    /// Where the control endpoints listen.
    #[must_use]
    pub fn control_addr(&self) -> SocketAddr {
        self.control.addr()
    }

    /// The shared secret.
    #[must_use]
    pub fn secret(&self) -> &str {
        &self.secret
    }

    /// Everything that arrived, oldest first, repeated and forged deliveries included.
    #[must_use]
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.desk.deliveries().clone()
    }

    /// The bodies of the valid deliveries, each once, in the order of their first arrival.
    #[must_use]
    pub fn events(&self) -> Vec<Value> {
        let deliveries = self.desk.deliveries();
        let first = deliveries.iter().filter(|delivery| delivery.valid && !delivery.repeated);
        first.map(|delivery| delivery.body.clone()).collect()
    }

    /// The effects: one for each event that was accepted for the first time.
    #[must_use]
    pub fn journal(&self) -> &Journal {
        &self.desk.journal
    }

    /// The switchboard of trouble.
    #[must_use]
    pub fn chaos(&self) -> &Chaos {
        &self.desk.chaos
    }

    /// Stops it: from then on connections are refused.
    pub async fn stop(&self) {
        self.receiver.stop().await;
        self.control.stop().await;
    }
}

impl Desk {
    fn deliveries(&self) -> MutexGuard<'_, Vec<Delivery>> {
        self.deliveries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_valid(&self, headers: &HeaderMap, body: &[u8]) -> bool {
        let (id, timestamp) = (text(headers, "webhook-id"), text(headers, "webhook-timestamp"));
        let age = timestamp.parse::<i64>().map(|sent| (Utc::now().timestamp() - sent).abs());
        let signatures = text(headers, "webhook-signature").split(' ');
        let mut signatures = signatures.filter_map(|signature| STANDARD.decode(signature.strip_prefix("v1,")?).ok());
        age.is_ok_and(|age| age <= TOLERANCE)
            && !id.is_empty()
            && signatures.any(|signature| {
                let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.key) else {
                    return false;
                };
                mac.update(format!("{id}.{timestamp}.").as_bytes());
                mac.update(body);
                mac.verify_slice(&signature).is_ok()
            })
    }
}

async fn receive(State(desk): State<Arc<Desk>>, headers: HeaderMap, body: Bytes) -> Response {
    let id = text(&headers, "webhook-id").to_owned();
    let valid = desk.is_valid(&headers, &body);
    let mut deliveries = desk.deliveries();
    let repeated = deliveries.iter().any(|known| known.valid && known.id == id);
    let body = serde_json::from_slice(&body).unwrap_or_default();
    deliveries.push(Delivery { at: Utc::now(), id: id.clone(), valid, repeated, body });
    if !valid {
        let reason = "bad signature or timestamp".to_owned();
        desk.journal.record("deliver", id, Outcome::Refused { reason });
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let mut response = StatusCode::NO_CONTENT.into_response();
    if !repeated {
        desk.journal.record("deliver", id, Outcome::Done);
        response.extensions_mut().insert(ChangedSomething);
    }
    response
}

async fn list(State(desk): State<Arc<Desk>>) -> Json<Vec<Delivery>> {
    Json(desk.deliveries().clone())
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn send(receiver: &Receiver, signature: &str, timestamp: i64) -> StatusCode {
        let request = reqwest::Client::new()
            .post(receiver.url())
            .header("webhook-id", "msg_1")
            .header("webhook-timestamp", timestamp.to_string())
            .header("webhook-signature", signature)
            .body("{}");
        StatusCode::from_u16(request.send().await.unwrap().status().as_u16()).unwrap()
    }

    fn sign(receiver: &Receiver, timestamp: i64) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(&receiver.desk.key).unwrap();
        mac.update(format!("msg_1.{timestamp}.{{}}").as_bytes());
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }

    #[tokio::test]
    async fn only_fresh_and_rightly_signed_deliveries_count_and_each_once() {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let receiver = Receiver::start(Options::default()).await.unwrap();
        let now = Utc::now().timestamp();
        assert_eq!(send(&receiver, "v1,Zm9yZ2Vk", now).await, 401);
        assert_eq!(send(&receiver, &sign(&receiver, now - 3600), now - 3600).await, 401);
        let rotated = format!("v1,Zm9yZ2Vk {}", sign(&receiver, now));
        assert_eq!(send(&receiver, &rotated, now).await, 204);
        assert_eq!(send(&receiver, &sign(&receiver, now), now).await, 204);
        assert_eq!(receiver.deliveries().len(), 4);
        assert_eq!(receiver.events().len(), 1);
        assert_eq!(receiver.journal().effects(), 1);
    }
}
