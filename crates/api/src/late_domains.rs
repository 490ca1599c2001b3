//! Domains after their expiry: where one stands, ordering its late renewal, and what extensions say of it.

use axum::Json;
use chrono::NaiveDate;
use innkeeper_app::AppError;
use innkeeper_app::billing;
use innkeeper_app::catalogue::{self, LateFee, LateRules};
use innkeeper_app::domains::{self, Late};
use innkeeper_domain::{Currency, DomainId, Money, TldId};
use innkeeper_web::AppState;
use innkeeper_web::extract::Id;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::Body;
use super::caller::Caller;
use super::money::{Amount, AmountInput, currency};
use super::problem::{Answer, Problem};
use super::reply::{Created, Done, Made};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(get, order)).routes(routes!(rules, set_rules))
}

/// Where a domain stands after its expiry.
#[derive(Serialize, ToSchema)]
struct LateRenewal {
    /// `grace`, `redemption` or `lost`.
    #[schema(example = "grace")]
    phase: &'static str,
    expires_on: NaiveDate,
    /// The last day on which it is renewed.
    grace_until: NaiveDate,
    /// The last day on which it is restored.
    redemption_until: NaiveDate,
    /// For so many years it is renewed.
    years: i32,
    /// The renewal, as a price of the catalogue; none: it is invoiced.
    renewal: Option<Amount>,
    /// The fee besides; none: it is invoiced, or there is none.
    fee: Option<Amount>,
    /// Can it be ordered now?
    can_order: bool,
    /// Unpaid invoices of it. All are to be paid before anything is sent.
    open_invoices: Vec<i64>,
}

impl From<Late> for LateRenewal {
    fn from(late: Late) -> Self {
        Self {
            phase: late.phase.as_str(),
            expires_on: late.expires_on,
            grace_until: late.grace_until,
            redemption_until: late.redemption_until,
            years: late.years,
            renewal: late.renewal.map(Amount::from),
            fee: late.fee.map(Amount::from),
            can_order: late.can_order,
            open_invoices: late.open.iter().map(|id| id.get()).collect(),
        }
    }
}

/// Where an expired domain stands
///
/// Not found: it has not expired, or its extension says nothing of the time after that.
#[utoipa::path(get, path = "/domains/{id}/late-renewal", tag = "Domains",
    responses((status = 200, body = LateRenewal)))]
async fn get(Caller { app, actor }: Caller, Id(id): Id<DomainId>) -> Answer<Json<LateRenewal>> {
    let late = domains::late(&app, &actor, id).await?.ok_or(AppError::NotFound("late renewal"))?;
    Ok(Json(late.into()))
}

/// Order the renewal of an expired domain
///
/// Invoices what is missing of the renewal and its fee. The registrar is asked when all of it is paid.
#[utoipa::path(post, path = "/domains/{id}/late-renewal", tag = "Domains", responses((status = 201, body = Made)))]
async fn order(Caller { app, actor }: Caller, Id(id): Id<DomainId>) -> Answer<Created<Made>> {
    Ok(Made::at("/invoices", billing::renew_late(&app, &actor, id).await?))
}

/// What an extension says of the time after a domain's expiry.
#[derive(Serialize, ToSchema)]
struct ExtensionLateRules {
    /// Days in which an expired domain is renewed; none: nothing is said.
    grace_days: Option<i32>,
    /// Days after these in which it is restored.
    redemption_days: Option<i32>,
    fees: Vec<ExtensionLateFee>,
}

/// Fees in one currency.
#[derive(Serialize, ToSchema)]
struct ExtensionLateFee {
    /// With a renewal in grace.
    grace: Amount,
    /// For restoring; none: nothing is restored for this currency.
    redemption: Option<Amount>,
}

/// What an extension says of expired domains
#[utoipa::path(get, path = "/tlds/{id}/late-rules", tag = "Catalogue",
    responses((status = 200, body = ExtensionLateRules)))]
async fn rules(Caller { app, actor }: Caller, Id(id): Id<TldId>) -> Answer<Json<ExtensionLateRules>> {
    let LateRules { grace_days, redemption_days, fees } = catalogue::late_rules(&app, &actor, id).await?;
    let fee = |fee: LateFee| {
        let amount = |minor| Amount::from(Money::new(minor, fee.currency));
        ExtensionLateFee { grace: amount(fee.grace), redemption: fee.redemption.map(amount) }
    };
    Ok(Json(ExtensionLateRules { grace_days, redemption_days, fees: fees.into_iter().map(fee).collect() }))
}

/// What an extension is to say of expired domains.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"grace_days": 30, "redemption_days": 30, "fees": [{"currency": "EUR",
    "grace": {"amount": "5.00", "currency": "EUR"}, "redemption": {"amount": "80.00", "currency": "EUR"}}]}))]
struct LateRulesInput {
    /// 0 to 365; left out with the other: nothing is said.
    #[serde(default)]
    grace_days: Option<i32>,
    /// 0 to 365.
    #[serde(default)]
    redemption_days: Option<i32>,
    #[serde(default)]
    fees: Vec<LateFeeInput>,
}

/// Fees in one currency, as prices of the catalogue.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct LateFeeInput {
    #[schema(example = "EUR")]
    currency: String,
    /// With a renewal in grace; left out: none.
    #[serde(default)]
    grace: Option<AmountInput>,
    /// For restoring; left out: nothing is restored for this currency.
    #[serde(default)]
    redemption: Option<AmountInput>,
}

fn fee((i, new): (usize, LateFeeInput)) -> Answer<LateFee> {
    let currency = currency(&new.currency, &format!("fees.{i}.currency"))?;
    let minor = |name: &str, input: Option<&AmountInput>| match input {
        Some(input) => minor_in(currency, &format!("fees.{i}.{name}"), input).map(Some),
        None => Ok(None),
    };
    let grace = minor("grace", new.grace.as_ref())?.unwrap_or(0);
    Ok(LateFee { currency, grace, redemption: minor("redemption", new.redemption.as_ref())? })
}

fn minor_in(currency: Currency, field: &str, input: &AmountInput) -> Answer<i64> {
    let money = input.money(field)?;
    if money.currency() == currency {
        Ok(money.minor())
    } else {
        Err(Problem::field(field, "must be in the currency of the fees"))
    }
}

/// Have an extension say exactly this of expired domains
#[utoipa::path(put, path = "/tlds/{id}/late-rules", tag = "Catalogue", request_body = LateRulesInput,
    responses((status = 204)))]
async fn set_rules(Caller { app, actor }: Caller, Id(id): Id<TldId>, Body(new): Body<LateRulesInput>) -> Answer<Done> {
    let LateRulesInput { grace_days, redemption_days, fees } = new;
    let fees = fees.into_iter().enumerate().map(fee).collect::<Answer<_>>()?;
    catalogue::set_late_rules(&app, &actor, id, LateRules { grace_days, redemption_days, fees }).await?;
    Ok(Done)
}
