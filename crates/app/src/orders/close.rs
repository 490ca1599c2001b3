//! Ending a pending order: cancelled, or marked as fraud.

use innkeeper_db::{
    addons::{Named, pending_of_order},
    invoices as invoice_rows, orders, pricing,
    promotions::{self, User},
};
use innkeeper_domain::{
    ClientId, OrderId, Permission,
    state::{InvoiceState, OrderState},
};
use innkeeper_hooks::payloads::{AddonCancelled, AddonMarkedFraud, OrderCancelled, OrderMarkedFraud};
use serde_json::json;

use crate::{Actor, App, AppError, Result, Tx, invoices, mailer};

/// Cancels a pending order: nothing in it was or will be provisioned, its unpaid invoice is void.
pub async fn cancel(app: &App, actor: &Actor, id: OrderId) -> Result<()> {
    actor.require(Permission::OrdersWrite)?;
    let mut tx = app.begin(actor).await?;
    let client_id = close(&mut tx, id, OrderState::Cancelled).await?;
    tx.emit(&OrderCancelled { order_id: id, client_id }).await?;
    mailer::order_cancelled(&mut tx, id).await?;
    tx.audit("order.cancel", "order", id, json!({})).await?;
    tx.commit().await
}

/// Marks a pending order as fraud: as cancelled, but remembered as such.
pub async fn mark_fraud(app: &App, actor: &Actor, id: OrderId) -> Result<()> {
    actor.require(Permission::OrdersWrite)?;
    let mut tx = app.begin(actor).await?;
    let client_id = close(&mut tx, id, OrderState::Fraud).await?;
    tx.emit(&OrderMarkedFraud { order_id: id, client_id }).await?;
    tx.audit("order.mark_fraud", "order", id, json!({})).await?;
    tx.commit().await
}

async fn close(tx: &mut Tx<'_>, id: OrderId, to: OrderState) -> Result<ClientId> {
    let (client, state) = orders::lock(tx.conn(), id).await?.ok_or(AppError::NotFound("order"))?;
    if !state.can_become(to) {
        return Err(AppError::conflict(format!("the order is {state}: only a pending order can be closed")));
    }
    for item in orders::pending_items(tx.conn(), id).await? {
        if orders::has_open_effect(tx.conn(), &item.subject, item.id).await? {
            return Err(AppError::conflict(format!(
                "{} is being set up: wait, or decide on it in the to-do list first",
                item.label
            )));
        }
    }
    tx.lock_client(client).await?;
    if let Some((invoice, state)) = invoice_rows::of_order(tx.conn(), id).await? {
        match state {
            InvoiceState::Unpaid | InvoiceState::Draft => invoices::void_in(tx, invoice).await?,
            InvoiceState::Void | InvoiceState::Credit | InvoiceState::WrittenOff => {}
            InvoiceState::Paid | InvoiceState::Refunded => {
                return Err(AppError::conflict("the order is paid: accept it, or give the money back first"));
            }
        }
    }
    pricing::return_stock(tx.conn(), id.get()).await?;
    promotions::release(tx.conn(), User::Order(id)).await?;
    for addon in pending_of_order(tx.conn(), id.get()).await? {
        let Named { addon_id, client_id, service_id, product_addon_id } = addon;
        match to {
            OrderState::Fraud => {
                tx.emit(&AddonMarkedFraud { addon_id, client_id, service_id, product_addon_id }).await?
            }
            _ => tx.emit(&AddonCancelled { addon_id, client_id, service_id, product_addon_id }).await?,
        };
    }
    orders::close_items(tx.conn(), id, to.as_str()).await?;
    orders::set_state(tx.conn(), id, to).await?;
    Ok(client)
}
