//! Payments that the payer's bank takes back.

use axum::Json;
use chrono::{DateTime, Utc};
use innkeeper_app::payments::{self, DisputeFilter, DisputeRow};
use innkeeper_domain::{DisputeId, DisputeState, Money};
use innkeeper_web::AppState;
use innkeeper_web::extract::Id;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::caller::Caller;
use super::money::Amount;
use super::params::{Page, Params, Part};
use super::problem::{Answer, Problem};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(get))
}

/// A dispute: the payer's bank takes a payment back until it is decided who keeps the money.
#[derive(Serialize, ToSchema)]
struct PaymentDispute {
    id: i64,
    client_id: i64,
    client_name: String,
    /// Id of the gateway plugin.
    #[schema(example = "gateway-stripe")]
    gateway: String,
    /// The gateway's id of it.
    #[schema(example = "dp_000003")]
    transaction_ref: String,
    /// The payment that is disputed.
    payment_id: i64,
    /// As the gateway says.
    amount: Amount,
    /// What was taken of the payment.
    taken: Amount,
    /// `open`, `won` (the money is here again) or `lost` (it is gone for good).
    #[schema(example = "open")]
    state: &'static str,
    /// In the gateway's words; may be empty.
    #[schema(example = "product not received")]
    reason: String,
    /// What the gateway charges for it, once known.
    fee: Option<Amount>,
    /// The invoices that were owed again.
    invoice_ids: Vec<i64>,
    /// What was recorded when it was won.
    restored_payment_id: Option<i64>,
    created_at: DateTime<Utc>,
    closed_at: Option<DateTime<Utc>>,
}

fn view(row: DisputeRow) -> PaymentDispute {
    let money = |minor| Money::new(minor, *row.currency);
    PaymentDispute {
        id: row.id.get(),
        client_id: row.client_id.get(),
        client_name: row.client_name,
        gateway: row.gateway,
        transaction_ref: row.remote_id,
        payment_id: row.payment_id.get(),
        amount: money(row.amount).into(),
        taken: money(row.taken).into(),
        state: row.state.as_str(),
        reason: row.reason,
        fee: row.fee.map(|fee| money(fee).into()),
        invoice_ids: row.invoices,
        restored_payment_id: row.restored_id,
        created_at: row.created_at,
        closed_at: row.closed_at,
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct DisputeQuery {
    /// Over this payment.
    payment_id: Option<i64>,
    /// Of which this invoice was owed again.
    invoice_id: Option<i64>,
    /// `open`, `won` or `lost`.
    state: Option<String>,
    limit: Option<i64>,
    before: Option<i64>,
}

/// Disputes over payments, newest first
#[utoipa::path(get, path = "/disputes", tag = "Payments", params(DisputeQuery),
    responses((status = 200, body = Page<PaymentDispute>)))]
async fn list(Caller { app, actor }: Caller, Params(query): Params<DisputeQuery>) -> Answer<Page<PaymentDispute>> {
    let part = Part::new(query.limit, query.before)?;
    let state = query.state.map(|state| state.parse::<DisputeState>()).transpose();
    let filter = DisputeFilter {
        payment: query.payment_id.map(Into::into),
        invoice: query.invoice_id.map(Into::into),
        state: state.map_err(|wrong| Problem::field("state", wrong))?,
        before: part.before,
        limit: part.fetch(),
        ..DisputeFilter::default()
    };
    part.page(payments::disputes(&app, &actor, filter).await?, |row| row.id.get(), |row| Ok(view(row)))
}

/// A dispute over a payment
#[utoipa::path(get, path = "/disputes/{id}", tag = "Payments", responses((status = 200, body = PaymentDispute)))]
async fn get(Caller { app, actor }: Caller, Id(id): Id<DisputeId>) -> Answer<Json<PaymentDispute>> {
    Ok(Json(view(payments::dispute(&app, &actor, id).await?)))
}
