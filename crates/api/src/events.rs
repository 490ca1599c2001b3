//! Events, and who they went to.

use axum::Json;
use chrono::{DateTime, Utc};
use innkeeper_app::system::{self, DeliveryRow, EventRow, ListDeliveries, ListEvents};
use innkeeper_domain::EventId;
use innkeeper_domain::state::DeliveryState;
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

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(get)).routes(routes!(deliveries))
}

/// An event.
#[derive(Serialize, ToSchema)]
struct Event {
    id: i64,
    #[schema(example = "Invoice-Paid")]
    name: String,
    /// What it is about.
    #[schema(example = "invoice")]
    aggregate: String,
    aggregate_id: i64,
    /// Its number among the events of that thing.
    sequence: i64,
    #[schema(value_type = Object, example = json!({"invoice_id": 17, "client_id": 3}))]
    payload: Value,
    /// Who caused it.
    #[schema(example = "staff:1")]
    actor: String,
    request_id: String,
    occurred_at: DateTime<Utc>,
    /// Deliveries that arrived.
    delivered: i64,
    /// Deliveries that wait.
    pending: i64,
    /// Deliveries given up.
    dead: i64,
}

fn event(row: EventRow) -> Event {
    Event {
        id: row.id.get(),
        name: row.name,
        aggregate: row.aggregate,
        aggregate_id: row.aggregate_id,
        sequence: row.sequence,
        payload: row.payload,
        actor: row.actor,
        request_id: row.request_id,
        occurred_at: row.occurred_at,
        delivered: row.delivered,
        pending: row.pending,
        dead: row.dead,
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct EventQuery {
    /// With this name.
    name: Option<String>,
    /// About this kind of thing.
    aggregate: Option<String>,
    /// About the thing with this id.
    aggregate_id: Option<i64>,
    limit: Option<i64>,
    before: Option<i64>,
}

/// Events, newest first
#[utoipa::path(get, path = "/events", tag = "Events", params(EventQuery), responses((status = 200, body = Page<Event>)))]
async fn list(Caller { app, actor }: Caller, Params(query): Params<EventQuery>) -> Answer<Page<Event>> {
    let part = Part::new(query.limit, query.before)?;
    let list = ListEvents {
        name: query.name.unwrap_or_default(),
        aggregate: query.aggregate.unwrap_or_default(),
        aggregate_id: query.aggregate_id,
        before: part.before.map(Into::into),
        limit: part.fetch(),
    };
    part.page(system::list_events(&app, &actor, list).await?, |row| row.id.get(), |row| Ok(event(row)))
}

/// An event with its deliveries.
#[derive(Serialize, ToSchema)]
struct EventDetails {
    #[serde(flatten)]
    event: Event,
    /// One for each subscriber that asks for such events, by subscriber.
    deliveries: Vec<Delivery>,
}

/// A delivery of an event to a subscriber.
#[derive(Serialize, ToSchema)]
struct Delivery {
    /// Missing for one that was simply made, or whose turn has not come: there is nothing to note of it.
    id: Option<i64>,
    #[schema(example = "snapin-webhooks:shop")]
    subscriber_id: String,
    #[schema(example = "Webhook shop")]
    subscriber: String,
    event_id: i64,
    #[schema(example = "Invoice-Paid")]
    event_name: String,
    /// `pending`, `delivered` or `dead`.
    #[schema(example = "delivered")]
    state: &'static str,
    attempts: i32,
    /// When it is tried next, or was last. Missing: in its turn, or after an earlier event of the same thing.
    run_at: Option<DateTime<Utc>>,
    last_error: Option<String>,
    /// When it arrived, of one that had failed.
    delivered_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
}

fn delivery(row: DeliveryRow) -> Delivery {
    Delivery {
        id: row.id,
        subscriber_id: row.subscriber_id,
        subscriber: row.subscriber,
        event_id: row.event_id.get(),
        event_name: row.event_name,
        state: row.state.as_str(),
        attempts: row.attempts,
        run_at: row.run_at,
        last_error: row.last_error,
        delivered_at: row.delivered_at,
        created_at: row.created_at,
    }
}

/// An event with its deliveries
#[utoipa::path(get, path = "/events/{id}", tag = "Events", responses((status = 200, body = EventDetails)))]
async fn get(Caller { app, actor }: Caller, Id(id): Id<EventId>) -> Answer<Json<EventDetails>> {
    let view = system::get_event(&app, &actor, id).await?;
    let deliveries = view.deliveries.into_iter().map(delivery).collect();
    Ok(Json(EventDetails { event: event(view.event), deliveries }))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct DeliveryQuery {
    /// To this subscriber.
    subscriber: Option<String>,
    /// In this state.
    #[param(value_type = Option<String>)]
    state: Option<DeliveryState>,
    limit: Option<i64>,
    before: Option<i64>,
}

/// Deliveries that failed, wait behind one that did, or were asked for again; newest first
#[utoipa::path(get, path = "/deliveries", tag = "Events", params(DeliveryQuery),
    responses((status = 200, body = Page<Delivery>)))]
async fn deliveries(Caller { app, actor }: Caller, Params(query): Params<DeliveryQuery>) -> Answer<Page<Delivery>> {
    let part = Part::new(query.limit, query.before)?;
    let list = ListDeliveries {
        subscriber: query.subscriber.unwrap_or_default(),
        state: query.state,
        before: part.before.map(Into::into),
        limit: part.fetch(),
    };
    part.page(system::list_deliveries(&app, &actor, list).await?, |row| row.id.unwrap_or(0), |row| Ok(delivery(row)))
}
