//! The machine room: events, jobs, operations at vendors, the audit log.

mod audit;
mod effects;
mod events;
mod jobs;
mod mails;
mod subscriber;
mod subscribers;

use axum::Router;
use axum::routing::{get, post};
use innkeeper_web::AppState;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/events", get(events::list))
        .route("/events/{id}", get(events::show))
        .route("/events/{id}/replay", post(events::replay_event))
        .route("/deliveries/{id}/replay", post(events::replay))
        .route("/subscribers", get(subscribers::list))
        .route("/subscribers/{id}", get(subscriber::show))
        .route("/subscribers/{id}/retry", post(subscriber::retry))
        .route("/subscribers/{id}/start", post(subscriber::start))
        .route("/subscribers/{id}/replay", post(subscriber::replay))
        .route("/subscribers/{id}/replay-dead", post(subscriber::replay_dead))
        .route("/jobs", get(jobs::list))
        .route("/jobs/{id}/rerun", post(jobs::rerun))
        .route("/mails", get(mails::list))
        .route("/mails/{id}", get(mails::show))
        .route("/mails/{id}/retry", post(mails::retry))
        .route("/effects", get(effects::list))
        .route("/audit", get(audit::list))
        .route("/audit/check", get(audit::check))
}
