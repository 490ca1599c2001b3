//! Tokens of this API, and who one's own belongs to.

use axum::Json;
use chrono::{DateTime, Utc};
use innkeeper_app::Identity;
use innkeeper_app::api_tokens::{self, ApiTokenRow, NewToken, TokenOwner};
use innkeeper_domain::ApiTokenId;
use innkeeper_web::AppState;
use innkeeper_web::extract::Id;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::Body;
use super::caller::Caller;
use super::params::{Page, Params, Part, entry};
use super::problem::{Answer, Problem};
use super::reply::{Created, Done};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(me)).routes(routes!(list, create)).routes(routes!(get, revoke))
}

/// Who the token belongs to, and what it may do.
#[derive(Serialize, ToSchema)]
struct Me {
    /// `staff` or `client`.
    #[schema(example = "client")]
    kind: &'static str,
    staff_id: Option<i64>,
    client_id: Option<i64>,
    /// The token, as the audit log names it.
    #[schema(example = "token 4 (shop)")]
    name: String,
    /// What the scopes and the owner both allow.
    #[schema(example = json!(["invoices:read", "services:read"]))]
    permissions: Vec<&'static str>,
}

/// Who the token belongs to, and what it may do
#[utoipa::path(get, path = "/me", tag = "Tokens", responses((status = 200, body = Me)))]
async fn me(Caller { actor, .. }: Caller) -> Json<Me> {
    let (kind, staff_id, client_id) = match &actor.identity {
        Identity::Staff(id) => ("staff", Some(id.get()), None),
        Identity::Client { client_id, .. } => ("client", None, Some(client_id.get())),
        Identity::Visitor | Identity::System(_) => ("none", None, None),
    };
    let permissions = actor.permissions.iter().map(|p| p.as_str()).collect();
    Json(Me { kind, staff_id, client_id, name: actor.name, permissions })
}

/// A token; its text is shown only when it is made.
#[derive(Serialize, ToSchema)]
struct ApiToken {
    id: i64,
    #[schema(example = "shop")]
    name: String,
    staff_id: Option<i64>,
    client_id: Option<i64>,
    /// Name of the member of staff or client it acts for.
    #[schema(example = "Ada Lovelace")]
    owner: String,
    #[schema(example = json!(["invoices:read"]))]
    scopes: Vec<String>,
    expires_at: Option<DateTime<Utc>>,
    revoked_at: Option<DateTime<Utc>>,
    last_used_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
}

fn token(row: ApiTokenRow) -> ApiToken {
    let ApiTokenRow { id, name, staff_id, client_id, owner, scopes, expires_at, revoked_at, last_used_at, created_at } =
        row;
    ApiToken {
        id: id.get(),
        name,
        staff_id,
        client_id,
        owner,
        scopes,
        expires_at,
        revoked_at,
        last_used_at,
        created_at,
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct TokenQuery {
    limit: Option<i64>,
    before: Option<i64>,
}

/// Tokens, newest first: your own; with `staff:write` everybody's
#[utoipa::path(get, path = "/api-tokens", tag = "Tokens", params(TokenQuery),
    responses((status = 200, body = Page<ApiToken>)))]
async fn list(Caller { app, actor }: Caller, Params(query): Params<TokenQuery>) -> Answer<Page<ApiToken>> {
    let part = Part::new(query.limit, query.before)?;
    let rows = api_tokens::list(&app, &actor, part.before.map(ApiTokenId), part.fetch()).await?;
    part.page(rows, |row| row.id.get(), |row| Ok(token(row)))
}

/// A token: your own, or with `staff:write` anybody's
#[utoipa::path(get, path = "/api-tokens/{id}", tag = "Tokens", responses((status = 200, body = ApiToken)))]
async fn get(Caller { app, actor }: Caller, Id(id): Id<ApiTokenId>) -> Answer<Json<ApiToken>> {
    let before = ApiTokenId(id.get().saturating_add(1));
    entry(api_tokens::list(&app, &actor, Some(before), 1).await?, "API token", |row| row.id == id, token)
}

/// A token to be made, for a client or for a member of staff.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "shop", "client_id": 17, "scopes": ["invoices:read", "services:read"]}))]
struct TokenInput {
    /// What it is for.
    name: String,
    #[serde(default)]
    staff_id: Option<i64>,
    #[serde(default)]
    client_id: Option<i64>,
    /// What it may do: not more than you and its owner may.
    scopes: Vec<String>,
    /// Left out: never.
    #[serde(default, deserialize_with = "super::day::optional_moment")]
    expires_at: Option<DateTime<Utc>>,
}

/// A token that was just made.
#[derive(Serialize, ToSchema)]
struct FreshToken {
    id: i64,
    /// The token itself: cannot be shown again.
    #[schema(example = "ink_3yVt1l2dYvPzE4k5m0s0Vq1ZIr8mPEvqsVQj1hKfY0d")]
    token: String,
}

/// Make a token
///
/// Staff make their own, and with `clients:write` those of clients.
#[utoipa::path(post, path = "/api-tokens", tag = "Tokens", request_body = TokenInput,
    responses((status = 201, body = FreshToken)))]
async fn create(Caller { app, actor }: Caller, Body(new): Body<TokenInput>) -> Answer<Created<FreshToken>> {
    let owner = match (new.staff_id, new.client_id) {
        (Some(id), None) => TokenOwner::Staff(id.into()),
        (None, Some(id)) => TokenOwner::Client(id.into()),
        _ => return Err(Problem::field("client_id", "must be given, or staff_id, and not both")),
    };
    let scopes = super::staff::permissions(&new.scopes, "scopes")?;
    let new = NewToken { name: new.name, owner, scopes, expires_at: new.expires_at };
    let made = api_tokens::create(&app, &actor, &new).await?;
    Ok(Created(format!("/api-tokens/{}", made.id), FreshToken { id: made.id.get(), token: made.token }))
}

/// Revoke a token
#[utoipa::path(delete, path = "/api-tokens/{id}", tag = "Tokens", responses((status = 204)))]
async fn revoke(Caller { app, actor }: Caller, Id(id): Id<ApiTokenId>) -> Answer<Done> {
    api_tokens::revoke(&app, &actor, id).await?;
    Ok(Done)
}
