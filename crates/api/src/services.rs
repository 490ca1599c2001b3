//! Services and the operations on them.

use axum::Json;
use chrono::{DateTime, NaiveDate, Utc};
use innkeeper_app::services::{self, EffectView, LiveStatus, ServiceFilter, ServiceRow};
use innkeeper_app::{Actor, AppError};
use innkeeper_domain::state::ServiceState;
use innkeeper_domain::{Currency, ServiceId};
use innkeeper_plugin_api::AccountState;
use innkeeper_plugin_api::server::SignOnTarget;
use innkeeper_web::AppState;
use innkeeper_web::extract::Id;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::Body;
use super::caller::Caller;
use super::money::Amount;
use super::options::{BoughtOption, bought};
use super::params::{Page, Params, Part};
use super::payments::Labelled;
use super::problem::Answer;
use super::reply::Started;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(get))
        .routes(routes!(status))
        .routes(routes!(create))
        .routes(routes!(suspend))
        .routes(routes!(unsuspend))
        .routes(routes!(terminate))
        .routes(routes!(change_password))
}

/// A service.
#[derive(Serialize, ToSchema)]
pub(super) struct Service {
    id: i64,
    client_id: i64,
    client_name: String,
    order_id: Option<i64>,
    /// Of an add-on: the service that it belongs to.
    parent_id: Option<i64>,
    product_id: i64,
    product_name: String,
    /// Id of the server plugin; null if nothing is set up anywhere.
    #[schema(example = "server-kerio")]
    plugin_id: Option<String>,
    server_id: Option<i64>,
    server_name: Option<String>,
    /// `pending`, `active`, `suspended`, `terminated`, `cancelled` or `fraud`.
    #[schema(example = "active")]
    state: &'static str,
    #[schema(example = "ada@example.com")]
    label: String,
    #[schema(example = "Every month")]
    cycle_name: String,
    /// For each cycle, without tax; with its options.
    amount: Amount,
    options: Vec<BoughtOption>,
    /// The day its periods are counted from.
    anchor: NaiveDate,
    /// First day that is not paid.
    paid_through: Option<NaiveDate>,
    /// First day that is not invoiced; null: it does not recur.
    billed_through: Option<NaiveDate>,
    /// Switched off and not charged since; null: it is not paused.
    paused_on: Option<NaiveDate>,
    /// The day on which it goes on by itself; null: when staff say so.
    paused_until: Option<NaiveDate>,
    /// The day on which it ends; null: it goes on.
    ends_on: Option<NaiveDate>,
    /// Why it ends.
    end_reason: String,
    /// The first day that its term does not cover; null: it has none.
    term_until: Option<NaiveDate>,
    /// What becomes of it then: `end` or `free`.
    after_term: Option<&'static str>,
    username: Option<String>,
    /// Why it is suspended.
    suspend_reason: Option<String>,
    /// The answers given when it was ordered, by key; no passwords.
    #[schema(value_type = Object, example = json!({"username": "ada"}))]
    fields: Value,
    created_at: DateTime<Utc>,
    activated_at: Option<DateTime<Utc>>,
}

impl Service {
    /// As `actor` may see it: on which machine it runs is not the client's business.
    fn seen_by(actor: &Actor, row: ServiceRow) -> Result<Self, AppError> {
        let is_staff = actor.is_staff();
        let currency: Currency = row.currency.parse()?;
        Ok(Self {
            id: row.id.get(),
            client_id: row.client_id.get(),
            client_name: row.client_name,
            order_id: row.order_id,
            parent_id: row.parent_id,
            product_id: row.product_id.get(),
            product_name: row.product_name,
            plugin_id: row.plugin_id,
            server_id: row.server_id.filter(|_| is_staff),
            server_name: row.server_name.filter(|_| is_staff),
            state: row.state.as_str(),
            label: row.label,
            cycle_name: row.cycle_name,
            amount: Amount::of(row.amount, &row.currency)?,
            options: row.options.iter().map(|chosen| bought(chosen, currency)).collect(),
            anchor: row.anchor,
            paid_through: row.paid_through,
            billed_through: row.billed_through,
            paused_on: row.paused_on,
            paused_until: row.paused_until,
            ends_on: row.ends_on,
            end_reason: row.end_reason,
            term_until: row.term_until,
            after_term: row.after_term.map(|word| word.as_str()),
            username: row.username,
            suspend_reason: row.suspend_reason.filter(|_| is_staff),
            fields: row.fields,
            created_at: row.created_at,
            activated_at: row.activated_at,
        })
    }
}

