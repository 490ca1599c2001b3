//! A client's statement of account.

use askama::Template;
use axum::extract::Query;
use innkeeper_app::reports::{self, Range, Statement};
use innkeeper_app::{AppError, calendar};
use innkeeper_domain::ClientId;
use innkeeper_web::extract::{Id, Staff};
use innkeeper_web::reply::{self, PageResult, page, refused};
use innkeeper_web::reports::{Links, RangePicker, RangeQuery, StatementView, statement_file};
use innkeeper_web::view::{AdminSection, Chrome, Empty};

use super::{days, split};

const LINKS: Links =
    Links { invoice: |id| format!("/admin/invoices/{id}"), payment: |id| Some(format!("/admin/payments/{id}")) };

#[derive(Template)]
#[template(path = "admin/reports/statement.html")]
struct Page {
    chrome: Chrome,
    id: ClientId,
    picker: RangePicker,
    statement: Option<StatementView>,
    query: String,
    empty: Empty,
}

pub(super) async fn show(staff: Staff, Id(id): Id<ClientId>, Query(query): Query<RangeQuery>) -> PageResult {
    let today = calendar::today(&staff.app).await?;
    let (found, error) = split(read(&staff, id, query.range(today)).await);
    let client = found.as_ref().map_or_else(|| format!("Client {id}"), |statement| statement.client.clone());
    let subtitle = days(query.range(today).ok());
    let mut view = Page {
        chrome: staff
            .chrome()
            .await
            .title("Statement of account")
            .subtitle(subtitle)
            .in_admin(AdminSection::Clients)
            .crumb("Clients", "/admin/clients")
            .crumb(client, format!("/admin/clients/{id}")),
        id,
        picker: query.picker(today, &[]),
        statement: found.map(|statement| StatementView::new(&statement, LINKS)).transpose()?,
        query: query.address(None),
        empty: Empty::new("file-text", "Nothing up to this day", "Invoices and payments of the client appear here."),
    };
    let Some(error) = error else { return page(&view) };
    view.picker = view.picker.refuse(error)?;
    refused(&view)
}

async fn read(staff: &Staff, id: ClientId, range: Result<Range, AppError>) -> Result<Statement, AppError> {
    reports::statement(&staff.app, &staff.actor, id, range?).await
}

pub(super) async fn file(staff: Staff, Id(id): Id<ClientId>, Query(query): Query<RangeQuery>) -> PageResult {
    let range = query.range(calendar::today(&staff.app).await?)?;
    let statement = reports::statement(&staff.app, &staff.actor, id, range).await?;
    let (name, bytes) = statement_file(&statement)?;
    Ok(reply::csv(&name, bytes))
}
