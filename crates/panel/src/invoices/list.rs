//! The list of invoices.

use askama::Template;
use axum::extract::Query;
use chrono::NaiveDate;
use innkeeper_app::calendar;
use innkeeper_app::invoices::{self, InvoiceFilter, InvoiceRow};
use innkeeper_web::extract::Staff;
use innkeeper_web::reply::{PageResult, page};
use innkeeper_web::view::{AdminSection, Badge, Chrome, Empty, Moment, Pager};

use super::{badge, number};
use crate::amount::amount;
use crate::listing::{LIMIT, ListQuery, Tab};

const OVERDUE: &str = "overdue";
const PROFORMA: &str = "proforma";
const STATES: [(&str, &str); 8] = [
    ("unpaid", "Unpaid"),
    (OVERDUE, "Overdue"),
    (PROFORMA, "Proformas"),
    ("paid", "Paid"),
    ("void", "Void"),
    ("refunded", "Refunded"),
    ("credit", "Credit notes"),
    ("written_off", "Written off"),
];

#[derive(Template)]
#[template(path = "admin/invoices/list.html")]
struct List {
    chrome: Chrome,
    tabs: Vec<Tab>,
    rows: Vec<Row>,
    empty: Empty,
    pager: Pager,
}

struct Row {
    id: i64,
    number: String,
    client_id: i64,
    client: String,
    issued: Option<Moment>,
    due: Option<Moment>,
    state: Badge,
    total: String,
    open: String,
}

pub(super) async fn list(staff: Staff, Query(query): Query<ListQuery>) -> PageResult {
    let today = calendar::today(&staff.app).await?;
    let filter = InvoiceFilter {
        client: query.client(),
        state: query.state(),
        overdue_on: (query.state_word() == OVERDUE).then_some(today),
        proformas: query.state_word() == PROFORMA,
        before: query.before(),
        limit: LIMIT,
        ..InvoiceFilter::default()
    };
    let mut invoices = invoices::list(&staff.app, &staff.actor, filter).await?;
    let pager = query.pager(&mut invoices, |invoice| invoice.id.get());
    page(&List {
        chrome: staff.chrome().await.title("Invoices").in_admin(AdminSection::Invoices),
        tabs: query.tabs(&STATES),
        rows: invoices.into_iter().map(|invoice| row(invoice, today)).collect(),
        empty: empty(&query),
        pager,
    })
}

fn empty(query: &ListQuery) -> Empty {
    match query.state_word() {
        OVERDUE => Empty::new("circle-check", "Nothing is overdue", "Everybody has paid in time."),
        PROFORMA => Empty::new(
            "file-invoice",
            "No proforma is owed",
            "Clients are asked with proformas if the settings of numbers say so.",
        ),
        _ if query.narrows() => Empty::new("file-invoice", "No such invoices", "None match this filter."),
        _ => Empty::new("file-invoice", "No invoices yet", "An order makes the first one."),
    }
}

fn row(invoice: InvoiceRow, today: NaiveDate) -> Row {
    let open = invoice.total - invoice.paid;
    let is_open = invoice.state.0 == innkeeper_domain::state::InvoiceState::Unpaid;
    Row {
        id: invoice.id.get(),
        number: number(&invoice),
        client_id: invoice.client_id.get(),
        issued: invoice.issued_on.map(Moment::day),
        due: invoice.due_on.map(Moment::day),
        state: badge(&invoice, today),
        total: amount(invoice.total, &invoice.currency),
        open: if is_open { amount(open, &invoice.currency) } else { String::new() },
        client: invoice.client_name,
    }
}
