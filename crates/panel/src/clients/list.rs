//! The list of clients.

use askama::Template;
use axum::extract::Query;
use chrono::{DateTime, Utc};
use innkeeper_app::clients::{self, ClientEntry, ClientFilter};
use innkeeper_domain::Permission;
use innkeeper_web::extract::Staff;
use innkeeper_web::reply::{PageResult, page};
use innkeeper_web::view::{AdminSection, Badge, Chrome, Empty, Form, Link, Moment, Pager};

use crate::listing::{LIMIT, ListQuery, Tab};

const STATES: [(&str, &str); 3] = [("active", "Active"), ("inactive", "Inactive"), ("closed", "Closed")];

#[derive(Template)]
#[template(path = "admin/clients/list.html")]
struct List {
    chrome: Chrome,
    tabs: Vec<Tab>,
    filter: Form,
    rows: Vec<Row>,
    empty: Empty,
    pager: Pager,
    may_add: bool,
}

struct Row {
    id: i64,
    name: String,
    email: String,
    country: String,
    services: i64,
    state: Badge,
    since: Moment,
}

pub(super) async fn list(staff: Staff, Query(query): Query<ListQuery>) -> PageResult {
    let filter = ClientFilter { text: query.text(), state: query.state(), before: query.before(), limit: LIMIT };
    let mut entries = clients::list(&staff.app, &staff.actor, &filter).await?;
    let pager = query.pager(&mut entries, |entry| entry.id.get());
    let may_add = staff.may(Permission::ClientsWrite);
    let now = staff.app.now();
    page(&List {
        chrome: staff.chrome().await.title("Clients").in_admin(AdminSection::Clients),
        tabs: query.tabs(&STATES),
        filter: query.form(),
        rows: entries.into_iter().map(|entry| row(entry, now)).collect(),
        empty: empty(query.narrows(), may_add),
        pager,
        may_add,
    })
}

fn empty(narrowed: bool, may_add: bool) -> Empty {
    if narrowed {
        return Empty::new(
            "users",
            "No such clients",
            "Nobody matches this filter. Part of a name, company or address is enough.",
        );
    }
    let empty = Empty::new("users", "No clients yet", "They sign up in the portal, or you add them here.");
    if may_add { empty.action(Link::to("/admin/clients/new", "New client").primary()) } else { empty }
}

fn row(entry: ClientEntry, now: DateTime<Utc>) -> Row {
    Row {
        id: entry.id.get(),
        name: entry.name,
        email: entry.email,
        country: entry.country,
        services: entry.services,
        state: Badge::state(entry.state.0.as_str()),
        since: Moment::ago(&entry.created_at, now),
    }
}
