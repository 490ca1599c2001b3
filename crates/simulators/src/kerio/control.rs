//! The control endpoints of this simulator: look at the mailboxes, turn the knobs.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    routing::{get, post, put},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    machine::Machine,
    query::Row,
    shape,
    store::{self, StoredUser},
};

/// One mailbox, as tests and scripts want to see it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mailbox {
    /// Kerio's id.
    pub id: String,
    /// `alice@example.org`
    pub address: String,
    /// First and last name.
    pub full_name: String,
    /// Free text; plugins put their reference here.
    pub description: String,
    /// False when suspended.
    pub enabled: bool,
    /// Kerio's SizeLimit object.
    pub quota: Value,
}

/// What is set by `PUT /_sim/users/{address}/usage`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Usage {
    /// `{value, units}` in any of Kerio's units.
    pub size: Value,
    /// Number of items.
    pub items: u32,
    /// Unix seconds of the last log-in; 0 is never.
    #[serde(default)]
    pub last_login: i64,
}

/// `/_sim/state`, `/_sim/users`, `/_sim/certificate`, `/_sim/sessions/expire`,
/// `/_sim/users/{address}/usage`, and the shared `/_sim/chaos` and `/_sim/journal`.
pub fn routes(machine: Arc<Machine>, certificate: String) -> Router {
    let shared = crate::control::routes(machine.chaos.clone(), machine.journal.clone());
    Router::new()
        .route("/_sim/state", get(state))
        .route("/_sim/users", get(users))
        .route("/_sim/users/{address}/usage", put(set_usage))
        .route("/_sim/sessions/expire", post(expire_sessions))
        .route("/_sim/certificate", get(async move || certificate))
        .with_state(machine)
        .merge(shared)
}

/// All mailboxes, in order of creation.
pub fn mailboxes(machine: &Machine) -> Vec<Mailbox> {
    let store = machine.store();
    let mailbox = |user: &StoredUser| Mailbox {
        id: user.text("id").to_owned(),
        address: store.address(&user.fields),
        full_name: user.text("fullName").to_owned(),
        description: user.text("description").to_owned(),
        enabled: user.is_enabled(),
        quota: user.fields.get("diskSizeLimit").cloned().unwrap_or_default(),
    };
    store.users.iter().map(mailbox).collect()
}

/// Sets what a mailbox holds; false when there is no such mailbox or the size is malformed.
pub fn apply_usage(machine: &Machine, address: &str, usage: &Usage) -> bool {
    let mut store = machine.store();
    let Some(id) = store.user_by_login(address).map(|user| user.text("id").to_owned()) else {
        return false;
    };
    let Some(position) = store.user_position(&id) else {
        return false;
    };
    if !shape::BYTES.fits(&usage.size) {
        return false;
    }
    let fields = &mut store.users[position].fields;
    fields.insert("consumedSize".to_owned(), usage.size.clone());
    fields.insert("consumedItems".to_owned(), json!(usage.items));
    let login = json!({"dateTime":usage.last_login,"protocol":"IMAP"});
    fields.insert("lastLoginInfo".to_owned(), login);
    machine.persist(&store).is_ok()
}

async fn state(State(machine): State<Arc<Machine>>) -> Json<Value> {
    let users = mailboxes(&machine);
    let enabled = users.iter().filter(|user| user.enabled).count();
    let sessions = machine.sessions().open();
    let domains: Vec<String> = {
        let store = machine.store();
        let name = |row: &Row| store::text(row, "name").to_owned();
        store.domains.iter().map(name).collect()
    };
    Json(json!({
        "domains": domains, "seats": machine.options.seats, "sessions": sessions,
        "counts": {"users": users.len(), "enabled": enabled}, "users": users,
        "effects": machine.journal.effects(), "lost_answers": machine.chaos.lost_answers(),
    }))
}

async fn users(State(machine): State<Arc<Machine>>) -> Json<Vec<Mailbox>> {
    Json(mailboxes(&machine))
}

async fn expire_sessions(State(machine): State<Arc<Machine>>) -> Json<Value> {
    let expired = machine.sessions().expire_all();
    Json(json!({ "expired": expired }))
}

async fn set_usage(
    State(machine): State<Arc<Machine>>,
    Path(address): Path<String>,
    Json(usage): Json<Usage>,
) -> StatusCode {
    if apply_usage(&machine, &address, &usage) { StatusCode::NO_CONTENT } else { StatusCode::UNPROCESSABLE_ENTITY }
}
