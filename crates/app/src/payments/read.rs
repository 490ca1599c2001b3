//! Looking at payments.

use innkeeper_db::payments;
use innkeeper_domain::Permission;

use super::{PaymentFilter, PaymentRow};
use crate::{Actor, App, Result};

/// Payments, newest first: everybody's for staff, its own for a client.
pub async fn list(app: &App, actor: &Actor, filter: PaymentFilter) -> Result<Vec<PaymentRow>> {
    let owner = actor.owner(Permission::InvoicesRead)?;
    Ok(payments::list(&mut *app.conn().await?, &PaymentFilter { owner, ..filter }).await?)
}
