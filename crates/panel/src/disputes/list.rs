//! The list of disputes.

use askama::Template;
use axum::extract::Query;
use innkeeper_app::payments::{self, DisputeFilter};
use innkeeper_web::extract::Staff;
use innkeeper_web::reply::{PageResult, page};
use innkeeper_web::view::{AdminSection, Chrome, Empty, Pager};

use super::Row;
use crate::listing::{LIMIT, ListQuery};

#[derive(Template)]
#[template(path = "admin/disputes/list.html")]
struct List {
    chrome: Chrome,
    rows: Vec<Row>,
    empty: Empty,
    pager: Pager,
}

pub(super) async fn list(staff: Staff, Query(query): Query<ListQuery>) -> PageResult {
    let filter = DisputeFilter { before: query.before(), limit: LIMIT, ..DisputeFilter::default() };
    let mut found = payments::disputes(&staff.app, &staff.actor, filter).await?;
    let pager = query.pager(&mut found, |row| row.id.get());
    page(&List {
        chrome: staff
            .chrome()
            .await
            .title("Disputes")
            .in_admin(AdminSection::Payments)
            .crumb("Payments", "/admin/payments"),
        rows: found.into_iter().map(Row::new).collect(),
        empty: Empty::new("circle-check", "No disputes", "Here is what payers' banks take back of payments."),
        pager,
    })
}
