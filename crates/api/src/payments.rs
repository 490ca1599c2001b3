//! Payments, and the ways to pay.

use axum::Json;
use axum::extract::Path;
use chrono::{DateTime, NaiveDate, Utc};
use innkeeper_app::payments::{self, Method, PaymentFilter, PaymentRow, RecordPayment};
use innkeeper_app::{Actor, AppError};
use innkeeper_domain::{CollectionId, InvoiceId, PaymentId};
use innkeeper_plugin_api::PaymentPage;
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
use super::reply::{Created, Made};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, record))
        .routes(routes!(get))
        .routes(routes!(methods))
        .routes(routes!(page))
}

/// A payment.
#[derive(Serialize, ToSchema)]
pub(super) struct Payment {
    id: i64,
    client_id: i64,
    client_name: String,
    /// Id of the gateway plugin.
    #[schema(example = "gateway-offline")]
    gateway: String,
    /// The bank's or gateway's own reference.
    transaction_ref: String,
    amount: Amount,
    received_on: NaiveDate,
    /// For staff; empty for clients.
    note: String,
    /// The first invoice it pays.
    invoice_id: Option<i64>,
    invoice_number: Option<String>,
    /// It paid several invoices, or came ahead.
    collection_id: Option<i64>,
    created_at: DateTime<Utc>,
}

impl Payment {
    /// As `actor` may see it: notes are written for staff.
    pub(super) fn seen_by(actor: &Actor, row: PaymentRow) -> Result<Self, AppError> {
        Ok(Self {
            id: row.id.get(),
            client_id: row.client_id.get(),
            client_name: row.client_name,
            gateway: row.gateway,
            transaction_ref: row.transaction_ref,
            amount: Amount::of(row.amount, &row.currency)?,
            received_on: row.received_on,
            note: if actor.is_staff() { row.note } else { String::new() },
            invoice_id: row.invoice_id,
            invoice_number: row.invoice_number,
            collection_id: row.collection_id,
            created_at: row.created_at,
        })
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct PaymentQuery {
    /// Of this client.
    client_id: Option<i64>,
    /// On this invoice.
    invoice_id: Option<i64>,
    limit: Option<i64>,
    before: Option<i64>,
}

/// Payments, newest first
#[utoipa::path(get, path = "/payments", tag = "Payments", params(PaymentQuery),
    responses((status = 200, body = Page<Payment>)))]
async fn list(Caller { app, actor }: Caller, Params(query): Params<PaymentQuery>) -> Answer<Page<Payment>> {
    let part = Part::new(query.limit, query.before)?;
    let filter = PaymentFilter {
        client: query.client_id.map(Into::into),
        invoice: query.invoice_id.map(Into::into),
        before: part.before,
        limit: part.fetch(),
        ..PaymentFilter::default()
    };
    part.page(payments::list(&app, &actor, filter).await?, |row| row.id.get(), |row| Ok(Payment::seen_by(&actor, row)?))
}

/// A payment
#[utoipa::path(get, path = "/payments/{id}", tag = "Payments", responses((status = 200, body = Payment)))]
async fn get(Caller { app, actor }: Caller, Id(id): Id<PaymentId>) -> Answer<Json<Payment>> {
    Ok(Json(Payment::seen_by(&actor, payments::get(&app, &actor, id).await?)?))
}

/// A payment that arrived.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"invoice_id": 17, "gateway": "gateway-offline", "transaction_ref": "2026-11-22/0042",
    "amount": {"amount": "12.10", "currency": "EUR"}, "received_on": "2026-11-22"}))]
struct NewPayment {
    /// The invoice it is for; what exceeds its balance stays as the client's credit.
    #[serde(default)]
    invoice_id: Option<i64>,
    /// Instead of an invoice: several that are paid together, or money ahead.
    #[serde(default)]
    collection_id: Option<i64>,
    /// Id of the gateway plugin.
    gateway: String,
    /// The bank's or gateway's own reference: recorded once.
    transaction_ref: String,
    amount: AmountInput,
    /// The day it arrived.
    #[serde(deserialize_with = "super::day::day")]
    received_on: NaiveDate,
    /// For staff.
    #[serde(default)]
    note: String,
}

