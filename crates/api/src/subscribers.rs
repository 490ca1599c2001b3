//! Subscribers of events, and sending events again. Receivers see them again: use their `id`.

use axum::Json;
use axum::extract::Path;
use chrono::{DateTime, Utc};
use innkeeper_app::system::{self, Replay, ReplayEvent, Start, SubscriberSummary};
use innkeeper_domain::{DeliveryId, EventId};
use innkeeper_web::AppState;
use innkeeper_web::extract::Id;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::Body;
use super::caller::Caller;
use super::params::Page;
use super::problem::{Answer, Problem};
use super::reply::Done;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(get))
        .routes(routes!(retry))
        .routes(routes!(start))
        .routes(routes!(replay_dead))
        .routes(routes!(replay_to_one))
        .routes(routes!(replay_to_all))
        .routes(routes!(replay_event))
        .routes(routes!(replay_delivery))
}

/// A subscriber of events.
#[derive(Serialize, ToSchema)]
struct Subscriber {
    #[schema(example = "snapin-webhooks:shop")]
    id: String,
    #[schema(example = "snapin-webhooks")]
    plugin_id: String,
    #[schema(example = "Webhook shop")]
    label: String,
    /// Names of the events it gets; empty: all.
    events: Vec<String>,
    enabled: bool,
    /// Its place in the feed of events: it has read up to here.
    cursor: i64,
    /// Events that it has not read yet.
    behind: i64,
    /// When the first of them happened.
    behind_since: Option<DateTime<Utc>>,
    /// Deliveries that failed and are tried again, and those that wait behind them.
    pending: i64,
    /// Deliveries given up.
    dead: i64,
    /// Different events in a row that failed.
    failures: i32,
    /// Since when everything fails: nothing is sent but one event from time to time, and nothing is lost.
    failing_since: Option<DateTime<Utc>>,
    /// When the next one is tried.
    retry_at: Option<DateTime<Utc>>,
    last_error: Option<String>,
}

fn subscriber(row: SubscriberSummary) -> Subscriber {
    Subscriber {
        id: row.id,
        plugin_id: row.plugin_id,
        label: row.label,
        events: row.events,
        enabled: row.enabled,
        cursor: row.cursor,
        behind: row.behind,
        behind_since: row.behind_since,
        pending: row.pending,
        dead: row.dead,
        failures: row.failures,
        failing_since: row.failing_since,
        retry_at: row.retry_at,
        last_error: row.last_error,
    }
}

/// Subscribers of events
#[utoipa::path(get, path = "/subscribers", tag = "Events", responses((status = 200, body = Page<Subscriber>)))]
async fn list(Caller { app, actor }: Caller) -> Answer<Page<Subscriber>> {
    Ok(Page::whole(system::list_subscribers(&app, &actor).await?, subscriber))
}

/// A subscriber of events
#[utoipa::path(get, path = "/subscribers/{id}", tag = "Events", responses((status = 200, body = Subscriber)))]
async fn get(Caller { app, actor }: Caller, Path(id): Path<String>) -> Answer<Json<Subscriber>> {
    Ok(Json(subscriber(system::get_subscriber(&app, &actor, &id).await?)))
}

/// Try a subscriber that fails now
#[utoipa::path(post, path = "/subscribers/{id}/retry", tag = "Events", responses((status = 204)))]
async fn retry(Caller { app, actor }: Caller, Path(id): Path<String>) -> Answer<Done> {
    system::retry_subscriber(&app, &actor, &id).await?;
    Ok(Done)
}

/// Where a subscriber goes on.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct StartInput {
    /// A time, `beginning` or `now`.
    #[schema(example = "2027-03-01T00:00:00Z")]
    from: String,
}

/// What lies ahead of a subscriber.
#[derive(Serialize, ToSchema)]
struct Started {
    /// Events that it reads from there.
    events: i64,
}

/// Let a subscriber go on from any point: it gets everything after that again, and nothing before it any more
#[utoipa::path(post, path = "/subscribers/{id}/start", tag = "Events", request_body = StartInput, responses((status = 200, body = Started)))]
async fn start(
    Caller { app, actor }: Caller,
    Path(id): Path<String>,
    Body(input): Body<StartInput>,
) -> Answer<Json<Started>> {
    let from = match input.from.as_str() {
        "beginning" => Start::Beginning,
        "now" => Start::Now,
        time => Start::At(time.parse().map_err(|_| Problem::field("from", "must be a time, `beginning` or `now`"))?),
    };
    Ok(Json(Started { events: system::start_subscriber(&app, &actor, &id, from).await? }))
}

/// How many deliveries are made again.
#[derive(Serialize, ToSchema)]
struct Replayed {
    deliveries: u64,
}

/// Make every delivery again that was given up for a subscriber
#[utoipa::path(post, path = "/subscribers/{id}/replay-dead", tag = "Events", responses((status = 200, body = Replayed)))]
async fn replay_dead(Caller { app, actor }: Caller, Path(id): Path<String>) -> Answer<Json<Replayed>> {
    Ok(Json(Replayed { deliveries: system::replay_dead_deliveries(&app, &actor, &id).await? }))
}

/// Events to send again.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReplayInput {
    /// That happened then or later …
    from: DateTime<Utc>,
    /// … and before.
    to: DateTime<Utc>,
    /// With this name; any if left out.
    #[schema(example = "Invoice-Paid")]
    name: Option<String>,
}

impl ReplayInput {
    fn to(self, subscriber: String) -> Replay {
        Replay { subscriber, name: self.name.unwrap_or_default(), from: self.from, to: self.to }
    }
}

/// Send the events of a span of time to a subscriber again, as far as it asks for such events
#[utoipa::path(post, path = "/subscribers/{id}/replay", tag = "Events", request_body = ReplayInput, responses((status = 200, body = Replayed)))]
async fn replay_to_one(
    Caller { app, actor }: Caller,
    Path(id): Path<String>,
    Body(input): Body<ReplayInput>,
) -> Answer<Json<Replayed>> {
    Ok(Json(Replayed { deliveries: system::replay(&app, &actor, input.to(id)).await? }))
}

/// Send the events of a span of time to every subscriber again that asks for such events
#[utoipa::path(post, path = "/events/replay", tag = "Events", request_body = ReplayInput, responses((status = 200, body = Replayed)))]
async fn replay_to_all(Caller { app, actor }: Caller, Body(input): Body<ReplayInput>) -> Answer<Json<Replayed>> {
    Ok(Json(Replayed { deliveries: system::replay(&app, &actor, input.to(String::new())).await? }))
}

/// Whom to send an event to.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReplayEventInput {
    /// Id of the subscriber.
    #[schema(example = "snapin-webhooks:shop")]
    subscriber: String,
}

/// Send an event to a subscriber again
#[utoipa::path(post, path = "/events/{id}/replay", tag = "Events", request_body = ReplayEventInput, responses((status = 204)))]
async fn replay_event(
    Caller { app, actor }: Caller,
    Id(event): Id<EventId>,
    Body(input): Body<ReplayEventInput>,
) -> Answer<Done> {
    system::replay_event(&app, &actor, ReplayEvent { event, subscriber: input.subscriber }).await?;
    Ok(Done)
}

/// Make a delivery again
#[utoipa::path(post, path = "/deliveries/{id}/replay", tag = "Events", responses((status = 204)))]
async fn replay_delivery(Caller { app, actor }: Caller, Id(id): Id<DeliveryId>) -> Answer<Done> {
    system::replay_delivery(&app, &actor, id).await?;
    Ok(Done)
}
