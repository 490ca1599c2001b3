//! The list of orders.

use askama::Template;
use axum::extract::Query;
use chrono::{DateTime, Utc};
use innkeeper_app::orders::{self, OrderFilter, OrderRow};
use innkeeper_web::extract::Staff;
use innkeeper_web::reply::{PageResult, page};
use innkeeper_web::view::{AdminSection, Badge, Chrome, Empty, Moment, Pager};

use crate::amount::amount;
use crate::listing::{LIMIT, ListQuery, Tab};

const STATES: [(&str, &str); 4] =
    [("pending", "Pending"), ("active", "Accepted"), ("cancelled", "Cancelled"), ("fraud", "Fraud")];

#[derive(Template)]
#[template(path = "admin/orders/list.html")]
struct List {
    chrome: Chrome,
    tabs: Vec<Tab>,
    rows: Vec<Row>,
    empty: Empty,
    pager: Pager,
}

struct Row {
    id: i64,
    client_id: i64,
    client: String,
    state: Badge,
    invoice: Option<(i64, String, Badge)>,
    placed: Moment,
    total: String,
}

pub(super) async fn list(staff: Staff, Query(query): Query<ListQuery>) -> PageResult {
    let filter = OrderFilter {
        state: query.state(),
        client: query.client(),
        before: query.before(),
        limit: LIMIT,
        ..OrderFilter::default()
    };
    let mut orders = orders::list(&staff.app, &staff.actor, filter).await?;
    let pager = query.pager(&mut orders, |order| order.id.get());
    let now = staff.app.now();
    let empty = if query.narrows() {
        Empty::new("shopping-cart", "No such orders", "None match this filter.")
    } else {
        Empty::new(
            "shopping-cart",
            "No orders yet",
            "Orders of your clients appear here. You place one for a client on the client's page.",
        )
    };
    page(&List {
        chrome: staff.chrome().await.title("Orders").in_admin(AdminSection::Orders),
        tabs: query.tabs(&STATES),
        rows: orders.into_iter().map(|order| row(order, now)).collect(),
        empty,
        pager,
    })
}

fn row(order: OrderRow, now: DateTime<Utc>) -> Row {
    let invoice = order.invoice_id.map(|id| {
        let state = order.invoice_state.as_deref().unwrap_or_default();
        (id, order.invoice_number.clone().unwrap_or_else(|| "Draft".to_owned()), Badge::state(state))
    });
    Row {
        id: order.id.get(),
        client_id: order.client_id.get(),
        client: order.client_name,
        state: super::badge(order.state.0, &order.screening),
        invoice,
        placed: Moment::ago(&order.created_at, now),
        total: amount(order.total, &order.currency),
    }
}
