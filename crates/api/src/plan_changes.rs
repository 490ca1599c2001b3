//! Changes of plan, and ends of services.

use axum::Json;
use chrono::{DateTime, NaiveDate, Utc};
use innkeeper_app::AppError;
use innkeeper_app::billing;
use innkeeper_app::plan_changes::{self, ChangeRow, Offers, Quote, Wanted, When};
use innkeeper_app::services::{self, End};
use innkeeper_domain::{Currency, OptionId, ProductId, ServiceId};
use innkeeper_web::AppState;
use innkeeper_web::extract::Id;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::Body;
use super::caller::Caller;
use super::money::{Amount, AmountInput};
use super::options::{BoughtOption, ShopOption, bought, on_sale};
use super::params::Page;
use super::problem::{Answer, Problem};
use super::reply::{Created, Done, Made};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(offers))
        .routes(routes!(list, order, cancel))
        .routes(routes!(quote))
        .routes(routes!(end))
        .routes(routes!(keep))
        .routes(routes!(renew))
        .routes(routes!(pause))
        .routes(routes!(resume))
}

/// Something that a service may become.
#[derive(Serialize, ToSchema)]
struct PlanOffer {
    product_id: i64,
    #[schema(example = "Mailbox 50 GB")]
    product_name: String,
    cycle_id: i64,
    #[schema(example = "Monthly")]
    cycle_name: String,
    /// For each cycle, without tax; with its options.
    amount: Amount,
    /// The options that it would have: those of the service, as far as they are sold with it.
    options: Vec<BoughtOption>,
    /// What can be chosen with it.
    choices: Vec<ShopOption>,
    sold_out: bool,
}

/// What a service may become
///
/// Staff see every product of the same plugin, clients those that its product leads to; itself, if it has options.
#[utoipa::path(get, path = "/services/{id}/plan-offers", tag = "Services",
    responses((status = 200, body = Page<PlanOffer>)))]
async fn offers(Caller { app, actor }: Caller, Id(id): Id<ServiceId>) -> Answer<Page<PlanOffer>> {
    let currency = services::get(&app, &actor, id).await?.service.currency;
    let Offers { offers, shelf } = plan_changes::offers(&app, &actor, id).await?;
    let code: Currency = currency.parse()?;
    let offers = offers
        .into_iter()
        .map(|offer| {
            Ok(PlanOffer {
                product_id: offer.product_id.get(),
                product_name: offer.product,
                cycle_id: offer.cycle_id.get(),
                cycle_name: offer.cycle_name,
                amount: Amount::of(offer.amount, &currency)?,
                options: offer.options.iter().map(|one| bought(one, code)).collect(),
                choices: shelf
                    .sold(offer.product_id, (code, offer.cycle_id))
                    .iter()
                    .map(|o| on_sale(o, code))
                    .collect(),
                sold_out: offer.sold_out,
            })
        })
        .collect::<Result<Vec<_>, AppError>>()?;
    Ok(Page::whole(offers, std::convert::identity))
}

/// When a change is made.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ChangeWhen {
    /// At once, or as soon as the difference is paid.
    Now,
    /// With the first period that is not invoiced yet.
    NextPeriod,
}

/// What a service is to become.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"product_id": 4, "cycle_id": 12, "when": "now"}))]
struct PlanWanted {
    product_id: i64,
    cycle_id: i64,
    /// What is to be different of its options, by their ids: the id of a value of a choice, 1 for yes, 0 for no, or how
    /// many.
    #[serde(default)]
    #[schema(value_type = Object, example = json!({}))]
    options: BTreeMap<OptionId, i64>,
    when: ChangeWhen,
    /// A code that takes something off what is charged at once.
    #[serde(default)]
    code: Option<String>,
}

impl PlanWanted {
    fn wanted(self) -> Wanted {
        let when = match self.when {
            ChangeWhen::Now => When::Now,
            ChangeWhen::NextPeriod => When::NextPeriod,
        };
        let code = self.code.filter(|code| !code.trim().is_empty());
        let (product, cycle) = (ProductId(self.product_id), self.cycle_id.into());
        Wanted { product, cycle, options: self.options, when, code }
    }
}

