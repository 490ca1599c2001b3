//! The control endpoints, for tests, demos and the curious:
//!
//! | call | does |
//! |---|---|
//! | `GET /_sim/state` | the account, domains, contacts and how often each name was created, renewed … |
//! | `POST /_sim/tick` `{"days": 30}` | moves every order one step on and the calendar ahead |
//! | `POST /_sim/account` `{"balance": "3.00", "refuse_with": 1000, "allowed_ips": ["10.0.0.1"]}` | changes the account; fields left out stay |
//! | `POST /_sim/taken` `{"name": "x.com", "authcode": "…"}` | lets another registrar hold the name |
//! | `GET`/`PUT /_sim/chaos`, `GET /_sim/journal` | trouble and journal, as in every simulator |

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use chrono::Utc;
use serde::Deserialize;
use serde_json::{Value, json};

use super::fixtures;
use super::http::Shared;
use super::money::{CURRENCY, cents, euros};

pub(super) fn routes(shared: &Arc<Shared>) -> Router {
    Router::new()
        .route("/_sim/state", get(state))
        .route("/_sim/tick", post(tick))
        .route("/_sim/account", post(account))
        .route("/_sim/taken", post(taken))
        .with_state(Arc::clone(shared))
        .merge(crate::control::routes(shared.chaos.clone(), shared.journal.clone()))
}

async fn state(State(shared): State<Arc<Shared>>) -> Json<Value> {
    let world = shared.world();
    Json(json!({
        "today": world.time(Utc::now()).date_naive(),
        "account": {
            "apiuser": world.account.user,
            "balance": euros(world.account.balance),
            "threshold": euros(world.account.threshold),
            "currency": CURRENCY,
            "refuse_with": world.account.refuse_with,
            "allowed_ips": world.account.allowed_ips,
        },
        "domains": world.domains.values().collect::<Vec<_>>(),
        "contacts": world.contacts.values().collect::<Vec<_>>(),
        "effects": world.effects,
        "elsewhere": world.elsewhere,
        "deleted": world.deleted,
    }))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Tick {
    days: u32,
}

async fn tick(State(shared): State<Arc<Shared>>, body: Option<Json<Tick>>) -> Json<Value> {
    let Json(tick) = body.unwrap_or_default();
    shared.tick(tick.days);
    state(State(shared)).await
}

/// A field that is absent stays as it is; `refuse_with` 0 ends the refusal.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AccountChange {
    balance: Option<String>,
    threshold: Option<String>,
    refuse_with: Option<i32>,
    allowed_ips: Option<BTreeSet<String>>,
}

async fn account(
    State(shared): State<Arc<Shared>>,
    Json(change): Json<AccountChange>,
) -> Result<Json<Value>, (StatusCode, String)> {
    let amount = |text: Option<String>| match text {
        None => Ok(None),
        Some(text) => cents(&text).map(Some).ok_or_else(|| {
            let problem = format!("{text} is not an amount such as 3.50");
            (StatusCode::UNPROCESSABLE_ENTITY, problem)
        }),
    };
    let balance = amount(change.balance)?;
    let threshold = amount(change.threshold)?;
    {
        let mut world = shared.world();
        let account = &mut world.account;
        account.balance = balance.unwrap_or(account.balance);
        account.threshold = threshold.unwrap_or(account.threshold);
        if let Some(code) = change.refuse_with {
            account.refuse_with = Some(code).filter(|code| *code != 0);
        }
        if let Some(ips) = change.allowed_ips {
            account.allowed_ips = ips;
        }
        shared.save(&world);
    }
    Ok(state(State(shared)).await)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Taken {
    name: String,
    #[serde(default = "usual_authcode")]
    authcode: String,
}

fn usual_authcode() -> String {
    fixtures::AUTHCODE.to_owned()
}

async fn taken(State(shared): State<Arc<Shared>>, Json(taken): Json<Taken>) -> StatusCode {
    let mut world = shared.world();
    world.elsewhere.insert(taken.name.to_lowercase(), taken.authcode);
    shared.save(&world);
    StatusCode::NO_CONTENT
}
