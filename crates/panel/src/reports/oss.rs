//! Sales to other member states of the European Union, for the seller's returns.

use askama::Template;
use axum::extract::Query;
use innkeeper_app::reports::{self, Range, UnionSales};
use innkeeper_app::{AppError, calendar};
use innkeeper_web::extract::Staff;
use innkeeper_web::reply::{PageResult, page, refused};
use innkeeper_web::reports::{Cell, RangePicker, RangeQuery, Sheet};
use innkeeper_web::view::{Chrome, countries};
use rust_decimal::Decimal;

use super::{chrome, days, saved, split};
use crate::amount::shown;
use crate::listing::Tab;
use crate::sections;

#[derive(Template)]
#[template(path = "admin/reports/oss.html")]
struct Page {
    chrome: Chrome,
    tabs: Vec<Tab>,
    picker: RangePicker,
    query: String,
    consumers: Vec<Consumer>,
    businesses: Vec<Business>,
    /// Net and tax of all consumers.
    in_euro: Option<(String, String)>,
}

struct Consumer {
    country: String,
    rate: String,
    net: String,
    tax: String,
}

struct Business {
    number: String,
    name: String,
    month: String,
    net: String,
}

pub(super) async fn show(staff: Staff, Query(query): Query<RangeQuery>) -> PageResult {
    let today = calendar::today(&staff.app).await?;
    let (found, error) = split(read(&staff, query.range(today)).await);
    let sales = found.unwrap_or(UnionSales { consumers: vec![], businesses: vec![], in_euro: None });
    let consumer = |row: &reports::ConsumerSales| Consumer {
        country: countries::name(&row.country).to_owned(),
        rate: format!("{}\u{a0}%", (row.rate * Decimal::ONE_HUNDRED).normalize()),
        net: shown(row.net),
        tax: shown(row.tax),
    };
    let business = |row: &reports::BusinessSales| Business {
        number: row.number.clone(),
        name: row.name.clone(),
        month: row.month.format("%B %Y").to_string(),
        net: shown(row.net),
    };
    let mut view = Page {
        chrome: chrome(&staff, "OSS", days(query.range(today).ok())).await,
        tabs: sections::reports("/admin/reports/oss"),
        picker: query.picker(today, &[]),
        query: query.address(None),
        consumers: sales.consumers.iter().map(consumer).collect(),
        businesses: sales.businesses.iter().map(business).collect(),
        in_euro: sales.in_euro.map(|(net, tax)| (shown(net), shown(tax))),
    };
    let Some(error) = error else { return page(&view) };
    view.picker = view.picker.refuse(error)?;
    refused(&view)
}

async fn read(staff: &Staff, range: Result<Range, AppError>) -> Result<UnionSales, AppError> {
    reports::union(&staff.app, &staff.actor, range?, true).await
}

/// Sales to consumers as a file.
pub(super) async fn consumers(staff: Staff, Query(query): Query<RangeQuery>) -> PageResult {
    let range = query.range(calendar::today(&staff.app).await?)?;
    let sales = reports::union(&staff.app, &staff.actor, range, true).await?;
    let mut sheet = Sheet::new(&["country", "rate_percent", "currency", "net", "tax"])?;
    for row in &sales.consumers {
        sheet.row([
            Cell::text(&row.country),
            Cell::plain((row.rate * Decimal::ONE_HUNDRED).normalize()),
            Cell::plain(row.net.currency()),
            Cell::amount(row.net),
            Cell::amount(row.tax),
        ])?;
    }
    saved("oss", range, sheet)
}

/// Sales under reverse charge as a file.
pub(super) async fn businesses(staff: Staff, Query(query): Query<RangeQuery>) -> PageResult {
    let range = query.range(calendar::today(&staff.app).await?)?;
    let sales = reports::union(&staff.app, &staff.actor, range, true).await?;
    let mut sheet = Sheet::new(&["vat_number", "name", "month", "currency", "net"])?;
    for row in &sales.businesses {
        sheet.row([
            Cell::text(&row.number),
            Cell::text(&row.name),
            Cell::plain(row.month.format("%Y-%m")),
            Cell::plain(row.net.currency()),
            Cell::amount(row.net),
        ])?;
    }
    saved("reverse_charge", range, sheet)
}