/// What a change costs.
#[derive(Serialize, ToSchema)]
struct PlanQuote {
    /// To be paid at once, tax included; negative: it becomes credit.
    total: Amount,
    tax: Amount,
    /// How it comes about; empty: nothing is charged now.
    #[schema(example = "13 of 30 days of 40.00 instead of 20.00")]
    why: String,
    /// What the code takes off, without tax; contained in `total`.
    discount: Option<Amount>,
    starts_on: NaiveDate,
    /// First day that is charged at the new price.
    next_on: NaiveDate,
    /// That price, as the catalogue has it; with its options.
    next_amount: Amount,
    /// The options that it will have.
    options: Vec<BoughtOption>,
}

impl From<Quote> for PlanQuote {
    fn from(quote: Quote) -> Self {
        let currency = quote.next_amount.currency();
        Self {
            options: quote.options.iter().map(|one| bought(one, currency)).collect(),
            total: quote.total.into(),
            tax: quote.tax.into(),
            why: quote.why,
            discount: quote.discount.map(|(_, off)| off.into()),
            starts_on: quote.starts_on,
            next_on: quote.next_on,
            next_amount: quote.next_amount.into(),
        }
    }
}

/// What a change of plan would cost
#[utoipa::path(post, path = "/services/{id}/plan-changes/quote", tag = "Services", request_body = PlanWanted,
    responses((status = 200, body = PlanQuote)))]
async fn quote(
    Caller { app, actor }: Caller,
    Id(id): Id<ServiceId>,
    Body(wanted): Body<PlanWanted>,
) -> Answer<Json<PlanQuote>> {
    Ok(Json(plan_changes::quote(&app, &actor, id, wanted.wanted()).await?.into()))
}

/// A change at the price that was quoted.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"product_id": 4, "cycle_id": 12, "when": "now", "total": {"amount": "10.49", "currency": "EUR"}}))]
struct PlanOrder {
    product_id: i64,
    cycle_id: i64,
    /// As in the quote.
    #[serde(default)]
    #[schema(value_type = Object, example = json!({}))]
    options: BTreeMap<OptionId, i64>,
    when: ChangeWhen,
    /// As in the quote.
    #[serde(default)]
    code: Option<String>,
    /// As quoted. If it costs something else by now, nothing is changed.
    total: AmountInput,
}

/// What came of it.
#[derive(Serialize, ToSchema)]
struct PlanOrdered {
    quote: PlanQuote,
    /// The invoice that has to be paid first, or the credit note.
    invoice_id: Option<i64>,
}

/// Change the plan of a service
#[utoipa::path(post, path = "/services/{id}/plan-changes", tag = "Services", request_body = PlanOrder,
    responses((status = 201, body = PlanOrdered)))]
async fn order(
    Caller { app, actor }: Caller,
    Id(id): Id<ServiceId>,
    Body(wanted): Body<PlanOrder>,
) -> Answer<Created<PlanOrdered>> {
    let PlanOrder { product_id, cycle_id, options, when, code, total } = wanted;
    let wanted = PlanWanted { product_id, cycle_id, options, when, code }.wanted();
    let changed = plan_changes::order(&app, &actor, id, wanted, total.money("total")?).await?;
    let body = PlanOrdered { quote: changed.quote.into(), invoice_id: changed.invoice.map(|id| id.get()) };
    Ok(Created(format!("/services/{id}/plan-changes"), body))
}

/// A change of plan.
#[derive(Serialize, ToSchema)]
struct PlanChange {
    id: i64,
    /// `waiting` for its invoice to be paid, `scheduled` for its day, `done` or `cancelled`.
    #[schema(example = "waiting")]
    state: String,
    product_id: i64,
    product_name: String,
    cycle_id: i64,
    cycle_name: String,
    /// With its options.
    amount: Amount,
    options: Vec<BoughtOption>,
    from_product_id: i64,
    from_product_name: String,
    from_options: Vec<BoughtOption>,
    starts_on: NaiveDate,
    invoice_id: Option<i64>,
    created_at: DateTime<Utc>,
    ended_at: Option<DateTime<Utc>>,
}

