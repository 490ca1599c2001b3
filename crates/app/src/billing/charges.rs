//! Charging stored ways to pay when invoices are due, and again when that failed.

use async_trait::async_trait;
use innkeeper_db::{dunning, gateway_customers, invoices};
use innkeeper_domain::{ClientId, InvoiceId, state::InvoiceState};
use innkeeper_queue::NewJob;
use serde_json::json;

use crate::{
    Actor, App, AppError, Result, Tx,
    daily::{Counts, Day, Task},
    jobs,
    payments::{self, ChargeInvoice},
};

/// The task that sets charges going: each is a job of its own, because gateways are asked.
pub(crate) struct Charges;

#[async_trait]
impl Task for Charges {
    fn key(&self) -> &'static str {
        "charges"
    }
    fn title(&self) -> &'static str {
        "Charge stored ways to pay"
    }
    async fn collect(&self, tx: &mut Tx<'_>, day: &Day) -> Result<u64> {
        Ok(dunning::collect(tx.conn(), self.key(), plan(day, &steps(day))).await?)
    }
    async fn work(&self, tx: &mut Tx<'_>, day: &Day, clients: &[ClientId]) -> Result<Counts> {
        let due = dunning::take(tx.conn(), clients, plan(day, &steps(day))).await?;
        let payers = gateway_customers::with_default(tx.conn(), clients).await?;
        let mut charged: Vec<InvoiceId> =
            due.iter().filter(|s| payers.contains(&s.client_id)).map(|s| s.invoice_id).collect();
        charged.dedup();
        for id in &charged {
            let job = NewJob::new(jobs::CHARGE_INVOICE, json!({ "invoice_id": id })).unique(format!("charge:{id}"));
            tx.enqueue(&job).await?;
        }
        Ok(Counts::from([("charges", i64::try_from(charged.len()).unwrap_or(i64::MAX))]))
    }
}

fn steps(day: &Day) -> Vec<i32> {
    day.rules.charges.iter().copied().map(i32::from).collect()
}

fn plan<'a>(day: &Day, steps: &'a [i32]) -> dunning::Plan<'a> {
    dunning::Plan { kind: "charge", steps, day: day.date }
}

/// Charges an invoice to its client's default way to pay, if it is still owed and there still is one. What a gateway
/// refuses is tried again at the next step of the plan.
pub(crate) async fn charge_due(app: &App, id: InvoiceId) -> Result<()> {
    let mut conn = app.conn().await?;
    let Some(client) = invoices::client_of(&mut conn, id).await? else { return Ok(()) };
    let owed = invoices::get(&mut conn, None, id).await?.is_some_and(|i| i.state.0 == InvoiceState::Unpaid);
    let default = gateway_customers::of_client(&mut conn, client).await?.into_iter().find_map(|c| {
        let method = c.default_method?;
        Some((c.gateway, method))
    });
    drop(conn);
    let (true, Some((gateway, method))) = (owed, default) else { return Ok(()) };
    let actor = Actor::system("daily");
    match payments::charge(app, &actor, ChargeInvoice { invoice_id: id, gateway, method }).await {
        // Paid meanwhile, or being paid.
        Err(AppError::Conflict(_)) => Ok(()),
        other => other.map(|_| ()),
    }
}
