//! How tax is charged, VAT numbers of clients, and sales to other member states of the European Union.

use axum::Json;
use chrono::{DateTime, NaiveDate, Utc};
use innkeeper_app::{
    reports,
    settings::{self, Tax as TaxCommand},
    tax::{self as numbers, VatNumberView},
};
use innkeeper_domain::{ClientId, Permission, TaxRounding};
use innkeeper_web::AppState;
use innkeeper_web::extract::Id;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::Body;
use super::caller::Caller;
use super::money::Amount;
use super::params::Params;
use super::problem::{Answer, Problem};
use super::reply::Done;
use super::reports::RangeParams;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(settings_of_tax, save_settings_of_tax))
        .routes(routes!(add_union_rates))
        .routes(routes!(vat_number))
        .routes(routes!(check_vat_number))
        .routes(routes!(confirm_vat_number))
        .routes(routes!(union_sales))
}

/// How tax is charged.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"prices_include_tax": false, "rounding": "invoice", "union_vat": true,
    "below_threshold": false, "recheck_days": 90}))]
struct TaxSettings {
    /// Prices of the catalogue include the tax that the client pays.
    prices_include_tax: bool,
    /// `invoice` (once for each rate) or `line`.
    rounding: String,
    /// Services to clients in the European Union are taxed where its rules say.
    union_vat: bool,
    /// Consumers in other member states are taxed as at home.
    below_threshold: bool,
    /// A valid VAT number is asked after again after so many days, 1 to 365.
    recheck_days: u16,
}

/// How tax is charged
#[utoipa::path(get, path = "/settings/tax", tag = "Settings", responses((status = 200, body = TaxSettings)))]
async fn settings_of_tax(Caller { app, actor }: Caller) -> Answer<Json<TaxSettings>> {
    actor.require(Permission::SystemRead)?;
    let TaxCommand { prices_include_tax, rounding, union_vat, below_threshold, recheck_days } =
        settings::tax(&app).await?;
    let rounding = rounding.as_str().to_owned();
    Ok(Json(TaxSettings { prices_include_tax, rounding, union_vat, below_threshold, recheck_days }))
}

/// Change how tax is charged, for invoices issued from now on
#[utoipa::path(put, path = "/settings/tax", tag = "Settings", request_body = TaxSettings, responses((status = 204)))]
async fn save_settings_of_tax(Caller { app, actor }: Caller, Body(new): Body<TaxSettings>) -> Answer<Done> {
    let TaxSettings { prices_include_tax, rounding, union_vat, below_threshold, recheck_days } = new;
    let rounding: TaxRounding = rounding.parse().map_err(|_| Problem::field("rounding", "must be invoice or line"))?;
    let tax = TaxCommand { prices_include_tax, rounding, union_vat, below_threshold, recheck_days };
    settings::save_tax(&app, &actor, tax).await?;
    Ok(Done)
}

/// Add the standard rates of the European Union
///
/// A rule for each member state that has none. Rules that are there stay as they are.
#[utoipa::path(post, path = "/tax-rules/add-union-rates", tag = "Catalogue", responses((status = 204)))]
async fn add_union_rates(Caller { app, actor }: Caller) -> Answer<Done> {
    numbers::add_union_rates(&app, &actor).await?;
    Ok(Done)
}

/// What is known of a client's VAT number.
#[derive(Serialize, ToSchema)]
struct VatNumber {
    /// With the letters of its country; none: the client has none of the European Union.
    #[schema(example = "DE136695976")]
    number: Option<String>,
    /// `waiting`, `valid`, `invalid` or `confirmed` (by hand).
    #[schema(example = "valid")]
    state: Option<&'static str>,
    /// The register's number of the consultation, or who confirmed it.
    reference: String,
    /// The name that the register has.
    holder: String,
    /// Why there is no answer, or why it is not valid.
    note: String,
    /// When it was last said what it is.
    checked_at: Option<DateTime<Utc>>,
}

impl From<Option<VatNumberView>> for VatNumber {
    fn from(known: Option<VatNumberView>) -> Self {
        let state = known.as_ref().map(|known| known.state.as_str());
        let number = known.as_ref().map(|known| known.number.clone());
        let checked_at = known.as_ref().and_then(|known| known.checked_at);
        let texts = known.map(|known| (known.reference, known.holder, known.note));
        let (reference, holder, note) = texts.unwrap_or_default();
        Self { number, state, reference, holder, note, checked_at }
    }
}

/// What is known of a client's VAT number
#[utoipa::path(get, path = "/clients/{id}/vat-number", tag = "Clients", responses((status = 200, body = VatNumber)))]
async fn vat_number(Caller { app, actor }: Caller, Id(id): Id<ClientId>) -> Answer<Json<VatNumber>> {
    Ok(Json(numbers::get(&app, &actor, id).await?.into()))
}

/// Have the register asked after a client's VAT number
///
/// What was found can be read then. Without an answer it stays what it was.
#[utoipa::path(post, path = "/clients/{id}/vat-number/check", tag = "Clients", responses((status = 204)))]
async fn check_vat_number(Caller { app, actor }: Caller, Id(id): Id<ClientId>) -> Answer<Done> {
    numbers::check(&app, &actor, id).await?;
    Ok(Done)
}

/// Vouch for a client's VAT number
///
/// It counts like one that the register knows.
#[utoipa::path(post, path = "/clients/{id}/vat-number/confirm", tag = "Clients", responses((status = 204)))]
async fn confirm_vat_number(Caller { app, actor }: Caller, Id(id): Id<ClientId>) -> Answer<Done> {
    numbers::confirm(&app, &actor, id).await?;
    Ok(Done)
}

/// Sales to other member states.
#[derive(Serialize, ToSchema)]
struct UnionSales {
    /// For the one-stop shop.
    consumers: Vec<ConsumerSales>,
    /// For the recapitulative statement, by month.
    businesses: Vec<BusinessSales>,
    /// Is everything sold to consumers in euro?
    in_euro: bool,
}

/// Sales to consumers in a member state.
#[derive(Serialize, ToSchema)]
struct ConsumerSales {
    /// ISO 3166 alpha-2.
    #[schema(example = "FR")]
    country: String,
    /// As a fraction: `0.2` is 20 %.
    #[schema(example = "0.2")]
    rate: String,
    net: Amount,
    tax: Amount,
}

/// Sales to a business under reverse charge.
#[derive(Serialize, ToSchema)]
struct BusinessSales {
    #[schema(example = "DE136695976")]
    vat_number: String,
    name: String,
    /// First day of the month.
    month: NaiveDate,
    net: Amount,
}

/// Sales to other member states of the European Union
#[utoipa::path(get, path = "/reports/union", tag = "Reports", params(RangeParams),
    responses((status = 200, body = UnionSales)))]
async fn union_sales(Caller { app, actor }: Caller, Params(query): Params<RangeParams>) -> Answer<Json<UnionSales>> {
    let sales = reports::union(&app, &actor, query.range(&app).await?, true).await?;
    let consumer = |row: reports::ConsumerSales| ConsumerSales {
        country: row.country,
        rate: row.rate.to_string(),
        net: row.net.into(),
        tax: row.tax.into(),
    };
    let business = |row: reports::BusinessSales| BusinessSales {
        vat_number: row.number,
        name: row.name,
        month: row.month,
        net: row.net.into(),
    };
    Ok(Json(UnionSales {
        in_euro: sales.in_euro.is_some(),
        consumers: sales.consumers.into_iter().map(consumer).collect(),
        businesses: sales.businesses.into_iter().map(business).collect(),
    }))
}
