//! The accounts that a server has, and taking over those that are no services yet.

use axum::Json;
use chrono::NaiveDate;
use innkeeper_app::servers::{self, ImportInput, ListedAccount, Plan};
use innkeeper_domain::ServerId;
use innkeeper_web::AppState;
use innkeeper_web::extract::Id;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::Body;
use super::caller::Caller;
use super::params::{Page, Params, VendorPart};
use super::problem::Answer;
use super::reply::{Created, Made};
use super::service_plugin::SignOnLink;
use super::services::state_word;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(accounts))
        .routes(routes!(plans))
        .routes(routes!(import))
        .routes(routes!(sign_on))
}

/// An account of a server.
#[derive(Serialize, ToSchema)]
struct ServerAccount {
    /// The vendor's id.
    #[schema(example = "ada@example.com")]
    remote_id: String,
    username: String,
    #[schema(example = "ada@example.com")]
    label: String,
    /// Its user's; may be empty.
    #[schema(example = "ada@example.com")]
    email: String,
    /// The vendor's id of its plan.
    #[schema(example = "starter")]
    plan: Option<String>,
    /// `absent`, `active`, `suspended` or `unfinished`.
    #[schema(example = "active")]
    state: &'static str,
    created_on: Option<NaiveDate>,
    /// The service that stands for it; null: nobody's yet.
    service_id: Option<i64>,
    /// Whose it is.
    client_id: Option<i64>,
}

fn account(listed: ListedAccount) -> ServerAccount {
    let ListedAccount { account, service } = listed;
    ServerAccount {
        remote_id: account.remote_id,
        username: account.username,
        label: account.label,
        email: account.email,
        plan: account.plan,
        state: state_word(account.state),
        created_on: account.created_on,
        service_id: service.as_ref().map(|known| known.service_id.get()),
        client_id: service.map(|known| known.client_id.get()),
    }
}

/// The accounts that a server has, as its vendor lists them
///
/// In parts as long as the vendor makes them.
#[utoipa::path(get, path = "/servers/{id}/accounts", tag = "Servers", params(VendorPart),
    responses((status = 200, body = Page<ServerAccount>)))]
async fn accounts(
    Caller { app, actor }: Caller,
    Id(id): Id<ServerId>,
    Params(part): Params<VendorPart>,
) -> Answer<Page<ServerAccount>> {
    let found = servers::list_accounts(&app, &actor, id, part.before.as_deref()).await?;
    Ok(Page { data: found.items.into_iter().map(account).collect(), next: found.next })
}

/// What an account can become.
#[derive(Serialize, ToSchema)]
struct ImportPlan {
    product_id: i64,
    product_name: String,
    cycle_id: i64,
    #[schema(example = "Every month")]
    cycle_name: String,
}

/// What accounts of a server can become
#[utoipa::path(get, path = "/servers/{id}/import-plans", tag = "Servers",
    responses((status = 200, body = Page<ImportPlan>)))]
async fn plans(Caller { app, actor }: Caller, Id(id): Id<ServerId>) -> Answer<Page<ImportPlan>> {
    let plan = |plan: Plan| ImportPlan {
        product_id: plan.product_id.get(),
        product_name: plan.product,
        cycle_id: plan.cycle_id.get(),
        cycle_name: plan.cycle,
    };
    Ok(Page::whole(servers::import_plans(&app, &actor, id).await?, plan))
}

/// How an account becomes a service.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"remote_id": "ada@example.com", "client_id": 3, "product_id": 5, "cycle_id": 1,
    "first_day": "2026-12-01"}))]
struct ImportAccount {
    /// The vendor's id of the account.
    remote_id: String,
    /// The `before` of the page that it is on; leave it out for the first page.
    #[serde(default)]
    before: Option<String>,
    /// Whose it becomes.
    client_id: i64,
    product_id: i64,
    /// How it is charged; the product has a price for it in the client's currency.
    cycle_id: i64,
    /// First day that is charged.
    #[serde(deserialize_with = "super::day::day")]
    first_day: NaiveDate,
}

/// Make an account that is on a server a service
///
/// The vendor marks it as ours; nothing else is changed there.
#[utoipa::path(post, path = "/servers/{id}/accounts", tag = "Servers", request_body = ImportAccount,
    responses((status = 201, body = Made)))]
async fn import(
    Caller { app, actor }: Caller,
    Id(id): Id<ServerId>,
    Body(new): Body<ImportAccount>,
) -> Answer<Created<Made>> {
    let input = ImportInput {
        remote_id: new.remote_id,
        cursor: new.before,
        client: new.client_id.into(),
        plan: (new.product_id.into(), new.cycle_id.into()),
        first_day: new.first_day,
    };
    Ok(Made::at("/services", servers::import_account(&app, &actor, id, input).await?))
}

/// Make a link that logs staff in to the panel of a whole server
///
/// That it was made is in the audit log; the link is not.
#[utoipa::path(post, path = "/servers/{id}/sign-on", tag = "Servers", responses((status = 200, body = SignOnLink)))]
async fn sign_on(Caller { app, actor }: Caller, Id(id): Id<ServerId>) -> Answer<Json<SignOnLink>> {
    let link = servers::sign_on(&app, &actor, id).await?;
    Ok(Json(SignOnLink { url: link.reveal().clone() }))
}
