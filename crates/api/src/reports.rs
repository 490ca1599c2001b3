//! Reports.

use axum::Json;
use axum::response::Response;
use chrono::NaiveDate;
use innkeeper_app::reports::{self, Debtor, DebtorQuery, Lifetime, Owed, Promoted, Range, Share, Stand, StepIncome};
use innkeeper_app::{App, calendar};
use innkeeper_domain::{ClientId, Currency, Money};
use innkeeper_web::AppState;
use innkeeper_web::reports::books;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::caller::Caller;
use super::money::{self, Amount};
use super::params::{Page, Params, Part};
use super::problem::{Answer, Problem};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(income))
        .routes(routes!(recurring))
        .routes(routes!(receivables))
        .routes(routes!(debtors))
        .routes(routes!(promotions))
        .routes(routes!(tax))
        .routes(routes!(ledger))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct RangeParams {
    /// First day; the first of the month eleven months ago if left out.
    #[serde(default, deserialize_with = "super::day::optional_day")]
    from: Option<NaiveDate>,
    /// Last day, at most 10 years later; today if left out.
    #[serde(default, deserialize_with = "super::day::optional_day")]
    until: Option<NaiveDate>,
}

impl RangeParams {
    pub(super) async fn range(&self, app: &App) -> Answer<Range> {
        let usual = Range::last_year(calendar::today(app).await?);
        Ok(Range { from: self.from.unwrap_or(usual.from), until: self.until.unwrap_or(usual.until) })
    }
}

/// Income in a time range.
#[derive(Serialize, ToSchema)]
struct IncomeReport {
    /// First day.
    from: NaiveDate,
    /// Last day.
    until: NaiveDate,
    /// How long a step is: `day`, `month` or `year`, as fits the range.
    #[schema(example = "month")]
    step: &'static str,
    /// One for each currency that occurs. Amounts of different currencies are never added.
    currencies: Vec<CurrencyIncome>,
}

/// Income in one currency.
#[derive(Serialize, ToSchema)]
struct CurrencyIncome {
    #[schema(example = "EUR")]
    currency: &'static str,
    /// Of the whole range.
    total: IncomeSums,
    /// Every step, oldest first.
    steps: Vec<IncomeStep>,
    /// What was invoiced, most first.
    sold: Vec<SoldThing>,
    /// What came in, most first.
    gateways: Vec<GatewayIncome>,
}

/// What was invoiced, received and given back.
#[derive(Serialize, ToSchema)]
struct IncomeSums {
    /// Invoices issued; those that are void are left out.
    invoices: i64,
    /// On them, without tax.
    net: Amount,
    tax: Amount,
    /// Payments that arrived.
    received: Amount,
    /// Given back.
    refunded: Amount,
    /// Owed on invoices, tax included, and written off.
    written_off: Amount,
}

/// Income of a step.
#[derive(Serialize, ToSchema)]
struct IncomeStep {
    /// First day of the day, month or year.
    start: NaiveDate,
    #[serde(flatten)]
    sums: IncomeSums,
}

/// What was invoiced for a thing.
#[derive(Serialize, ToSchema)]
struct SoldThing {
    /// `product`, `domain` or `other`.
    #[schema(example = "product")]
    kind: &'static str,
    /// Of the product or the extension.
    id: Option<i64>,
    /// Of the product or the extension; else the kind of the line.
    #[schema(example = "Web Start")]
    name: String,
    /// Lines of invoices.
    lines: i64,
    /// Without tax.
    net: Amount,
}

/// What came in by a gateway.
#[derive(Serialize, ToSchema)]
struct GatewayIncome {
    #[schema(example = "gateway-offline")]
    gateway: String,
    payments: i64,
    received: Amount,
    refunded: Amount,
}

fn sums(income: &StepIncome) -> IncomeSums {
    IncomeSums {
        invoices: income.invoices,
        net: income.net.into(),
        tax: income.tax.into(),
        received: income.received.into(),
        refunded: income.refunded.into(),
        written_off: income.written_off.into(),
    }
}

/// Income by time, product and gateway
#[utoipa::path(get, path = "/reports/income", tag = "Reports", params(RangeParams),
    responses((status = 200, body = IncomeReport)))]
