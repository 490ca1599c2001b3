//! Services: list, one, changing its password.

mod end;
mod list;
mod plan;
mod plugin;
mod records;
mod renew;
mod show;

use axum::Router;
use axum::routing::{get, post};
use innkeeper_app::AppError;
use innkeeper_app::services::ServiceRow;
use innkeeper_domain::ServiceId;
use innkeeper_domain::state::ServiceState;
use innkeeper_web::AppState;
use innkeeper_web::reply::{PageResult, see_other, sentence};
use innkeeper_web::view::{Badge, Chrome, Flash, Moment, PortalSection, price_in};

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
        .route("/services/{id}/why", get(crate::why::service))
        .route("/services/{id}/plan", get(plan::ask).post(plan::order))
        .route("/services/{id}/plan/cancel", post(plan::cancel))
        .route("/services/{id}/renew", post(renew::renew))
        .route("/services/{id}/end", get(end::ask).post(end::end))
        .route("/services/{id}/keep", post(end::keep))
        .route("/services/{id}/dns", get(records::show))
        .route("/services/{id}/dns/{action}", post(records::run))
}

/// The surroundings of a page below a service's own.
fn below(chrome: Chrome, service: &ServiceRow, title: &str) -> Chrome {
    chrome
        .title(title)
        .crumb("Services", "/services")
        .crumb(service.label.as_str(), format!("/services/{}", service.id))
        .in_portal(PortalSection::Services)
}

/// Leads back to `page`, with good news or with the reason why nothing was done.
fn back<T>(page: impl Into<String>, result: Result<T, AppError>, done: &str) -> PageResult {
    let told = match result {
        Ok(_) => Flash::success(done),
        Err(AppError::Conflict(why)) => Flash::warning(sentence(&why)),
        Err(other) => return Err(other.into()),
    };
    see_other(page).flash(told).ok()
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
