//! Orders.

use axum::Json;
use chrono::{DateTime, Utc};
use innkeeper_app::orders::{self, OrderFilter, OrderRow, Screened};
use innkeeper_app::{Actor, AppError};
use innkeeper_domain::OrderId;
use innkeeper_domain::state::OrderState;
use innkeeper_plugin_api::tasks::Risk;
use innkeeper_web::AppState;
use innkeeper_web::extract::Id;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::caller::Caller;
use super::money::Amount;
use super::params::{Page, Params, Part};
use super::problem::Answer;
use super::reply::Done;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(get))
        .routes(routes!(accept))
        .routes(routes!(cancel))
        .routes(routes!(mark_fraud))
        .routes(routes!(screening))
        .routes(routes!(hold))
        .routes(routes!(release))
}

/// An order.
#[derive(Serialize, ToSchema)]
pub(super) struct Order {
    id: i64,
    client_id: i64,
    client_name: String,
    /// `pending`, `active`, `cancelled` or `fraud`.
    #[schema(example = "pending")]
    state: &'static str,
    /// `none` (nobody judges orders), `waiting` (to be judged), `passed`, `held` (staff decide) or `released` (staff
    /// let it pass). For staff; null for clients.
    #[schema(example = "passed")]
    screening: Option<String>,
    /// What was to be paid when it was placed.
    total: Amount,
    /// Its invoice; null if nothing was to be paid.
    invoice_id: Option<i64>,
    invoice_number: Option<String>,
    created_at: DateTime<Utc>,
    accepted_at: Option<DateTime<Utc>>,
}

impl Order {
    /// As `actor` may see it: whether somebody doubts an order is not the client's business.
    pub(super) fn seen_by(actor: &Actor, row: OrderRow) -> Result<Self, AppError> {
        Ok(Self {
            id: row.id.get(),
            client_id: row.client_id.get(),
            client_name: row.client_name,
            state: row.state.as_str(),
            screening: actor.is_staff().then_some(row.screening),
            total: Amount::of(row.total, &row.currency)?,
            invoice_id: row.invoice_id,
            invoice_number: row.invoice_number,
            created_at: row.created_at,
            accepted_at: row.accepted_at,
        })
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct OrderQuery {
    /// Of this client.
    client_id: Option<i64>,
    /// In this state.
    #[param(value_type = Option<String>)]
    state: Option<OrderState>,
    limit: Option<i64>,
    before: Option<i64>,
}

/// Orders, newest first
#[utoipa::path(get, path = "/orders", tag = "Orders", params(OrderQuery), responses((status = 200, body = Page<Order>)))]
async fn list(Caller { app, actor }: Caller, Params(query): Params<OrderQuery>) -> Answer<Page<Order>> {
    let part = Part::new(query.limit, query.before)?;
    let filter = OrderFilter {
        client: query.client_id.map(Into::into),
        state: query.state,
        before: part.before,
        limit: part.fetch(),
        ..OrderFilter::default()
    };
    part.page(orders::list(&app, &actor, filter).await?, |row| row.id.get(), |row| Ok(Order::seen_by(&actor, row)?))
}

/// An order
#[utoipa::path(get, path = "/orders/{id}", tag = "Orders", responses((status = 200, body = Order)))]
async fn get(Caller { app, actor }: Caller, Id(id): Id<OrderId>) -> Answer<Json<Order>> {
    Ok(Json(Order::seen_by(&actor, orders::get(&app, &actor, id).await?)?))
}

/// Accept a pending order
///
/// What it contains is set up, whether it is paid or not.
#[utoipa::path(post, path = "/orders/{id}/accept", tag = "Orders", responses((status = 204)))]
async fn accept(Caller { app, actor }: Caller, Id(id): Id<OrderId>) -> Answer<Done> {
    orders::accept(&app, &actor, id).await?;
    Ok(Done)
}

/// Cancel a pending order
///
/// Its unpaid invoice is void, and nothing in it will be set up.
#[utoipa::path(post, path = "/orders/{id}/cancel", tag = "Orders", responses((status = 204)))]
async fn cancel(Caller { app, actor }: Caller, Id(id): Id<OrderId>) -> Answer<Done> {
    orders::cancel(&app, &actor, id).await?;
    Ok(Done)
}

/// Mark a pending order as fraud
#[utoipa::path(post, path = "/orders/{id}/fraud", tag = "Orders", responses((status = 204)))]
async fn mark_fraud(Caller { app, actor }: Caller, Id(id): Id<OrderId>) -> Answer<Done> {
    orders::mark_fraud(&app, &actor, id).await?;
    Ok(Done)
}

/// What plugins said of an order.
#[derive(Serialize, ToSchema)]
struct OrderScreening {
    /// `none`, `waiting`, `passed`, `held` or `released`.
    #[schema(example = "held")]
    screening: String,
    /// Does it wait for staff to let it pass?
    is_held: bool,
    /// The worst first.
    said: Vec<ScreeningAnswer>,
}

/// What a plugin said of an order.
#[derive(Serialize, ToSchema)]
struct ScreeningAnswer {
    #[schema(example = "club")]
    plugin_id: String,
    /// `accept`, `review` or `reject`; null: it could not say.
    #[schema(example = "review")]
    risk: Option<&'static str>,
    /// 0 harmless to 100 certain; null: it could not say.
    #[schema(example = 60)]
    score: Option<u8>,
    #[schema(example = json!(["example.org gives away addresses"]))]
    reasons: Vec<String>,
    /// Why it could not say.
    #[schema(example = json!(null))]
    error: Option<String>,
    at: DateTime<Utc>,
}

fn answer(one: Screened) -> ScreeningAnswer {
    let (risk, score, reasons) = match one.judgement {
        Some(said) => (Some(risk_word(said.risk)), Some(said.score), said.reasons),
        None => (None, None, vec![]),
    };
    let error = Some(one.error).filter(|text| !text.is_empty());
    ScreeningAnswer { plugin_id: one.plugin, risk, score, reasons, error, at: one.at }
}

fn risk_word(risk: Risk) -> &'static str {
    match risk {
        Risk::Accept => "accept",
        Risk::Review => "review",
        Risk::Reject => "reject",
    }
}

/// What plugins said of an order
#[utoipa::path(get, path = "/orders/{id}/screening", tag = "Orders", responses((status = 200, body = OrderScreening)))]
async fn screening(Caller { app, actor }: Caller, Id(id): Id<OrderId>) -> Answer<Json<OrderScreening>> {
    let said = orders::screenings(&app, &actor, id).await?;
    let order = orders::get(&app, &actor, id).await?;
    let is_held = order.state.0 == OrderState::Pending && order.screening == "held";
    Ok(Json(OrderScreening { screening: order.screening, is_held, said: said.into_iter().map(answer).collect() }))
}

/// Hold a pending order
///
/// Nothing more in it is set up, even if it is paid, until it is released, accepted, cancelled or marked as fraud.
#[utoipa::path(post, path = "/orders/{id}/hold", tag = "Orders", responses((status = 204)))]
async fn hold(Caller { app, actor }: Caller, Id(id): Id<OrderId>) -> Answer<Done> {
    orders::hold(&app, &actor, id).await?;
    Ok(Done)
}

/// Let a held order pass
///
/// It goes on as if nobody had doubted it: what is due with its payment is set up when it is paid.
#[utoipa::path(post, path = "/orders/{id}/release", tag = "Orders", responses((status = 204)))]
async fn release(Caller { app, actor }: Caller, Id(id): Id<OrderId>) -> Answer<Done> {
    orders::release(&app, &actor, id).await?;
    Ok(Done)
}
