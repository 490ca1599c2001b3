//! The machine room: jobs, the audit log, the self-audit.

use std::collections::BTreeMap;

use axum::Json;
use chrono::{DateTime, Utc};
use innkeeper_app::audit::{self, AuditFilter, AuditRow};
use innkeeper_app::system::{self, JobRow};
use innkeeper_domain::JobId;
use innkeeper_domain::state::JobState;
use innkeeper_web::AppState;
use innkeeper_web::extract::Id;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::caller::Caller;
use super::params::{Page, Params, Part};
use super::problem::Answer;
use super::reply::Done;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(jobs))
        .routes(routes!(job_counts))
        .routes(routes!(rerun))
        .routes(routes!(audit_log))
        .routes(routes!(violations))
}

/// A job.
#[derive(Serialize, ToSchema)]
struct Job {
    id: i64,
    #[schema(example = "mail.send")]
    kind: String,
    #[schema(value_type = Object, example = json!({"mail_id": 3}))]
    payload: Value,
    /// `ready`, `running`, `done` or `dead`.
    #[schema(example = "dead")]
    state: &'static str,
    attempts: i32,
    max_attempts: i32,
    run_at: DateTime<Utc>,
    /// Who works on it.
    worker: Option<String>,
    last_error: Option<String>,
    created_at: DateTime<Utc>,
    finished_at: Option<DateTime<Utc>>,
}

fn job(row: JobRow) -> Job {
    Job {
        id: row.id.get(),
        kind: row.kind,
        payload: row.payload,
        state: row.state.as_str(),
        attempts: row.attempts,
        max_attempts: row.max_attempts,
        run_at: row.run_at,
        worker: row.worker,
        last_error: row.last_error,
        created_at: row.created_at,
        finished_at: row.finished_at,
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct JobQuery {
    /// In this state.
    #[param(value_type = Option<String>)]
    state: Option<JobState>,
    limit: Option<i64>,
    before: Option<i64>,
}

/// Jobs, newest first
#[utoipa::path(get, path = "/jobs", tag = "System", params(JobQuery), responses((status = 200, body = Page<Job>)))]
async fn jobs(Caller { app, actor }: Caller, Params(query): Params<JobQuery>) -> Answer<Page<Job>> {
    let part = Part::new(query.limit, query.before)?;
    let rows = system::list_jobs(&app, &actor, query.state, part.before.map(Into::into), part.fetch()).await?;
    part.page(rows, |row| row.id.get(), |row| Ok(job(row)))
}

/// How many jobs are in each state
#[utoipa::path(get, path = "/jobs/counts", tag = "System",
    responses((status = 200, body = BTreeMap<String, i64>, example = json!({"ready": 2, "dead": 0}))))]
async fn job_counts(Caller { app, actor }: Caller) -> Answer<Json<BTreeMap<&'static str, i64>>> {
    let counts = system::job_counts(&app, &actor).await?;
    Ok(Json(counts.into_iter().map(|(state, count)| (state.as_str(), count)).collect()))
}

/// Let a dead job run again
#[utoipa::path(post, path = "/jobs/{id}/rerun", tag = "System", responses((status = 204)))]
async fn rerun(Caller { app, actor }: Caller, Id(id): Id<JobId>) -> Answer<Done> {
    system::rerun_job(&app, &actor, id).await?;
    Ok(Done)
}

/// An entry of the audit log.
#[derive(Serialize, ToSchema)]
struct AuditEntry {
    id: i64,
    at: DateTime<Utc>,
    #[schema(example = "staff:1 (grace@host.example)")]
    actor: String,
    #[schema(example = "payment.record")]
    action: String,
    #[schema(example = "payment")]
    subject: String,
    subject_id: Option<i64>,
    #[schema(value_type = Object, example = json!({"invoice": 17}))]
    detail: Value,
    #[schema(example = "192.0.2.1")]
    ip: String,
    request_id: String,
    /// Chained already: it can no longer be changed unnoticed.
    sealed: bool,
}

fn entry(row: AuditRow) -> AuditEntry {
    let AuditRow { id, at, actor, action, subject, subject_id, detail, ip, request_id, sealed } = row;
    AuditEntry { id, at, actor, action, subject, subject_id, detail, ip, request_id, sealed }
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct AuditQuery {
    /// About this kind of thing.
    subject: Option<String>,
    /// About the thing with this id.
    subject_id: Option<i64>,
    /// With this in who it was.
    actor: Option<String>,
    /// With this at the start of what was done: `payment.`.
    action: Option<String>,
    limit: Option<i64>,
    before: Option<i64>,
}

/// The audit log, newest first
#[utoipa::path(get, path = "/audit-log", tag = "System", params(AuditQuery),
    responses((status = 200, body = Page<AuditEntry>)))]
async fn audit_log(Caller { app, actor }: Caller, Params(query): Params<AuditQuery>) -> Answer<Page<AuditEntry>> {
    let part = Part::new(query.limit, query.before)?;
    let AuditQuery { subject, subject_id, actor: who, action, .. } = query;
    let filter = AuditFilter { subject, subject_id, actor: who, action, before: part.before, limit: part.fetch() };
    part.page(audit::log(&app, &actor, &filter).await?, |row| row.id, |row| Ok(entry(row)))
}

/// A broken rule.
#[derive(Serialize, ToSchema)]
struct BrokenRule {
    #[schema(example = "ledger_balances")]
    rule: String,
    #[schema(example = "transaction 17 is off by 1")]
    detail: String,
}

/// The self-audit: every broken rule. Empty is well
#[utoipa::path(get, path = "/violations", tag = "System", responses((status = 200, body = Page<BrokenRule>)))]
async fn violations(Caller { app, actor }: Caller) -> Answer<Page<BrokenRule>> {
    let view = |v: audit::Violation| BrokenRule { rule: v.rule, detail: v.detail };
    Ok(Page::whole(audit::violations(&app, &actor).await?, view))
}
