//! Subscriptions of gateways, which charge by themselves: those that pay for a service, and ending one.

use chrono::{DateTime, Utc};
use innkeeper_db::{gateway_subscriptions, services};
use innkeeper_domain::{EffectId, Permission, ServiceId};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{methods, read::HISTORY};
use crate::{
    Actor, App, AppError, Result,
    effects::{self, Kind, Plan, Subject},
};

/// A subscription that pays for a service.
#[derive(Clone, Debug)]
pub struct Subscription {
    /// Id of the gateway plugin.
    pub gateway: String,
    /// Name of the method as clients see it; the plugin's id if it does not say.
    pub name: String,
    /// The gateway's id of it.
    pub id: String,
    /// Since when it is known here.
    pub since: DateTime<Utc>,
    /// When it was ended from here.
    pub ended_at: Option<DateTime<Utc>>,
    /// It is being ended.
    pub is_ending: bool,
    /// Can it be ended from here?
    pub can_end: bool,
}

/// What an effect keeps of an ending.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct EndRequest {
    pub subscription: String,
}

/// The subscriptions that pay for a service, newest first: for staff, and for the client whose service it is.
pub async fn subscriptions(app: &App, actor: &Actor, service: ServiceId) -> Result<Vec<Subscription>> {
    let owner = actor.owner(Permission::ServicesRead)?;
    let mut conn = app.conn().await?;
    services::get(&mut conn, owner, service).await?.ok_or(AppError::NotFound("service"))?;
    let rows = gateway_subscriptions::of_service(&mut conn, service).await?;
    if rows.is_empty() {
        return Ok(vec![]);
    }
    let operations = services::effects_of(&mut conn, "service", service.get(), HISTORY).await?;
    drop(conn);
    let names = methods(app).await?;
    let mut found = vec![];
    for row in rows {
        let request = json!(EndRequest { subscription: row.remote_id.clone() });
        let is_ending = operations.iter().any(|operation| {
            let is_this = operation.kind == Kind::SubscriptionEnd.as_str() && operation.request == request;
            is_this && operation.finished_at.is_none()
        });
        let offered = app.abilities_of(&row.gateway).await.is_ok_and(|all| all.contains(&"subscriptions"));
        let name = names.iter().find(|method| method.gateway == row.gateway).map(|method| method.name.clone());
        found.push(Subscription {
            name: name.unwrap_or_else(|| row.gateway.clone()),
            gateway: row.gateway,
            id: row.remote_id,
            since: row.created_at,
            ended_at: row.ended_at,
            is_ending,
            can_end: offered && row.ended_at.is_none() && !is_ending,
        });
    }
    Ok(found)
}

/// Plans the end of a subscription that pays for a service: the gateway charges no more. The service goes on, and is
/// invoiced as ever. For staff, and for the client whose service it is.
pub async fn end_subscription(
    app: &App,
    actor: &Actor,
    service: ServiceId,
    gateway: &str,
    subscription: &str,
) -> Result<EffectId> {
    let owner = actor.owner(Permission::ServicesWrite)?;
    let mut tx = app.begin(actor).await?;
    services::lock_state(tx.conn(), owner, service).await?.ok_or(AppError::NotFound("service"))?;
    let known = gateway_subscriptions::of_service(tx.conn(), service).await?;
    let known = known.into_iter().find(|row| row.gateway == gateway && row.remote_id == subscription);
    if known.ok_or(AppError::NotFound("subscription"))?.ended_at.is_some() {
        return Err(AppError::conflict("this subscription has ended already"));
    }
    let plan = Plan {
        kind: Kind::SubscriptionEnd,
        subject: Subject::Service(service),
        plugin_id: gateway,
        request: json!(EndRequest { subscription: subscription.to_owned() }),
        secret: None,
    };
    let effect = effects::plan(&mut tx, &app.cipher, &plan).await?;
    let detail = json!({ "effect": effect, "gateway": gateway, "subscription": subscription });
    tx.audit(Kind::SubscriptionEnd.as_str(), "service", service, detail).await?;
    tx.commit().await?;
    Ok(effect)
}
