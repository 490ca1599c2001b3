//! Looking at payments.

use innkeeper_db::{gateway_payments, invoices, payments};
use innkeeper_domain::{InvoiceId, PaymentId, Permission};

use super::{GatewayPaymentRow, PaymentFilter, PaymentRow};
use crate::{Actor, App, AppError, Result};

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
    let mut known = gateway_payments::of_invoice(&mut conn, invoice).await?;
    known.retain(|payment| payment.state != "open" || payment.action_url.is_some());
    Ok(known)
}
