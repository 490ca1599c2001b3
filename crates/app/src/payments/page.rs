//! How an invoice can be paid.

use innkeeper_db::invoices;
use innkeeper_domain::{InvoiceId, Money, Permission, state::InvoiceState};
use innkeeper_plugin_api::{PaymentPage, PaymentRequest, PluginKind};

use crate::{Actor, App, AppError, Result, plugins::Call};

/// A way to pay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Method {
    /// Id of the gateway plugin.
    pub gateway: String,
    /// Name shown to clients.
    pub name: String,
    /// Do staff record its payments by hand?
    pub recorded_by_staff: bool,
}

/// The gateways that are switched on and set up.
pub async fn methods(app: &App) -> Result<Vec<Method>> {
    let mut methods = vec![];
    for plugin in app.plugins.all().filter(|p| p.kind() == PluginKind::Gateway) {
        let id = &plugin.manifest.id;
        let gateway = app.plugins.gateway(id)?;
        if !app.plugin_enabled(id).await? {
            continue;
        }
        let ctx = app.plugin_ctx(id, Default::default()).await?;
        let name = move || gateway.method_name(&ctx).map(|name| (name, gateway.recorded_by_staff()));
        match app.ask_plugin(id, "method_name", name).await.and_then(|said| said) {
            Ok((name, recorded_by_staff)) => methods.push(Method { gateway: id.clone(), name, recorded_by_staff }),
            Err(e) => tracing::warn!(plugin = %id, error = %e, "a payment method is not offered"),
        }
    }
    Ok(methods)
}

/// How to pay the balance of an invoice through a gateway.
pub async fn page(app: &App, actor: &Actor, id: InvoiceId, gateway_id: &str) -> Result<PaymentPage> {
    let owner = actor.owner(Permission::InvoicesRead)?;
    let invoice = invoices::get(&mut *app.conn().await?, owner, id).await?.ok_or(AppError::NotFound("invoice"))?;
    if invoice.state.0 != InvoiceState::Unpaid {
        return Err(AppError::conflict(format!("the invoice is {}: nothing is owed on it", invoice.state)));
    }
    let gateway = app.plugins.gateway(gateway_id).map_err(|_| AppError::NotFound("payment method"))?;
    let ctx = app.plugin_ctx(gateway_id, Default::default()).await?;
    let request = PaymentRequest {
        invoice_id: id,
        number: invoice.number_text.unwrap_or_default(),
        amount: Money::new(invoice.total - invoice.paid, invoice.currency.parse()?),
        payer: invoice.client_name,
    };
    let call = Call::new(gateway_id, "payment_page", app.options.plugin_timeout).about("invoice", id);
    let ask = move |ctx| async move {
        gateway.accepts(&ctx, request.amount)?;
        gateway.payment_page(&ctx, &request).await
    };
    Ok(app.call_plugin(call, &ctx, ask).await?)
}
