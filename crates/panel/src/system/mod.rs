//! The machine room: events, jobs, operations at vendors, the audit log.

mod audit;
mod effects;
mod events;
mod jobs;
mod subscribers;

use axum::Router;
use axum::routing::{get, post};
use innkeeper_web::AppState;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/events", get(events::list))
        .route("/events/{id}", get(events::show))
        .route("/deliveries/{id}/replay", post(events::replay))
        .route("/subscribers", get(subscribers::list))
        .route("/subscribers/replay-dead", post(subscribers::replay_dead))
        .route("/jobs", get(jobs::list))
        .route("/jobs/{id}/rerun", post(jobs::rerun))
        .route("/effects", get(effects::list))
        .route("/audit", get(audit::list))
        .route("/audit/check", get(audit::check))
}
