//! The list of domains.

use askama::Template;
use axum::extract::Query;
use innkeeper_app::domains::{self, DomainFilter, DomainRow};
use innkeeper_web::extract::Staff;
use innkeeper_web::reply::{PageResult, page};
use innkeeper_web::view::{AdminSection, Badge, Chrome, Empty, Form, Moment, Pager};

use crate::amount::amount;
use crate::listing::{LIMIT, ListQuery, Tab};

const STATES: [(&str, &str); 7] = [
    ("pending", "Pending"),
    ("registering", "Registering"),
    ("transferring", "Transferring"),
    ("active", "Active"),
    ("expired", "Expired"),
    ("transferred_away", "Gone"),
    ("cancelled", "Cancelled"),
];

#[derive(Template)]
#[template(path = "admin/domains/list.html")]
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
    name: String,
    registrar: String,
    client_id: i64,
    client: String,
    state: Badge,
    expires: Option<Moment>,
    price: String,
}

pub(super) async fn list(staff: Staff, Query(query): Query<ListQuery>) -> PageResult {
    let filter = DomainFilter {
        client: query.client(),
        state: query.state(),
        text: query.text(),
        before: query.before(),
        limit: LIMIT,
        ..DomainFilter::default()
    };
    let mut domains = domains::list(&staff.app, &staff.actor, filter).await?;
    let pager = query.pager(&mut domains, |domain| domain.id.get());
    let empty = if query.narrows() {
        Empty::new("world", "No such domains", "None match this filter.")
    } else {
        Empty::new("world", "No domains yet", "What clients register or transfer appears here.")
    };
    page(&List {
        chrome: staff.chrome().await.title("Domains").in_admin(AdminSection::Domains),
        tabs: query.tabs(&STATES),
        filter: query.form(),
        rows: domains.into_iter().map(row).collect(),
        empty,
        pager,
    })
}

fn row(domain: DomainRow) -> Row {
    Row {
        id: domain.id.get(),
        registrar: domain.plugin_id,
        client_id: domain.client_id.get(),
        client: domain.client_name,
        state: Badge::state(domain.state.0.as_str()),
        expires: domain.expires_on.map(Moment::day),
        price: amount(domain.amount, &domain.currency),
        name: domain.name,
    }
}
