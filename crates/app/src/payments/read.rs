//! Looking at payments.

use innkeeper_db::{gateway_payments, invoices, payments, services};
use innkeeper_domain::{GatewayPaymentId, InvoiceId, PaymentId, Permission};

use super::{GatewayPaymentFilter, GatewayPaymentRow, PaymentFilter, PaymentRow, methods};
use crate::{Actor, App, AppError, Result, services::EffectView};

/// Payments, newest first: everybody's for staff, its own for a client.
pub async fn list(app: &App, actor: &Actor, filter: PaymentFilter) -> Result<Vec<PaymentRow>> {
    let owner = actor.owner(Permission::InvoicesRead)?;
    Ok(payments::list(&mut *app.conn().await?, &PaymentFilter { owner, ..filter }).await?)
}

/// One payment.
pub async fn get(app: &App, actor: &Actor, id: PaymentId) -> Result<PaymentRow> {
    let owner = actor.owner(Permission::InvoicesRead)?;
    payments::get(&mut *app.conn().await?, owner, id).await?.ok_or(AppError::NotFound("payment"))
}

/// The payments of an invoice as their gateways tell of them, newest first. Pages that were opened and left
/// are not among them.
pub async fn at_gateways(app: &App, actor: &Actor, invoice: InvoiceId) -> Result<Vec<GatewayPaymentRow>> {
    let owner = actor.owner(Permission::InvoicesRead)?;
    let mut conn = app.conn().await?;
    invoices::get(&mut conn, owner, invoice).await?.ok_or(AppError::NotFound("invoice"))?;
    let filter = GatewayPaymentFilter { invoice: Some(invoice), limit: 50, ..GatewayPaymentFilter::default() };
    Ok(gateway_payments::list(&mut conn, &filter).await?)
}

/// Payments as gateways tell of them, newest first: everybody's for staff, its own for a client.
pub async fn list_at_gateways(
    app: &App,
    actor: &Actor,
    filter: GatewayPaymentFilter,
) -> Result<Vec<GatewayPaymentRow>> {
    let owner = actor.owner(Permission::InvoicesRead)?;
    Ok(gateway_payments::list(&mut *app.conn().await?, &GatewayPaymentFilter { owner, ..filter }).await?)
}

/// One payment as its gateway tells of it.
pub async fn at_gateway(app: &App, actor: &Actor, id: GatewayPaymentId) -> Result<GatewayPaymentRow> {
    let filter = GatewayPaymentFilter { id: Some(id), with_left: true, limit: 1, ..GatewayPaymentFilter::default() };
    list_at_gateways(app, actor, filter).await?.pop().ok_or(AppError::NotFound("payment"))
}

/// Operations shown on a page.
pub(super) const HISTORY: i64 = 20;

/// The latest charges of an invoice, newest first. For staff.
pub async fn charges(app: &App, actor: &Actor, invoice: InvoiceId) -> Result<Vec<EffectView>> {
    actor.require(Permission::InvoicesRead)?;
    Ok(services::effects_of(&mut *app.conn().await?, "invoice", invoice.get(), HISTORY).await?)
}

/// The latest refunds of a payment that were asked for, newest first. For staff.
pub async fn operations(app: &App, actor: &Actor, payment: PaymentId) -> Result<Vec<EffectView>> {
    actor.require(Permission::InvoicesRead)?;
    Ok(services::effects_of(&mut *app.conn().await?, "payment", payment.get(), HISTORY).await?)
}

/// Is there a gateway that stores ways to pay?
pub async fn any_stored(app: &App) -> Result<bool> {
    for method in methods(app).await? {
        if app.abilities_of(&method.gateway).await.is_ok_and(|all| all.contains(&"stored_methods")) {
            return Ok(true);
        }
    }
    Ok(false)
}