async fn income(Caller { app, actor }: Caller, Params(query): Params<RangeParams>) -> Answer<Json<IncomeReport>> {
    let range = query.range(&app).await?;
    let (step, all) = reports::income(&app, &actor, range).await?;
    let sold = |s: reports::Sold| SoldThing {
        kind: s.kind.as_str(),
        id: s.id,
        name: s.name,
        lines: s.lines,
        net: s.net.into(),
    };
    let gateway = |g: reports::Gateway| GatewayIncome {
        gateway: g.gateway,
        payments: g.payments,
        received: g.received.into(),
        refunded: g.refunded.into(),
    };
    let currencies = all.into_iter().map(|i| CurrencyIncome {
        currency: i.currency.code(),
        total: sums(&i.total),
        steps: i.steps.iter().map(|s| IncomeStep { start: s.step, sums: sums(s) }).collect(),
        sold: i.sold.into_iter().map(sold).collect(),
        gateways: i.gateways.into_iter().map(gateway).collect(),
    });
    let currencies = currencies.collect();
    Ok(Json(IncomeReport { from: range.from, until: range.until, step: step.as_str(), currencies }))
}

/// What recurs in one currency.
#[derive(Serialize, ToSchema)]
struct RecurringReport {
    #[schema(example = "EUR")]
    currency: &'static str,
    /// At the moment.
    now: Recurs,
    /// At the moment, most first.
    products: Vec<ProductRecurs>,
    /// Oldest first; the last may not be over.
    months: Vec<MonthRecurs>,
    /// A month's average of a client at the moment.
    per_client: Option<Amount>,
    /// Null if fewer than 3 whole months, or fewer than 5 lost clients, are in the range.
    lifetime: Option<ClientLifetime>,
}

/// How much recurs.
#[derive(Serialize, ToSchema)]
struct Recurs {
    clients: i64,
    services: i64,
    /// A month's worth, without tax.
    monthly: Amount,
}

/// How much recurs with a product.
#[derive(Serialize, ToSchema)]
struct ProductRecurs {
    product_id: i64,
    #[schema(example = "Web Start")]
    name: String,
    now: Recurs,
}

/// What came and went in a month.
#[derive(Serialize, ToSchema)]
struct MonthRecurs {
    /// Its first day.
    month: NaiveDate,
    opening: Recurs,
    new: Recurs,
    lost: Recurs,
    closing: Recurs,
    /// Whether all its days are in the report.
    whole: bool,
}

/// How long clients stay, over the whole months.
#[derive(Serialize, ToSchema)]
struct ClientLifetime {
    /// Share of clients lost in an average month, in hundredths of a percent.
    #[schema(example = 250)]
    client_churn_basis_points: Option<i64>,
    /// The same of what recurs.
    #[schema(example = 210)]
    value_churn_basis_points: Option<i64>,
    /// Average of a client divided by the churn of clients.
    value: Amount,
}

impl From<Stand> for Recurs {
    fn from(stand: Stand) -> Self {
        Self { clients: stand.clients, services: stand.services, monthly: stand.monthly.into() }
    }
}

fn lifetime(lifetime: Lifetime) -> ClientLifetime {
    let points = Share::basis_points;
    ClientLifetime {
        client_churn_basis_points: points(lifetime.client_churn),
        value_churn_basis_points: points(lifetime.value_churn),
        value: lifetime.value.into(),
    }
}

/// What recurs, and how it came and went by month
///
/// Whole months: the first is counted from its first day. Definitions: `docs/reports.md`.
#[utoipa::path(get, path = "/reports/recurring", tag = "Reports", params(RangeParams),
    responses((status = 200, body = Page<RecurringReport>)))]
