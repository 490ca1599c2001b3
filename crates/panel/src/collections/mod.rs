//! What clients pay by one payment for several invoices, or ahead.

mod list;
mod show;

use axum::Router;
use axum::routing::get;
use innkeeper_app::payments::CollectionRow;
use innkeeper_web::AppState;
use innkeeper_web::view::{Badge, Tone};

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/collections", get(list::list)).route("/collections/{id}", get(show::show).post(show::record))
}

fn badge(row: &CollectionRow) -> Badge {
    match row.state.as_str() {
        "paid" => Badge::state("paid"),
        "ended" => Badge::new(Tone::Neutral, "ban", "Replaced"),
        _ => Badge::state("pending").saying("Waits for the payer"),
    }
}

/// `Ahead`, or the numbers of the invoices.
fn what(row: &CollectionRow) -> String {
    if row.numbers.is_empty() { "Ahead".to_owned() } else { row.numbers.join(", ") }
}
