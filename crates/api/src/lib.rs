//! The REST API, `/api/v1`: everything that the portal and the panel can do, as resources.
//!
//! *How to add an operation*: a handler `extract → one use case → view` with its `#[utoipa::path]` in the
//! file of its resource, and its line in that file's `routes()`. Input types refuse unknown fields
//! (`deny_unknown_fields`) and have an example; output types are made here, never stored rows as they are.
//! What all operations share (problems, the key of a POST, parameters of the address) is added to the
//! document in [`document`]; then bless `docs/openapi.json` (`INNKEEPER_BLESS=1 cargo test -p
//! innkeeper-site --test api document`).
//!
//! *Twice the same POST is one effect* if it carries an `Idempotency-Key`. The first request claims the
//! key under a lease; every transaction that it commits marks the key in that same transaction, so the
//! record and the work commit together. The alternative, one transaction around the whole request, would
//! have to be held open over calls to vendors. A repeat gets the first answer again; with another body it
//! is refused (422); while the first is under way it is told to come back (409, `Retry-After`). After a
//! crash, an unmarked key is free again once its lease has run out, and a marked one never works twice: its
//! repeat is told that the answer was lost (409). Refusals that changed nothing are not kept. Details:
//! [`innkeeper_app::idempotency`], [`idempotency`].

#![expect(unused_qualifications, reason = "the macro of utoipa writes them for parameters")]

mod autologin;
mod billable_items;
mod billing_rules;
mod body;
mod bundles;
mod caller;
mod carts;
mod client_people;
mod clients;
mod collections;
mod coming_invoices;
mod credit;
mod currencies;
mod custom_fields;
mod day;
mod disputes;
mod docs;
mod document;
mod domain_contacts;
mod domains;
mod effects;
mod events;
mod example;
mod gateway_payments;
mod idempotency;
mod invoice_drafts;
mod invoices;
mod late_domains;
mod mail_templates;
mod mails;
mod money;
mod options;
mod orders;
mod overview;
mod params;
mod payments;
mod plan_changes;
mod plugin_calls;
mod plugins;
mod problem;
mod products;
mod promotions;
mod quotes;
mod registrars;
mod reply;
mod reports;
mod server_accounts;
mod servers;
mod service_plugin;
mod services;
mod settings;
mod staff;
mod statements;
mod store;
mod stored_methods;
mod subscribers;
mod system;
mod tax;
mod tlds;
mod tokens;
mod usage;
mod why;
mod zones;

use std::sync::Arc;

use axum::middleware::{from_fn, from_fn_with_state};
use axum::{Extension, Router};
use innkeeper_web::AppState;
use utoipa_axum::router::OpenApiRouter;

pub use document::openapi;
pub use problem::as_problems;

/// The routes below `/api/v1`.
pub fn routes(state: &AppState) -> Router<AppState> {
    let (open, _) = docs::routes().split_for_parts();
    let (operations, _) = operations().split_for_parts();
    operations
        // Refusals are written before an answer is kept for repeats.
        .route_layer(from_fn(as_problems))
        .route_layer(from_fn_with_state(state.clone(), idempotency::once))
        .route_layer(from_fn_with_state(state.clone(), caller::authenticate))
        .layer(from_fn(params::link_next))
        .merge(open)
        .layer(Extension(Arc::new(document::Document::new())))
}

/// The operations that need a token.
fn operations() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .merge(clients::routes())
        .merge(store::routes())
        .merge(carts::routes())
        .merge(orders::routes())
        .merge(invoices::routes())
        .merge(invoice_drafts::routes())
        .merge(quotes::routes())
        .merge(payments::routes())
        .merge(collections::routes())
        .merge(disputes::routes())
        .merge(gateway_payments::routes())
        .merge(stored_methods::routes())
        .merge(services::routes())
        .merge(plan_changes::routes())
        .merge(usage::routes())
        .merge(billable_items::routes())
        .merge(credit::routes())
        .merge(billing_rules::routes())
        .merge(service_plugin::routes())
        .merge(domains::routes())
        .merge(zones::routes())
        .merge(effects::routes())
        .merge(products::routes())
        .merge(options::routes())
        .merge(bundles::routes())
        .merge(promotions::routes())
        .merge(tax::routes())
        .merge(tlds::routes())
        .merge(currencies::routes())
        .merge(custom_fields::routes())
        .merge(servers::routes())
        .merge(server_accounts::routes())
        .merge(plugins::routes())
        .merge(registrars::routes())
        .merge(plugin_calls::routes())
        .merge(events::routes())
        .merge(subscribers::routes())
        .merge(system::routes())
        .merge(staff::routes())
        .merge(tokens::routes())
        .merge(autologin::routes())
        .merge(settings::routes())
        .merge(mail_templates::routes())
        .merge(mails::routes())
        .merge(overview::routes())
        .merge(reports::routes())
        .merge(coming_invoices::routes())
        .merge(statements::routes())
        .merge(why::routes())
}
