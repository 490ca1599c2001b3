//! Clients as gateways keep them: made on first use, removed when the client is closed.

use innkeeper_db::gateway_customers;
use innkeeper_domain::ClientId;
use innkeeper_plugin_api::{Outcome, Payer, PluginError};
use innkeeper_queue::NewJob;
use serde_json::json;

use super::{page::usable, payer::payer};
use crate::{
    App, AppError, Result, Tx, jobs,
    plugins::{Call, Place},
};

/// The client with the gateway's id of it, which is made if there is none.
pub(super) async fn customer(app: &App, gateway_id: &str, client: ClientId) -> Result<Payer> {
    let mut who = payer(app, client).await?;
    let row = gateway_customers::ensure(&mut *app.conn().await?, gateway_id, client).await?;
    if row.remote_id.is_some() {
        who.customer = row.remote_id;
        return Ok(who);
    }
    let gateway = usable(app, gateway_id).await?;
    let key = format!("{}:{}", who.reference, row.generation);
    let ctx = app.plugin_ctx(gateway_id, Place { idempotency_key: Some(&key), ..Place::default() }).await?;
    let call = Call::new(gateway_id, "put_customer", app.options.plugin_timeout).about("client", client);
    let asked = who.clone();
    let put = move |ctx| async move {
        let none = || PluginError::unsupported("this gateway keeps no customers");
        gateway.customers().ok_or_else(none)?.put(&ctx, &asked).await
    };
    let Outcome::Done(remote_id) = app.call_plugin(call, &ctx, put).await? else {
        return Err(AppError::conflict("the payment service works on it: try again in a few minutes"));
    };
    if !gateway_customers::made(&mut *app.conn().await?, gateway_id, client, row.generation, &remote_id).await? {
        return Err(AppError::conflict("this was removed just now: try again"));
    }
    who.customer = Some(remote_id);
    Ok(who)
}

/// The client is closed: every gateway is to forget it.
pub(crate) async fn forget_everywhere(tx: &mut Tx<'_>, client: ClientId) -> Result<()> {
    for row in gateway_customers::of_client(tx.conn(), client).await? {
        let job = NewJob::new(jobs::FORGET_CUSTOMER, json!({ "gateway": row.gateway, "client_id": client }));
        tx.enqueue(&job.unique(format!("customer:{}:{client}", row.gateway))).await?;
    }
    Ok(())
}

/// Has a gateway remove a client with all that it keeps. The body of a job: removing twice is removing once.
pub(crate) async fn forget_customer(app: &App, gateway_id: &str, client: ClientId) -> Result<()> {
    let known = gateway_customers::ensure(&mut *app.conn().await?, gateway_id, client).await?;
    let Some(remote_id) = known.remote_id else { return Ok(()) };
    let gateway = app.plugins.gateway(gateway_id)?;
    let ctx = app.plugin_ctx(gateway_id, Default::default()).await?;
    let call = Call::new(gateway_id, "remove_customer", app.options.plugin_timeout).about("client", client);
    let id = remote_id.clone();
    let remove = move |ctx| async move {
        let none = || PluginError::unsupported("this gateway keeps no customers");
        gateway.customers().ok_or_else(none)?.remove(&ctx, &id).await
    };
    match app.call_plugin(call, &ctx, remove).await? {
        Outcome::Done(()) => {
            Ok(gateway_customers::removed(&mut *app.conn().await?, gateway_id, client, &remote_id).await?)
        }
        _ => Err(AppError::conflict("the gateway still works on the removal")),
    }
}
