//! Domains of all clients, and the operations on them.

mod act;
mod auth_code;
mod contacts;
mod list;
mod live;
mod nameservers;
mod renew;
mod show;
mod tools;

use axum::Router;
use axum::routing::{get, post};
use innkeeper_app::domains::DomainRow;
use innkeeper_web::AppState;
use innkeeper_web::view::{AdminSection, Chrome};

pub(crate) use tools::{PluginPage, SecretsPage};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/domains", get(list::list))
        .route("/domains/{id}", get(show::show))
        .route("/domains/{id}/live", get(live::part))
        .route("/domains/{id}/register", post(act::register))
        .route("/domains/{id}/lock", post(act::lock))
        .route("/domains/{id}/unlock", post(act::unlock))
        .route("/domains/{id}/renew", get(renew::show).post(renew::renew))
        .route("/domains/{id}/late", post(renew::late))
        .route("/domains/{id}/nameservers", get(nameservers::show).post(nameservers::set))
        .route("/domains/{id}/contacts", get(contacts::show).post(contacts::set))
        .route("/domains/{id}/auth-code", post(auth_code::reveal))
        .route("/domains/{id}/tools/{tool}", get(tools::show))
        .route("/domains/{id}/tools/{tool}/{action}", post(tools::run))
        .route("/domains/{id}/operations/{effect}/reveal", post(tools::reveal))
}

/// The surroundings of a page below a domain's own.
fn below(chrome: Chrome, domain: &DomainRow, title: &str) -> Chrome {
    chrome
        .title(title)
        .in_admin(AdminSection::Domains)
        .crumb("Domains", "/admin/domains")
        .crumb(domain.name.as_str(), format!("/admin/domains/{}", domain.id))
}
