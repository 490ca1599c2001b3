//! Payments as their gateways tell of them, charges, and refunds.

use axum::Json;
use chrono::{DateTime, Utc};
use innkeeper_app::payments::{
    self, ChargeInvoice, GatewayPaymentFilter, GatewayPaymentRow, RefundPayment, RefundRow, Refundable,
};
use innkeeper_domain::{GatewayPaymentId, InvoiceId, PaymentId};
use innkeeper_web::AppState;
use innkeeper_web::extract::Id;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::Body;
use super::caller::Caller;
use super::money::{Amount, AmountInput};
use super::params::{Page, Params, Part};
use super::problem::{Answer, Problem};
use super::reply::{Done, Started};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(get))
        .routes(routes!(charge))
        .routes(routes!(refunds))
        .routes(routes!(refund))
        .routes(routes!(refund_by_hand))
}

/// A payment as its gateway tells of it.
#[derive(Serialize, ToSchema)]
struct GatewayPayment {
    id: i64,
    /// Id of the gateway plugin.
    #[schema(example = "gateway-card")]
    gateway: String,
    /// The gateway's id of it.
    #[schema(example = "pay_000042")]
    transaction_ref: String,
    /// Null: it names nobody here.
    client_id: Option<i64>,
    /// Null: it names no invoice here.
    invoice_id: Option<i64>,
    /// It pays several invoices, or comes ahead.
    collection_id: Option<i64>,
    /// As it was charged, or is to be.
    amount: GatewayAmount,
    /// `open` (the payer has something to do), `pending`, `paid`, `rejected` or `charged_back`.
    #[schema(example = "rejected")]
    state: String,
    /// Why it was rejected, for the payer.
    #[schema(example = "The card was declined.")]
    reason: Option<String>,
    /// Where the payer has something to do.
    #[schema(example = json!(null))]
    action_url: Option<String>,
    /// What it was paid with.
    #[schema(example = "Visa •••• 4242")]
    method: Option<String>,
    /// The gateway's subscription that made it.
    #[schema(example = json!(null))]
    subscription: Option<String>,
    /// The gateway's fee in minor units, once known. For staff; null for clients.
    fee_minor: Option<i64>,
    /// Given back, as the gateway says, in minor units.
    #[schema(example = 0)]
    refunded_minor: i64,
    /// The payment that was recorded of it.
    payment_id: Option<i64>,
    created_at: DateTime<Utc>,
}

/// An amount as a gateway tells it: maybe in a currency that is not used here.
#[derive(Serialize, ToSchema)]
struct GatewayAmount {
    /// In its smallest units.
    #[schema(example = 1210)]
    minor: i64,
    /// ISO 4217.
    #[schema(example = "EUR")]
    currency: String,
}

fn view(row: GatewayPaymentRow, is_staff: bool) -> GatewayPayment {
    GatewayPayment {
        id: row.id.get(),
        gateway: row.gateway,
        transaction_ref: row.remote_id,
        client_id: row.client_id,
        invoice_id: row.invoice_id,
        collection_id: row.collection_id,
        amount: GatewayAmount { minor: row.amount, currency: row.currency },
        state: row.state,
        reason: row.reason,
        action_url: row.action_url,
        method: row.method,
        subscription: row.subscription,
        fee_minor: row.fee.filter(|_| is_staff),
        refunded_minor: row.refunded,
        payment_id: row.payment_id,
        created_at: row.created_at,
    }
}

const STATES: [&str; 5] = ["open", "pending", "paid", "rejected", "charged_back"];

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct GatewayPaymentQuery {
    /// Of this client.
    client_id: Option<i64>,
    /// For this invoice.
    invoice_id: Option<i64>,
    /// Of which this payment was recorded.
    payment_id: Option<i64>,
    /// Through this gateway.
    gateway: Option<String>,
    /// In this state: `open`, `pending`, `paid`, `rejected` or `charged_back`.
    state: Option<String>,
    limit: Option<i64>,
    before: Option<i64>,
}

/// Payments as their gateways tell of them, newest first
///
/// Those on their way, rejected and charged back are among them; pages that a payer opened and left are not.
#[utoipa::path(get, path = "/gateway-payments", tag = "Payments", params(GatewayPaymentQuery),
    responses((status = 200, body = Page<GatewayPayment>)))]
async fn list(
    Caller { app, actor }: Caller,
    Params(query): Params<GatewayPaymentQuery>,
) -> Answer<Page<GatewayPayment>> {
    let part = Part::new(query.limit, query.before)?;
    if query.state.as_deref().is_some_and(|state| !STATES.contains(&state)) {
        return Err(Problem::field("state", format_args!("must be one of {}", STATES.join(", "))));
    }
    let filter = GatewayPaymentFilter {
        client: query.client_id.map(Into::into),
        invoice: query.invoice_id.map(Into::into),
        payment: query.payment_id.map(Into::into),
        gateway: query.gateway,
        state: query.state,
        before: part.before,
        limit: part.fetch(),
        ..GatewayPaymentFilter::default()
    };
    let rows = payments::list_at_gateways(&app, &actor, filter).await?;
    part.page(rows, |row| row.id.get(), |row| Ok(view(row, actor.is_staff())))
}

