//! Looking at orders.

use innkeeper_db::orders;
use innkeeper_domain::{OrderId, Permission};

use super::{OrderFilter, OrderRow};
use crate::{Actor, App, AppError, Result};

/// Orders, newest first: everybody's for staff, its own for a client.
pub async fn list(app: &App, actor: &Actor, filter: OrderFilter) -> Result<Vec<OrderRow>> {
    let owner = actor.owner(Permission::OrdersRead)?;
    Ok(orders::list(&mut *app.conn().await?, &OrderFilter { owner, ..filter }).await?)
}

/// One order.
pub async fn get(app: &App, actor: &Actor, id: OrderId) -> Result<OrderRow> {
    let owner = actor.owner(Permission::OrdersRead)?;
    orders::get(&mut *app.conn().await?, owner, id).await?.ok_or(AppError::NotFound("order"))
}
