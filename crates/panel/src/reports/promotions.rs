//! What promotions took off.

use askama::Template;
use axum::extract::Query;
use innkeeper_app::reports::{self, Promoted, Range};
use innkeeper_app::{AppError, calendar};
use innkeeper_domain::{Currency, Money};
use innkeeper_web::charts::{Donut, Slice};
use innkeeper_web::extract::Staff;
use innkeeper_web::reply::{PageResult, page, refused};
use innkeeper_web::reports::{Cell, RangePicker, RangeQuery, Sheet};
use innkeeper_web::view::{Chrome, Empty};

use super::{chrome, days, saved, split};
use crate::amount::shown;
use crate::listing::Tab;
use crate::sections;

#[derive(Template)]
#[template(path = "admin/reports/promotions.html")]
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
    rows: Vec<Row>,
    ring: Donut,
}

struct Row {
    id: i64,
    code: String,
    invoices: i64,
    clients: i64,
    off: String,
    net: String,
}

pub(super) async fn show(staff: Staff, Query(query): Query<RangeQuery>) -> PageResult {
    let today = calendar::today(&staff.app).await?;
    let (found, error) = split(read(&staff, query.range(today)).await);
    let all = found.unwrap_or_default();
    let mut currencies: Vec<Currency> = all.iter().map(|one| one.off.currency()).collect();
    currencies.dedup();
    let chosen = query.currency(&currencies);
    let mut view = Page {
        chrome: chrome(&staff, "Promotions", days(query.range(today).ok())).await,
        tabs: sections::reports("/admin/reports/promotions"),
        picker: query.picker(today, &currencies),
        report: chosen.map(|currency| report(&all, currency)),
        query: query.address(chosen),
        empty: error.is_none().then(|| {
            Empty::new("tag", "No promotion on these days", "What a code takes off counts on the day of its invoice.")
        }),
    };
    let Some(error) = error else { return page(&view) };
    view.picker = view.picker.refuse(error)?;
    refused(&view)
}

async fn read(staff: &Staff, range: Result<Range, AppError>) -> Result<Vec<Promoted>, AppError> {
    reports::promotions(&staff.app, &staff.actor, range?).await
}

fn report(all: &[Promoted], currency: Currency) -> Report {
    let of_it = || all.iter().filter(|one| one.off.currency() == currency);
    let slices: Vec<Slice> = of_it().take(6).map(|one| Slice::new(one.code.clone(), one.off.minor())).collect();
    Report {
        code: currency.code(),
        rows: of_it().map(row).collect(),
        ring: Donut::new("promotions", "Taken off by code", "taken off", &slices, |minor| {
            shown(Money::new(minor, currency))
        }),
    }
}

fn row(one: &Promoted) -> Row {
    Row {
        id: one.id.get(),
        code: one.code.clone(),
        invoices: one.invoices,
        clients: one.clients,
        off: shown(one.off),
        net: shown(one.net),
    }
}

/// The table as a file, with all currencies.
pub(super) async fn file(staff: Staff, Query(query): Query<RangeQuery>) -> PageResult {
    let range = query.range(calendar::today(&staff.app).await?)?;
    let mut sheet = Sheet::new(&["promotion_id", "code", "currency", "invoices", "clients", "taken_off", "invoiced"])?;
    for one in reports::promotions(&staff.app, &staff.actor, range).await? {
        sheet.row([
            Cell::plain(one.id),
            Cell::text(&one.code),
            Cell::plain(one.off.currency()),
            Cell::plain(one.invoices),
            Cell::plain(one.clients),
            Cell::amount(one.off),
            Cell::amount(one.net),
        ])?;
    }
    saved("promotions", range, sheet)
}