/// A service with its latest operations.
#[derive(Serialize, ToSchema)]
struct ServiceDetails {
    #[serde(flatten)]
    service: Service,
    /// The answers to the host's own questions.
    custom_fields: Vec<Labelled>,
    /// Newest first, at most 20.
    operations: Vec<Operation>,
    /// Can its password be changed here?
    can_change_password: bool,
    /// Where its plugin can log people in: `account`, `reseller`.
    #[schema(example = json!(["account"]))]
    sign_on: Vec<&'static str>,
    /// Does its plugin keep its DNS zone?
    has_zone: bool,
}

/// An operation at a vendor.
#[derive(Serialize, ToSchema)]
pub(super) struct Operation {
    id: i64,
    #[schema(example = "service.create")]
    kind: String,
    /// `planned`, `sent`, `pending`, `unknown`, `succeeded`, `failed` or `needs_human`.
    #[schema(example = "succeeded")]
    state: &'static str,
    /// What went wrong, for staff.
    #[schema(example = json!(null))]
    error: Option<String>,
    /// What went wrong, for clients.
    #[schema(example = json!(null))]
    public_error: Option<String>,
    attempts: i32,
    planned_at: DateTime<Utc>,
    finished_at: Option<DateTime<Utc>>,
}

impl From<EffectView> for Operation {
    fn from(row: EffectView) -> Self {
        Self {
            id: row.id.get(),
            kind: row.kind,
            state: row.state.as_str(),
            error: row.error,
            public_error: row.public_error,
            attempts: row.attempts,
            planned_at: row.planned_at,
            finished_at: row.finished_at,
        }
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ServiceQuery {
    /// Of this client.
    client_id: Option<i64>,
    /// From this order.
    order_id: Option<i64>,
    /// In this state.
    #[param(value_type = Option<String>)]
    state: Option<ServiceState>,
    /// With this in the label.
    text: Option<String>,
    limit: Option<i64>,
    before: Option<i64>,
}

/// Services, newest first
#[utoipa::path(get, path = "/services", tag = "Services", params(ServiceQuery),
    responses((status = 200, body = Page<Service>)))]
async fn list(Caller { app, actor }: Caller, Params(query): Params<ServiceQuery>) -> Answer<Page<Service>> {
    let part = Part::new(query.limit, query.before)?;
    let filter = ServiceFilter {
        client: query.client_id.map(Into::into),
        order: query.order_id.map(Into::into),
        state: query.state,
        text: query.text,
        before: part.before,
        limit: part.fetch(),
        ..ServiceFilter::default()
    };
    let rows = services::list(&app, &actor, filter).await?;
    part.page(rows, |row| row.id.get(), |row| Ok(Service::seen_by(&actor, row)?))
}

/// A service with its latest operations
#[utoipa::path(get, path = "/services/{id}", tag = "Services", responses((status = 200, body = ServiceDetails)))]
async fn get(Caller { app, actor }: Caller, Id(id): Id<ServiceId>) -> Answer<Json<ServiceDetails>> {
    let view = services::get(&app, &actor, id).await?;
    Ok(Json(ServiceDetails {
        service: Service::seen_by(&actor, view.service)?,
        custom_fields: view.answers.into_iter().map(Labelled::from).collect(),
        operations: view.effects.into_iter().map(Operation::from).collect(),
        can_change_password: view.can_change_password,
        sign_on: view.sign_on.iter().filter_map(|(target, _)| target_word(*target)).collect(),
        has_zone: view.has_zone,
    }))
}

