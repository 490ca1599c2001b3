//! Income by time, by what was sold, by gateway.

use askama::Template;
use axum::extract::Query;
use innkeeper_app::reports::{self, Gateway, Income, Range, Sold, SoldKind, Step, StepIncome};
use innkeeper_app::{AppError, calendar};
use innkeeper_domain::Currency;
use innkeeper_web::Failure;
use innkeeper_web::charts::{Chart, Series, Shape};
use innkeeper_web::extract::Staff;
use innkeeper_web::reply::{PageResult, page, refused};
use innkeeper_web::reports::{Cell, RangePicker, RangeQuery, Sheet};
use innkeeper_web::view::{Chrome, Empty, Stat};

use super::{chrome, count, days, labels, named, saved, split};
use crate::amount::{chart, shown};
use crate::listing::Tab;
use crate::sections;

#[derive(Template)]
#[template(path = "admin/reports/income.html")]
struct Page {
    chrome: Chrome,
    tabs: Vec<Tab>,
    picker: RangePicker,
    report: Option<Report>,
    query: String,
    empty: Option<Empty>,
}

struct Report {
    code: &'static str,
    stats: Vec<Stat>,
    chart: Chart,
    rows: Vec<Row>,
    total: Row,
    sold: Vec<SoldRow>,
    gateways: Vec<GatewayRow>,
}

struct Row {
    step: String,
    invoices: i64,
    net: String,
    tax: String,
    invoiced: String,
    received: String,
    refunded: String,
    written_off: String,
}

struct SoldRow {
    name: String,
    href: Option<String>,
    kind: &'static str,
    lines: i64,
    net: String,
}

struct GatewayRow {
    name: String,
    payments: i64,
    received: String,
    refunded: String,
}

pub(super) async fn show(staff: Staff, Query(query): Query<RangeQuery>) -> PageResult {
    let today = calendar::today(&staff.app).await?;
    let (found, error) = split(read(&staff, query.range(today)).await);
    let currencies: Vec<Currency> = found.iter().flat_map(|(_, all)| all).map(|i| i.currency).collect();
    let chosen = query.currency(&currencies);
    let report = match &found {
        Some((step, all)) => all.iter().find(|i| Some(i.currency) == chosen).map(|i| report(*step, i)).transpose()?,
        None => None,
    };
    let mut view = Page {
        chrome: chrome(&staff, "Income", days(query.range(today).ok())).await,
        tabs: sections::reports("/admin/reports/income"),
        picker: query.picker(today, &currencies),
        report,
        query: query.address(chosen),
        empty: error.is_none().then(|| {
            Empty::new("chart-bar", "Nothing in these days", "No invoice was issued, and no payment arrived.")
        }),
    };
    let Some(error) = error else { return page(&view) };
    view.picker = view.picker.refuse(error)?;
    refused(&view)
}

async fn read(staff: &Staff, range: Result<Range, AppError>) -> Result<(Step, Vec<Income>), AppError> {
    reports::income(&staff.app, &staff.actor, range?).await
}

fn report(step: Step, income: &Income) -> Result<Report, Failure> {
    let total = &income.total;
    let steps = &income.steps;
    let amounts = |of: fn(&StepIncome) -> i64| steps.iter().map(of).collect();
    let series = [
        Series::new("Invoiced, without tax", amounts(|s| s.net.minor())),
        Series::new("Received", amounts(|s| s.received.minor())),
        Series::new("Given back", amounts(|s| s.refunded.minor())),
    ];
    let code = income.currency.code();
    let title = format!("Invoiced, received and given back in {code}, by {}", step.as_str());
    let payments: i64 = income.gateways.iter().map(|g| g.payments).sum();
    Ok(Report {
        code,
        stats: vec![
            Stat::new("file-invoice", "Invoiced", shown(total.net))
                .note(format!("without tax, on {}", count(total.invoices, "invoice"))),
            Stat::new("percentage", "Tax", shown(total.tax)).note("on these invoices"),
            Stat::new("cash", "Received", shown(total.received)).note(count(payments, "payment")),
            Stat::new("receipt", "Given back", shown(total.refunded)).note("refunds of payments"),
        ],
        chart: chart(
            Shape::Bars,
            "income",
            &title,
            labels(step, steps.iter().map(|s| s.step)),
            &series,
            income.currency,
        ),
        rows: steps.iter().map(|s| row(named(step, s.step), s)).collect::<Result<_, _>>()?,
        total: row("Together".to_owned(), total)?,
        sold: income.sold.iter().map(sold).collect(),
        gateways: income.gateways.iter().map(gateway).collect(),
    })
}

