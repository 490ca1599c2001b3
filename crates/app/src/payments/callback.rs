//! Callbacks of gateways: checked, written down as work to do, answered.

use innkeeper_plugin_api::{Callback, Hint};

use super::{ask::job, page::usable};
use crate::{
    Actor, App, AppError, Result,
    plugins::Call,
    sessions::throttle::{self, CALLBACKS},
};

const COUNTED: &str = "callback";

/// Takes a callback for gateway `id` that came from the address `ip`. `External` `Declined`: it is forged;
/// other errors: the gateway should send it again.
pub async fn callback(app: &App, ip: &str, id: &str, callback: Callback) -> Result<()> {
    let gateway = usable(app, id).await?;
    throttle::take_address(app, COUNTED, ip, CALLBACKS).await?;
    let ctx = app.plugin_ctx(id, Default::default()).await?;
    let call = Call::new(id, "verify", app.options.plugin_timeout);
    let verify = move |ctx| async move { gateway.callbacks().map(|known| known.verify(&ctx, &callback)).transpose() };
    let hints = app.call_plugin(call, &ctx, verify).await?.ok_or(AppError::NotFound("callback"))?;
    let actor = Actor::system("callback");
    let mut tx = app.begin(&actor).await?;
    for hint in hints {
        match hint {
            Hint::Payment(payment) => tx.enqueue(&job(id, &payment)).await?,
            // Kinds of a later version are not for this one.
            _ => continue,
        };
    }
    tx.commit().await?;
    // Only what was refused counts against an address.
    if !ip.is_empty() {
        throttle::give_back(app, COUNTED, ip).await?;
    }
    Ok(())
}
