//! Mails about orders.

use innkeeper_db::notices::{self, OrderNotice};
use innkeeper_domain::{Money, OrderId};

use super::{For, tell};
use crate::{
    AppError, Result, Tx,
    mail_templates::notices::{OrderCancelled, OrderConfirmation},
};

/// To whoever placed an order.
pub(crate) async fn order_confirmation(tx: &mut Tx<'_>, id: OrderId) -> Result<()> {
    let order = notices::order(tx.conn(), id).await?.ok_or(AppError::NotFound("order"))?;
    let client = order.client_id;
    tell(tx, client, For::Client, format!("order:{id}"), &confirmation(id, order)).await
}

/// To whoever placed an order that staff cancelled.
pub(crate) async fn order_cancelled(tx: &mut Tx<'_>, id: OrderId) -> Result<()> {
    let order = notices::order(tx.conn(), id).await?.ok_or(AppError::NotFound("order"))?;
    let client = order.client_id;
    tell(tx, client, For::Client, format!("order:{id}"), &cancelled(id, order)).await
}

pub(super) fn confirmation(id: OrderId, order: OrderNotice) -> OrderConfirmation {
    let total = Money::new(order.total, *order.currency);
    OrderConfirmation { order: id.get(), items: order.items, total, invoice: order.invoice }
}

pub(super) fn cancelled(id: OrderId, order: OrderNotice) -> OrderCancelled {
    OrderCancelled { order: id.get(), items: order.items }
}
