//! Ending payments that nobody has made yet, so that what is collected in another way is not paid twice.

use innkeeper_db::gateway_payments;
use innkeeper_plugin_api::{ErrorKind, PluginError};

use super::ask::again;
use crate::{App, AppError, Result, plugins::Call};

/// Has gateways end payments, each given as gateway and id. What a gateway cannot end stays open: if it is paid all the
/// same, it is the client's credit. `Conflict` if one of them was paid, or is being paid.
pub(crate) async fn give_up(app: &App, pages: &[(String, String)]) -> Result<()> {
    for (gateway, payment) in pages {
        match ended(app, gateway, payment).await {
            Ok(()) => gateway_payments::gone(&mut *app.conn().await?, gateway, payment, app.now()).await?,
            Err(error) if error.kind == ErrorKind::Unsupported => {}
            Err(error) if matches!(error.kind, ErrorKind::Declined | ErrorKind::NotFound) => {
                again(app, gateway, payment).await?;
                if error.kind == ErrorKind::Declined {
                    return Err(AppError::conflict("a payment of this is under way: wait until it is settled"));
                }
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

async fn ended(app: &App, id: &str, payment: &str) -> std::result::Result<(), PluginError> {
    // One that was switched off or taken out collects nothing that we could hear of.
    let Ok(gateway) = app.plugins.gateway(id) else { return Err(PluginError::unsupported("it is not there")) };
    let ctx = app.plugin_ctx(id, Default::default()).await.map_err(|e| PluginError::config(e.to_string()))?;
    let call = Call::new(id, "give_up", app.options.plugin_timeout);
    let payment = payment.to_owned();
    let ask = move |ctx| async move {
        let none = || PluginError::unsupported("this gateway does not tell of payments");
        gateway.payments().ok_or_else(none)?.give_up(&ctx, &payment).await
    };
    app.call_plugin(call, &ctx, ask).await
}
