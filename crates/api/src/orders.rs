//! Orders.

use axum::Json;
use chrono::{DateTime, Utc};
use innkeeper_app::AppError;
use innkeeper_app::orders::{self, OrderFilter, OrderRow};
use innkeeper_domain::OrderId;
use innkeeper_domain::state::OrderState;
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
    /// What was to be paid when it was placed.
    total: Amount,
    /// Its invoice; null if nothing was to be paid.
    invoice_id: Option<i64>,
    invoice_number: Option<String>,
    created_at: DateTime<Utc>,
    accepted_at: Option<DateTime<Utc>>,
}

impl TryFrom<OrderRow> for Order {
    type Error = AppError;
    fn try_from(row: OrderRow) -> Result<Self, AppError> {
        Ok(Self {
            id: row.id.get(),
            client_id: row.client_id.get(),
            client_name: row.client_name,
            state: row.state.as_str(),
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
    part.page(orders::list(&app, &actor, filter).await?, |row| row.id.get(), |row| Ok(row.try_into()?))
}

/// An order
#[utoipa::path(get, path = "/orders/{id}", tag = "Orders", responses((status = 200, body = Order)))]
async fn get(Caller { app, actor }: Caller, Id(id): Id<OrderId>) -> Answer<Json<Order>> {
    Ok(Json(orders::get(&app, &actor, id).await?.try_into()?))
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
