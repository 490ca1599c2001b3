//! The ledger to be taken to an accountant or another program.

use askama::Template;
use axum::extract::Query;
use innkeeper_app::reports::{self, Books, Range};
use innkeeper_app::{AppError, calendar};
use innkeeper_web::extract::Staff;
use innkeeper_web::reply::{PageResult, page, refused};
use innkeeper_web::reports::{RangePicker, RangeQuery, books};
use innkeeper_web::view::Chrome;

use super::{chrome, count, days, split};
use crate::listing::Tab;
use crate::sections;

#[derive(Template)]
#[template(path = "admin/reports/ledger.html")]
struct Page {
    chrome: Chrome,
    tabs: Vec<Tab>,
    picker: RangePicker,
    /// How many transactions, in words; none: the range is wrong.
    transactions: Option<String>,
    is_empty: bool,
    query: String,
}

pub(super) async fn show(staff: Staff, Query(query): Query<RangeQuery>) -> PageResult {
    let today = calendar::today(&staff.app).await?;
    let (found, error) = split(read(&staff, query.range(today)).await);
    let mut view = Page {
        chrome: chrome(&staff, "Ledger", days(query.range(today).ok())).await,
        tabs: sections::reports("/admin/reports/ledger"),
        picker: query.picker(today, &[]),
        transactions: found.map(|books| count(books.transactions, "transaction")),
        is_empty: found.is_none_or(|books| books.transactions == 0),
        query: query.address(None),
    };
    let Some(error) = error else { return page(&view) };
    view.picker = view.picker.refuse(error)?;
    refused(&view)
}

async fn read(staff: &Staff, range: Result<Range, AppError>) -> Result<Books, AppError> {
    reports::books(&staff.app, &staff.actor, range?).await
}

/// Every entry as a file.
pub(super) async fn file(staff: Staff, Query(query): Query<RangeQuery>) -> PageResult {
    let range = query.range(calendar::today(&staff.app).await?)?;
    Ok(books(staff.app, staff.actor, range).await?)
}