impl From<ChangeRow> for PlanChange {
    fn from(row: ChangeRow) -> Self {
        Self {
            id: row.id,
            state: row.state,
            product_id: row.product_id.get(),
            product_name: row.product,
            cycle_id: row.cycle_id.get(),
            cycle_name: row.cycle_name,
            amount: innkeeper_domain::Money::new(row.amount, *row.currency).into(),
            options: row.options.iter().map(|one| bought(one, *row.currency)).collect(),
            from_product_id: row.from_product_id.get(),
            from_product_name: row.from_product,
            from_options: row.from_options.iter().map(|one| bought(one, *row.currency)).collect(),
            starts_on: row.starts_on,
            invoice_id: row.invoice_id,
            created_at: row.created_at,
            ended_at: row.ended_at,
        }
    }
}

/// The latest changes of plan of a service
#[utoipa::path(get, path = "/services/{id}/plan-changes", tag = "Services",
    responses((status = 200, body = Page<PlanChange>)))]
async fn list(Caller { app, actor }: Caller, Id(id): Id<ServiceId>) -> Answer<Page<PlanChange>> {
    Ok(Page::whole(plan_changes::list(&app, &actor, id).await?, PlanChange::from))
}

/// Take back the open change of a service
#[utoipa::path(delete, path = "/services/{id}/plan-changes", tag = "Services", responses((status = 204)))]
async fn cancel(Caller { app, actor }: Caller, Id(id): Id<ServiceId>) -> Answer<Done> {
    plan_changes::cancel(&app, &actor, id).await?;
    Ok(Done)
}

/// When and why a service ends.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"when": "period_end", "reason": "We moved"}))]
struct ServiceEnd {
    /// `now`, with all its data, or `period_end`, when what is paid is used up.
    when: String,
    #[serde(default)]
    reason: String,
}

/// The day on which it ends.
#[derive(Serialize, ToSchema)]
struct EndsOn {
    ends_on: NaiveDate,
}

/// End a service
///
/// What is invoiced for days after the end and not paid is withdrawn.
#[utoipa::path(post, path = "/services/{id}/end", tag = "Services", request_body = ServiceEnd,
    responses((status = 200, body = EndsOn)))]
async fn end(
    Caller { app, actor }: Caller,
    Id(id): Id<ServiceId>,
    Body(wanted): Body<ServiceEnd>,
) -> Answer<Json<EndsOn>> {
    let when = match wanted.when.as_str() {
        "now" => End::Now,
        "period_end" => End::PeriodEnd,
        _ => return Err(Problem::field("when", "must be now or period_end")),
    };
    Ok(Json(EndsOn { ends_on: services::end(&app, &actor, id, when, &wanted.reason).await? }))
}

/// Keep a service that was to end later
#[utoipa::path(post, path = "/services/{id}/keep", tag = "Services", responses((status = 204)))]
async fn keep(Caller { app, actor }: Caller, Id(id): Id<ServiceId>) -> Answer<Done> {
    services::keep(&app, &actor, id).await?;
    Ok(Done)
}

/// Invoice the next period of a service now
///
/// Everything invoiced before must be paid. It is due when the period begins.
#[utoipa::path(post, path = "/services/{id}/renew", tag = "Services", responses((status = 201, body = Made)))]
async fn renew(Caller { app, actor }: Caller, Id(id): Id<ServiceId>) -> Answer<Created<Made>> {
    Ok(Made::at("/invoices", billing::renew(&app, &actor, id).await?))
}

/// How long a service is paused.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"until": "2099-05-01"}))]
struct PauseFor {
    /// The day on which it goes on by itself; null: when staff say so.
    #[serde(default)]
    until: Option<NaiveDate>,
}

/// Pause a service
///
/// It is switched off and costs nothing until it goes on; the days that are paid for are kept.
#[utoipa::path(post, path = "/services/{id}/pause", tag = "Services", request_body = PauseFor,
    responses((status = 204)))]
async fn pause(Caller { app, actor }: Caller, Id(id): Id<ServiceId>, Body(wanted): Body<PauseFor>) -> Answer<Done> {
    services::pause(&app, &actor, id, wanted.until).await?;
    Ok(Done)
}

/// Let a paused service go on
#[utoipa::path(post, path = "/services/{id}/resume", tag = "Services", responses((status = 204)))]
async fn resume(Caller { app, actor }: Caller, Id(id): Id<ServiceId>) -> Answer<Done> {
    services::resume(&app, &actor, id).await?;
    Ok(Done)
}
