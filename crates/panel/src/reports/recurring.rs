//! What recurs, how it came and went, and what a client is worth.

use askama::Template;
use axum::extract::Query;
use innkeeper_app::reports::{self, Lifetime, Month, Range, Recurring, Step, Subscribed};
use innkeeper_app::{AppError, calendar};
use innkeeper_domain::Currency;
use innkeeper_web::charts::{Chart, Series, Shape};
use innkeeper_web::extract::Staff;
use innkeeper_web::reply::{PageResult, page, refused};
use innkeeper_web::reports::{Cell, RangePicker, RangeQuery, Sheet};
use innkeeper_web::view::{Chrome, Empty, Stat};

use super::{chrome, count, labels, named, percent, saved, split};
use crate::amount::{chart, shown};
use crate::listing::Tab;
use crate::sections;

#[derive(Template)]
#[template(path = "admin/reports/recurring.html")]
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
    stand: Chart,
    moved: Chart,
    rows: Vec<Row>,
    products: Vec<ProductRow>,
}

struct Row {
    month: String,
    whole: bool,
    new: String,
    lost: String,
    closing: String,
    clients: i64,
    clients_new: i64,
    clients_lost: i64,
    client_churn: String,
    value_churn: String,
}

struct ProductRow {
    id: i64,
    name: String,
    services: i64,
    monthly: String,
}

pub(super) async fn show(staff: Staff, Query(query): Query<RangeQuery>) -> PageResult {
    let today = calendar::today(&staff.app).await?;
    let (found, error) = split(read(&staff, query.range(today)).await);
    let all = found.unwrap_or_default();
    let currencies: Vec<Currency> = all.iter().map(|r| r.currency).collect();
    let chosen = query.currency(&currencies);
    let mut view = Page {
        chrome: chrome(&staff, "Recurring", "A month’s worth of what clients pay again and again, without tax.").await,
        tabs: sections::reports("/admin/reports/recurring"),
        picker: query.picker(today, &currencies),
        report: all.iter().find(|r| Some(r.currency) == chosen).map(report),
        query: query.address(chosen),
        empty: error.is_none().then(|| {
            Empty::new(
                "refresh",
                "Nothing recurs yet",
                "Services that are charged by a cycle appear here while they run.",
            )
        }),
    };
    let Some(error) = error else { return page(&view) };
    view.picker = view.picker.refuse(error)?;
    refused(&view)
}

async fn read(staff: &Staff, range: Result<Range, AppError>) -> Result<Vec<Recurring>, AppError> {
    reports::recurring(&staff.app, &staff.actor, range?).await
}

fn report(recurring: &Recurring) -> Report {
    let (months, currency) = (&recurring.months, recurring.currency);
    let code = currency.code();
    let names = labels(Step::Month, months.iter().map(|m| m.month));
    let amounts = |of: fn(&Month) -> i64| months.iter().map(of).collect();
    let stand = [Series::new("At the end of the month", amounts(|m| m.closing.monthly.minor()))];
    let moved = [
        Series::new("New", amounts(|m| m.new.monthly.minor())),
        Series::new("Lost", amounts(|m| m.lost.monthly.minor())),
    ];
    let titles = [format!("What recurs in {code}, at the end of each month"), format!("What came and went in {code}")];
    let [first, second] = &titles;
    Report {
        code,
        stats: stats(recurring),
        stand: chart(Shape::Area, "stand", first, names.clone(), &stand, currency),
        moved: chart(Shape::Bars, "moved", second, names, &moved, currency),
        rows: months.iter().rev().map(row).collect(),
        products: recurring.products.iter().map(product).collect(),
    }
}

fn stats(recurring: &Recurring) -> Vec<Stat> {
    let now = recurring.now;
    let running = format!("{}, {}", count(now.services, "service"), count(now.clients, "client"));
    let nothing = "–".to_owned();
    let churn = recurring.lifetime.as_ref().map_or_else(
        || ("Not enough data".to_owned(), "3 whole months and 5 lost clients are needed".to_owned()),
        |l: &Lifetime| {
            let of_value = percent(l.value_churn.basis_points());
            (percent(l.client_churn.basis_points()), format!("of clients a month; {of_value} of the value"))
        },
    );
    let lifetime = recurring.lifetime.map_or_else(|| "Not enough data".to_owned(), |l| shown(l.value));
    vec![
        Stat::new("refresh", "A month’s worth (MRR)", shown(now.monthly)).note(running),
        Stat::new("user", "Average of a client", recurring.per_client.map_or(nothing, shown)).note("a month, today"),
        Stat::new("arrow-down-right", "Churn", churn.0).note(churn.1),
        Stat::new("heart-handshake", "Lifetime value", lifetime).note("average of a client ÷ churn of clients"),
    ]
}

fn row(month: &Month) -> Row {
    Row {
        month: named(Step::Month, month.month),
        whole: month.whole,
        new: shown(month.new.monthly),
        lost: shown(month.lost.monthly),
        closing: shown(month.closing.monthly),
        clients: month.closing.clients,
        clients_new: month.new.clients,
        clients_lost: month.lost.clients,
        client_churn: percent(month.client_churn().basis_points()),
        value_churn: percent(month.value_churn().basis_points()),
    }
}

fn product(product: &Subscribed) -> ProductRow {
    ProductRow {
        id: product.product_id.get(),
        name: product.name.clone(),
        services: product.stand.services,
        monthly: shown(product.stand.monthly),
    }
}

/// The months as a file, with all currencies.
pub(super) async fn file(staff: Staff, Query(query): Query<RangeQuery>) -> PageResult {
    let range = query.range(calendar::today(&staff.app).await?)?;
    let all = reports::recurring(&staff.app, &staff.actor, range).await?;
    let mut sheet = Sheet::new(&[
        "month",
        "currency",
        "opening",
        "new",
        "lost",
        "closing",
        "clients_opening",
        "clients_new",
        "clients_lost",
        "clients_closing",
        "services_opening",
        "services_new",
        "services_lost",
        "services_closing",
    ])?;
    for recurring in &all {
        for month in &recurring.months {
            let stands = [month.opening, month.new, month.lost, month.closing];
            let first = [Cell::plain(month.month), Cell::plain(recurring.currency)];
            let amounts = stands.map(|s| Cell::amount(s.monthly));
            let clients = stands.map(|s| Cell::plain(s.clients));
            let services = stands.map(|s| Cell::plain(s.services));
            sheet.row(first.into_iter().chain(amounts).chain(clients).chain(services))?;
        }
    }
    saved("recurring", range, sheet)
}
