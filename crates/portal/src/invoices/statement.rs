//! The client's statement of account.

use askama::Template;
use axum::extract::Query;
use innkeeper_app::reports::{self, Range, Statement};
use innkeeper_app::{AppError, calendar};
use innkeeper_web::extract::Client;
use innkeeper_web::reply::{self, PageResult, page, refused};
use innkeeper_web::reports::{Links, RangePicker, RangeQuery, StatementView, statement_file};
use innkeeper_web::view::{Chrome, Empty, PortalSection};

const LINKS: Links = Links { invoice: |id| format!("/invoices/{id}"), payment: |_| None };

#[derive(Template)]
#[template(path = "portal/invoices/statement.html")]
struct Page {
    chrome: Chrome,
    picker: RangePicker,
    statement: Option<StatementView>,
    query: String,
    empty: Empty,
}

pub(super) async fn show(client: Client, Query(query): Query<RangeQuery>) -> PageResult {
    let today = calendar::today(&client.app).await?;
    let range = query.range(today);
    let (found, error) = match read(&client, range).await {
        Ok(statement) => (Some(statement), None),
        Err(error) => (None, Some(error)),
    };
    let mut view = Page {
        chrome: client
            .chrome()
            .await
            .title("Statement of account")
            .subtitle("Your invoices and payments, and what is left to pay.")
            .crumb("Invoices", "/invoices")
            .in_portal(PortalSection::Invoices),
        picker: query.picker(today, &[]),
        statement: found.map(|statement| StatementView::new(&statement, LINKS)).transpose()?,
        query: query.address(None),
        empty: Empty::new("file-text", "Nothing up to this day", "Your invoices and payments appear here."),
    };
    let Some(error) = error else { return page(&view) };
    view.picker = view.picker.refuse(error)?;
    refused(&view)
}

async fn read(client: &Client, range: Result<Range, AppError>) -> Result<Statement, AppError> {
    let id = client.actor.client_id().ok_or(AppError::Forbidden)?;
    reports::statement(&client.app, &client.actor, id, range?).await
}

/// The same as a file.
pub(super) async fn file(client: Client, Query(query): Query<RangeQuery>) -> PageResult {
    let range = query.range(calendar::today(&client.app).await?)?;
    let (name, bytes) = statement_file(&read(&client, Ok(range)).await?)?;
    Ok(reply::csv(&name, bytes))
}
