//! Domains: list, one, its contacts, what a client may change.

mod change;
mod contacts;
mod list;
mod show;

use axum::Router;
use axum::routing::{get, post};
use innkeeper_app::domains::DomainRow;
use innkeeper_domain::DomainId;
use innkeeper_domain::state::DomainState;
use innkeeper_web::AppState;
use innkeeper_web::view::{Badge, Moment, price_in};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/domains", get(list::show))
        .route("/domains/{id}", get(show::show))
        .route("/domains/{id}/live", get(show::live))
        .route("/domains/{id}/nameservers", post(change::nameservers))
        .route("/domains/{id}/lock", post(change::lock))
        .route("/domains/{id}/auth-code", post(change::auth_code))
        .route("/domains/{id}/contacts", get(contacts::show).post(contacts::save))
}

/// A domain in a list.
pub(super) struct DomainLine {
    pub id: DomainId,
    pub name: String,
    pub state: Badge,
    pub expires: Option<Moment>,
    pub renewal: String,
}

impl DomainLine {
    pub(super) fn all(rows: Vec<DomainRow>) -> Vec<Self> {
        rows.into_iter().map(Self::new).collect()
    }
    fn new(row: DomainRow) -> Self {
        Self {
            id: row.id,
            state: badge(&row),
            expires: row.expires_on.map(Moment::day),
            renewal: format!("{} a year", price_in(row.amount, &row.currency)),
            name: row.name,
        }
    }
}

/// The state in a client's words.
fn badge(row: &DomainRow) -> Badge {
    match row.state.0 {
        DomainState::Pending => Badge::state("pending").saying("Waiting"),
        DomainState::Fraud => Badge::state("cancelled"),
        DomainState::Transferring => Badge::state("transferring"),
        DomainState::TransferredAway => Badge::state("transferred_away").saying("Moved away"),
        state => Badge::state(state.as_str()),
    }
}
