//! Ways to pay that gateways keep for a client.

use axum::Json;
use axum::extract::Path;
use innkeeper_app::AppError;
use innkeeper_app::payments::{self, Wallet};
use innkeeper_domain::ClientId;
use innkeeper_plugin_api::StoredMethod;
use innkeeper_web::AppState;
use innkeeper_web::error::external_text;
use innkeeper_web::extract::Id;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::Body;
use super::caller::Caller;
use super::params::Page;
use super::payments::Payable;
use super::problem::Answer;
use super::reply::Done;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(set_up))
        .routes(routes!(make_default))
        .routes(routes!(forget))
}

/// What a gateway keeps for a client.
#[derive(Serialize, ToSchema)]
struct StoredMethods {
    /// Id of the gateway plugin.
    #[schema(example = "gateway-card")]
    gateway: String,
    /// Name shown to clients.
    #[schema(example = "Card")]
    gateway_name: String,
    methods: Vec<StoredWay>,
    /// Why the gateway did not tell; null if it did.
    #[schema(example = json!(null))]
    problem: Option<String>,
}

/// A stored way to pay.
#[derive(Serialize, ToSchema)]
struct StoredWay {
    /// The gateway's id.
    #[schema(example = "card_000007")]
    id: String,
    /// What people recognise it by.
    #[schema(example = "Visa •••• 4242")]
    label: String,
    /// Last month it is good for.
    #[schema(example = "2031-12")]
    expires: Option<String>,
    /// Is it proposed first?
    is_default: bool,
}

fn wallet(wallet: Wallet, is_staff: bool) -> StoredMethods {
    let default = wallet.default;
    let way = |method: StoredMethod| StoredWay {
        is_default: default.as_deref() == Some(method.id.as_str()),
        expires: method.expires.map(|(year, month)| format!("{year:04}-{month:02}")),
        id: method.id,
        label: method.label,
    };
    StoredMethods {
        gateway: wallet.gateway,
        gateway_name: wallet.name,
        methods: wallet.methods.into_iter().map(way).collect(),
        problem: wallet.problem.map(|error| if is_staff { error.detail } else { external_text(&error) }),
    }
}

/// The ways to pay that gateways keep for a client
#[utoipa::path(get, path = "/clients/{id}/stored-methods", tag = "Payments",
    responses((status = 200, body = Page<StoredMethods>)))]
async fn list(Caller { app, actor }: Caller, Id(id): Id<ClientId>) -> Answer<Page<StoredMethods>> {
    let wallets = payments::wallets(&app, &actor, id).await?;
    Ok(Page::whole(wallets, |one| wallet(one, actor.is_staff())))
}

/// How a client stores a way to pay
#[utoipa::path(post, path = "/clients/{id}/stored-methods/setup/{gateway}", tag = "Payments",
    responses((status = 200, body = Payable)))]
async fn set_up(Caller { app, actor }: Caller, Path((id, gateway)): Path<(String, String)>) -> Answer<Json<Payable>> {
    let id: ClientId = id.parse().map_err(|_| AppError::NotFound("client"))?;
    let page = payments::setup(&app, &actor, id, &gateway).await?.page;
    Ok(Json(Payable::of(page, || format!("{}/ways-to-pay/add/{gateway}", app.base_url()))))
}

/// A stored way to pay, by its ids.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"gateway": "gateway-card", "method": "card_000007"}))]
struct StoredKey {
    /// Id of the gateway plugin.
    gateway: String,
    /// The gateway's id of it.
    method: String,
}

/// Propose a stored way to pay first
#[utoipa::path(post, path = "/clients/{id}/stored-methods/default", tag = "Payments", request_body = StoredKey,
    responses((status = 204)))]
async fn make_default(Caller { app, actor }: Caller, Id(id): Id<ClientId>, Body(key): Body<StoredKey>) -> Answer<Done> {
    payments::make_default(&app, &actor, id, &key.gateway, &key.method).await?;
    Ok(Done)
}

/// Have a gateway forget a stored way to pay
#[utoipa::path(post, path = "/clients/{id}/stored-methods/forget", tag = "Payments", request_body = StoredKey,
    responses((status = 204)))]
async fn forget(Caller { app, actor }: Caller, Id(id): Id<ClientId>, Body(key): Body<StoredKey>) -> Answer<Done> {
    payments::forget(&app, &actor, id, &key.gateway, &key.method).await?;
    Ok(Done)
}
