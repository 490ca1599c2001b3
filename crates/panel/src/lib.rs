//! The admin panel, `/admin`.

mod amount;
mod api_tokens;
mod autologin;
mod bundles;
mod clients;
mod collections;
mod composing;
mod daily;
mod dashboard;
mod disputes;
mod domains;
mod drafts;
mod extensions;
mod invoices;
mod listing;
mod login;
mod operations;
mod options;
mod orders;
mod outcome;
mod payments;
mod plugins;
mod products;
mod profile;
mod promotions;
mod quotes;
mod reading;
mod reports;
mod rules;
mod schema;
mod schema_form;
mod search;
mod sections;
mod servers;
mod services;
mod settings;
mod staff;
mod system;
mod why;

use axum::Router;
use axum::routing::{get, post};
use innkeeper_web::AppState;

/// The routes below `/admin`.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/", get(dashboard::show))
        .route("/search", get(search::show))
        .route("/login", get(login::show).post(login::enter))
        .route("/logout", post(login::leave))
        .route("/profile", get(profile::show))
        .route("/profile/password", post(profile::change_password))
        .route("/profile/sessions/{id}/revoke", post(profile::revoke))
        .route("/effects/{id}/retry", post(operations::retry))
        .route("/effects/{id}/give-up", post(operations::give_up))
        .merge(clients::routes())
        .merge(orders::routes())
        .merge(invoices::routes())
        .merge(drafts::routes())
        .merge(quotes::routes())
        .merge(payments::routes())
        .merge(collections::routes())
        .merge(disputes::routes())
        .merge(services::routes())
        .merge(domains::routes())
        .merge(products::routes())
        .merge(options::routes())
        .merge(bundles::routes())
        .merge(promotions::routes())
        .merge(extensions::routes())
        .merge(servers::routes())
        .merge(plugins::routes())
        .merge(daily::routes())
        .merge(reports::routes())
        .merge(system::routes())
        .merge(settings::routes())
        .merge(staff::routes())
        .merge(api_tokens::routes())
        .merge(autologin::routes())
}
