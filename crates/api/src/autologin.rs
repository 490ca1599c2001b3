//! Sites that may log clients in, and links that do.

use axum::Json;
use chrono::{DateTime, Utc};
use innkeeper_app::autologin::{self, SiteRow};
use innkeeper_domain::AutologinSiteId;
use innkeeper_web::AppState;
use innkeeper_web::extract::Id;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::Body;
use super::caller::Caller;
use super::params::{Page, entry};
use super::problem::Answer;
use super::reply::{Created, Done};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(sites, create_site))
        .routes(routes!(get_site, disable_site))
        .routes(routes!(create_link))
        .routes(routes!(clientexec, configure_clientexec))
}

/// A site that may sign login links.
#[derive(Serialize, ToSchema)]
struct AutologinSite {
    id: i64,
    #[schema(example = "Shop")]
    name: String,
    /// Goes into links as `key`.
    #[schema(example = "site_6f2c1a9be0d34c57")]
    key_id: String,
    disabled_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
}

fn site(row: SiteRow) -> AutologinSite {
    let SiteRow { id, name, key_id, disabled_at, created_at } = row;
    AutologinSite { id: id.get(), name, key_id, disabled_at, created_at }
}

/// Sites that may log clients in
#[utoipa::path(get, path = "/autologin-sites", tag = "Autologin",
    responses((status = 200, body = Page<AutologinSite>)))]
async fn sites(Caller { app, actor }: Caller) -> Answer<Page<AutologinSite>> {
    Ok(Page::whole(autologin::sites(&app, &actor).await?, site))
}

/// A site that may log clients in
#[utoipa::path(get, path = "/autologin-sites/{id}", tag = "Autologin", responses((status = 200, body = AutologinSite)))]
async fn get_site(Caller { app, actor }: Caller, Id(id): Id<AutologinSiteId>) -> Answer<Json<AutologinSite>> {
    entry(autologin::sites(&app, &actor).await?, "site", |row| row.id == id, site)
}

/// A site to be added.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Shop"}))]
struct SiteInput {
    name: String,
}

/// A site that was just added.
#[derive(Serialize, ToSchema)]
struct FreshSite {
    id: i64,
    /// Goes into links as `key`.
    #[schema(example = "site_6f2c1a9be0d34c57")]
    key_id: String,
    /// The key to sign with: cannot be shown again.
    #[schema(example = "9c1f…")]
    key: String,
}

/// Let a site log clients in
#[utoipa::path(post, path = "/autologin-sites", tag = "Autologin", request_body = SiteInput,
    responses((status = 201, body = FreshSite)))]
async fn create_site(Caller { app, actor }: Caller, Body(new): Body<SiteInput>) -> Answer<Created<FreshSite>> {
    let made = autologin::create_site(&app, &actor, &new.name).await?;
    let location = format!("/autologin-sites/{}", made.id);
    Ok(Created(location, FreshSite { id: made.id.get(), key_id: made.key_id, key: made.key }))
}

/// No longer let a site log clients in
#[utoipa::path(delete, path = "/autologin-sites/{id}", tag = "Autologin", responses((status = 204)))]
async fn disable_site(Caller { app, actor }: Caller, Id(id): Id<AutologinSiteId>) -> Answer<Done> {
    autologin::disable_site(&app, &actor, id).await?;
    Ok(Done)
}

/// A link to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"email": "ada@example.com", "goto": "/invoices"}))]
struct LinkInput {
    /// Address of the login.
    email: String,
    /// Path of the portal to go to; empty: its first page.
    #[serde(default)]
    goto: String,
}

/// A link that was just made.
#[derive(Serialize, ToSchema)]
struct Link {
    /// Works once, for a minute.
    #[schema(example = "https://host.example/autologin?key=site_6f2c1a9be0d34c57&…")]
    url: String,
}

/// Make a link that logs a client in
#[utoipa::path(post, path = "/autologin-sites/{id}/links", tag = "Autologin", request_body = LinkInput,
    responses((status = 200, body = Link)))]
async fn create_link(
    Caller { app, actor }: Caller,
    Id(id): Id<AutologinSiteId>,
    Body(new): Body<LinkInput>,
) -> Answer<Json<Link>> {
    Ok(Json(Link { url: autologin::create_link(&app, &actor, id, &new.email, &new.goto).await? }))
}

/// Whether links in Clientexec's format are accepted.
#[derive(Serialize, ToSchema)]
struct ClientexecLinks {
    enabled: bool,
    /// Is an application key stored?
    key_set: bool,
}

/// Are links in Clientexec's format accepted?
#[utoipa::path(get, path = "/autologin-clientexec", tag = "Autologin",
    responses((status = 200, body = ClientexecLinks)))]
async fn clientexec(Caller { app, actor }: Caller) -> Answer<Json<ClientexecLinks>> {
    let status = autologin::clientexec_status(&app, &actor).await?;
    Ok(Json(ClientexecLinks { enabled: status.enabled, key_set: status.key_set }))
}

/// Whether to accept links in Clientexec's format.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"enabled": true, "application_key": "an old application key"}))]
struct ClientexecInput {
    enabled: bool,
    /// Left out: as it is.
    #[serde(default)]
    application_key: Option<String>,
}

/// Accept or refuse links in Clientexec's format
#[utoipa::path(put, path = "/autologin-clientexec", tag = "Autologin", request_body = ClientexecInput,
    responses((status = 204)))]
async fn configure_clientexec(Caller { app, actor }: Caller, Body(new): Body<ClientexecInput>) -> Answer<Done> {
    autologin::configure_clientexec(&app, &actor, new.enabled, new.application_key.as_deref()).await?;
    Ok(Done)
}
