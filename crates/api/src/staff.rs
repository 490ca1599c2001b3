//! Staff and their roles.

use std::collections::BTreeSet;

use axum::Json;
use chrono::{DateTime, Utc};
use innkeeper_app::staff::{self, NewStaff, RoleRow, StaffRow};
use innkeeper_domain::{Permission, RoleId, StaffId};
use innkeeper_web::AppState;
use innkeeper_web::extract::Id;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::Body;
use super::caller::Caller;
use super::params::{Page, entry};
use super::problem::{Answer, Problem};
use super::reply::{Created, Done, Made};
use super::services::NewPassword;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, update))
        .routes(routes!(set_disabled))
        .routes(routes!(set_password))
        .routes(routes!(roles, create_role))
        .routes(routes!(role, update_role))
}

/// A member of staff.
#[derive(Serialize, ToSchema)]
struct StaffMember {
    id: i64,
    #[schema(example = "grace@host.example")]
    email: String,
    #[schema(example = "Grace Hopper")]
    name: String,
    role_id: i64,
    #[schema(example = "Support")]
    role: String,
    disabled_at: Option<DateTime<Utc>>,
    last_login_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
}

fn member(row: StaffRow) -> StaffMember {
    let StaffRow { id, email, name, role_id, role, disabled_at, last_login_at, created_at } = row;
    StaffMember { id: id.get(), email, name, role_id: role_id.get(), role, disabled_at, last_login_at, created_at }
}

/// Staff, by name
#[utoipa::path(get, path = "/staff", tag = "Staff", responses((status = 200, body = Page<StaffMember>)))]
async fn list(Caller { app, actor }: Caller) -> Answer<Page<StaffMember>> {
    Ok(Page::whole(staff::list(&app, &actor).await?, member))
}

/// A member of staff
#[utoipa::path(get, path = "/staff/{id}", tag = "Staff", responses((status = 200, body = StaffMember)))]
async fn get(Caller { app, actor }: Caller, Id(id): Id<StaffId>) -> Answer<Json<StaffMember>> {
    entry(staff::list(&app, &actor).await?, "staff", |row| row.id == id, member)
}

/// A member of staff to be added.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"email": "grace@host.example", "name": "Grace Hopper", "password": "correct horse battery",
    "role_id": 2}))]
struct StaffInput {
    /// To log in with.
    email: String,
    name: String,
    password: String,
    /// May not allow more than you may yourself.
    role_id: i64,
}

/// Add a member of staff
#[utoipa::path(post, path = "/staff", tag = "Staff", request_body = StaffInput, responses((status = 201, body = Made)))]
async fn create(Caller { app, actor }: Caller, Body(new): Body<StaffInput>) -> Answer<Created<Made>> {
    let StaffInput { email, name, password, role_id } = new;
    let new = NewStaff { email, name, password, role: role_id.into() };
    Ok(Made::at("/staff", staff::create(&app, &actor, &new).await?))
}

/// Name and role of a member of staff.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Grace Hopper", "role_id": 2}))]
struct StaffUpdate {
    name: String,
    role_id: i64,
}

/// Change name and role of a member of staff
#[utoipa::path(put, path = "/staff/{id}", tag = "Staff", request_body = StaffUpdate, responses((status = 204)))]
async fn update(Caller { app, actor }: Caller, Id(id): Id<StaffId>, Body(new): Body<StaffUpdate>) -> Answer<Done> {
    staff::update(&app, &actor, id, &new.name, new.role_id.into()).await?;
    Ok(Done)
}

/// Whether somebody is shut out.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"disabled": true}))]
struct Disabled {
    disabled: bool,
}

/// Disable or enable a member of staff
///
/// Disabling ends their sessions and shuts their tokens out.
#[utoipa::path(put, path = "/staff/{id}/disabled", tag = "Staff", request_body = Disabled, responses((status = 204)))]
async fn set_disabled(Caller { app, actor }: Caller, Id(id): Id<StaffId>, Body(new): Body<Disabled>) -> Answer<Done> {
    staff::set_disabled(&app, &actor, id, new.disabled).await?;
    Ok(Done)
}

/// Set the password of a member of staff
#[utoipa::path(put, path = "/staff/{id}/password", tag = "Staff", request_body = NewPassword,
    responses((status = 204)))]
async fn set_password(
    Caller { app, actor }: Caller,
    Id(id): Id<StaffId>,
    Body(new): Body<NewPassword>,
) -> Answer<Done> {
    staff::set_password(&app, &actor, id, &new.password).await?;
    Ok(Done)
}

/// A role: a named set of permissions.
#[derive(Serialize, ToSchema)]
struct Role {
    id: i64,
    #[schema(example = "Support")]
    name: String,
    #[schema(example = json!(["clients:read", "services:write"]))]
    permissions: Vec<String>,
    /// How many have it.
    members: i64,
}

impl From<RoleRow> for Role {
    fn from(row: RoleRow) -> Self {
        let RoleRow { id, name, permissions, members } = row;
        Self { id: id.get(), name, permissions, members }
    }
}

/// Roles, by name
#[utoipa::path(get, path = "/roles", tag = "Staff", responses((status = 200, body = Page<Role>)))]
async fn roles(Caller { app, actor }: Caller) -> Answer<Page<Role>> {
    Ok(Page::whole(staff::roles(&app, &actor).await?, Role::from))
}

/// A role
#[utoipa::path(get, path = "/roles/{id}", tag = "Staff", responses((status = 200, body = Role)))]
async fn role(Caller { app, actor }: Caller, Id(id): Id<RoleId>) -> Answer<Json<Role>> {
    entry(staff::roles(&app, &actor).await?, "role", |row| row.id == id, Role::from)
}

/// A role to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Support", "permissions": ["clients:read", "services:write"]}))]
struct RoleInput {
    name: String,
    /// Not more than you have yourself.
    permissions: Vec<String>,
}

/// Permissions of their words; refusals name `field`.
pub(super) fn permissions(words: &[String], field: &str) -> Answer<BTreeSet<Permission>> {
    let parse = |(i, word): (usize, &String)| {
        word.parse::<Permission>().map_err(|_| Problem::field(format!("{field}.{i}"), "is not a known permission"))
    };
    words.iter().enumerate().map(parse).collect()
}

/// Add a role
#[utoipa::path(post, path = "/roles", tag = "Staff", request_body = RoleInput, responses((status = 201, body = Made)))]
async fn create_role(Caller { app, actor }: Caller, Body(new): Body<RoleInput>) -> Answer<Created<Made>> {
    let permissions = permissions(&new.permissions, "permissions")?;
    Ok(Made::at("/roles", staff::create_role(&app, &actor, &new.name, &permissions).await?))
}

/// Change a role
#[utoipa::path(put, path = "/roles/{id}", tag = "Staff", request_body = RoleInput, responses((status = 204)))]
async fn update_role(Caller { app, actor }: Caller, Id(id): Id<RoleId>, Body(new): Body<RoleInput>) -> Answer<Done> {
    let permissions = permissions(&new.permissions, "permissions")?;
    staff::update_role(&app, &actor, id, &new.name, &permissions).await?;
    Ok(Done)
}