fn row(step: String, income: &StepIncome) -> Result<Row, Failure> {
    Ok(Row {
        step,
        invoices: income.invoices,
        net: shown(income.net),
        tax: shown(income.tax),
        invoiced: shown(income.net.checked_add(income.tax).map_err(AppError::from)?),
        received: shown(income.received),
        refunded: shown(income.refunded),
        written_off: shown(income.written_off),
    })
}

fn sold(sold: &Sold) -> SoldRow {
    let (kind, href) = match (sold.kind, sold.id) {
        (SoldKind::Product, Some(id)) => ("Product", Some(format!("/admin/products/{id}"))),
        (SoldKind::Domain, _) => ("Domains", None),
        _ => ("Other", None),
    };
    SoldRow { name: name(sold), href, kind, lines: sold.lines, net: shown(sold.net) }
}

fn name(sold: &Sold) -> String {
    match (sold.kind, sold.name.as_str()) {
        (SoldKind::Other, "late_fee") => "Late fees".to_owned(),
        (SoldKind::Other, "manual") => "Lines written by hand".to_owned(),
        (SoldKind::Other, word) => word.replace('_', " "),
        (_, name) => name.to_owned(),
    }
}

fn gateway(gateway: &Gateway) -> GatewayRow {
    GatewayRow {
        name: gateway.gateway.clone(),
        payments: gateway.payments,
        received: shown(gateway.received),
        refunded: shown(gateway.refunded),
    }
}

async fn all(staff: &Staff, query: &RangeQuery) -> Result<(Range, Step, Vec<Income>), Failure> {
    let range = query.range(calendar::today(&staff.app).await?)?;
    let (step, all) = reports::income(&staff.app, &staff.actor, range).await?;
    Ok((range, step, all))
}

/// The table by time as a file, with all currencies.
pub(super) async fn steps_file(staff: Staff, Query(query): Query<RangeQuery>) -> PageResult {
    let (range, step, incomes) = all(&staff, &query).await?;
    let head = [step.as_str(), "currency", "invoices", "net", "tax", "received", "refunded", "written_off"];
    let mut sheet = Sheet::new(&head)?;
    for income in &incomes {
        for one in &income.steps {
            let amounts = [one.net, one.tax, one.received, one.refunded, one.written_off].map(Cell::amount);
            let first = [Cell::plain(one.step), Cell::plain(income.currency), Cell::plain(one.invoices)];
            sheet.row(first.into_iter().chain(amounts))?;
        }
    }
    saved("income", range, sheet)
}

/// What was sold, as a file.
pub(super) async fn sold_file(staff: Staff, Query(query): Query<RangeQuery>) -> PageResult {
    let (range, _, incomes) = all(&staff, &query).await?;
    let mut sheet = Sheet::new(&["kind", "id", "name", "currency", "lines", "net"])?;
    for one in incomes.iter().flat_map(|income| &income.sold) {
        sheet.row([
            Cell::plain(one.kind.as_str()),
            Cell::plain(one.id.map(|id| id.to_string()).unwrap_or_default()),
            Cell::text(name(one)),
            Cell::plain(one.net.currency()),
            Cell::plain(one.lines),
            Cell::amount(one.net),
        ])?;
    }
    saved("sold", range, sheet)
}

/// What came in by gateway, as a file.
pub(super) async fn gateways_file(staff: Staff, Query(query): Query<RangeQuery>) -> PageResult {
    let (range, _, incomes) = all(&staff, &query).await?;
    let mut sheet = Sheet::new(&["gateway", "currency", "payments", "received", "refunded"])?;
    for one in incomes.iter().flat_map(|income| &income.gateways) {
        sheet.row([
            Cell::text(&one.gateway),
            Cell::plain(one.received.currency()),
            Cell::plain(one.payments),
            Cell::amount(one.received),
            Cell::amount(one.refunded),
        ])?;
    }
    saved("gateways", range, sheet)
}