/// A payment as its gateway tells of it
#[utoipa::path(get, path = "/gateway-payments/{id}", tag = "Payments",
    responses((status = 200, body = GatewayPayment)))]
async fn get(Caller { app, actor }: Caller, Id(id): Id<GatewayPaymentId>) -> Answer<Json<GatewayPayment>> {
    Ok(Json(view(payments::at_gateway(&app, &actor, id).await?, actor.is_staff())))
}

/// Which way to pay is charged.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"gateway": "gateway-card", "method": "card_000007"}))]
struct ChargeInput {
    /// Id of the gateway plugin.
    gateway: String,
    /// The gateway's id of the stored way to pay. It belongs to the invoice's client.
    method: String,
}

/// Charge what is owed on an invoice to a stored way to pay
///
/// One collection of an invoice at a time: 409 while another charge or payment is under way.
#[utoipa::path(post, path = "/invoices/{id}/charge", tag = "Payments", request_body = ChargeInput,
    responses((status = 202, body = Started)))]
async fn charge(Caller { app, actor }: Caller, Id(id): Id<InvoiceId>, Body(new): Body<ChargeInput>) -> Answer<Started> {
    let command = ChargeInvoice { invoice_id: id, gateway: new.gateway, method: new.method };
    Ok(payments::charge(&app, &actor, command).await?.into())
}

/// A refund that was made.
#[derive(Serialize, ToSchema)]
struct MadeRefund {
    id: i64,
    amount: Amount,
    /// The gateway's id of it.
    #[schema(example = "re_000003")]
    transaction_ref: String,
    /// Why, for staff.
    #[schema(example = "Cancelled within 14 days")]
    note: String,
    created_at: DateTime<Utc>,
}

/// What of a payment was given back, and what can be.
#[derive(Serialize, ToSchema)]
struct PaymentRefunds {
    /// What can still be given back through its gateway; nothing if it cannot give back.
    left: Amount,
    /// What can still be given back by hand.
    by_hand: Amount,
    /// Newest first.
    refunds: Vec<MadeRefund>,
}

/// What of a payment was given back, and what can be
#[utoipa::path(get, path = "/payments/{id}/refunds", tag = "Payments",
    responses((status = 200, body = PaymentRefunds)))]
async fn refunds(Caller { app, actor }: Caller, Id(id): Id<PaymentId>) -> Answer<Json<PaymentRefunds>> {
    let Refundable { refunds, left, by_hand } = payments::refundable(&app, &actor, id).await?;
    let currency = left.currency().code();
    let refund = |row: RefundRow| -> Answer<MadeRefund> {
        Ok(MadeRefund {
            id: row.id.get(),
            amount: Amount::of(row.amount, currency)?,
            transaction_ref: row.remote_id,
            note: row.note,
            created_at: row.created_at,
        })
    };
    let refunds = refunds.into_iter().map(refund).collect::<Answer<_>>()?;
    Ok(Json(PaymentRefunds { left: left.into(), by_hand: by_hand.into(), refunds }))
}

/// What is given back.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"amount": {"amount": "12.10", "currency": "EUR"}, "note": "Cancelled within 14 days"}))]
struct RefundInput {
    /// At most what was paid and not given back.
    amount: AmountInput,
    /// For staff.
    #[serde(default)]
    note: String,
}

/// Give a payment back through the gateway that took it
///
/// One refund of a payment at a time: 409 while another one is under way, and for a payment that staff recorded.
#[utoipa::path(post, path = "/payments/{id}/refund", tag = "Payments", request_body = RefundInput,
    responses((status = 202, body = Started)))]
async fn refund(Caller { app, actor }: Caller, Id(id): Id<PaymentId>, Body(new): Body<RefundInput>) -> Answer<Started> {
    let command = RefundPayment { payment_id: id, amount: new.amount.money("amount")?, note: new.note };
    Ok(payments::refund(&app, &actor, command).await?.into())
}

/// What was given back by hand.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"amount": {"amount": "12.10", "currency": "EUR"}, "reference": "TRANSFER-2027-17"}))]
struct HandRefundInput {
    /// At most what was paid and not given back.
    amount: AmountInput,
    /// Of the bank transfer: the same one is recorded once.
    reference: String,
    /// For staff.
    #[serde(default)]
    note: String,
}

/// Record that a payment was given back by hand
///
/// Nothing is asked of a gateway. 409 if a refund with this reference is recorded already, or while the gateway gives back
/// something of the same payment.
#[utoipa::path(post, path = "/payments/{id}/refund-by-hand", tag = "Payments", request_body = HandRefundInput,
    responses((status = 204)))]
async fn refund_by_hand(
    Caller { app, actor }: Caller,
    Id(id): Id<PaymentId>,
    Body(new): Body<HandRefundInput>,
) -> Answer<Done> {
    let command = RefundPayment { payment_id: id, amount: new.amount.money("amount")?, note: new.note };
    payments::refund_by_hand(&app, &actor, command, &new.reference).await?;
    Ok(Done)
}
