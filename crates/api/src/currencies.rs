//! Currencies and billing cycles.

use axum::Json;
use axum::extract::Path;
use innkeeper_app::catalogue::{self, CurrencyRow, CycleRow, NewCycle, OldCycle};
use innkeeper_domain::{BillingCycle, CycleId, TimeUnit};
use innkeeper_web::AppState;
use innkeeper_web::extract::Id;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::Body;
use super::caller::Caller;
use super::money::currency;
use super::params::{Page, Params, entry};
use super::problem::Answer;
use super::reply::{Created, Done, Made};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(enable))
        .routes(routes!(make_default))
        .routes(routes!(cycles, create_cycle))
        .routes(routes!(cycle_of))
        .routes(routes!(cycle))
}

/// A currency of the business.
#[derive(Serialize, ToSchema)]
struct CurrencyEntry {
    #[schema(example = "EUR")]
    code: &'static str,
    /// The one that visitors see first.
    is_default: bool,
    enabled: bool,
}

/// Currencies, the default one first
#[utoipa::path(get, path = "/currencies", tag = "Catalogue", responses((status = 200, body = Page<CurrencyEntry>)))]
async fn list(Caller { app, actor }: Caller) -> Answer<Page<CurrencyEntry>> {
    let view =
        |row: CurrencyRow| CurrencyEntry { code: row.code.code(), is_default: row.is_default, enabled: row.enabled };
    Ok(Page::whole(catalogue::list_currencies(&app, &actor).await?, view))
}

/// Whether a currency may be used.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"enabled": true}))]
pub(super) struct Enabled {
    pub(super) enabled: bool,
}

/// Add a currency, or switch one on or off
#[utoipa::path(put, path = "/currencies/{code}", tag = "Catalogue", request_body = Enabled, responses((status = 204)))]
async fn enable(Caller { app, actor }: Caller, Path(code): Path<String>, Body(new): Body<Enabled>) -> Answer<Done> {
    catalogue::enable_currency(&app, &actor, currency(&code, "code")?, new.enabled).await?;
    Ok(Done)
}

/// Make a currency the default one
#[utoipa::path(post, path = "/currencies/{code}/default", tag = "Catalogue", responses((status = 204)))]
async fn make_default(Caller { app, actor }: Caller, Path(code): Path<String>) -> Answer<Done> {
    catalogue::make_default_currency(&app, &actor, currency(&code, "code")?).await?;
    Ok(Done)
}

/// A billing cycle.
#[derive(Serialize, ToSchema)]
struct Cycle {
    id: i64,
    #[schema(example = "Every month")]
    name: String,
    #[serde(flatten)]
    cycle: CycleLength,
}

/// How often something is charged.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"kind": "every", "count": 1, "unit": "month"}))]
pub(super) struct CycleLength {
    /// `every`, `one_time` or `free`.
    kind: &'static str,
    /// How many units; null unless `every`.
    count: Option<u16>,
    /// `day`, `week`, `month` or `year`; null unless `every`.
    unit: Option<&'static str>,
}

impl From<BillingCycle> for CycleLength {
    fn from(cycle: BillingCycle) -> Self {
        match cycle {
            BillingCycle::Every { count, unit } => {
                Self { kind: "every", count: Some(count), unit: Some(unit_word(unit)) }
            }
            BillingCycle::OneTime => Self { kind: "one_time", count: None, unit: None },
            BillingCycle::Free => Self { kind: "free", count: None, unit: None },
        }
    }
}

fn unit_word(unit: TimeUnit) -> &'static str {
    match unit {
        TimeUnit::Day => "day",
        TimeUnit::Week => "week",
        TimeUnit::Month => "month",
        TimeUnit::Year => "year",
    }
}

impl From<CycleRow> for Cycle {
    fn from(row: CycleRow) -> Self {
        Self { id: row.id.get(), name: row.name, cycle: (*row.cycle).into() }
    }
}

/// Billing cycles, the shortest first
#[utoipa::path(get, path = "/cycles", tag = "Catalogue", responses((status = 200, body = Page<Cycle>)))]
async fn cycles(Caller { app, actor }: Caller) -> Answer<Page<Cycle>> {
    Ok(Page::whole(catalogue::list_cycles(&app, &actor).await?, Cycle::from))
}

/// A cycle as older code kept it: one of both.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct OldCycleQuery {
    /// The value of a product, an add-on or a recurring fee: its months; 0 is once.
    months: Option<u32>,
    /// The value of a domain: its years.
    years: Option<u32>,
}

/// The billing cycle that a value of Clientexec before 6.2 means
///
/// There a cycle was so many months, or so many years of domains; here it is a record with an id. 404 if there is none of
/// that length: add one.
#[utoipa::path(get, path = "/cycles/from-clientexec", tag = "Catalogue", params(OldCycleQuery),
    responses((status = 200, body = Cycle)))]
async fn cycle_of(Caller { app, actor }: Caller, Params(query): Params<OldCycleQuery>) -> Answer<Json<Cycle>> {
    let old = OldCycle { months: query.months, years: query.years };
    Ok(Json(catalogue::cycle_of(&app, &actor, old).await?.into()))
}

/// A billing cycle
#[utoipa::path(get, path = "/cycles/{id}", tag = "Catalogue", responses((status = 200, body = Cycle)))]
async fn cycle(Caller { app, actor }: Caller, Id(id): Id<CycleId>) -> Answer<Json<Cycle>> {
    entry(catalogue::list_cycles(&app, &actor).await?, "billing cycle", |row| row.id == id, Cycle::from)
}

/// A recurring cycle to be added.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Every 2 months", "count": 2, "unit": "month"}))]
struct CycleInput {
    name: String,
    /// How many units, 1 to 120.
    count: u16,
    /// `day`, `week`, `month` or `year`.
    #[schema(value_type = String)]
    unit: TimeUnit,
}

/// Add a recurring billing cycle
#[utoipa::path(post, path = "/cycles", tag = "Catalogue", request_body = CycleInput,
    responses((status = 201, body = Made)))]
async fn create_cycle(Caller { app, actor }: Caller, Body(new): Body<CycleInput>) -> Answer<Created<Made>> {
    let new = NewCycle { name: new.name, count: new.count, unit: new.unit };
    Ok(Made::at("/cycles", catalogue::create_cycle(&app, &actor, new).await?))
}
