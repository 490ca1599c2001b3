//! Job bodies: one list from kind to what runs.

mod scheduled;
#[cfg(test)]
mod tests;

use futures_util::{FutureExt, future::BoxFuture};
use innkeeper_domain::{EffectId, InvoiceId, OrderId, ServiceId};
use innkeeper_queue::{Claimed, Failure, Handler};
use serde::de::DeserializeOwned;
use std::sync::Arc;

pub use scheduled::{schedule, turns};

use crate::{
    App, AppError, Result, addons, audit, billing, daily, domains, effects, events, exchange, mailer, orders, payments,
    plugins, servers, sessions, tasks, tax,
};

/// Runs an effect: `{"effect_id": 3}`.
pub const RUN_EFFECT: &str = "effect.run";
/// Sends a queued mail: `{"mail_id": 3}`.
pub const SEND_MAIL: &str = "mail.send";
/// Accepts a paid order: `{"order_id": 3}`.
pub const FULFIL_ORDER: &str = "order.fulfil";
/// Has an order judged: `{"order_id": 3}`.
pub const SCREEN_ORDER: &str = "order.screen";
/// Runs a task of a plugin: `{"plugin": "snapin-x", "task": "tidy"}`.
pub const RUN_TASK: &str = "plugin.task";
/// Asks a gateway after a payment: `{"gateway": "card", "payment": "pay_3"}`.
pub const ASK_PAYMENT: &str = "payment.ask";
/// Sets a look at every gateway going.
pub const POLL_PAYMENTS: &str = "payment.poll";
/// Reads what changed at a gateway: `{"gateway": "card"}`.
pub const POLL_GATEWAY: &str = "payment.poll_gateway";
/// Has a gateway forget a closed client: `{"gateway": "card", "client_id": 3}`.
pub const FORGET_CUSTOMER: &str = "payment.forget_customer";
/// Sets going what a paid invoice is for, besides its order: `{"invoice_id": 3}`.
pub const FOLLOW_UP: &str = "invoice.follow_up";
/// Has the add-ons of a service do as it does: `{"service_id": 3}`.
pub const FOLLOW_SERVICE: &str = "service.follow";
/// Charges the stored way to pay of an invoice's client: `{"invoice_id": 3}`.
pub const CHARGE_INVOICE: &str = "invoice.charge_due";
/// Asks after a client's VAT number: `{"client_id": 3}`.
pub const CHECK_VAT_NUMBER: &str = "vat_number.check";
/// Sets a look at VAT numbers going whose last answer is old.
pub const REFRESH_VAT_NUMBERS: &str = "vat_number.refresh";
/// Reads exchange rates.
pub const FETCH_RATES: &str = "exchange_rate.fetch";
/// Runs the daily tasks for every day since they last ran.
pub const DAILY: &str = "daily";
/// Gives open effects without a job one.
pub const SWEEP_EFFECTS: &str = "effect.sweep";
/// Chains new audit rows.
pub const SEAL_AUDIT: &str = "audit.seal";
/// Asks for broken rules and logs them.
pub const SELF_AUDIT: &str = "audit.run";
/// Forgets old calls of plugins.
pub const TRIM_CALLS: &str = "plugin_call.trim";
/// Removes what has expired: sessions, tokens, nonces, old carts.
pub const CLEAN_UP: &str = "cleanup";
/// Asks servers how much their accounts use.
pub const COLLECT_USAGE: &str = "servers.usage";
/// Goes on with an import of domains: `{"import_id": 3}`.
pub const IMPORT_DOMAINS: &str = "domain.import";
/// Forgets old places in the feed and old deliveries.
pub const PRUNE_EVENTS: &str = "events.prune";

/// The handler of every job kind.
pub struct Jobs(pub Arc<App>);

impl Handler for Jobs {
    fn run<'a>(&'a self, job: &'a Claimed) -> BoxFuture<'a, std::result::Result<(), Failure>> {
        dispatch(&self.0, job).boxed()
    }
}