async fn recurring(Caller { app, actor }: Caller, Params(query): Params<RangeParams>) -> Answer<Page<RecurringReport>> {
    let all = reports::recurring(&app, &actor, query.range(&app).await?).await?;
    let month = |m: reports::Month| MonthRecurs {
        month: m.month,
        opening: m.opening.into(),
        new: m.new.into(),
        lost: m.lost.into(),
        closing: m.closing.into(),
        whole: m.whole,
    };
    let product =
        |p: reports::Subscribed| ProductRecurs { product_id: p.product_id.get(), name: p.name, now: p.stand.into() };
    Ok(Page::whole(all, |r| RecurringReport {
        currency: r.currency.code(),
        now: r.now.into(),
        products: r.products.into_iter().map(product).collect(),
        months: r.months.into_iter().map(month).collect(),
        per_client: r.per_client.map(Amount::from),
        lifetime: r.lifetime.map(lifetime),
    }))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct DayParams {
    /// At the end of this day; today if left out.
    #[serde(default, deserialize_with = "super::day::optional_day")]
    day: Option<NaiveDate>,
}

/// What is owed, by how late it is.
#[derive(Serialize, ToSchema)]
struct OwedSums {
    not_due: Amount,
    late_1_to_30: Amount,
    late_31_to_60: Amount,
    late_61_to_90: Amount,
    late_over_90: Amount,
    total: Amount,
}

/// What all clients owe in one currency.
#[derive(Serialize, ToSchema)]
struct Receivables {
    #[schema(example = "EUR")]
    currency: &'static str,
    owed: OwedSums,
}

/// What a client owes.
#[derive(Serialize, ToSchema)]
struct ClientOwes {
    client_id: i64,
    #[schema(example = "Ada Lovelace")]
    client_name: String,
    owed: OwedSums,
}

fn owed(owed: Owed, currency: Currency) -> OwedSums {
    let amount = |minor| Amount::from(Money::new(minor, currency));
    OwedSums {
        not_due: amount(owed.not_due),
        late_1_to_30: amount(owed.to_30),
        late_31_to_60: amount(owed.to_60),
        late_61_to_90: amount(owed.to_90),
        late_over_90: amount(owed.older),
        total: amount(owed.total),
    }
}

/// What clients owe together, by how late it is
#[utoipa::path(get, path = "/reports/receivables", tag = "Reports", params(DayParams),
    responses((status = 200, body = Page<Receivables>)))]
async fn receivables(Caller { app, actor }: Caller, Params(query): Params<DayParams>) -> Answer<Page<Receivables>> {
    let day = day(&app, query.day).await?;
    let all = reports::ageing(&app, &actor, day).await?;
    Ok(Page::whole(all, |a| Receivables { currency: a.currency.code(), owed: owed(a.owed, a.currency) }))
}

async fn day(app: &App, day: Option<NaiveDate>) -> Answer<NaiveDate> {
    Ok(match day {
        Some(day) => day,
        None => calendar::today(app).await?,
    })
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct DebtorParams {
    /// In this currency.
    #[param(example = "EUR")]
    currency: String,
    /// At the end of this day; today if left out.
    #[serde(default, deserialize_with = "super::day::optional_day")]
    day: Option<NaiveDate>,
    limit: Option<i64>,
    before: Option<String>,
}

/// What each client owes in a currency, who owes most first
#[utoipa::path(get, path = "/reports/receivables/clients", tag = "Reports", params(DebtorParams),
    responses((status = 200, body = Page<ClientOwes>)))]
async fn debtors(Caller { app, actor }: Caller, Params(query): Params<DebtorParams>) -> Answer<Page<ClientOwes>> {
    let currency = money::currency(&query.currency, "currency")?;
    let part = Part::new(query.limit, None)?;
    let after = query.before.as_deref().map(cursor).transpose()?;
    let day = day(&app, query.day).await?;
    let limit = part.fetch();
    let mut rows = reports::debtors(&app, &actor, DebtorQuery { day, currency, after, limit }).await?;
    let more = rows.len() >= usize::try_from(limit).unwrap_or(usize::MAX);
    if more {
        rows.pop();
    }
    let next = rows.last().filter(|_| more).map(|d| format!("{}-{}", d.owed.total, d.client_id));
    let view =
        |d: Debtor| ClientOwes { client_id: d.client_id.get(), client_name: d.name, owed: owed(d.owed, currency) };
    Ok(Page { data: rows.into_iter().map(view).collect(), next })
}

/// What the last client of a page owed, and its id.
fn cursor(text: &str) -> Answer<(i64, ClientId)> {
    let parts = text.split_once('-').and_then(|(total, id)| Some((total.parse().ok()?, id.parse().ok()?)));
    parts.ok_or_else(|| Problem::field("before", "must be the cursor of an earlier page"))
}

