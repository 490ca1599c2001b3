//! All invoices of a client.

use askama::Template;
use axum::extract::Query;
use innkeeper_app::invoices::{self, InvoiceFilter};
use innkeeper_app::payments;
use innkeeper_domain::state::InvoiceState;
use innkeeper_web::extract::Client;
use innkeeper_web::reply::{PageResult, page};
use innkeeper_web::view::{Chrome, Empty, Pager, PortalSection};
use serde::Deserialize;

use super::InvoiceLine;
use crate::paging::pager;

const PAGE: i64 = 25;

#[derive(Template)]
#[template(path = "portal/invoices/list.html")]
struct List {
    chrome: Chrome,
    rows: Vec<InvoiceLine>,
    unpaid_only: bool,
    /// There is more than one to pay.
    may_pay_several: bool,
    may_pay_ahead: bool,
    empty: Empty,
    pager: Pager,
}

/// Which part of the list.
#[derive(Deserialize)]
pub(super) struct Part {
    #[serde(default)]
    state: String,
    before: Option<i64>,
}

pub(super) async fn show(client: Client, Query(part): Query<Part>) -> PageResult {
    let state = part.state.parse::<InvoiceState>().ok();
    let filter = InvoiceFilter { state, before: part.before, limit: PAGE + 1, ..InvoiceFilter::default() };
    let mut rows = invoices::list(&client.app, &client.actor, filter).await?;
    let query = state.map_or_else(String::new, |state| format!("state={state}&"));
    let pager = pager(&mut rows, PAGE, "/invoices", &query, part.before, |row| row.id.get());
    let unpaid = InvoiceFilter { state: Some(InvoiceState::Unpaid), limit: 2, ..InvoiceFilter::default() };
    let unpaid = invoices::list(&client.app, &client.actor, unpaid).await?.len();
    let ahead = payments::ahead(&client.app, &client.actor, client.id()?).await?;
    let today = innkeeper_app::calendar::today(&client.app).await?;
    page(&List {
        chrome: client.chrome().await.title("Invoices").in_portal(PortalSection::Invoices),
        rows: InvoiceLine::all(rows, today),
        may_pay_several: unpaid > 1,
        may_pay_ahead: ahead.is_some(),
        unpaid_only: state == Some(InvoiceState::Unpaid),
        empty: match state {
            Some(_) => Empty::new("circle-check", "Nothing to pay", "All your invoices are settled."),
            None => {
                Empty::new("file-invoice", "No invoices yet", "You get one with each order and before each renewal.")
            }
        },
        pager,
    })
}
