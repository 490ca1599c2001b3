//! The list of payments.

use askama::Template;
use axum::extract::Query;
use innkeeper_app::payments::{self, PaymentFilter, PaymentRow};
use innkeeper_domain::Permission;
use innkeeper_web::extract::Staff;
use innkeeper_web::reply::{PageResult, page};
use innkeeper_web::view::{AdminSection, Chrome, Empty, Link, Moment, Pager};

use crate::amount::amount;
use crate::listing::{LIMIT, ListQuery};

#[derive(Template)]
#[template(path = "admin/payments/list.html")]
struct List {
    chrome: Chrome,
    rows: Vec<Row>,
    empty: Empty,
    pager: Pager,
    may_record: bool,
}

struct Row {
    id: i64,
    reference: String,
    note: String,
    client_id: i64,
    client: String,
    invoice: Option<(i64, String)>,
    method: String,
    day: Moment,
    amount: String,
}

pub(super) async fn list(staff: Staff, Query(query): Query<ListQuery>) -> PageResult {
    let filter =
        PaymentFilter { client: query.client(), before: query.before(), limit: LIMIT, ..PaymentFilter::default() };
    let mut payments = payments::list(&staff.app, &staff.actor, filter).await?;
    let pager = query.pager(&mut payments, |payment| payment.id.get());
    page(&List {
        chrome: staff.chrome().await.title("Payments").in_admin(AdminSection::Payments),
        rows: payments.into_iter().map(row).collect(),
        empty: Empty::new("cash", "No payments yet", "You record a payment on the page of the invoice it pays.")
            .action(Link::to("/admin/invoices?state=unpaid", "Unpaid invoices")),
        pager,
        may_record: staff.may(Permission::PaymentsWrite),
    })
}

fn row(payment: PaymentRow) -> Row {
    let number = payment.invoice_number.unwrap_or_default();
    Row {
        id: payment.id.get(),
        reference: payment.transaction_ref,
        note: payment.note,
        client_id: payment.client_id.get(),
        client: payment.client_name,
        invoice: payment.invoice_id.map(|id| (id, number)),
        method: payment.gateway,
        day: Moment::day(payment.received_on),
        amount: amount(payment.amount, &payment.currency),
    }
}
