//! The list of what is paid together or ahead.

use askama::Template;
use axum::extract::Query;
use innkeeper_app::payments::{self, CollectionFilter};
use innkeeper_domain::Money;
use innkeeper_web::extract::Staff;
use innkeeper_web::reply::{PageResult, page};
use innkeeper_web::view::{AdminSection, Badge, Chrome, Empty, Moment, Pager};

use super::{badge, what};
use crate::amount::shown;
use crate::listing::{LIMIT, ListQuery};

#[derive(Template)]
#[template(path = "admin/collections/list.html")]
struct List {
    chrome: Chrome,
    rows: Vec<Row>,
    empty: Empty,
    pager: Pager,
}

struct Row {
    id: i64,
    number: String,
    client_id: i64,
    client: String,
    what: String,
    at: Moment,
    state: Badge,
    amount: String,
}

pub(super) async fn list(staff: Staff, Query(query): Query<ListQuery>) -> PageResult {
    let filter = CollectionFilter {
        client: query.client(),
        before: query.before(),
        limit: LIMIT,
        ..CollectionFilter::default()
    };
    let mut found = payments::collections(&staff.app, &staff.actor, filter).await?;
    let pager = query.pager(&mut found, |row| row.id.get());
    let row = |row: payments::CollectionRow| Row {
        id: row.id.get(),
        number: payments::number_of(row.id),
        client_id: row.client_id.get(),
        what: what(&row),
        at: Moment::ago(&row.created_at, staff.app.now()),
        state: badge(&row),
        amount: shown(Money::new(row.amount, *row.currency)),
        client: row.client_name,
    };
    page(&List {
        chrome: staff
            .chrome()
            .await
            .title("Together and ahead")
            .in_admin(AdminSection::Payments)
            .crumb("Payments", "/admin/payments"),
        rows: found.into_iter().map(row).collect(),
        empty: Empty::new(
            "cash",
            "Nothing yet",
            "Here is what clients pay by one payment for several invoices, or ahead.",
        ),
        pager,
    })
}