async fn dispatch(app: &App, job: &Claimed) -> std::result::Result<(), Failure> {
    let outcome = match job.kind.as_str() {
        RUN_EFFECT => return effects::run(app, EffectId(argument(job, "effect_id")?)).await,
        SEND_MAIL => return mailer::send(app, argument(job, "mail_id")?, job.attempt >= job.max_attempts).await,
        FULFIL_ORDER => orders::fulfil(app, OrderId(argument(job, "order_id")?)).await,
        SCREEN_ORDER => orders::screen(app, OrderId(argument(job, "order_id")?)).await,
        RUN_TASK => {
            let (plugin, task): (String, String) = (argument(job, "plugin")?, argument(job, "task")?);
            tasks::run(app, &plugin, &task).await
        }
        FOLLOW_UP => billing::follow_up(app, InvoiceId(argument(job, "invoice_id")?)).await,
        FOLLOW_SERVICE => addons::follow(app, ServiceId(argument(job, "service_id")?)).await,
        CHARGE_INVOICE => {
            return billing::charge_due(app, InvoiceId(argument(job, "invoice_id")?)).await.map_err(outside);
        }
        CHECK_VAT_NUMBER => tax::recheck(app, argument::<i64>(job, "client_id")?.into()).await,
        REFRESH_VAT_NUMBERS => scheduled::announced(app, REFRESH_VAT_NUMBERS, tax::refresh(app)).await,
        FETCH_RATES => return scheduled::announced(app, FETCH_RATES, exchange::refresh(app)).await.map_err(outside),
        DAILY => scheduled::announced(app, DAILY, daily::catch_up(app)).await,
        ASK_PAYMENT => {
            let (gateway, payment): (String, String) = (argument(job, "gateway")?, argument(job, "payment")?);
            return payments::ask(app, &gateway, &payment).await.map_err(outside);
        }
        POLL_GATEWAY => {
            return payments::poll_gateway(app, &argument::<String>(job, "gateway")?).await.map_err(outside);
        }
        FORGET_CUSTOMER => {
            let (gateway, client): (String, i64) = (argument(job, "gateway")?, argument(job, "client_id")?);
            return payments::forget_customer(app, &gateway, client.into()).await.map_err(outside);
        }
        POLL_PAYMENTS => scheduled::announced(app, POLL_PAYMENTS, payments::poll(app)).await,
        IMPORT_DOMAINS => {
            return domains::import::work(app, argument::<i64>(job, "import_id")?.into()).await.map_err(outside);
        }
        SWEEP_EFFECTS => scheduled::announced(app, SWEEP_EFFECTS, effects::sweep(app)).await,
        SEAL_AUDIT => scheduled::announced(app, SEAL_AUDIT, audit::seal(app)).await,
        SELF_AUDIT => scheduled::daily(app, SELF_AUDIT, audit::report(app)).await,
        CLEAN_UP => scheduled::announced(app, CLEAN_UP, sessions::clean_up(app)).await,
        TRIM_CALLS => scheduled::announced(app, TRIM_CALLS, plugins::trim(app)).await,
        COLLECT_USAGE => scheduled::announced(app, COLLECT_USAGE, servers::collect_usage(app)).await,
        PRUNE_EVENTS => scheduled::announced(app, PRUNE_EVENTS, events::prune(app)).await,
        other => return Err(Failure::Dead(format!("no handler for job kind {other}"))),
    };
    outcome.map_err(failure)
}

fn argument<T: DeserializeOwned>(job: &Claimed, name: &str) -> std::result::Result<T, Failure> {
    let value = job.payload.get(name).cloned().unwrap_or_default();
    serde_json::from_value(value).map_err(|e| Failure::Dead(format!("argument {name}: {e}")))
}

/// Our own faults and conflicts may pass; the rest will not.
fn failure(error: AppError) -> Failure {
    match error {
        AppError::Internal(e) => Failure::Retry(format!("{e:?}"), None),
        AppError::Conflict(text) => Failure::Retry(text, None),
        other => Failure::Dead(other.to_string()),
    }
}

/// The same where somebody outside is asked: whatever went wrong there may pass.
fn outside(error: AppError) -> Failure {
    match error {
        AppError::External(e) => Failure::Retry(e.detail, e.retry_after),
        other => failure(other),
    }
}

/// Runs every due job and delivery until nothing is left; for tests and commands.
pub async fn drain(app: &Arc<App>) -> Result<()> {
    let handler: Arc<dyn Handler> = Arc::new(Jobs(app.clone()));
    loop {
        let ran = innkeeper_queue::run_until_idle(&app.pool, &handler, std::time::Duration::from_secs(60)).await?;
        events::drain(app).await?;
        crate::signals::drain(app).await?;
        if ran == 0 {
            return Ok(());
        }
    }
}
