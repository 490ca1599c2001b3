//! The list of products.

use askama::Template;
use axum::extract::Query;
use innkeeper_app::catalogue::{self, ListProducts, ProductRow};
use innkeeper_domain::Permission;
use innkeeper_web::extract::Staff;
use innkeeper_web::reply::{PageResult, page};
use innkeeper_web::view::{AdminSection, Badge, Choice, Chrome, Empty, Form, Link, Pager};

use crate::listing::{LIMIT, ListQuery, Tab};
use crate::sections;

#[derive(Template)]
#[template(path = "admin/products/list.html")]
struct List {
    chrome: Chrome,
    tabs: Vec<Tab>,
    filter: Form,
    states: Vec<Choice>,
    rows: Vec<Row>,
    empty: Empty,
    pager: Pager,
    may_write: bool,
}

struct Row {
    id: i64,
    name: String,
    slug: String,
    group: String,
    plugin: String,
    stock: String,
    state: Badge,
}

pub(super) async fn list(staff: Staff, Query(query): Query<ListQuery>) -> PageResult {
    let list = ListProducts {
        group_id: None,
        text: query.text().unwrap_or_default(),
        retired: query.state_word() == "all",
        before: query.before().map(Into::into),
        limit: LIMIT,
    };
    let mut products = catalogue::list_products(&staff.app, &staff.actor, list).await?;
    let pager = query.pager(&mut products, |product| product.id.get());
    let may_write = staff.may(Permission::CatalogueWrite);
    page(&List {
        chrome: staff.chrome().await.title("Products").in_admin(AdminSection::Products),
        tabs: sections::catalogue("/admin/products"),
        filter: query.form(),
        states: vec![Choice::new("", "On sale"), Choice::new("all", "Retired, too")],
        rows: products.into_iter().map(row).collect(),
        empty: empty(query.narrows(), may_write),
        pager,
        may_write,
    })
}

fn empty(narrowed: bool, may_write: bool) -> Empty {
    if narrowed {
        return Empty::new("building-store", "No such product", "None has this in its name.");
    }
    let empty = Empty::new(
        "building-store",
        "Nothing is sold yet",
        "Make a group for the shop, then a product in it, then its prices.",
    );
    if may_write { empty.action(Link::to("/admin/products/new", "New product").primary().icon("plus")) } else { empty }
}

fn row(product: ProductRow) -> Row {
    let state = super::edit::state(&product);
    Row {
        id: product.id.get(),
        name: product.name,
        slug: product.slug,
        group: product.group_name,
        plugin: product.plugin_id.unwrap_or_else(|| "by hand".to_owned()),
        stock: product.stock.map_or_else(|| "any number".to_owned(), |n| n.to_string()),
        state,
    }
}
