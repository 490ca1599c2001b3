//! The part of the control endpoints that every simulator has: plain HTTP on loopback,
//! under `/_sim`, apart from the vendor's own routes and never hit by chaos.

use axum::{Json, Router, extract::State, routing::get};

use crate::{
    chaos::{Chaos, ChaosSettings},
    journal::{Journal, JournalEntry},
};

/// `GET`/`PUT /_sim/chaos` and `GET /_sim/journal`; merge it with a simulator's own.
pub fn routes(chaos: Chaos, journal: Journal) -> Router {
    Router::new()
        .route("/_sim/chaos", get(read_chaos).put(set_chaos))
        .with_state(chaos)
        .merge(Router::new().route("/_sim/journal", get(read_journal)).with_state(journal))
}

async fn read_chaos(State(chaos): State<Chaos>) -> Json<ChaosSettings> {
    Json(chaos.settings())
}

async fn set_chaos(State(chaos): State<Chaos>, Json(settings): Json<ChaosSettings>) -> Json<ChaosSettings> {
    chaos.set(settings);
    Json(chaos.settings())
}

async fn read_journal(State(journal): State<Journal>) -> Json<Vec<JournalEntry>> {
    Json(journal.entries())
}
