//! Asking gateways how payments stand: upon a hint, and by the clock for those whose hint was lost.

use chrono::TimeDelta;
use innkeeper_db::gateway_payments;
use innkeeper_plugin_api::{ErrorKind, Gateway, PluginError, PluginKind, RemotePayment};
use innkeeper_queue::NewJob;
use serde_json::json;
use std::sync::Arc;

use super::take_in::take_in;
use crate::{Actor, App, AppError, Result, jobs, plugin_settings, plugins::Call};

/// Changes are read again for so long: what a gateway lists late is not missed.
const OVERLAP: TimeDelta = TimeDelta::hours(1);
/// How far the first look goes back.
const FIRST_LOOK: TimeDelta = TimeDelta::days(1);
/// Parts of a list that are read at one time.
const PARTS: usize = 100;
/// Unsettled payments that are asked after at one time.
const AT_ONCE: i64 = 50;

/// The job that asks after a payment.
pub(super) fn job(gateway: &str, payment: &str) -> NewJob {
    NewJob::new(jobs::ASK_PAYMENT, json!({ "gateway": gateway, "payment": payment }))
        .unique(format!("payment:{gateway}:{payment}"))
}

/// Asks a gateway after a payment and takes in what it says.
pub(crate) async fn ask(app: &App, gateway_id: &str, payment: &str) -> Result<()> {
    match asked(app, gateway_id, payment).await {
        Ok(remote) => take_in(app, gateway_id, &remote).await,
        Err(AppError::External(e)) if e.kind == ErrorKind::NotFound => {
            tracing::info!(plugin = gateway_id, payment, "a hint at a payment that the gateway does not have");
            Ok(gateway_payments::gone(&mut *app.conn().await?, gateway_id, payment, app.now()).await?)
        }
        Err(other) => Err(other),
    }
}

async fn asked(app: &App, gateway_id: &str, payment: &str) -> Result<RemotePayment> {
    let gateway = app.plugins.gateway(gateway_id)?;
    let ctx = app.plugin_ctx(gateway_id, Default::default()).await?;
    let call = Call::new(gateway_id, "payment", app.options.plugin_timeout).argument(json!({ "payment": payment }));
    let id = payment.to_owned();
    let ask = move |ctx| async move { telling(&*gateway)?.payment(&ctx, &id).await };
    let remote = app.call_plugin(call, &ctx, ask).await?;
    if remote.id == payment {
        Ok(remote)
    } else {
        Err(PluginError::unknown(format!("asked after {payment}, told of {}", remote.id)).into())
    }
}

fn telling(gateway: &dyn Gateway) -> std::result::Result<&dyn innkeeper_plugin_api::gateway::Payments, PluginError> {
    gateway.payments().ok_or_else(|| PluginError::unsupported("this gateway does not tell of payments"))
}

/// Sets every gateway's own look going: a slow one does not hold up the others.
pub(crate) async fn poll(app: &App) -> Result<()> {
    let mut tell = vec![];
    for id in plugin_settings::ready(app, PluginKind::Gateway).await? {
        if app.abilities_of(&id).await.is_ok_and(|all| all.contains(&"payments")) {
            tell.push(id);
        }
    }
    let actor = Actor::system("payments");
    let mut tx = app.begin(&actor).await?;
    for id in tell {
        let job = NewJob::new(jobs::POLL_GATEWAY, json!({ "gateway": id }));
        tx.enqueue(&job.unique(format!("payment.poll:{id}"))).await?;
    }
    tx.commit().await
}

/// Reads what changed at a gateway, and asks after what is not settled.
pub(crate) async fn poll_gateway(app: &App, gateway_id: &str) -> Result<()> {
    let started = app.now();
    let gateway = app.plugins.gateway(gateway_id)?;
    let known = gateway_payments::read_until(&mut *app.conn().await?, gateway_id).await?;
    let since = known.map_or(started - FIRST_LOOK, |until| until - OVERLAP);
    let mut cursor: Option<String> = None;
    for _ in 0..PARTS {
        let (plugin, from): (Arc<dyn Gateway>, _) = (gateway.clone(), cursor.clone());
        let ctx = app.plugin_ctx(gateway_id, Default::default()).await?;
        let call = Call::new(gateway_id, "changed_since", app.options.plugin_timeout);
        let ask = move |ctx| async move { telling(&*plugin)?.changed_since(&ctx, since, from.as_deref()).await };
        let part = app.call_plugin(call, &ctx, ask).await?;
        for remote in &part.items {
            if let Err(error) = take_in(app, gateway_id, remote).await {
                // One that cannot be taken in keeps none of the others waiting.
                tracing::error!(plugin = gateway_id, payment = remote.id, ?error, "a payment was not taken in");
                again(app, gateway_id, &remote.id).await?;
            }
        }
        cursor = part.next;
        if cursor.is_none() {
            gateway_payments::set_read_until(&mut *app.conn().await?, gateway_id, started).await?;
            break;
        }
    }
    let unsettled = gateway_payments::unsettled(&mut *app.conn().await?, gateway_id, app.now(), AT_ONCE).await?;
    for payment in unsettled {
        gateway_payments::asked(&mut *app.conn().await?, gateway_id, &payment, app.now()).await?;
        if let Err(error) = ask(app, gateway_id, &payment).await {
            tracing::warn!(plugin = gateway_id, payment, %error, "an unsettled payment could not be asked after");
        }
    }
    Ok(())
}

/// Asks after a payment by a job of its own, which tries again and is seen if it fails for good.
pub(super) async fn again(app: &App, gateway: &str, payment: &str) -> Result<()> {
    let actor = Actor::system("payments");
    let mut tx = app.begin(&actor).await?;
    tx.enqueue(&job(gateway, payment)).await?;
    tx.commit().await
}
