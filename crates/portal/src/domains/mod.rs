//! Domains: list, one, its contacts, what a client may change.

mod change;
mod contacts;
mod list;
mod show;
mod tools;

use axum::Router;
use axum::routing::{get, post};
use innkeeper_app::domains::DomainRow;
use innkeeper_domain::DomainId;
use innkeeper_domain::state::DomainState;
use innkeeper_web::AppState;
use innkeeper_web::extract::Client;
use innkeeper_web::view::{Badge, Chrome, Moment, PortalSection, price_in};

pub(crate) use tools::{PluginPage, SecretsPage};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/domains", get(list::show))
        .route("/domains/{id}", get(show::show))
        .route("/domains/{id}/live", get(show::live))
        .route("/domains/{id}/nameservers", post(change::nameservers))
        .route("/domains/{id}/late", post(change::late))
        .route("/domains/{id}/lock", post(change::lock))
        .route("/domains/{id}/auth-code", post(change::auth_code))
        .route("/domains/{id}/tools/{tool}", get(tools::show))
        .route("/domains/{id}/tools/{tool}/{action}", post(tools::run))
        .route("/domains/{id}/operations/{effect}/reveal", post(tools::reveal))
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

/// The surroundings of a page below a domain's own.
async fn below(client: &Client, domain: &DomainRow, title: &str) -> Chrome {
    client
        .chrome()
        .await
        .title(title)
        .crumb("Domains", "/domains")
        .crumb(domain.name.as_str(), format!("/domains/{}", domain.id))
        .in_portal(PortalSection::Domains)
}
