//! Where one client, product, service or cycle differs from the rules of billing; what clients may change a product to.

use axum::Json;
use chrono::NaiveDate;
use innkeeper_app::billing::{self, OwnTerms};
use innkeeper_app::{addons, plan_changes};
use innkeeper_domain::{ClientId, CycleId, ProductId, ServiceId};
use innkeeper_web::AppState;
use innkeeper_web::extract::Id;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::Body;
use super::caller::Caller;
use super::money::{Amount, AmountInput};
use super::params::Page;
use super::problem::Answer;
use super::reply::Done;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(of_client, set_client))
        .routes(routes!(of_product, set_product))
        .routes(routes!(of_service, set_service))
        .routes(routes!(set_cycle))
        .routes(routes!(addon, set_addon))
        .routes(routes!(paths, set_paths))
}

/// What the daily run does for a client.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ClientRules {
    /// Each due date of each service is an invoice of its own.
    separate_invoices: bool,
    /// Its default stored way to pay is charged when invoices are due.
    auto_charge: bool,
    /// It is reminded of unpaid invoices.
    reminders: bool,
    /// It is charged late fees.
    late_fees: bool,
    /// Its services are suspended and terminated for unpaid invoices.
    auto_suspend: bool,
}

/// What the daily run does for a client
#[utoipa::path(get, path = "/clients/{id}/billing-rules", tag = "Clients",
    responses((status = 200, body = ClientRules)))]
async fn of_client(Caller { app, actor }: Caller, Id(id): Id<ClientId>) -> Answer<Json<ClientRules>> {
    let billing::ClientRules { separate_invoices, auto_charge, reminders, late_fees, auto_suspend } =
        billing::client_rules(&app, &actor, id).await?;
    Ok(Json(ClientRules { separate_invoices, auto_charge, reminders, late_fees, auto_suspend }))
}

/// Change what the daily run does for a client
#[utoipa::path(put, path = "/clients/{id}/billing-rules", tag = "Clients", request_body = ClientRules,
    responses((status = 204)))]
async fn set_client(
    Caller { app, actor }: Caller,
    Id(id): Id<ClientId>,
    Body(rules): Body<ClientRules>,
) -> Answer<Done> {
    let ClientRules { separate_invoices, auto_charge, reminders, late_fees, auto_suspend } = rules;
    let rules = billing::ClientRules { separate_invoices, auto_charge, reminders, late_fees, auto_suspend };
    billing::set_client_rules(&app, &actor, id, rules).await?;
    Ok(Done)
}

/// Days after the due date when services of a product suffer; null: as the settings say; -1: never.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ProductRules {
    #[schema(example = 14)]
    suspend_after: Option<i32>,
    #[schema(example = -1)]
    terminate_after: Option<i32>,
}

/// When services of a product suffer for unpaid invoices
#[utoipa::path(get, path = "/products/{id}/billing-rules", tag = "Catalogue",
    responses((status = 200, body = ProductRules)))]
async fn of_product(Caller { app, actor }: Caller, Id(id): Id<ProductId>) -> Answer<Json<ProductRules>> {
    let billing::ProductRules { suspend_after, terminate_after } = billing::product_rules(&app, &actor, id).await?;
    Ok(Json(ProductRules { suspend_after, terminate_after }))
}

/// Change when services of a product suffer
#[utoipa::path(put, path = "/products/{id}/billing-rules", tag = "Catalogue", request_body = ProductRules,
    responses((status = 204)))]
async fn set_product(
    Caller { app, actor }: Caller,
    Id(id): Id<ProductId>,
    Body(rules): Body<ProductRules>,
) -> Answer<Done> {
    let ProductRules { suspend_after, terminate_after } = rules;
    let rules = billing::ProductRules { suspend_after, terminate_after };
    billing::set_product_rules(&app, &actor, id, rules).await?;
    Ok(Done)
}

/// A service's own terms.
#[derive(Serialize, ToSchema)]
struct ServiceTerms {
    /// For each period that is not invoiced yet, without tax.
    amount: Amount,
    /// Until this day it is neither suspended nor terminated for unpaid invoices.
    spared_until: Option<NaiveDate>,
}

/// What a service costs, and until when it is spared
#[utoipa::path(get, path = "/services/{id}/terms", tag = "Services", responses((status = 200, body = ServiceTerms)))]
async fn of_service(Caller { app, actor }: Caller, Id(id): Id<ServiceId>) -> Answer<Json<ServiceTerms>> {
    let terms = billing::own_terms(&app, &actor, id).await?;
    Ok(Json(ServiceTerms { amount: terms.amount.into(), spared_until: terms.spared_until }))
}

