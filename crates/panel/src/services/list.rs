//! The list of services.

use askama::Template;
use axum::extract::Query;
use innkeeper_app::services::{self, ServiceFilter, ServiceRow};
use innkeeper_web::extract::Staff;
use innkeeper_web::reply::{PageResult, page};
use innkeeper_web::view::{AdminSection, Badge, Chrome, Empty, Form, Moment, Pager};

use crate::amount::amount;
use crate::listing::{LIMIT, ListQuery, Tab};

const STATES: [(&str, &str); 6] = [
    ("pending", "Pending"),
    ("active", "Active"),
    ("suspended", "Suspended"),
    ("terminated", "Terminated"),
    ("cancelled", "Cancelled"),
    ("fraud", "Fraud"),
];

#[derive(Template)]
#[template(path = "admin/services/list.html")]
struct List {
    chrome: Chrome,
    tabs: Vec<Tab>,
    filter: Form,
    rows: Vec<Row>,
    empty: Empty,
    pager: Pager,
}

struct Row {
    id: i64,
    label: String,
    product: String,
    client_id: i64,
    client: String,
    server: String,
    state: Badge,
    paid_through: Option<Moment>,
    price: String,
    cycle: String,
}

pub(super) async fn list(staff: Staff, Query(query): Query<ListQuery>) -> PageResult {
    let filter = ServiceFilter {
        client: query.client(),
        state: query.state(),
        text: query.text(),
        before: query.before(),
        limit: LIMIT,
        ..ServiceFilter::default()
    };
    let mut services = services::list(&staff.app, &staff.actor, filter).await?;
    let pager = query.pager(&mut services, |service| service.id.get());
    let empty = if query.narrows() {
        Empty::new("package", "No such services", "None match this filter.")
    } else {
        Empty::new("package", "No services yet", "What clients order appears here.")
    };
    page(&List {
        chrome: staff.chrome().await.title("Services").in_admin(AdminSection::Services),
        tabs: query.tabs(&STATES),
        filter: query.form(),
        rows: services.into_iter().map(row).collect(),
        empty,
        pager,
    })
}

fn row(service: ServiceRow) -> Row {
    Row {
        id: service.id.get(),
        product: service.product_name,
        client_id: service.client_id.get(),
        client: service.client_name,
        server: service.server_name.unwrap_or_default(),
        state: Badge::state(service.state.0.as_str()),
        paid_through: service.paid_through.map(Moment::day),
        price: amount(service.amount, &service.currency),
        cycle: service.cycle_name.to_lowercase(),
        label: service.label,
    }
}
