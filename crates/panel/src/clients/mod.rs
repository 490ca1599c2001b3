//! Clients: who is billed, who logs in for them, who gets their mail.

mod coming;
mod contacts;
mod create;
mod credit;
mod edit;
mod form;
mod items;
mod list;
mod logins;
mod order;
mod order_details;
mod order_product;
mod recent;
mod rules;
mod show;
mod state;
mod vat;

pub(super) use form::currencies;

use axum::Router;
use axum::routing::{get, post};
use innkeeper_app::clients::ClientRow;
use innkeeper_web::AppState;
use innkeeper_web::view::{AdminSection, Chrome};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/clients", get(list::list))
        .route("/clients/new", get(create::show).post(create::create))
        .route("/clients/{id}", get(show::show))
        .route("/clients/{id}/edit", get(edit::show).post(edit::save))
        .route("/clients/{id}/rules", get(rules::show).post(rules::save))
        .route("/clients/{id}/coming", get(coming::show))
        .route("/clients/{id}/items", get(items::show).post(items::add))
        .route("/clients/{id}/items/invoice", post(items::invoice))
        .route("/clients/{id}/items/{item}/remove", post(items::remove))
        .route("/clients/{id}/credit", get(credit::show).post(credit::adjust))
        .route("/clients/{id}/vat/check", post(vat::check))
        .route("/clients/{id}/vat/confirm", post(vat::confirm))
        .route("/clients/{id}/close", post(state::close))
        .route("/clients/{id}/reopen", post(state::reopen))
        .route("/clients/{id}/contacts/new", get(contacts::new).post(contacts::add))
        .route("/clients/{id}/contacts/{contact}", get(contacts::show).post(contacts::save))
        .route("/clients/{id}/contacts/{contact}/remove", post(contacts::remove))
        .route("/clients/{id}/logins/new", get(logins::new).post(logins::add))
        .route("/clients/{id}/logins/{user}/remove", post(logins::remove))
        .route("/clients/{id}/order", get(order::show))
        .route("/clients/{id}/order/product", get(order_product::show).post(order_product::add))
        .route("/clients/{id}/order/domain", post(order::add_domain))
        .route("/clients/{id}/order/details", get(order_details::show).post(order_details::save))
        .route("/clients/{id}/order/remove", post(order::remove))
        .route("/clients/{id}/order/code", post(order::use_code))
        .route("/clients/{id}/order/code/remove", post(order::drop_code))
        .route("/clients/{id}/order/place", post(order::place))
}

/// The company's name, else the person's.
pub(super) fn name(client: &ClientRow) -> String {
    if client.company.is_empty() {
        format!("{} {}", client.first_name, client.last_name)
    } else {
        client.company.clone()
    }
}

/// The surroundings of a page below a client's own.
fn below(chrome: Chrome, client: &ClientRow, title: &str) -> Chrome {
    chrome
        .title(title)
        .in_admin(AdminSection::Clients)
        .crumb("Clients", "/admin/clients")
        .crumb(name(client), format!("/admin/clients/{}", client.id))
}
