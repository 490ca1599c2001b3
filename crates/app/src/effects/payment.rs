//! Effects at payment gateways: charging a stored way to pay, giving money back, ending a subscription.

use innkeeper_db::{effects::EffectRow, gateway_subscriptions, invoices, refunds};
use innkeeper_domain::{ClientId, InvoiceId, PaymentId, ServiceId, state::InvoiceState};
use innkeeper_plugin_api::{
    Charge, ErrorKind, Gateway, Outcome, PaymentState, PluginCtx, PluginError, Refund, RemotePayment, gateway::Refunds,
};
use std::sync::Arc;

use super::{
    Kind,
    run::{Look, still_current},
    service::as_unanswered,
};
use crate::{
    Actor, App, AppError, Result, Tx, mailer,
    payments::{self, ChargeRequest, EndRequest, RefundRequest},
    plugins::{Call, Place},
};

/// What the gateway has now.
pub(crate) struct Made {
    pub remote_id: String,
    payment: Option<RemotePayment>,
}

fn charged(remote: RemotePayment) -> Made {
    Made { remote_id: remote.id.clone(), payment: Some(remote) }
}
fn named(remote_id: String) -> Made {
    Made { remote_id, payment: None }
}

/// The client whose balance an effect touches.
pub(super) async fn client_of_invoice(tx: &mut Tx<'_>, id: InvoiceId) -> Result<ClientId> {
    invoices::client_of(tx.conn(), id).await?.ok_or(AppError::NotFound("invoice"))
}
pub(super) async fn client_of_payment(tx: &mut Tx<'_>, id: PaymentId) -> Result<ClientId> {
    let parts = refunds::parts(tx.conn(), id).await?.ok_or(AppError::NotFound("payment"))?;
    Ok(ClientId(parts.client_id))
}

async fn ready(app: &App, effect: &EffectRow) -> Result<(Arc<dyn Gateway>, PluginCtx)> {
    let place = Place { idempotency_key: Some(&effect.key), ..Place::default() };
    Ok((app.plugins.gateway(&effect.plugin_id)?, app.plugin_ctx(&effect.plugin_id, place).await?))
}

fn call(app: &App, effect: &EffectRow, operation: &'static str, about: (&'static str, i64)) -> Call {
    Call::new(&effect.plugin_id, operation, app.options.plugin_timeout).about(about.0, about.1)
}

/// The charge as it was planned.
async fn charge_of(app: &App, effect: &EffectRow, id: InvoiceId) -> Result<(Charge, bool)> {
    let wanted: ChargeRequest = serde_json::from_value(effect.request.clone())?;
    let invoice = invoices::get(&mut *app.conn().await?, None, id).await?.ok_or(AppError::NotFound("invoice"))?;
    let still_owed = invoice.state.0 == InvoiceState::Unpaid && invoice.total - invoice.paid == wanted.amount.minor();
    let mut request =
        payments::request(app, invoice.client_id, id, invoice.number_text, wanted.amount, &effect.plugin_id).await?;
    request.payer.customer = Some(wanted.customer);
    Ok((Charge { request, method: wanted.method }, still_owed))
}

/// A payment that was rejected is a refusal of the charge; what the gateway has of it is kept.
async fn accepted(app: &App, effect: &EffectRow, remote: RemotePayment) -> Result<Made> {
    if let PaymentState::Rejected { reason } = &remote.state {
        let reason = reason.clone();
        payments::take_in(app, &effect.plugin_id, &remote).await?;
        return Err(PluginError::declined(reason.clone()).public(reason).into());
    }
    Ok(charged(remote))
}

/// Makes the charge.
pub(super) async fn charge(app: &App, effect: &EffectRow, fence: i64, id: InvoiceId) -> Result<Outcome<Made>> {
    let (charge, still_owed) = charge_of(app, effect, id).await?;
    if !still_owed {
        let text = "what is owed on the invoice has changed since: nothing was charged";
        return Err(PluginError::declined(text).into());
    }
    // What was to be paid together with others is charged alone.
    let client = charge.request.payer.client_id;
    match payments::let_go(app, &Actor::system("payments"), client, id).await {
        Err(AppError::Conflict(why)) => return Err(PluginError::declined(why).into()),
        other => other?,
    }
    let (gateway, ctx) = ready(app, effect).await?;
    still_current(app, effect, fence).await?;
    let ask = move |ctx| async move {
        gateway.accepts(&ctx, charge.request.amount)?;
        payments::stored_methods(&*gateway)?.charge(&ctx, &charge).await
    };
    let remote = app.call_plugin(call(app, effect, "charge", ("invoice", id.get())), &ctx, ask).await?;
    Ok(Outcome::Done(accepted(app, effect, remote).await?))
}

/// Finds out whether the charge happened.
pub(super) async fn look_at_charge(app: &App, effect: &EffectRow, id: InvoiceId) -> Result<Look<Made>> {
    let (charge, _) = charge_of(app, effect, id).await?;
    let (gateway, ctx) = ready(app, effect).await?;
    let ask = move |ctx| async move { payments::stored_methods(&*gateway)?.charged(&ctx, &charge).await };
    match app.call_plugin(call(app, effect, "charged", ("invoice", id.get())), &ctx, ask).await {
        Ok(Some(remote)) => Ok(Look::Done(accepted(app, effect, remote).await?)),
        Ok(None) => Ok(Look::NotDone),
        Err(e) => unseen(app, Kind::InvoiceCharge, effect, e).await,
    }
}