/// Tax in one currency.
#[derive(Serialize, ToSchema)]
struct TaxReport {
    #[schema(example = "EUR")]
    currency: &'static str,
    /// By country and rate.
    rates: Vec<CountryTax>,
    /// Invoices issued in the range; those that are void are left out.
    invoices: i64,
    /// On them, without tax.
    net: Amount,
    /// On them.
    tax: Amount,
    /// Tax that the ledger holds for them: the same, or something is wrong.
    booked: Amount,
    /// Sales that refunds and write-offs made in the range took back, without tax.
    refunded_net: Amount,
    /// Tax that they took back.
    refunded_tax: Amount,
}

/// Tax of a rate in a country.
#[derive(Serialize, ToSchema)]
struct CountryTax {
    /// ISO 3166 alpha-2, as printed on the invoices; empty if there was none.
    #[schema(example = "ES")]
    country: String,
    /// Empty: no tax is charged.
    #[schema(example = "IVA")]
    tax_name: String,
    /// As a fraction: `0.21` is 21 %.
    #[schema(example = "0.21")]
    tax_rate: String,
    /// Invoices with a line of it.
    invoices: i64,
    net: Amount,
    tax: Amount,
}

/// Tax on what was invoiced, by country and rate
#[utoipa::path(get, path = "/reports/tax", tag = "Reports", params(RangeParams),
    responses((status = 200, body = Page<TaxReport>)))]
async fn tax(Caller { app, actor }: Caller, Params(query): Params<RangeParams>) -> Answer<Page<TaxReport>> {
    let all = reports::tax(&app, &actor, query.range(&app).await?).await?;
    let rate = |r: reports::TaxRate| CountryTax {
        country: r.country,
        tax_name: r.name,
        tax_rate: r.rate.to_string(),
        invoices: r.invoices,
        net: r.net.into(),
        tax: r.tax.into(),
    };
    Ok(Page::whole(all, |t| TaxReport {
        currency: t.currency.code(),
        rates: t.rates.into_iter().map(rate).collect(),
        invoices: t.invoices,
        net: t.net.into(),
        tax: t.tax.into(),
        booked: t.booked.into(),
        refunded_net: t.reversed_net.into(),
        refunded_tax: t.reversed_tax.into(),
    }))
}

/// The ledger as CSV
///
/// A row for each side of each transaction booked in the range; sent while it is read, whatever its size.
#[utoipa::path(get, path = "/reports/ledger.csv", tag = "Reports", params(RangeParams),
    responses((status = 200, content_type = "text/csv", body = String,
        example = json!("transaction,booked_at,key,account,client_id,client,currency,debit,credit\r\n"))))]
async fn ledger(Caller { app, actor }: Caller, Params(query): Params<RangeParams>) -> Answer<Response> {
    let range = query.range(&app).await?;
    Ok(books(app, actor, range).await?)
}

/// What promotions did in a time range.
#[derive(Serialize, ToSchema)]
struct PromotionsReport {
    /// First day.
    from: NaiveDate,
    /// Last day.
    until: NaiveDate,
    /// By currency, what took most off first.
    promotions: Vec<PromotedEntry>,
}

/// What a promotion did in one currency.
#[derive(Serialize, ToSchema)]
struct PromotedEntry {
    promotion_id: i64,
    #[schema(example = "SUMMER20")]
    code: String,
    /// Invoices on which it counted, those that are void left out.
    invoices: i64,
    /// Clients of them.
    clients: i64,
    /// What it took off, without tax.
    off: Amount,
    /// What was invoiced for the same lines, without tax.
    net: Amount,
}

/// What promotions took off
#[utoipa::path(get, path = "/reports/promotions", tag = "Reports", params(RangeParams),
    responses((status = 200, body = PromotionsReport)))]
async fn promotions(
    Caller { app, actor }: Caller,
    Params(params): Params<RangeParams>,
) -> Answer<Json<PromotionsReport>> {
    let Range { from, until } = params.range(&app).await?;
    let entry = |one: Promoted| PromotedEntry {
        promotion_id: one.id.get(),
        code: one.code,
        invoices: one.invoices,
        clients: one.clients,
        off: one.off.into(),
        net: one.net.into(),
    };
    let all = reports::promotions(&app, &actor, Range { from, until }).await?;
    Ok(Json(PromotionsReport { from, until, promotions: all.into_iter().map(entry).collect() }))
}
