//! All services of a client.

use askama::Template;
use axum::extract::Query;
use innkeeper_app::services::{self, ServiceFilter};
use innkeeper_web::extract::Client;
use innkeeper_web::reply::{PageResult, page};
use innkeeper_web::view::{Chrome, Empty, Link, Pager, PortalSection};
use serde::Deserialize;

use super::ServiceLine;
use crate::paging::pager;

const PAGE: i64 = 25;

#[derive(Template)]
#[template(path = "portal/services/list.html")]
struct List {
    chrome: Chrome,
    rows: Vec<ServiceLine>,
    empty: Empty,
    pager: Pager,
}

/// Which part of the list.
#[derive(Deserialize)]
pub(super) struct Part {
    before: Option<i64>,
}

pub(super) async fn show(client: Client, Query(part): Query<Part>) -> PageResult {
    let filter = ServiceFilter { before: part.before, limit: PAGE + 1, ..ServiceFilter::default() };
    let mut rows = services::list(&client.app, &client.actor, filter).await?;
    let pager = pager(&mut rows, PAGE, "/services", "", part.before, |row| row.id.get());
    page(&List {
        chrome: client.chrome().await.title("Services").in_portal(PortalSection::Services),
        rows: ServiceLine::all(rows),
        empty: Empty::new("package", "No services yet", "What you order appears here.")
            .action(Link::to("/order", "See what we offer").primary().icon("shopping-cart-plus")),
        pager,
    })
}
