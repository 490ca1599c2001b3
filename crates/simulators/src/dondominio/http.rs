//! The wire: paths, form bodies, the envelope, the limit on connections.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::extract::{ConnectInfo, Form, FromRequest, Multipart, Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use chrono::Utc;
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use super::actions::{self, Call};
use super::fault::{Fault, Outcome, meaning};
use super::params::Params;
use super::world::World;
use super::{control, store};
use crate::chaos::{self, ChangedSomething, Chaos};
use crate::journal::{self, Journal};

/// The API version every answer names.
pub(super) const VERSION: &str = "1.0.26";

/// What the routes share.
#[derive(Debug)]
pub(super) struct Shared {
    world: Mutex<World>,
    pub(super) chaos: Chaos,
    pub(super) journal: Journal,
    pub(super) connections: Semaphore,
    pub(super) requests: AtomicU64,
    state_file: Option<PathBuf>,
}

impl Shared {
    pub(super) fn new(world: World, chaos: Chaos, max_connections: usize, state_file: Option<PathBuf>) -> Arc<Self> {
        Arc::new(Self {
            world: Mutex::new(world),
            chaos,
            journal: Journal::default(),
            connections: Semaphore::new(max_connections),
            requests: AtomicU64::new(0),
            state_file,
        })
    }

    pub(super) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes the state file, before anyone hears of the change.
    pub(super) fn save(&self, world: &World) {
        let Some(path) = &self.state_file else {
            return;
        };
        if let Err(error) = store::save(path, world) {
            tracing::error!(%error, path = %path.display(), "cannot write the state file");
        }
    }

    pub(super) fn tick(&self, days: u32) {
        let mut world = self.world();
        world.days_ahead += i64::from(days);
        let now = world.time(Utc::now());
        world.tick(now);
        self.save(&world);
    }

    /// Carries one call out; the flag says whether it changed something.
    fn call(&self, action: &str, params: &Params, from: SocketAddr) -> (Outcome, bool) {
        let mut world = self.world();
        let now = world.time(Utc::now());
        world.changed = None;
        let call = Call { params, now, ip: from.ip() };
        let outcome = actions::run(&mut world, action, &call);
        let changed = world.changed.take();
        if actions::changes(action) {
            let subject = changed.clone().or_else(|| {
                let sent = params.get("domain").or_else(|| params.get("domainID"));
                sent.map(str::to_lowercase)
            });
            let verdict = match &outcome {
                Ok(_) => journal::Outcome::Done,
                Err(fault) => {
                    journal::Outcome::Refused { reason: format!("{} {}", fault.code, fault.messages.join("; ")) }
                }
            };
            self.journal.record(action, subject.unwrap_or_default(), verdict);
            self.save(&world);
        }
        (outcome, changed.is_some())
    }
}

/// The vendor's paths under chaos, and the control endpoints without it.
pub(super) fn router(shared: &Arc<Shared>) -> Router {
    let vendor = Router::new()
        .fallback(serve)
        .with_state(Arc::clone(shared))
        .layer(from_fn_with_state(shared.chaos.clone(), chaos::apply))
        // Outside chaos, so that a delayed call holds its connection.
        .layer(from_fn_with_state(Arc::clone(shared), limit));
    control::routes(shared).fallback_service(vendor)
}

async fn limit(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    shared.requests.fetch_add(1, Ordering::Relaxed);
    let Ok(_permit) = shared.connections.try_acquire() else {
        let action = action_of(&request);
        let fault = Fault::new(1006, "Too many connections at the same time.");
        return envelope(&action, Err(fault), false);
    };
    next.run(request).await
}

async fn serve(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response {
    if request.method() != Method::POST {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let action = action_of(&request);
    let params = match read_body(request).await {
        Ok(params) => params,
        Err(fault) => return envelope(&action, Err(fault), false),
    };
    let pretty = matches!(params.flag("output-pretty"), Ok(Some(true)));
    if params.get("output-format").is_some_and(|format| format != "json") {
        let fault = Fault::new(104, "The simulator answers in JSON only.");
        return envelope(&action, Err(fault), pretty);
    }
    let (outcome, changed) = shared.call(&action, &params, from);
    tracing::debug!(action, ok = outcome.is_ok(), changed, "answered");
    let mut response = envelope(&action, outcome, pretty);
    if changed {
        response.extensions_mut().insert(ChangedSomething);
    }
    response
}

/// `/domain/create/` and `/domain/create` are the same action.
fn action_of(request: &Request) -> String {
    request.uri().path().trim_matches('/').to_owned()
}

/// Both kinds of form that the vendor's clients send.
async fn read_body(request: Request) -> Outcome<Params> {
    let kind = request.headers().get(header::CONTENT_TYPE);
    let kind = kind.and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("multipart/form-data") {
        let form = Form::<Vec<(String, String)>>::from_request(request, &()).await;
        let Form(fields) = form.map_err(|error| Fault::new(100, error.to_string()))?;
        return Ok(Params::new(fields));
    }
    let broken = |error: &dyn std::fmt::Display| Fault::new(100, error.to_string());
    let mut form = Multipart::from_request(request, &()).await.map_err(|error| broken(&error))?;
    let mut fields = Vec::new();
    while let Some(field) = form.next_field().await.map_err(|error| broken(&error))? {
        let name = field.name().unwrap_or_default().to_owned();
        fields.push((name, field.text().await.map_err(|error| broken(&error))?));
    }
    Ok(Params::new(fields))
}

/// Errors, too, are HTTP 200; and the content type is not JSON's, as reported
/// of the vendor, so that no client comes to rely on it.
fn envelope(action: &str, outcome: Outcome, pretty: bool) -> Response {
    let mut body = json!({
        "success": outcome.is_ok(),
        "errorCode": 0,
        "errorCodeMsg": "",
        "action": action,
        "version": VERSION,
    });
    match outcome {
        Ok(data) => body["responseData"] = data,
        Err(fault) => {
            body["errorCode"] = json!(fault.code);
            body["errorCodeMsg"] = json!(meaning(fault.code));
            body["messages"] = json!(fault.messages);
        }
    }
    let text = if pretty { format!("{body:#}") } else { Value::to_string(&body) };
    ([(header::CONTENT_TYPE, "text/plain; charset=utf8")], text).into_response()
}
