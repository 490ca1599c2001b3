//! Plugins at work: how they do, their calls, what they want staff to do.

use axum::Json;
use axum::extract::Path;
use chrono::{DateTime, Utc};
use innkeeper_app::AppError;
use innkeeper_app::plugins::{self, CallRow, Change, ListCalls, Span, StoredExchange, TodoRow, WholeCall};
use innkeeper_domain::{PluginCallId, TodoId};
use innkeeper_web::AppState;
use innkeeper_web::extract::Id;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::Body;
use super::caller::Caller;
use super::params::{Page, Params, Part};
use super::problem::Answer;
use super::reply::{Done, Made};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(health))
        .routes(routes!(set_level))
        .routes(routes!(list))
        .routes(routes!(get))
        .routes(routes!(repeat))
        .routes(routes!(todos))
        .routes(routes!(done))
}

/// Calls in some time.
#[derive(Serialize, ToSchema)]
struct CallCounts {
    #[schema(example = 412)]
    calls: i64,
    #[schema(example = 3)]
    failed: i64,
    /// Half of them took at most so many milliseconds. Null: there were none, or they took more than a minute.
    #[schema(example = 50)]
    p50_ms: Option<i32>,
    /// 95 of 100 took at most so many.
    #[schema(example = 500)]
    p95_ms: Option<i32>,
}

fn counts(span: Span) -> CallCounts {
    let bounded = |ms: Option<i32>| ms.filter(|ms| *ms < i32::MAX);
    CallCounts { calls: span.calls, failed: span.failed, p50_ms: bounded(span.p50), p95_ms: bounded(span.p95) }
}

/// How a plugin does.
#[derive(Serialize, ToSchema)]
struct PluginHealth {
    last_hour: CallCounts,
    last_day: CallCounts,
    /// What it offers besides what its kind must.
    #[schema(example = json!(["change", "usage"]))]
    abilities: Vec<&'static str>,
    /// What is kept of its calls, 0 (nothing) to 4 (everything).
    #[schema(example = 3)]
    level: u8,
    /// When the level falls back to 3.
    level_until: Option<DateTime<Utc>>,
    /// Threads on this node that were given work and did not come back.
    stuck_threads: usize,
    /// Not called on this node any more, because too many did not.
    off_on_this_node: bool,
    open_todos: i64,
    /// Calls of the last day that were counted, but not written down.
    calls_not_kept: i64,
    /// Log lines of the last day that were dropped.
    lines_dropped: i64,
}

/// How a plugin does
#[utoipa::path(get, path = "/plugins/{id}/health", tag = "Plugins", responses((status = 200, body = PluginHealth)))]
async fn health(Caller { app, actor }: Caller, Path(id): Path<String>) -> Answer<Json<PluginHealth>> {
    let (health, level) = plugins::plugin_health(&app, &actor, &id).await?;
    Ok(Json(PluginHealth {
        last_hour: counts(health.hour),
        last_day: counts(health.day),
        abilities: app.abilities_of(&id).await.unwrap_or_default(),
        level: level.level,
        level_until: level.until,
        stuck_threads: health.node.stuck,
        off_on_this_node: health.node.off,
        open_todos: health.todos,
        calls_not_kept: health.lost_calls,
        lines_dropped: health.lost_lines,
    }))
}

/// What is to be kept.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"level": 4, "minutes": 60}))]
struct LevelInput {
    /// 0 nothing; 1 failed calls; 2 every call; 3 and what went over the wire when one failed; 4 everything.
    level: u8,
    /// Then it falls back to 3. Left out: it stays.
    minutes: Option<i64>,
}

/// Set what is kept of a plugin's calls and log lines
#[utoipa::path(put, path = "/plugins/{id}/level", tag = "Plugins", request_body = LevelInput,
    responses((status = 204)))]
async fn set_level(Caller { app, actor }: Caller, Path(id): Path<String>, Body(new): Body<LevelInput>) -> Answer<Done> {
    plugins::set_log_level(&app, &actor, Change::Plugin(id, new.level), new.minutes).await?;
    Ok(Done)
}

/// A call of a plugin.
#[derive(Serialize, ToSchema)]
struct PluginCall {
    id: i64,
    #[schema(example = "status")]
    operation: String,
    /// `service`, `domain`, `event`, `server` or `invoice`.
    #[schema(example = "service")]
    subject: Option<String>,
    subject_id: Option<i64>,
    /// Stands beside its lines in the program's log.
    correlation: String,
    idempotency_key: String,
    started_at: DateTime<Utc>,
    ms: i64,
    /// `ok`, a kind of error, `timeout`, `panic`, `busy` or `too_large`.
    #[schema(example = "temporary")]
    outcome: String,
    error: Option<String>,
    /// HTTP exchanges that it made.
    exchange_count: i32,
}

fn call(row: CallRow) -> PluginCall {
    PluginCall {
        id: row.id.get(),
        operation: row.operation,
        subject: row.subject,
        subject_id: row.subject_id,
        correlation: row.correlation,
        idempotency_key: row.idempotency_key,
        started_at: row.started_at,
        ms: row.ms,
        outcome: row.outcome,
        error: row.error,
        exchange_count: row.exchange_count,
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct CallQuery {
    /// How it ended; `failed`: any way but `ok`.
    #[serde(default)]
    #[param(required = false)]
    outcome: String,
    #[serde(default)]
    #[param(required = false)]
    operation: String,
    #[serde(default)]
    #[param(required = false)]
    subject: String,
    subject_id: Option<i64>,
    /// Started then or later.
    from: Option<DateTime<Utc>>,
    /// Started earlier.
    until: Option<DateTime<Utc>>,
    limit: Option<i64>,
    before: Option<i64>,
}

/// Calls of a plugin, newest first
#[utoipa::path(get, path = "/plugins/{id}/calls", tag = "Plugins", params(CallQuery),
    responses((status = 200, body = Page<PluginCall>)))]
