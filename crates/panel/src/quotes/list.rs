//! The list of quotes.

use askama::Template;
use axum::extract::Query;
use innkeeper_app::quotes::{self, QuoteFilter, QuoteRow};
use innkeeper_domain::{Money, Permission, QuoteId};
use innkeeper_web::extract::Staff;
use innkeeper_web::reply::{PageResult, page};
use innkeeper_web::view::{Badge, Chrome, Empty, Moment, Pager};

use crate::amount::shown;
use crate::drafts::inside;
use crate::listing::{LIMIT, ListQuery, Tab};

const STATES: [(&str, &str); 5] =
    [("draft", "Drafts"), ("sent", "Sent"), ("accepted", "Accepted"), ("declined", "Declined"), ("expired", "Expired")];

#[derive(Template)]
#[template(path = "admin/quotes/list.html")]
struct List {
    chrome: Chrome,
    tabs: Vec<Tab>,
    rows: Vec<Row>,
    empty: Empty,
    pager: Pager,
    may_write: bool,
}

struct Row {
    id: i64,
    subject: String,
    client_id: Option<i64>,
    name: String,
    until: Moment,
    state: Badge,
    net: String,
}

pub(super) async fn list(staff: Staff, Query(query): Query<ListQuery>) -> PageResult {
    let filter = QuoteFilter {
        client: query.client(),
        state: query.state(),
        before: query.before().map(QuoteId),
        limit: LIMIT,
        ..QuoteFilter::default()
    };
    let mut rows = quotes::list(&staff.app, &staff.actor, filter).await?;
    let pager = query.pager(&mut rows, |row| row.id.get());
    page(&List {
        chrome: inside(staff.chrome().await.title("Quotes")),
        tabs: query.tabs(&STATES),
        rows: rows.into_iter().map(row).collect(),
        empty: match query.narrows() {
            true => Empty::new("note", "No such quotes", "None match this filter."),
            false => Empty::new(
                "note",
                "No quotes yet",
                "Begin one on a client's page, or here for somebody who is no client yet.",
            ),
        },
        pager,
        may_write: staff.may(Permission::InvoicesWrite),
    })
}

fn row(quote: QuoteRow) -> Row {
    Row {
        id: quote.id.get(),
        client_id: quote.client_id,
        until: Moment::day(quote.valid_until),
        state: Badge::state(quote.state.as_str()),
        net: shown(Money::new(quote.net, *quote.currency)),
        subject: quote.subject,
        name: quote.name,
    }
}
