//! Events, who they went to, and sending them again.

use innkeeper_db::{
    deliveries::{self, DeliveryFilter, DeliveryRow, SubscriberSummary},
    events::{self, EventFilter, EventRow},
};
use innkeeper_domain::{DeliveryId, EventId, Permission, state::DeliveryState};
use serde_json::json;

use crate::{Actor, App, AppError, Result};

/// A page of events.
#[derive(Clone, Debug, Default)]
pub struct ListEvents {
    /// With this canonical name; empty: all.
    pub name: String,
    /// About this kind of thing (`invoice`); empty: all.
    pub aggregate: String,
    /// About the thing with this id.
    pub aggregate_id: Option<i64>,
    /// Older than this one.
    pub before: Option<EventId>,
    /// How many, 1 to 200.
    pub limit: i64,
}

/// A page of deliveries.
#[derive(Clone, Debug, Default)]
pub struct ListDeliveries {
    /// To this subscriber; empty: all.
    pub subscriber: String,
    /// In this state.
    pub state: Option<DeliveryState>,
    /// Older than this one.
    pub before: Option<DeliveryId>,
    /// How many, 1 to 200.
    pub limit: i64,
}

/// An event and where it went.
#[derive(Clone, Debug)]
pub struct EventWithDeliveries {
    /// The event.
    pub event: EventRow,
    /// One for each subscriber, newest first; at most 200.
    pub deliveries: Vec<DeliveryRow>,
}

/// A page of events, newest first, each with how its deliveries stand.
pub async fn list_events(app: &App, actor: &Actor, list: ListEvents) -> Result<Vec<EventRow>> {
    actor.require(Permission::SystemRead)?;
    let filter = EventFilter {
        name: filled(&list.name),
        aggregate: filled(&list.aggregate),
        aggregate_id: list.aggregate_id,
        before: list.before,
        limit: list.limit.clamp(1, 200),
    };
    Ok(events::list(&mut *app.conn().await?, &filter).await?)
}

/// An event with its deliveries.
pub async fn get_event(app: &App, actor: &Actor, id: EventId) -> Result<EventWithDeliveries> {
    actor.require(Permission::SystemRead)?;
    let mut conn = app.conn().await?;
    let event = events::get(&mut conn, id).await?.ok_or(AppError::NotFound("event"))?;
    let filter = DeliveryFilter { event: Some(id), limit: 200, ..DeliveryFilter::default() };
    Ok(EventWithDeliveries { event, deliveries: deliveries::list(&mut conn, &filter).await? })
}

/// A page of deliveries, newest first.
pub async fn list_deliveries(app: &App, actor: &Actor, list: ListDeliveries) -> Result<Vec<DeliveryRow>> {
    actor.require(Permission::SystemRead)?;
    let filter = DeliveryFilter {
        event: None,
        subscriber: filled(&list.subscriber),
        state: list.state,
        before: list.before,
        limit: list.limit.clamp(1, 200),
    };
    Ok(deliveries::list(&mut *app.conn().await?, &filter).await?)
}

/// All subscribers with how many deliveries wait and are dead.
pub async fn list_subscribers(app: &App, actor: &Actor) -> Result<Vec<SubscriberSummary>> {
    actor.require(Permission::SystemRead)?;
    Ok(deliveries::subscribers(&mut *app.conn().await?).await?)
}

/// Makes a delivery again, delivered or dead. `Conflict` if it waits anyway.
pub async fn replay_delivery(app: &App, actor: &Actor, id: DeliveryId) -> Result<()> {
    actor.require(Permission::SystemWrite)?;
    let mut tx = app.begin(actor).await?;
    if !deliveries::replay(tx.conn(), id).await? {
        return Err(AppError::conflict("there is no such delivery, or it is about to be made anyway"));
    }
    tx.audit("delivery.replay", "delivery", id, json!({})).await?;
    tx.commit().await
}

/// Makes every dead delivery of a subscriber again. Returns how many.
pub async fn replay_dead_deliveries(app: &App, actor: &Actor, subscriber: &str) -> Result<u64> {
    actor.require(Permission::SystemWrite)?;
    let mut tx = app.begin(actor).await?;
    let count = deliveries::replay_dead(tx.conn(), subscriber).await?;
    if count > 0 {
        tx.audit("delivery.replay_dead", "subscriber", 0, json!({ "subscriber": subscriber, "count": count })).await?;
        tx.commit().await?;
    }
    Ok(count)
}

fn filled(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|t| !t.is_empty())
}