/// Terms of its own for a service.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"amount": {"amount": "7.50", "currency": "EUR"}, "spared_until": null}))]
struct ServiceTermsInput {
    amount: AmountInput,
    #[serde(default, deserialize_with = "super::day::optional_day")]
    spared_until: Option<NaiveDate>,
}

/// Give a service terms of its own
#[utoipa::path(put, path = "/services/{id}/terms", tag = "Services", request_body = ServiceTermsInput,
    responses((status = 204)))]
async fn set_service(
    Caller { app, actor }: Caller,
    Id(id): Id<ServiceId>,
    Body(input): Body<ServiceTermsInput>,
) -> Answer<Done> {
    let terms = OwnTerms { amount: input.amount.money("amount")?, spared_until: input.spared_until };
    billing::set_own_terms(&app, &actor, id, terms).await?;
    Ok(Done)
}

/// How early the periods of a cycle are invoiced.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CycleRules {
    /// Days before a period begins; null: as the settings say.
    #[schema(example = 30)]
    invoice_days: Option<u16>,
}

/// Change how early the periods of a cycle are invoiced
#[utoipa::path(put, path = "/cycles/{id}/billing-rules", tag = "Catalogue", request_body = CycleRules,
    responses((status = 204)))]
async fn set_cycle(Caller { app, actor }: Caller, Id(id): Id<CycleId>, Body(rules): Body<CycleRules>) -> Answer<Done> {
    billing::set_invoice_days(&app, &actor, id, rules.invoice_days).await?;
    Ok(Done)
}

/// Whether a product is an add-on, and what it is sold with.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"is_addon": true, "with": [1, 2]}))]
struct ProductAddon {
    /// Sold only together with others.
    is_addon: bool,
    /// The products that it is sold with, all of them.
    #[serde(default)]
    with: Vec<i64>,
}

/// What a product is sold with
#[utoipa::path(get, path = "/products/{id}/addon", tag = "Catalogue", responses((status = 200, body = ProductAddon)))]
async fn addon(Caller { app, actor }: Caller, Id(id): Id<ProductId>) -> Answer<Json<ProductAddon>> {
    let sold = addons::sold(&app, &actor, id).await?;
    let with = sold.with.into_iter().filter(|(.., chosen)| *chosen).map(|(id, ..)| id.get()).collect();
    Ok(Json(ProductAddon { is_addon: sold.is_addon, with }))
}

/// Sell a product as an add-on, or by itself
#[utoipa::path(put, path = "/products/{id}/addon", tag = "Catalogue", request_body = ProductAddon,
    responses((status = 204)))]
async fn set_addon(
    Caller { app, actor }: Caller,
    Id(id): Id<ProductId>,
    Body(sold): Body<ProductAddon>,
) -> Answer<Done> {
    let with: Vec<ProductId> = sold.with.into_iter().map(ProductId).collect();
    addons::set_sold(&app, &actor, id, sold.is_addon, &with).await?;
    Ok(Done)
}

/// Another product of the same plugin.
#[derive(Serialize, ToSchema)]
struct ProductPath {
    product_id: i64,
    name: String,
    /// May clients change to it by themselves?
    open: bool,
}

/// What clients may change a product to
#[utoipa::path(get, path = "/products/{id}/paths", tag = "Catalogue",
    responses((status = 200, body = Page<ProductPath>)))]
async fn paths(Caller { app, actor }: Caller, Id(id): Id<ProductId>) -> Answer<Page<ProductPath>> {
    let paths = plan_changes::paths(&app, &actor, id).await?;
    let shown =
        |path: plan_changes::Path| ProductPath { product_id: path.product.get(), name: path.name, open: path.open };
    Ok(Page::whole(paths, shown))
}

/// The products that are to be open, all of them.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"to": [4, 5]}))]
struct ProductPaths {
    to: Vec<i64>,
}

/// Change what clients may change a product to
#[utoipa::path(put, path = "/products/{id}/paths", tag = "Catalogue", request_body = ProductPaths,
    responses((status = 204)))]
async fn set_paths(
    Caller { app, actor }: Caller,
    Id(id): Id<ProductId>,
    Body(paths): Body<ProductPaths>,
) -> Answer<Done> {
    let to: Vec<ProductId> = paths.to.into_iter().map(ProductId).collect();
    plan_changes::set_paths(&app, &actor, id, &to).await?;
    Ok(Done)
}
