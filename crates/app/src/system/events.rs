//! Events, and who they went to.

use innkeeper_db::{
    deliveries::{self, DeliveryFilter, DeliveryRow},
    events::{self, EventFilter, EventRow},
};
use innkeeper_domain::{DeliveryId, EventId, Permission, state::DeliveryState};

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
    /// One for each subscriber that asked for such events, by subscriber.
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
    Ok(EventWithDeliveries { event, deliveries: deliveries::of_event(&mut conn, id).await? })
}

/// A page of the deliveries that were not simply made, newest first: those that failed at least once, wait
/// behind one that did, or were asked for again.
pub async fn list_deliveries(app: &App, actor: &Actor, list: ListDeliveries) -> Result<Vec<DeliveryRow>> {
    actor.require(Permission::SystemRead)?;
    let filter = DeliveryFilter {
        subscriber: filled(&list.subscriber),
        state: list.state,
        before: list.before,
        limit: list.limit.clamp(1, 200),
    };
    Ok(deliveries::list(&mut *app.conn().await?, &filter).await?)
}

pub(super) fn filled(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|t| !t.is_empty())
}
