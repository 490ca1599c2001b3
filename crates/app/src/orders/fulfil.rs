//! Accepting an order: what it contains is handed to provisioning. Done once, however often asked.

use innkeeper_db::{
    invoices,
    orders::{self, PendingItem},
    provisioning, todos,
};
use innkeeper_domain::{
    ClientId, DomainId, OrderId, Permission, ServiceId,
    state::{InvoiceState, OrderState},
};
use innkeeper_hooks::payloads::{OrderAccepted, ServiceActivated};
use innkeeper_queue::NewJob;
use serde_json::json;

use super::screen;
use crate::{
    Actor, App, AppError, Result, Tx,
    addons::{self, News},
    effects::{self, Kind, Plan, Subject},
    jobs, mailer, settings,
};

/// The job that fulfils an order as far as its payment allows.
pub(crate) fn job(order: OrderId) -> NewJob {
    NewJob::new(jobs::FULFIL_ORDER, json!({ "order_id": order })).unique(format!("fulfil:{order}"))
}

/// Staff accept a pending order, paid or not: everything in it is provisioned.
pub async fn accept(app: &App, actor: &Actor, id: OrderId) -> Result<()> {
    actor.require(Permission::OrdersWrite)?;
    let mut tx = app.begin(actor).await?;
    let (client, state) = orders::lock(tx.conn(), id).await?.ok_or(AppError::NotFound("order"))?;
    if state != OrderState::Pending {
        return Err(AppError::conflict(format!("the order is {state}: only a pending order can be accepted")));
    }
    screen::let_go(&mut tx, id).await?;
    for item in orders::pending_items(tx.conn(), id).await? {
        provision(app, &mut tx, client, &item).await?;
    }
    accepted(&mut tx, id, client).await?;
    tx.audit("order.accept", "order", id, json!({})).await?;
    tx.commit().await
}

/// Starts what may start: with the order, what is set up on order; with its payment, the rest except
/// what waits for staff (all of it, if the automation says so). Nothing of an order that is to be judged, or is
/// held: who judges or releases it asks for this again. The order is accepted when nothing in it waits.
pub(crate) async fn fulfil(app: &App, id: OrderId) -> Result<()> {
    let actor = Actor::system("orders");
    let mut tx = app.begin(&actor).await?;
    let Some((client, OrderState::Pending)) = orders::lock(tx.conn(), id).await? else { return Ok(()) };
    if screen::holds(&mut tx, id).await? {
        return Ok(());
    }
    let paid = match invoices::of_order(tx.conn(), id).await? {
        Some((_, state)) => state == InvoiceState::Paid,
        None => true,
    };
    let paid = paid && settings::automation(app).await?.accept_paid_orders;
    let mut waiting = !paid;
    for item in orders::pending_items(tx.conn(), id).await? {
        match (item.setup_when.as_str(), paid) {
            ("order", _) | ("payment", true) => provision(app, &mut tx, client, &item).await?,
            _ => waiting = true,
        }
    }
    if !waiting {
        accepted(&mut tx, id, client).await?;
    }
    tx.commit().await
}

async fn accepted(tx: &mut Tx<'_>, order_id: OrderId, client_id: ClientId) -> Result<()> {
    orders::set_state(tx.conn(), order_id, OrderState::Active).await?;
    tx.emit(&OrderAccepted { order_id, client_id }).await?;
    Ok(())
}

/// Plans the effect that makes a pending thing live; a product without plugin is live at once. A thing
/// that an effect is working on already is left to it.
async fn provision(app: &App, tx: &mut Tx<'_>, client_id: ClientId, item: &PendingItem) -> Result<()> {
    if orders::has_open_effect(tx.conn(), &item.subject, item.id).await? {
        return Ok(());
    }
    if item.is_orphan {
        let title = format!("{} was bought for a service that is gone", item.label);
        let text = format!("Service {} is not set up. Give what was paid for it back, and end it.", item.id);
        return Ok(todos::put(tx.conn(), "addons", &format!("orphan:{}", item.id), &title, &text).await?);
    }
    let (subject, kind) = match (item.subject.as_str(), item.kind.as_str()) {
        ("service", _) => (Subject::Service(ServiceId(item.id)), Kind::ServiceCreate),
        (_, "transfer") => (Subject::Domain(DomainId(item.id)), Kind::DomainTransfer),
        _ => (Subject::Domain(DomainId(item.id)), Kind::DomainRegister),
    };
    let Some(plugin_id) = item.plugin_id.as_deref() else {
        let id = ServiceId(item.id);
        provisioning::activate_service(tx.conn(), id, None).await?;
        let (product_id, label) = (item.product_id.into(), item.label.clone());
        tx.emit(&ServiceActivated { service_id: id, client_id, product_id, label }).await?;
        addons::tell(tx, id, News::Activated).await?;
        return mailer::service_active(tx, id).await;
    };
    let plan = Plan { kind, subject, plugin_id, request: json!({ "years": item.years }), secret: None };
    effects::plan(tx, &app.cipher, &plan).await.map(|_| ())
}
