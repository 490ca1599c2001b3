//! Looking at payments.

use innkeeper_db::payments;
use innkeeper_domain::{PaymentId, Permission};

use super::{PaymentFilter, PaymentRow};
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
