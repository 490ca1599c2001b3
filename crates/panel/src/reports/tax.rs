//! Tax by country and rate, and whether the ledger says the same.

use askama::Template;
use axum::extract::Query;
use innkeeper_app::reports::{self, Range, TaxRate, TaxTotal};
use innkeeper_app::{AppError, calendar};
use innkeeper_domain::{Currency, Money};
use innkeeper_web::charts::{Donut, Slice};
use innkeeper_web::extract::Staff;
use innkeeper_web::reply::{PageResult, page, refused};
use innkeeper_web::reports::{Cell, RangePicker, RangeQuery, Sheet};
use innkeeper_web::view::{Badge, Chrome, Empty, Facts, Tone, countries};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

use super::{chrome, days, saved, split};
use crate::amount::shown;
use crate::listing::Tab;
use crate::sections;

/// Countries of the ring; the rest is one part.
const SLICES: usize = 5;

#[derive(Template)]
#[template(path = "admin/reports/tax.html")]
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
    invoices: i64,
    net: String,
    tax: String,
    ring: Donut,
    ledger: Facts,
    state: Badge,
}

struct Row {
    country: String,
    tax_name: String,
    invoices: i64,
    net: String,
    tax: String,
}

pub(super) async fn show(staff: Staff, Query(query): Query<RangeQuery>) -> PageResult {
    let today = calendar::today(&staff.app).await?;
    let (found, error) = split(read(&staff, query.range(today)).await);
    let all = found.unwrap_or_default();
    let currencies: Vec<Currency> = all.iter().map(|t| t.currency).collect();
    let chosen = query.currency(&currencies);
    let report = all.iter().find(|t| Some(t.currency) == chosen).map(report).transpose()?;
    let mut view = Page {
        chrome: chrome(&staff, "Tax", days(query.range(today).ok())).await,
        tabs: sections::reports("/admin/reports/tax"),
        picker: query.picker(today, &currencies),
        report,
        query: query.address(chosen),
        empty: error.is_none().then(|| {
            Empty::new("percentage", "No invoices in these days", "Tax counts on the day an invoice is issued.")
        }),
    };
    let Some(error) = error else { return page(&view) };
    view.picker = view.picker.refuse(error)?;
    refused(&view)
}

async fn read(staff: &Staff, range: Result<Range, AppError>) -> Result<Vec<TaxTotal>, AppError> {
    reports::tax(&staff.app, &staff.actor, range?).await
}

fn report(total: &TaxTotal) -> Result<Report, AppError> {
    let agrees = total.tax == total.booked;
    let left = total.tax.checked_sub(total.reversed_tax)?;
    Ok(Report {
        code: total.currency.code(),
        rows: total.rates.iter().map(row).collect(),
        invoices: total.invoices,
        net: shown(total.net),
        tax: shown(total.tax),
        ring: ring(total),
        ledger: in_books(total)
            .row("Tax on these invoices", shown(total.tax))
            .row("In the ledger for them", shown(total.booked))
            .row("Taken back by refunds and write-offs", shown(total.reversed_tax))
            .row("Sales taken back, without tax", shown(total.reversed_net))
            .row("Tax less what was taken back", shown(left)),
        state: match agrees {
            true => Badge::new(Tone::Success, "circle-check", "Agrees"),
            false => Badge::new(Tone::Danger, "alert-triangle", "Differs"),
        },
    })
}

/// What the invoices are in the currency of the books.
fn in_books(total: &TaxTotal) -> Facts {
    total.in_books.iter().fold(Facts::new(), |facts, books| {
        let code = books.tax.currency();
        let without = total.invoices - books.invoices;
        let note =
            if without == 0 { String::new() } else { format!(" ({without} invoices without a rate are not in it)") };
        facts
            .row(format!("Sales in {code}, without tax"), format!("{}{note}", shown(books.net)))
            .row(format!("Tax in {code}"), shown(books.tax))
    })
}

fn country(code: &str) -> String {
    if code.is_empty() { "No country".to_owned() } else { countries::name(code).to_owned() }
}

/// `VAT 20 %`.
fn rate(rate: &TaxRate) -> String {
    if rate.name.is_empty() && rate.rate.is_zero() {
        return "No tax".to_owned();
    }
    let percent = (rate.rate * Decimal::ONE_HUNDRED).normalize();
    format!("{} {percent}\u{a0}%", rate.name)
}

fn row(one: &TaxRate) -> Row {
    Row {
        country: country(&one.country),
        tax_name: rate(one),
        invoices: one.invoices,
        net: shown(one.net),
        tax: shown(one.tax),
    }
}

fn ring(total: &TaxTotal) -> Donut {
    let mut countries: BTreeMap<&str, i64> = BTreeMap::new();
    for one in &total.rates {
        *countries.entry(&one.country).or_default() += one.tax.minor();
    }
    let mut parts: Vec<(String, i64)> = countries.into_iter().map(|(code, tax)| (country(code), tax)).collect();
    parts.sort_by_key(|(_, tax)| std::cmp::Reverse(*tax));
    let rest: i64 = parts.iter().skip(SLICES).map(|(_, tax)| *tax).sum();
    let more = parts.len() > SLICES;
    parts.truncate(SLICES);
    let mut slices: Vec<Slice> = parts.into_iter().map(|(name, tax)| Slice::new(name, tax)).collect();
    if more {
        slices.push(Slice::new("Other countries", rest));
    }
    let currency = total.currency;
    Donut::new("tax", "Tax by country", "tax", &slices, |minor| shown(Money::new(minor, currency)))
}

/// The table as a file, with all currencies.
pub(super) async fn file(staff: Staff, Query(query): Query<RangeQuery>) -> PageResult {
    let range = query.range(calendar::today(&staff.app).await?)?;
    let all = reports::tax(&staff.app, &staff.actor, range).await?;
    let mut sheet = Sheet::new(&["country", "tax", "rate_percent", "currency", "invoices", "net", "tax_amount"])?;
    for one in all.iter().flat_map(|total| &total.rates) {
        sheet.row([
            Cell::text(&one.country),
            Cell::text(&one.name),
            Cell::plain((one.rate * Decimal::ONE_HUNDRED).normalize()),
            Cell::plain(one.net.currency()),
            Cell::plain(one.invoices),
            Cell::amount(one.net),
            Cell::amount(one.tax),
        ])?;
    }
    saved("tax", range, sheet)
}
