//! All domains of a client.

use askama::Template;
use axum::extract::Query;
use innkeeper_app::domains::{self, DomainFilter};
use innkeeper_web::extract::Client;
use innkeeper_web::reply::{PageResult, page};
use innkeeper_web::view::{Chrome, Empty, Link, Pager, PortalSection};
use serde::Deserialize;

use super::DomainLine;
use crate::paging::pager;

const PAGE: i64 = 25;

#[derive(Template)]
#[template(path = "portal/domains/list.html")]
struct List {
    chrome: Chrome,
    rows: Vec<DomainLine>,
    empty: Empty,
    pager: Pager,
}

/// Which part of the list.
#[derive(Deserialize)]
pub(super) struct Part {
    before: Option<i64>,
}

pub(super) async fn show(client: Client, Query(part): Query<Part>) -> PageResult {
    let filter = DomainFilter { before: part.before, limit: PAGE + 1, ..DomainFilter::default() };
    let mut rows = domains::list(&client.app, &client.actor, filter).await?;
    let pager = pager(&mut rows, PAGE, "/domains", "", part.before, |row| row.id.get());
    page(&List {
        chrome: client.chrome().await.title("Domains").in_portal(PortalSection::Domains),
        rows: DomainLine::all(rows),
        empty: Empty::new("world", "No domains yet", "Find a name that fits, or bring yours along.")
            .action(Link::to("/order/domains", "Find a domain").primary().icon("world-search")),
        pager,
    })
}
