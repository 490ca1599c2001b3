//! The listeners to events: how far each is, and where it goes on.

use innkeeper_db::subscribers::{self, Start, SubscriberSummary};
use innkeeper_domain::Permission;
use serde_json::json;

use crate::{Actor, App, AppError, Result};

/// All subscribers with how far they are and what they are owed.
pub async fn list_subscribers(app: &App, actor: &Actor) -> Result<Vec<SubscriberSummary>> {
    actor.require(Permission::SystemRead)?;
    Ok(subscribers::summaries(&mut *app.conn().await?, None).await?)
}

/// One of them.
pub async fn get_subscriber(app: &App, actor: &Actor, id: &str) -> Result<SubscriberSummary> {
    actor.require(Permission::SystemRead)?;
    let found = subscribers::summaries(&mut *app.conn().await?, Some(id)).await?;
    found.into_iter().next().ok_or(AppError::NotFound("subscriber"))
}

/// How many transient events to a subscriber this node has dropped since it started, because too many waited.
pub fn dropped_signals(app: &App, actor: &Actor, id: &str) -> Result<u64> {
    actor.require(Permission::SystemRead)?;
    Ok(app.signals.dropped(id))
}

/// Lets a subscriber that fails be tried now, not only when its pause is over. `Conflict` if it does not fail.
pub async fn retry_subscriber(app: &App, actor: &Actor, id: &str) -> Result<()> {
    actor.require(Permission::SystemWrite)?;
    let mut tx = app.begin(actor).await?;
    if !subscribers::retry_now(tx.conn(), id).await? {
        return Err(AppError::conflict("this subscriber is not failing"));
    }
    tx.audit("subscriber.retry", "subscriber", 0, json!({ "subscriber": id })).await?;
    tx.commit().await
}

/// Lets a subscriber go on from any point: it reads everything behind that again, or nothing before it any
/// more. Returns how many events are ahead of it.
pub async fn start_subscriber(app: &App, actor: &Actor, id: &str, start: Start) -> Result<i64> {
    actor.require(Permission::SystemWrite)?;
    let mut tx = app.begin(actor).await?;
    let ahead = subscribers::start_from(tx.conn(), id, start).await?.ok_or(AppError::NotFound("subscriber"))?;
    subscribers::forget_ahead(tx.conn(), id).await?;
    let from = match start {
        Start::Beginning => json!("beginning"),
        Start::At(at) => json!(at),
        Start::Now => json!("now"),
    };
    tx.audit("subscriber.start", "subscriber", 0, json!({ "subscriber": id, "from": from, "ahead": ahead })).await?;
    tx.commit().await?;
    Ok(ahead)
}
