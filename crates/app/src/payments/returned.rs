//! The payer's browser comes back from a gateway.

use innkeeper_db::{
    gateway_payments::{self, GatewayPaymentFilter},
    invoices,
};
use innkeeper_domain::Permission;
use innkeeper_plugin_api::{ErrorKind, Hint};
use std::collections::BTreeSet;

use super::{
    Purpose,
    ask::{again, ask},
    page::usable,
};
use crate::{Actor, App, AppError, Result, plugins::Call};

/// The latest payments that are asked after.
const LATEST: usize = 5;

/// The browser came back from gateway `id` with `query`, after paying an invoice, several or ahead, or giving up. Whatever
/// it says, the gateway is asked; what cannot be asked now is asked later.
pub async fn returned(app: &App, actor: &Actor, purpose: impl Into<Purpose>, id: &str, query: &str) -> Result<()> {
    let of_purpose = match purpose.into() {
        Purpose::Invoice(invoice) => {
            let owner = actor.owner(Permission::InvoicesRead)?;
            invoices::get(&mut *app.conn().await?, owner, invoice).await?.ok_or(AppError::NotFound("invoice"))?;
            GatewayPaymentFilter { invoice: Some(invoice), ..GatewayPaymentFilter::default() }
        }
        Purpose::Collection(collection) => {
            super::collection(app, actor, collection).await?;
            GatewayPaymentFilter { collection: Some(collection), ..GatewayPaymentFilter::default() }
        }
    };
    let mut payments: BTreeSet<String> = hints(app, id, query).await?.into_iter().collect();
    let filter = GatewayPaymentFilter { gateway: Some(id.to_owned()), with_left: true, limit: 50, ..of_purpose };
    let known = gateway_payments::list(&mut *app.conn().await?, &filter).await?;
    let open = known.into_iter().filter(|p| matches!(p.state.as_str(), "open" | "pending"));
    payments.extend(open.take(LATEST).map(|p| p.remote_id));
    for payment in payments {
        if let Err(error) = ask(app, id, &payment).await {
            tracing::warn!(plugin = id, payment, %error, "a payment could not be asked after at once");
            again(app, id, &payment).await?;
        }
    }
    Ok(())
}

/// What the query is about. A query that the plugin does not like is about nothing.
pub(super) async fn hints(app: &App, id: &str, query: &str) -> Result<Vec<String>> {
    let gateway = usable(app, id).await?;
    let ctx = app.plugin_ctx(id, Default::default()).await?;
    let call = Call::new(id, "returned", app.options.plugin_timeout);
    let query = query.to_owned();
    let read = move |ctx| async move {
        match gateway.returns() {
            Some(ability) => ability.returned(&ctx, &query).await,
            None => Ok(vec![]),
        }
    };
    let payment = |hint| match hint {
        Hint::Payment(id) => Some(id),
        _ => None,
    };
    match app.call_plugin(call, &ctx, read).await {
        Ok(hints) => Ok(hints.into_iter().filter_map(payment).collect()),
        Err(e) if matches!(e.kind, ErrorKind::Declined | ErrorKind::Invalid | ErrorKind::NotFound) => {
            tracing::info!(plugin = id, error = %e, "what a browser brought back was not understood");
            Ok(vec![])
        }
        Err(e) => Err(e.into()),
    }
}
