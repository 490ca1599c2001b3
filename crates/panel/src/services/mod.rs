//! Services of all clients, and the operations on them.

mod act;
mod end;
mod list;
mod live;
mod password;
mod pause;
mod plan;
mod plugin;
mod records;
mod renew;
mod rules;
mod show;
mod suspend;
mod terminate;

use axum::Router;
use axum::routing::{get, post};
use innkeeper_app::services::ServiceRow;
use innkeeper_web::AppState;
use innkeeper_web::view::{AdminSection, Chrome};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/services", get(list::list))
        .route("/services/{id}", get(show::show))
        .route("/services/{id}/live", get(live::part))
        .route("/services/{id}/create", post(act::create))
        .route("/services/{id}/unsuspend", post(act::unsuspend))
        .route("/services/{id}/end-subscription", post(act::end_subscription))
        .route("/services/{id}/why", get(crate::why::service))
        .route("/services/{id}/plan", get(plan::ask).post(plan::order))
        .route("/services/{id}/plan/cancel", post(plan::cancel))
        .route("/services/{id}/terms", get(rules::show).post(rules::save))
        .route("/services/{id}/renew", post(renew::renew))
        .route("/services/{id}/pause", get(pause::ask).post(pause::pause))
        .route("/services/{id}/resume", post(pause::resume))
        .route("/services/{id}/end", get(end::ask).post(end::end))
        .route("/services/{id}/keep", post(end::keep))
        .route("/services/{id}/suspend", get(suspend::show).post(suspend::suspend))
        .route("/services/{id}/terminate", get(terminate::show).post(terminate::terminate))
        .route("/services/{id}/password", get(password::show).post(password::change))
        .route("/services/{id}/change", get(plugin::ask_change).post(plugin::change))
        .route("/services/{id}/actions/{action}", get(plugin::ask).post(plugin::run))
        .route("/services/{id}/operations/{effect}/reveal", post(plugin::reveal))
        .route("/services/{id}/sign-on/{target}", post(plugin::sign_on))
        .route("/services/{id}/panels/{panel}", get(plugin::panel))
        .route("/services/{id}/console", post(plugin::console))
        .route("/services/{id}/dns", get(records::show))
        .route("/services/{id}/dns/{action}", post(records::run))
}

/// The surroundings of a page below a service's own.
fn below(chrome: Chrome, service: &ServiceRow, title: &str) -> Chrome {
    chrome
        .title(title)
        .in_admin(AdminSection::Services)
        .crumb("Services", "/admin/services")
        .crumb(service.label.as_str(), format!("/admin/services/{}", service.id))
}
