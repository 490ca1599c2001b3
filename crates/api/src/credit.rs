//! Clients' credit.

use chrono::{DateTime, Utc};
use innkeeper_app::credit::{self, AdjustCredit, AdjustmentRow};
use innkeeper_domain::{ClientId, Money};
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
use super::problem::Answer;
use super::reply::{Created, Made};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(balances)).routes(routes!(list, adjust))
}

/// What a client has to its credit in a currency.
#[derive(Serialize, ToSchema)]
struct CreditBalance {
    amount: Amount,
}

/// What staff gave or took.
#[derive(Serialize, ToSchema)]
struct CreditAdjustment {
    id: i64,
    /// Negative: taken.
    amount: Amount,
    #[schema(example = "Outage on 3 May")]
    reason: String,
    created_at: DateTime<Utc>,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct AdjustmentQuery {
    limit: Option<i64>,
    before: Option<i64>,
}

fn adjustment(row: AdjustmentRow) -> CreditAdjustment {
    CreditAdjustment {
        id: row.id.get(),
        amount: Money::new(row.amount, *row.currency).into(),
        reason: row.reason,
        created_at: row.created_at,
    }
}

/// A client's credit, in each currency in which there is some
#[utoipa::path(get, path = "/clients/{id}/credit", tag = "Payments", responses((status = 200, body = Page<CreditBalance>)))]
async fn balances(Caller { app, actor }: Caller, Id(id): Id<ClientId>) -> Answer<Page<CreditBalance>> {
    let credit = credit::of_client(&app, &actor, id, None, 1).await?;
    Ok(Page::whole(credit.balances, |money| CreditBalance { amount: money.into() }))
}

/// What staff gave or took of a client's credit, newest first
#[utoipa::path(get, path = "/clients/{id}/credit/adjustments", tag = "Payments", params(AdjustmentQuery),
    responses((status = 200, body = Page<CreditAdjustment>)))]
async fn list(
    Caller { app, actor }: Caller,
    Id(id): Id<ClientId>,
    Params(query): Params<AdjustmentQuery>,
) -> Answer<Page<CreditAdjustment>> {
    let part = Part::new(query.limit, query.before)?;
    let credit = credit::of_client(&app, &actor, id, part.before, part.fetch()).await?;
    part.page(credit.adjustments, |row| row.id.get(), |row| Ok(adjustment(row)))
}

/// What is given or taken.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"amount": {"amount": "5.00", "currency": "EUR"}, "reason": "Outage on 3 May"}))]
struct NewAdjustment {
    /// Negative: it is taken; never more than there is.
    amount: AmountInput,
    /// For staff.
    reason: String,
}

/// Give a client credit, or take some of it
///
/// No money comes in or goes out. New invoices use credit at once.
#[utoipa::path(post, path = "/clients/{id}/credit/adjustments", tag = "Payments", request_body = NewAdjustment,
    responses((status = 201, body = Made)))]
async fn adjust(
    Caller { app, actor }: Caller,
    Id(id): Id<ClientId>,
    Body(new): Body<NewAdjustment>,
) -> Answer<Created<Made>> {
    let command = AdjustCredit { client_id: id, amount: new.amount.money("amount")?, reason: new.reason };
    let made = credit::adjust(&app, &actor, command).await?;
    Ok(Created(format!("/clients/{id}/credit/adjustments"), Made { id: made.get() }))
}
