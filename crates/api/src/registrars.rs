//! The account at a registrar: what is left on it, what it costs, and the domains that it holds.

use axum::Json;
use axum::extract::Path;
use chrono::NaiveDate;
use innkeeper_app::domains::{self, ImportDomain, ListedDomain};
use innkeeper_plugin_api::Price;
use innkeeper_web::AppState;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::Body;
use super::caller::Caller;
use super::domains::remote_word;
use super::money::Amount;
use super::params::{Page, Params, VendorPart};
use super::problem::Answer;
use super::reply::{Created, Made};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(held, import)).routes(routes!(balance)).routes(routes!(prices))
}

/// A domain of a registrar's account.
#[derive(Serialize, ToSchema)]
struct HeldDomain {
    #[schema(example = "example.com")]
    name: String,
    /// The registrar's id.
    #[schema(example = "90412")]
    remote_id: String,
    /// `pending`, `active`, `expired`, `redemption`, `pending_delete` …
    #[schema(example = "active")]
    state: &'static str,
    expires_on: Option<NaiveDate>,
    /// Ours; null: it lives nowhere here.
    domain_id: Option<i64>,
}

fn domain(listed: ListedDomain) -> HeldDomain {
    HeldDomain {
        name: listed.domain.name.to_string(),
        remote_id: listed.domain.remote_id,
        state: remote_word(&listed.domain.state),
        expires_on: listed.domain.expires_on,
        domain_id: listed.known.map(|known| known.id.get()),
    }
}

/// The domains that a registrar's account holds
///
/// In parts as long as the registrar makes them.
#[utoipa::path(get, path = "/plugins/{id}/domains", tag = "Plugins", params(VendorPart),
    responses((status = 200, body = Page<HeldDomain>)))]
async fn held(
    Caller { app, actor }: Caller,
    Path(id): Path<String>,
    Params(part): Params<VendorPart>,
) -> Answer<Page<HeldDomain>> {
    let found = domains::registrar_domains(&app, &actor, &id, part.before.as_deref()).await?;
    Ok(Page { data: found.items.into_iter().map(domain).collect(), next: found.next })
}

/// A domain to take over.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "example.com", "client_id": 3}))]
struct ImportHeld {
    name: String,
    /// The `before` of the page that it is on; leave it out for the first page.
    #[serde(default)]
    before: Option<String>,
    /// Whose it becomes.
    client_id: i64,
}

/// Make a domain that a registrar's account holds a client's
///
/// Nothing is changed at the registrar. It renews at the price of its extension in the client's currency.
#[utoipa::path(post, path = "/plugins/{id}/domains", tag = "Plugins", request_body = ImportHeld,
    responses((status = 201, body = Made)))]
async fn import(
    Caller { app, actor }: Caller,
    Path(id): Path<String>,
    Body(new): Body<ImportHeld>,
) -> Answer<Created<Made>> {
    let input = ImportDomain { name: new.name, cursor: new.before, client: new.client_id.into() };
    Ok(Made::at("/domains", domains::import_domain(&app, &actor, &id, input).await?))
}

/// What is left on an account.
#[derive(Serialize, ToSchema)]
struct Balance {
    /// Null: the registrar does not say.
    balance: Option<Amount>,
}

/// What is left to spend at a registrar
#[utoipa::path(get, path = "/plugins/{id}/balance", tag = "Plugins", responses((status = 200, body = Balance)))]
async fn balance(Caller { app, actor }: Caller, Path(id): Path<String>) -> Answer<Json<Balance>> {
    Ok(Json(Balance { balance: domains::balance(&app, &actor, &id).await?.map(Amount::from) }))
}

/// What an extension costs at a registrar.
#[derive(Serialize, ToSchema)]
struct RegistrarPrice {
    /// Without its leading dot.
    #[schema(example = "com")]
    extension: String,
    /// For a year.
    register: Option<Amount>,
    /// For a year.
    renew: Option<Amount>,
    transfer: Option<Amount>,
    restore: Option<Amount>,
    /// Years that may be registered.
    #[schema(value_type = Vec<i32>, example = json!([1, 2, 3]))]
    years: Vec<u8>,
}

/// The price list of a registrar
#[utoipa::path(get, path = "/plugins/{id}/prices", tag = "Plugins",
    responses((status = 200, body = Page<RegistrarPrice>)))]
async fn prices(Caller { app, actor }: Caller, Path(id): Path<String>) -> Answer<Page<RegistrarPrice>> {
    let price = |price: Price| RegistrarPrice {
        extension: price.tld,
        register: price.register.map(Amount::from),
        renew: price.renew.map(Amount::from),
        transfer: price.transfer.map(Amount::from),
        restore: price.restore.map(Amount::from),
        years: price.years,
    };
    Ok(Page::whole(domains::registrar_prices(&app, &actor, &id).await?, price))
}
