//! Operations at vendors: what runs, what failed, what waits for a person.

use axum::Json;
use chrono::{DateTime, Utc};
use innkeeper_app::effects::{self, Subject};
use innkeeper_app::system::{self, EffectSummary, ListEffects};
use innkeeper_domain::EffectId;
use innkeeper_domain::state::EffectState;
use innkeeper_web::AppState;
use innkeeper_web::extract::Id;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::caller::Caller;
use super::params::{Page, Params, Part};
use super::problem::{Answer, Problem};
use super::reply::Done;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(get)).routes(routes!(retry)).routes(routes!(give_up))
}

/// An operation at a vendor, as staff see it.
#[derive(Serialize, ToSchema)]
struct Effect {
    id: i64,
    #[schema(example = "service.create")]
    kind: String,
    /// `service`, `domain`, `invoice` or `payment`.
    #[schema(example = "service")]
    subject: String,
    subject_id: i64,
    /// Label of the service or name of the domain.
    #[schema(example = "ada@example.com")]
    subject_name: String,
    #[schema(example = "server-kerio")]
    plugin_id: String,
    /// `planned`, `sent`, `pending`, `unknown`, `succeeded`, `failed` or `needs_human`.
    #[schema(example = "needs_human")]
    state: &'static str,
    /// Its arguments; no secrets.
    #[schema(value_type = Object, example = json!({}))]
    request: Value,
    #[schema(example = "Temporary")]
    error_kind: Option<String>,
    error: Option<String>,
    /// What clients read.
    public_error: Option<String>,
    attempts: i32,
    /// Who wanted it.
    #[schema(example = "client:17/user:4")]
    actor: String,
    planned_at: DateTime<Utc>,
    finished_at: Option<DateTime<Utc>>,
}

fn effect(row: EffectSummary) -> Effect {
    Effect {
        id: row.id.get(),
        kind: row.kind,
        subject: row.subject,
        subject_id: row.subject_id,
        subject_name: row.subject_name,
        plugin_id: row.plugin_id,
        state: row.state.as_str(),
        request: row.request,
        error_kind: row.error_kind,
        error: row.error,
        public_error: row.public_error,
        attempts: row.attempts,
        actor: row.actor,
        planned_at: row.planned_at,
        finished_at: row.finished_at,
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct EffectQuery {
    /// In this state.
    #[param(value_type = Option<String>)]
    state: Option<EffectState>,
    /// On this service.
    service_id: Option<i64>,
    /// On this domain.
    domain_id: Option<i64>,
    /// Charges of this invoice.
    invoice_id: Option<i64>,
    /// Refunds of this payment.
    payment_id: Option<i64>,
    limit: Option<i64>,
    before: Option<i64>,
}

/// Operations at vendors, newest first
#[utoipa::path(get, path = "/effects", tag = "Operations", params(EffectQuery),
    responses((status = 200, body = Page<Effect>)))]
async fn list(Caller { app, actor }: Caller, Params(query): Params<EffectQuery>) -> Answer<Page<Effect>> {
    let part = Part::new(query.limit, query.before)?;
    let mut subjects = [
        ("service_id", query.service_id.map(|id| Subject::Service(id.into()))),
        ("domain_id", query.domain_id.map(|id| Subject::Domain(id.into()))),
        ("invoice_id", query.invoice_id.map(|id| Subject::Invoice(id.into()))),
        ("payment_id", query.payment_id.map(|id| Subject::Payment(id.into()))),
    ]
    .into_iter()
    .filter_map(|(name, subject)| Some((name, subject?)));
    let first = subjects.next();
    if let (Some((one, _)), Some((other, _))) = (first, subjects.next()) {
        return Err(Problem::field(other, format_args!("cannot be given together with {one}")));
    }
    let subject = first.map(|(_, subject)| subject);
    let list = ListEffects { state: query.state, subject, before: part.before.map(Into::into), limit: part.fetch() };
    part.page(system::list_effects(&app, &actor, list).await?, |row| row.id.get(), |row| Ok(effect(row)))
}

/// An operation at a vendor
#[utoipa::path(get, path = "/effects/{id}", tag = "Operations", responses((status = 200, body = Effect)))]
async fn get(Caller { app, actor }: Caller, Id(id): Id<EffectId>) -> Answer<Json<Effect>> {
    Ok(Json(effect(system::get_effect(&app, &actor, id).await?)))
}

/// Let an operation that waits for a person run again
///
/// It starts by asking the vendor what is there.
#[utoipa::path(post, path = "/effects/{id}/retry", tag = "Operations", responses((status = 204)))]
async fn retry(Caller { app, actor }: Caller, Id(id): Id<EffectId>) -> Answer<Done> {
    effects::retry(&app, &actor, id).await?;
    Ok(Done)
}

/// Give an operation that waits for a person up
#[utoipa::path(post, path = "/effects/{id}/give-up", tag = "Operations", responses((status = 204)))]
async fn give_up(Caller { app, actor }: Caller, Id(id): Id<EffectId>) -> Answer<Done> {
    effects::give_up(&app, &actor, id).await?;
    Ok(Done)
}
