//! Charging a stored way to pay while the client is away: an effect.

use innkeeper_db::{gateway_payments, invoices};
use innkeeper_domain::{EffectId, InvoiceId, Money, Permission, state::InvoiceState};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::stored::own_method;
use crate::{
    Actor, App, AppError, Result,
    effects::{self, Kind, Plan, Subject},
};

/// Which way to pay.
#[derive(Clone, Debug)]
pub struct ChargeInvoice {
    /// The invoice: its whole balance is charged.
    pub invoice_id: InvoiceId,
    /// Id of the gateway plugin.
    pub gateway: String,
    /// The gateway's id of the stored way to pay. It belongs to the invoice's client.
    pub method: String,
}

/// What an effect keeps of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ChargeRequest {
    pub customer: String,
    pub method: String,
    pub label: String,
    pub amount: Money,
}

/// Plans the charge of an invoice's balance. One collection of an invoice at a time: `Conflict` while
/// another charge or a payment is under way.
pub async fn charge(app: &App, actor: &Actor, command: ChargeInvoice) -> Result<EffectId> {
    actor.require(Permission::PaymentsWrite)?;
    let id = command.invoice_id;
    let client = invoices::client_of(&mut *app.conn().await?, id).await?.ok_or(AppError::NotFound("invoice"))?;
    let (customer, method) = own_method(app, client, &command.gateway, &command.method).await?;
    let mut tx = app.begin(actor).await?;
    tx.lock_client(client).await?;
    let invoice = invoices::lock(tx.conn(), id).await?.ok_or(AppError::NotFound("invoice"))?;
    if invoice.state.0 != InvoiceState::Unpaid {
        return Err(AppError::conflict(format!("the invoice is {}: nothing is owed on it", invoice.state)));
    }
    if gateway_payments::under_way(tx.conn(), &[id]).await? {
        return Err(AppError::conflict("a payment of this invoice is under way: wait until it is settled"));
    }
    let amount = Money::new(invoice.total - invoice.paid, invoice.currency.parse()?);
    let request = ChargeRequest { customer, method: method.id, label: method.label, amount };
    let plan = Plan {
        kind: Kind::InvoiceCharge,
        subject: Subject::Invoice(id),
        plugin_id: &command.gateway,
        request: serde_json::to_value(&request)?,
        secret: None,
    };
    let effect = effects::plan(&mut tx, &app.cipher, &plan).await?;
    let detail = json!({ "effect": effect, "gateway": command.gateway, "method": request.label, "amount": amount });
    tx.audit("invoice.charge", "invoice", id, detail).await?;
    tx.commit().await?;
    Ok(effect)
}
