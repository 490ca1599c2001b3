//! Sending events again. Receivers see them again: whoever asks for it knows.

use chrono::{DateTime, Utc};
use innkeeper_db::replays::{self, Which};
use innkeeper_domain::{DeliveryId, EventId, Permission};
use serde_json::{Value, json};

use super::events::filled;
use crate::{Actor, App, AppError, Checks, Result, Tx};

/// Larger replays are refused: moving the subscriber's cursor costs nothing.
const LARGEST: i64 = 200_000;

/// An event to one subscriber.
#[derive(Clone, Debug)]
pub struct ReplayEvent {
    /// The event.
    pub event: EventId,
    /// To whom.
    pub subscriber: String,
}

/// Every event of a span of time.
#[derive(Clone, Debug)]
pub struct Replay {
    /// To this subscriber; empty: to all.
    pub subscriber: String,
    /// With this name; empty: any.
    pub name: String,
    /// That happened then or later …
    pub from: DateTime<Utc>,
    /// … and before.
    pub to: DateTime<Utc>,
}

/// Makes a delivery again, delivered or dead. `Conflict` if it waits anyway.
pub async fn replay_delivery(app: &App, actor: &Actor, id: DeliveryId) -> Result<()> {
    actor.require(Permission::SystemWrite)?;
    let mut tx = app.begin(actor).await?;
    let refused = || AppError::conflict("there is no such delivery, or it is about to be made anyway");
    let subscriber = replays::subscriber_of(tx.conn(), id).await?.ok_or_else(refused)?;
    lock(&mut tx, &subscriber).await?;
    if !replays::delivery(tx.conn(), &subscriber, id).await? {
        return Err(refused());
    }
    tx.audit("delivery.replay", "delivery", id, json!({})).await?;
    tx.commit().await
}

/// Makes every dead delivery of a subscriber again. Returns how many.
pub async fn replay_dead_deliveries(app: &App, actor: &Actor, subscriber: &str) -> Result<u64> {
    actor.require(Permission::SystemWrite)?;
    let mut tx = app.begin(actor).await?;
    lock(&mut tx, subscriber).await?;
    let count = replays::dead(tx.conn(), subscriber).await?;
    if count > 0 {
        tx.audit("delivery.replay_dead", "subscriber", 0, json!({ "subscriber": subscriber, "count": count })).await?;
        tx.commit().await?;
    }
    Ok(count)
}

/// Sends an event to a subscriber again. `Conflict` if it will come anyway, or was not asked for.
pub async fn replay_event(app: &App, actor: &Actor, replay: ReplayEvent) -> Result<()> {
    actor.require(Permission::SystemWrite)?;
    let which = Which { event: Some(replay.event), ..Which::default() };
    let detail = json!({ "event": replay.event, "subscriber": replay.subscriber });
    match again(app, actor, &replay.subscriber, &which, detail).await? {
        0 => {
            Err(AppError::conflict("there is no such event, it waits for this subscriber anyway, or was not asked for"))
        }
        _ => Ok(()),
    }
}

/// How many deliveries [`replay`] would make.
pub async fn count_replay(app: &App, actor: &Actor, command: &Replay) -> Result<i64> {
    actor.require(Permission::SystemWrite)?;
    let which = command.which()?;
    let mut tx = app.begin(actor).await?;
    let to = lock(&mut tx, &command.subscriber).await?;
    Ok(replays::count(tx.conn(), &to, &which).await?)
}

/// Sends every event of a span of time again to those who asked for such events, those of each thing in
/// their order. Returns how many deliveries are made. Fields of errors: `from`, `to`.
pub async fn replay(app: &App, actor: &Actor, command: Replay) -> Result<u64> {
    let count = count_replay(app, actor, &command).await?;
    if count > LARGEST {
        return Err(AppError::conflict(format!(
            "these are {count} deliveries, more than {LARGEST} at once: choose a shorter time, or let the subscriber start from there"
        )));
    }
    let Replay { subscriber, name, from, to } = &command;
    let detail = json!({ "subscriber": subscriber, "name": name, "from": from, "to": to });
    again(app, actor, subscriber, &command.which()?, detail).await
}

impl Replay {
    fn which(&self) -> Result<Which<'_>> {
        let mut checks = Checks::default();
        checks.require(self.from < self.to, "to", "is not after the beginning");
        checks.finish()?;
        Ok(Which { event: None, name: filled(&self.name), from: Some(self.from), to: Some(self.to) })
    }
}

async fn again(app: &App, actor: &Actor, subscriber: &str, which: &Which<'_>, mut detail: Value) -> Result<u64> {
    let mut tx = app.begin(actor).await?;
    let to = lock(&mut tx, subscriber).await?;
    let count = replays::again(tx.conn(), &to, which).await?;
    if count > 0 {
        detail["count"] = json!(count);
        let event = which.event.map_or(0, EventId::get);
        tx.audit("event.replay", "event", event, detail).await?;
        tx.commit().await?;
    }
    Ok(count)
}

/// The subscriber, or all if it is empty; nobody else works for them until commit.
async fn lock(tx: &mut Tx<'_>, subscriber: &str) -> Result<Vec<String>> {
    let ids = replays::lock(tx.conn(), filled(subscriber)).await?;
    if ids.is_empty() && filled(subscriber).is_some() {
        return Err(AppError::conflict("there is no such subscriber, or it is switched off"));
    }
    Ok(ids)
}