/// Record a payment that arrived
#[utoipa::path(post, path = "/payments", tag = "Payments", request_body = NewPayment,
    responses((status = 201, body = Made)))]
async fn record(Caller { app, actor }: Caller, Body(new): Body<NewPayment>) -> Answer<Created<Made>> {
    let purpose = match (new.invoice_id, new.collection_id) {
        (Some(id), None) => InvoiceId(id).into(),
        (None, Some(id)) => CollectionId(id).into(),
        _ => return Err(Problem::field("invoice_id", "must be given, or collection_id")),
    };
    let command = RecordPayment {
        purpose,
        gateway: new.gateway,
        transaction_ref: new.transaction_ref,
        amount: new.amount.money("amount")?,
        received_on: new.received_on,
        note: new.note,
    };
    Ok(Made::at("/payments", payments::record(&app, &actor, command).await?))
}

/// A way to pay.
#[derive(Serialize, ToSchema)]
struct PaymentMethod {
    /// Id of the gateway plugin.
    #[schema(example = "gateway-offline")]
    gateway: String,
    /// Name shown to clients.
    #[schema(example = "Bank transfer")]
    name: String,
    /// Do staff record its payments by hand?
    recorded_by_staff: bool,
}

/// The ways to pay
#[utoipa::path(get, path = "/payment-methods", tag = "Payments", responses((status = 200, body = Page<PaymentMethod>)))]
async fn methods(Caller { app, .. }: Caller) -> Answer<Page<PaymentMethod>> {
    let view = |m: Method| PaymentMethod { gateway: m.gateway, name: m.name, recorded_by_staff: m.recorded_by_staff };
    Ok(Page::whole(payments::methods(&app).await?, view))
}

/// What the payer is to do.
#[derive(Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum Payable {
    /// Pay by hand, with these details.
    Instructions {
        /// An introduction.
        text: String,
        /// What to give, such as the IBAN.
        lines: Vec<Labelled>,
    },
    /// Go to the gateway's page, or to ours with the gateway's fields on it.
    Redirect {
        /// Its address.
        url: String,
    },
}

impl Payable {
    /// `ours`: our page, on which the gateway's own fields stand.
    pub(super) fn of(page: PaymentPage, ours: impl FnOnce() -> String) -> Self {
        match page {
            PaymentPage::Instructions { text, lines } => {
                Self::Instructions { text, lines: lines.into_iter().map(Labelled::from).collect() }
            }
            PaymentPage::Redirect { url, .. } => Self::Redirect { url },
            PaymentPage::Hosted(_) => Self::Redirect { url: ours() },
        }
    }
}

/// A fact with its label.
#[derive(Serialize, ToSchema)]
pub(super) struct Labelled {
    #[schema(example = "IBAN")]
    pub(super) label: String,
    #[schema(example = "ES91 2100 0418 4502 0005 1332")]
    pub(super) value: String,
}

impl From<(String, String)> for Labelled {
    fn from((label, value): (String, String)) -> Self {
        Self { label, value }
    }
}

/// How to pay an invoice
#[utoipa::path(post, path = "/invoices/{id}/payment-page/{gateway}", tag = "Payments",
    responses((status = 200, body = Payable)))]
async fn page(Caller { app, actor }: Caller, Path((id, gateway)): Path<(String, String)>) -> Answer<Json<Payable>> {
    let id: InvoiceId = id.parse().map_err(|_| AppError::NotFound("invoice"))?;
    let page = payments::page(&app, &actor, id, &gateway).await?.page;
    Ok(Json(Payable::of(page, || format!("{}/invoices/{id}/pay?method={gateway}", app.base_url()))))
}