/// The gateway could not tell: with its own key against doing it twice, it may be asked again.
async fn unseen(app: &App, kind: Kind, effect: &EffectRow, error: PluginError) -> Result<Look<Made>> {
    if error.kind != ErrorKind::Unsupported {
        return Err(as_unanswered(error));
    }
    kind.unseen(app, effect).await
}

fn refunds_of(gateway: &dyn Gateway) -> std::result::Result<&dyn Refunds, PluginError> {
    gateway.refunds().ok_or_else(|| PluginError::unsupported("this gateway cannot give money back"))
}

fn refund_of(effect: &EffectRow) -> Result<Refund> {
    let wanted: RefundRequest = serde_json::from_value(effect.request.clone())?;
    Ok(Refund { payment: wanted.remote_id, amount: wanted.amount, pending: effect.pending_ref.clone() })
}

/// Makes the refund.
pub(super) async fn refund(app: &App, effect: &EffectRow, fence: i64, id: PaymentId) -> Result<Outcome<Made>> {
    let refund = refund_of(effect)?;
    let (gateway, ctx) = ready(app, effect).await?;
    still_current(app, effect, fence).await?;
    let ask = move |ctx| async move { refunds_of(&*gateway)?.refund(&ctx, &refund).await };
    Ok(app.call_plugin(call(app, effect, "refund", ("payment", id.get())), &ctx, ask).await?.map(named))
}

/// Finds out whether the refund happened.
pub(super) async fn look_at_refund(app: &App, effect: &EffectRow, id: PaymentId) -> Result<Look<Made>> {
    let refund = refund_of(effect)?;
    let (gateway, ctx) = ready(app, effect).await?;
    let ask = move |ctx| async move { refunds_of(&*gateway)?.refunded(&ctx, &refund).await };
    match app.call_plugin(call(app, effect, "refunded", ("payment", id.get())), &ctx, ask).await {
        Ok(Some(Outcome::Done(remote_id))) => Ok(Look::Done(named(remote_id))),
        Ok(Some(Outcome::Pending { .. })) => Ok(Look::Pending),
        Ok(Some(Outcome::NeedsHuman { .. })) => Ok(Look::Unseen),
        Ok(None) => Ok(Look::NotDone),
        Err(e) if matches!(e.kind, ErrorKind::Declined) => Err(e.into()),
        Err(e) => unseen(app, Kind::PaymentRefund, effect, e).await,
    }
}

/// Writes down that the charge happened.
pub(super) async fn charge_done(tx: &mut Tx<'_>, effect: &EffectRow, id: InvoiceId, made: &Made) -> Result<()> {
    match &made.payment {
        Some(remote) => {
            payments::apply(tx, &effect.plugin_id, remote, Some(id.into())).await?;
            if let PaymentState::ActionNeeded { .. } = remote.state {
                mailer::confirm_payment(tx, id, &effect.plugin_id, remote.amount, effect.id).await?;
            }
            Ok(())
        }
        None => Err(AppError::internal("a charge without a payment")),
    }
}

/// Tells the payer that the charge was refused.
pub(super) async fn charge_refused(
    tx: &mut Tx<'_>,
    effect: &EffectRow,
    id: InvoiceId,
    reason: Option<&str>,
) -> Result<()> {
    let wanted: ChargeRequest = serde_json::from_value(effect.request.clone())?;
    mailer::charge_failed(tx, id, wanted.amount, reason, effect.id).await
}

/// Writes down that the refund happened.
pub(super) async fn refund_done(tx: &mut Tx<'_>, effect: &EffectRow, id: PaymentId, made: &Made) -> Result<()> {
    let wanted: RefundRequest = serde_json::from_value(effect.request.clone())?;
    payments::given_back(tx, Some(effect.id), id, &wanted, &made.remote_id).await
}

/// Ends the subscription.
pub(super) async fn end_subscription(
    app: &App,
    effect: &EffectRow,
    fence: i64,
    id: ServiceId,
) -> Result<Outcome<Made>> {
    let EndRequest { subscription } = serde_json::from_value(effect.request.clone())?;
    let (gateway, ctx) = ready(app, effect).await?;
    still_current(app, effect, fence).await?;
    let remote_id = subscription.clone();
    let ask = move |ctx| async move {
        let none = || PluginError::unsupported("this gateway cannot end subscriptions");
        gateway.subscriptions().ok_or_else(none)?.cancel(&ctx, &subscription).await
    };
    let call = call(app, effect, "cancel_subscription", ("service", id.get()));
    Ok(app.call_plugin(call, &ctx, ask).await?.map(|()| named(remote_id)))
}

/// Writes down that the subscription has ended.
pub(super) async fn subscription_ended(tx: &mut Tx<'_>, effect: &EffectRow) -> Result<()> {
    let EndRequest { subscription } = serde_json::from_value(effect.request.clone())?;
    let now = tx.now();
    Ok(gateway_subscriptions::ended(tx.conn(), &effect.plugin_id, &subscription, now).await?)
}
