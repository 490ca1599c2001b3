//! Search across everything, and the figures of the first page.

use axum::Json;
use chrono::NaiveDate;
use innkeeper_app::dashboard::{self, Due};
use innkeeper_app::search::{self, Found};
use innkeeper_web::AppState;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::caller::Caller;
use super::money::Amount;
use super::params::{Page, Params};
use super::problem::{Answer, Problem};

/// Days of the dashboard if nothing else is asked for.
const USUAL_DAYS: u16 = 30;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(find)).routes(routes!(figures))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct FindQuery {
    /// What to look for.
    #[param(example = "ada")]
    q: String,
    /// Most of each kind, 1 to 50; 10 if left out.
    limit: Option<i64>,
}

/// Something found.
#[derive(Serialize, ToSchema)]
struct Hit {
    /// `client`, `invoice`, `service`, `domain`, `order` or `product`.
    #[schema(example = "client")]
    kind: String,
    id: i64,
    #[schema(example = "Ada Lovelace")]
    title: String,
    #[schema(example = "ada@example.com")]
    detail: String,
    #[schema(example = "active")]
    state: String,
}

/// Search everything that the token may see
#[utoipa::path(get, path = "/search", tag = "Overview", params(FindQuery), responses((status = 200, body = Page<Hit>)))]
async fn find(Caller { app, actor }: Caller, Params(query): Params<FindQuery>) -> Answer<Page<Hit>> {
    let limit = query.limit.unwrap_or(10);
    if !(1..=50).contains(&limit) {
        return Err(Problem::field("limit", "must be between 1 and 50"));
    }
    let view = |Found { kind, id, title, detail, state }| Hit { kind, id, title, detail, state };
    Ok(Page::whole(search::search(&app, &actor, &query.q, limit).await?, view))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct FigureQuery {
    /// How many days back, 1 to 366; 30 if left out.
    days: Option<u16>,
}

/// The figures of the last days.
#[derive(Serialize, ToSchema)]
struct Figures {
    /// Oldest first; today is the last.
    days: Vec<NaiveDate>,
    /// Payments received, one series for each currency.
    income: Vec<Income>,
    /// Orders placed on each day.
    orders: Vec<i64>,
    /// What is owed, for each currency.
    due: Vec<Owed>,
    services: Vec<StateCount>,
    /// Active clients.
    clients: i64,
    pending_orders: i64,
    /// Operations that wait for a person.
    failed_effects: i64,
    /// Jobs given up.
    failed_jobs: i64,
    /// Deliveries given up.
    failed_deliveries: i64,
}

/// Income in one currency.
#[derive(Serialize, ToSchema)]
struct Income {
    #[schema(example = "EUR")]
    currency: &'static str,
    /// One for each day.
    amounts: Vec<Amount>,
}

/// What is owed in one currency.
#[derive(Serialize, ToSchema)]
struct Owed {
    due: Amount,
    due_count: i64,
    /// Of it, past the due day.
    overdue: Amount,
    overdue_count: i64,
}

/// How many things are in a state.
#[derive(Serialize, ToSchema)]
struct StateCount {
    #[schema(example = "active")]
    state: String,
    count: i64,
}

fn owed(due: Due) -> Owed {
    Owed {
        due: due.due.into(),
        due_count: due.due_count,
        overdue: due.overdue.into(),
        overdue_count: due.overdue_count,
    }
}

/// The figures of the last days
#[utoipa::path(get, path = "/dashboard", tag = "Overview", params(FigureQuery),
    responses((status = 200, body = Figures)))]
async fn figures(Caller { app, actor }: Caller, Params(query): Params<FigureQuery>) -> Answer<Json<Figures>> {
    let days = query.days.unwrap_or(USUAL_DAYS);
    if !(1..=366).contains(&days) {
        return Err(Problem::field("days", "must be between 1 and 366"));
    }
    let board = dashboard::dashboard(&app, &actor, days).await?;
    let income = board.income.into_iter().map(|(currency, amounts)| Income {
        currency: currency.code(),
        amounts: amounts.into_iter().map(Amount::from).collect(),
    });
    let count = |c: dashboard::StateCount| StateCount { state: c.state, count: c.count };
    Ok(Json(Figures {
        days: board.days,
        income: income.collect(),
        orders: board.orders,
        due: board.due.into_iter().map(owed).collect(),
        services: board.services.into_iter().map(count).collect(),
        clients: board.clients,
        pending_orders: board.pending_orders,
        failed_effects: board.failures.effects,
        failed_jobs: board.failures.jobs,
        failed_deliveries: board.failures.deliveries,
    }))
}
