//! Payments that payers' banks take back.

mod list;
mod show;

use axum::Router;
use axum::routing::get;
use innkeeper_app::payments::DisputeRow;
use innkeeper_domain::{DisputeState, Money};
use innkeeper_web::AppState;
use innkeeper_web::view::{Badge, Moment, Tone};

use crate::amount::shown;

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/disputes", get(list::list)).route("/disputes/{id}", get(show::show))
}

/// A dispute in a list.
pub(super) struct Row {
    pub id: i64,
    pub reference: String,
    pub client_id: i64,
    pub client: String,
    pub payment: i64,
    pub day: Moment,
    pub state: Badge,
    pub reason: String,
    pub amount: String,
}

impl Row {
    pub(super) fn new(row: DisputeRow) -> Self {
        Self {
            id: row.id.get(),
            state: badge(&row),
            day: Moment::day(row.created_at.date_naive()),
            amount: shown(Money::new(row.amount, *row.currency)),
            client_id: row.client_id.get(),
            payment: row.payment_id.get(),
            reference: row.remote_id,
            client: row.client_name,
            reason: row.reason,
        }
    }
}

fn badge(row: &DisputeRow) -> Badge {
    match row.state.0 {
        DisputeState::Open => Badge::new(Tone::Warning, "alert-triangle", "Open"),
        DisputeState::Won => Badge::new(Tone::Success, "circle-check", "Won"),
        DisputeState::Lost => Badge::new(Tone::Danger, "ban", "Lost"),
    }
}
