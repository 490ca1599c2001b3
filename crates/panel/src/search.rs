//! Search across everything.

use askama::Template;
use axum::extract::Query;
use innkeeper_app::search::{self, Found};
use innkeeper_hooks::slots::SearchHit;
use innkeeper_web::extract::Staff;
use innkeeper_web::places::is_harmless;
use innkeeper_web::reply::{PageResult, page};
use innkeeper_web::view::{Badge, Chrome, Empty, Icon, icon};
use serde::Deserialize;

/// Things of one kind that are shown.
const PER_KIND: i64 = 10;

/// Kind as the use case calls it, heading, address of a thing, icon.
const KINDS: [(&str, &str, &str, &str); 6] = [
    ("client", "Clients", "/admin/clients", "users"),
    ("invoice", "Invoices", "/admin/invoices", "file-invoice"),
    ("service", "Services", "/admin/services", "package"),
    ("domain", "Domains", "/admin/domains", "world"),
    ("order", "Orders", "/admin/orders", "shopping-cart"),
    ("product", "Products", "/admin/products", "building-store"),
];

#[derive(Template)]
#[template(path = "admin/search.html")]
struct Results {
    chrome: Chrome,
    groups: Vec<Group>,
    empty: Empty,
}

struct Group {
    label: &'static str,
    icon: Icon,
    full: bool,
    hits: Vec<Hit>,
}

struct Hit {
    href: String,
    title: String,
    detail: String,
    state: Option<Badge>,
}

#[derive(Deserialize)]
pub(super) struct Words {
    #[serde(default)]
    q: String,
}

pub(super) async fn show(staff: Staff, Query(words): Query<Words>) -> PageResult {
    let found = search::search(&staff.app, &staff.actor, &words.q, PER_KIND).await?;
    let mut chrome = staff.chrome().await.title("Search");
    let empty = if words.q.trim().is_empty() {
        Empty::new(
            "search",
            "What are you looking for?",
            "Type a name, a domain, an e-mail address, an invoice number or an id into the search box above.",
        )
    } else {
        chrome = chrome.subtitle(format!("For “{}”", words.q.trim()));
        Empty::new("search", "Nothing found", "Nothing that you may see has this in its name, number or address.")
    };
    chrome.search.clone_from(&words.q);
    let mut groups: Vec<Group> = KINDS.iter().filter_map(|kind| group(*kind, &found)).collect();
    groups.extend(elsewhere(search::search_snapins(&staff.app, &staff.actor, &words.q, PER_KIND).await));
    page(&Results { chrome, groups, empty })
}

/// What plugins found.
fn elsewhere(found: Vec<SearchHit>) -> Option<Group> {
    let harmless = found.into_iter().filter(|hit| is_harmless(&hit.href));
    let hits: Vec<Hit> =
        harmless.map(|hit| Hit { href: hit.href, title: hit.title, detail: hit.detail, state: None }).collect();
    (!hits.is_empty()).then(|| Group { label: "Elsewhere", icon: icon("plug"), full: false, hits })
}

fn group((kind, label, path, picture): (&str, &'static str, &str, &'static str), found: &[Found]) -> Option<Group> {
    let hits: Vec<Hit> = found
        .iter()
        .filter(|hit| hit.kind == kind)
        .map(|hit| Hit {
            href: format!("{path}/{}", hit.id),
            title: hit.title.clone(),
            detail: hit.detail.clone(),
            state: Some(Badge::state(&hit.state)),
        })
        .collect();
    let full = i64::try_from(hits.len()).is_ok_and(|n| n >= PER_KIND);
    (!hits.is_empty()).then(|| Group { label, icon: icon(picture), full, hits })
}
