//! The client portal, `/`.

mod autologin;
mod domains;
mod home;
mod invoices;
mod login;
mod offer;
mod order;
mod paging;
mod plugins;
mod profile;
mod quotes;
mod reset;
mod services;
mod sign_up;
mod why;
mod work;

use axum::Router;
use axum::routing::{get, post};
use innkeeper_web::AppState;

/// The routes of the portal.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/", get(home::show))
        .route("/login", get(login::show).post(login::enter))
        .route("/logout", post(login::leave))
        .route("/switch", post(login::switch))
        .route("/signup", get(sign_up::show).post(sign_up::join))
        .route("/forgot", get(reset::ask).post(reset::send))
        .route("/reset", get(reset::choose).post(reset::set))
        .route(innkeeper_app::autologin::PATH, get(autologin::show).post(autologin::enter))
        .route("/index.php", get(autologin::show_clientexec).post(autologin::enter_clientexec))
        .merge(order::routes())
        .merge(invoices::routes())
        .merge(quotes::routes())
        .merge(offer::routes())
        .merge(services::routes())
        .merge(domains::routes())
        .merge(profile::routes())
        .merge(plugins::routes())
}