/// That of a whole server is no service's.
fn target_word(target: SignOnTarget) -> Option<&'static str> {
    match target {
        SignOnTarget::Account => Some("account"),
        SignOnTarget::Reseller => Some("reseller"),
        SignOnTarget::Server => None,
    }
}

/// What the vendor says of a service right now.
#[derive(Serialize, ToSchema)]
struct ServiceStatus {
    /// `absent`, `active`, `suspended` or `unfinished`; null if the service is set up nowhere.
    #[schema(example = "active")]
    state: Option<&'static str>,
    /// Facts for the client.
    details: Vec<Labelled>,
    /// Bytes on disk; null if unknown.
    disk_bytes: Option<u64>,
    /// Most bytes on disk; null if unknown or unlimited.
    disk_limit_bytes: Option<u64>,
}

pub(super) fn state_word(state: AccountState) -> &'static str {
    match state {
        AccountState::Absent => "absent",
        AccountState::Active => "active",
        AccountState::Suspended => "suspended",
        AccountState::Unfinished => "unfinished",
    }
}

/// What the vendor says of a service right now
#[utoipa::path(get, path = "/services/{id}/status", tag = "Services", responses((status = 200, body = ServiceStatus)))]
async fn status(Caller { app, actor }: Caller, Id(id): Id<ServiceId>) -> Answer<Json<ServiceStatus>> {
    let Some(LiveStatus { state, details, usage }) = services::live_status(&app, &actor, id).await? else {
        return Ok(Json(ServiceStatus { state: None, details: vec![], disk_bytes: None, disk_limit_bytes: None }));
    };
    Ok(Json(ServiceStatus {
        state: Some(state_word(state)),
        details: details.into_iter().map(Labelled::from).collect(),
        disk_bytes: usage.as_ref().map(|u| u.disk_bytes),
        disk_limit_bytes: usage.and_then(|u| u.disk_limit_bytes),
    }))
}

/// Set a pending service up
///
/// For staff, when no order does it.
#[utoipa::path(post, path = "/services/{id}/create", tag = "Services", responses((status = 202, body = Started)))]
async fn create(Caller { app, actor }: Caller, Id(id): Id<ServiceId>) -> Answer<Started> {
    Ok(services::create(&app, &actor, id).await?.into())
}

/// Why a service is suspended.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "abuse report 4711"}))]
struct Suspension {
    /// For staff. One for reason `overdue` ends when everything is paid.
    reason: String,
}

/// Suspend an active service
#[utoipa::path(post, path = "/services/{id}/suspend", tag = "Services", request_body = Suspension,
    responses((status = 202, body = Started)))]
async fn suspend(Caller { app, actor }: Caller, Id(id): Id<ServiceId>, Body(new): Body<Suspension>) -> Answer<Started> {
    Ok(services::suspend(&app, &actor, id, &new.reason).await?.into())
}

/// Let a suspended service live again
#[utoipa::path(post, path = "/services/{id}/unsuspend", tag = "Services", responses((status = 202, body = Started)))]
async fn unsuspend(Caller { app, actor }: Caller, Id(id): Id<ServiceId>) -> Answer<Started> {
    Ok(services::unsuspend(&app, &actor, id).await?.into())
}

/// Remove a service at its vendor, with all its data
#[utoipa::path(post, path = "/services/{id}/terminate", tag = "Services", responses((status = 202, body = Started)))]
async fn terminate(Caller { app, actor }: Caller, Id(id): Id<ServiceId>) -> Answer<Started> {
    Ok(services::terminate(&app, &actor, id).await?.into())
}

/// A new password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"password": "correct horse battery"}))]
pub(super) struct NewPassword {
    /// As the product's plugin takes it.
    #[schema(format = "password")]
    pub(super) password: String,
}

/// Give an active service a new password
#[utoipa::path(post, path = "/services/{id}/change-password", tag = "Services", request_body = NewPassword,
    responses((status = 202, body = Started)))]
async fn change_password(
    Caller { app, actor }: Caller,
    Id(id): Id<ServiceId>,
    Body(new): Body<NewPassword>,
) -> Answer<Started> {
    Ok(services::change_password(&app, &actor, id, &new.password).await?.into())
}