async fn list(
    Caller { app, actor }: Caller,
    Path(id): Path<String>,
    Params(query): Params<CallQuery>,
) -> Answer<Page<PluginCall>> {
    let part = Part::new(query.limit, query.before)?;
    let wanted = ListCalls {
        outcome: query.outcome,
        operation: query.operation,
        subject: query.subject,
        subject_id: query.subject_id,
        from: query.from,
        until: query.until,
        before: part.before.map(PluginCallId),
        limit: part.fetch(),
    };
    let rows = plugins::list_calls(&app, &actor, &id, wanted).await?;
    part.page(rows, |row| row.id.get(), |row| Ok(call(row)))
}

/// A call with what was kept of it.
#[derive(Serialize, ToSchema)]
struct PluginCallDetails {
    #[serde(flatten)]
    call: PluginCall,
    /// What it was asked for, secrets masked.
    #[schema(value_type = Option<Object>)]
    argument: Value,
    /// Those that were kept, secrets masked.
    exchanges: Vec<WireExchange>,
}

/// A request and its answer, secrets masked.
#[derive(Serialize, ToSchema)]
struct WireExchange {
    #[schema(example = "POST")]
    method: String,
    url: String,
    /// Null: no answer came.
    status: Option<u16>,
    error: Option<String>,
    ms: u64,
    /// Beginning of the request's body.
    request: String,
    /// Beginning of the answer.
    response: String,
}

fn wire(exchange: StoredExchange) -> WireExchange {
    WireExchange {
        method: exchange.method,
        url: exchange.url,
        status: exchange.status,
        error: exchange.error,
        ms: exchange.ms,
        request: exchange.request.body,
        response: exchange.response.body,
    }
}

fn details(whole: WholeCall) -> PluginCallDetails {
    let exchanges: Vec<StoredExchange> = serde_json::from_value(whole.exchanges).unwrap_or_default();
    PluginCallDetails {
        call: PluginCall {
            id: whole.id.get(),
            operation: whole.operation,
            subject: whole.subject,
            subject_id: whole.subject_id,
            correlation: whole.correlation,
            idempotency_key: whole.idempotency_key,
            started_at: whole.started_at,
            ms: whole.ms,
            outcome: whole.outcome,
            error: whole.error,
            exchange_count: whole.exchange_count,
        },
        argument: whole.argument,
        exchanges: exchanges.into_iter().map(wire).collect(),
    }
}

fn number(text: &str) -> Answer<PluginCallId> {
    Ok(PluginCallId(text.parse().map_err(|_| AppError::NotFound("call"))?))
}

/// A call of a plugin
#[utoipa::path(get, path = "/plugins/{id}/calls/{call}", tag = "Plugins",
    responses((status = 200, body = PluginCallDetails)))]
async fn get(
    Caller { app, actor }: Caller,
    Path((id, call)): Path<(String, String)>,
) -> Answer<Json<PluginCallDetails>> {
    Ok(Json(details(plugins::get_call(&app, &actor, &id, number(&call)?).await?)))
}

/// Ask a plugin once more
///
/// Only what reads; anything else is a conflict that says where it can be tried again.
#[utoipa::path(post, path = "/plugins/{id}/calls/{call}/repeat", tag = "Plugins",
    responses((status = 201, body = Made)))]
async fn repeat(
    Caller { app, actor }: Caller,
    Path((id, call)): Path<(String, String)>,
) -> Answer<super::reply::Created<Made>> {
    let new = plugins::repeat_call(&app, &actor, &id, number(&call)?).await?;
    Ok(Made::at(&format!("/plugins/{id}/calls"), new))
}

/// Something that a plugin wants staff to do.
#[derive(Serialize, ToSchema)]
struct Todo {
    id: i64,
    #[schema(example = "server-kerio")]
    plugin_id: String,
    /// The plugin's own name of it.
    key: String,
    title: String,
    text: String,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    done_at: Option<DateTime<Utc>>,
    done_by: Option<String>,
}

fn todo(row: TodoRow) -> Todo {
    Todo {
        id: row.id.get(),
        plugin_id: row.plugin_id,
        key: row.key,
        title: row.title,
        text: row.text,
        created_at: row.created_at,
        updated_at: row.updated_at,
        done_at: row.done_at,
        done_by: row.done_by,
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct TodoQuery {
    /// Those that are done, instead of the open ones.
    #[serde(default)]
    #[param(required = false)]
    done: bool,
    limit: Option<i64>,
    before: Option<i64>,
}

/// What plugins want staff to do, newest first
#[utoipa::path(get, path = "/todos", tag = "Plugins", params(TodoQuery), responses((status = 200, body = Page<Todo>)))]
async fn todos(Caller { app, actor }: Caller, Params(query): Params<TodoQuery>) -> Answer<Page<Todo>> {
    let part = Part::new(query.limit, query.before)?;
    let rows = plugins::list_todos(&app, &actor, !query.done, part.before.map(TodoId), part.fetch()).await?;
    part.page(rows, |row| row.id.get(), |row| Ok(todo(row)))
}

/// Say that a to-do is done
#[utoipa::path(post, path = "/todos/{id}/done", tag = "Plugins", responses((status = 204)))]
async fn done(Caller { app, actor }: Caller, Id(id): Id<TodoId>) -> Answer<Done> {
    plugins::finish_todo(&app, &actor, id).await?;
    Ok(Done)
}
