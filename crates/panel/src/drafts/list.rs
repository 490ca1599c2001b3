//! The list of drafts.

use askama::Template;
use axum::extract::Query;
use innkeeper_app::invoices::drafts::{self, DraftFilter, DraftRow};
use innkeeper_domain::{InvoiceDraftId, Money};
use innkeeper_web::extract::Staff;
use innkeeper_web::reply::{PageResult, page};
use innkeeper_web::view::{Chrome, Empty, Moment, Pager};

use crate::amount::shown;
use crate::listing::{LIMIT, ListQuery};

#[derive(Template)]
#[template(path = "admin/drafts/list.html")]
struct List {
    chrome: Chrome,
    rows: Vec<Row>,
    empty: Empty,
    pager: Pager,
}

struct Row {
    id: i64,
    client_id: i64,
    client: String,
    changed: Moment,
    net: String,
}

pub(super) async fn list(staff: Staff, Query(query): Query<ListQuery>) -> PageResult {
    let filter = DraftFilter {
        client: query.client(),
        before: query.before().map(InvoiceDraftId),
        limit: LIMIT,
        ..DraftFilter::default()
    };
    let mut rows = drafts::list(&staff.app, &staff.actor, filter).await?;
    let pager = query.pager(&mut rows, |row| row.id.get());
    page(&List {
        chrome: super::inside(staff.chrome().await.title("Drafts")),
        rows: rows.into_iter().map(row).collect(),
        empty: Empty::new("note", "No drafts", "Begin one on a client's page: \u{201c}New invoice\u{201d}."),
        pager,
    })
}

fn row(draft: DraftRow) -> Row {
    Row {
        id: draft.id.get(),
        client_id: draft.client_id.get(),
        changed: Moment::exact(&draft.updated_at),
        net: shown(Money::new(draft.net, *draft.currency)),
        client: draft.client_name,
    }
}
