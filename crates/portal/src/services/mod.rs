//! Services: list, one, changing its password.

mod list;
mod plugin;
mod records;
mod show;

use axum::Router;
use axum::routing::{get, post};
use innkeeper_app::services::ServiceRow;
use innkeeper_domain::ServiceId;
use innkeeper_domain::state::ServiceState;
use innkeeper_web::AppState;
use innkeeper_web::view::{Badge, Moment, price_in};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/services", get(list::show))
        .route("/services/{id}", get(show::show))
        .route("/services/{id}/live", get(show::live))
        .route("/services/{id}/password", post(show::change_password))
        .route("/services/{id}/actions/{action}", get(plugin::ask).post(plugin::run))
        .route("/services/{id}/operations/{effect}/reveal", post(plugin::reveal))
        .route("/services/{id}/sign-on/{target}", post(plugin::sign_on))
        .route("/services/{id}/panels/{panel}", get(plugin::panel))
        .route("/services/{id}/console", post(plugin::console))
        .route("/services/{id}/end-subscription", post(show::end_subscription))
        .route("/services/{id}/dns", get(records::show))
        .route("/services/{id}/dns/{action}", post(records::run))
}

/// A service in a list.
pub(super) struct ServiceLine {
    pub id: ServiceId,
    pub label: String,
    pub product: String,
    pub state: Badge,
    pub next: Option<Moment>,
    pub price: String,
}

impl ServiceLine {
    pub(super) fn all(rows: Vec<ServiceRow>) -> Vec<Self> {
        rows.into_iter().map(Self::new).collect()
    }
    fn new(row: ServiceRow) -> Self {
        Self {
            id: row.id,
            state: badge(&row),
            next: row.paid_through.filter(|_| is_alive(&row)).map(Moment::day),
            price: format!("{} · {}", price_in(row.amount, &row.currency), row.cycle_name),
            label: row.label,
            product: row.product_name,
        }
    }
}

fn is_alive(row: &ServiceRow) -> bool {
    matches!(row.state.0, ServiceState::Active | ServiceState::Suspended)
}

/// The state in a client's words.
fn badge(row: &ServiceRow) -> Badge {
    match row.state.0 {
        ServiceState::Pending => Badge::state("pending").saying("Waiting"),
        ServiceState::Fraud => Badge::state("cancelled"),
        ServiceState::Terminated => Badge::state("terminated").saying("Ended"),
        state => Badge::state(state.as_str()),
    }
}
