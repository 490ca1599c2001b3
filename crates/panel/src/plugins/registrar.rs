//! The account at a registrar: its balance, its domains and its prices.

use askama::Template;
use axum::extract::{Path, Query};
use innkeeper_app::AppError;
use innkeeper_app::domains::{self, ImportDomain, ListedDomain};
use innkeeper_domain::Permission;
use innkeeper_plugin_api::Price;
use innkeeper_web::Failure;
use innkeeper_web::extract::{Posted, Staff};
use innkeeper_web::reply::{PageResult, page, see_other, sentence};
use innkeeper_web::view::{Cell, Chrome, Flash, Moment, price};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use super::{below, tabs};
use crate::listing::Tab;
use crate::outcome::back;

#[derive(Template)]
#[template(path = "admin/plugins/domains.html")]
struct Domains {
    chrome: Chrome,
    tabs: Vec<Tab>,
    id: String,
    /// What is left on the account; empty if the registrar does not say.
    balance: String,
    rows: Vec<Row>,
    /// The address of the next part.
    next: Option<String>,
    cursor: String,
    trouble: String,
    may_write: bool,
}

struct Row {
    name: String,
    expires: Cell,
    known: Option<Cell>,
}

/// Which part of the list.
#[derive(Deserialize)]
pub(super) struct Part {
    cursor: Option<String>,
}

pub(super) async fn domains(staff: Staff, Path(id): Path<String>, Query(part): Query<Part>) -> PageResult {
    let (app, actor) = (&staff.app, &staff.actor);
    let listed = domains::registrar_domains(app, actor, &id, part.cursor.as_deref()).await;
    let (listed, trouble) = told(listed)?;
    let balance = match domains::balance(app, actor, &id).await {
        Ok(balance) => balance.map(price).unwrap_or_default(),
        Err(AppError::External(_)) => "The registrar does not say.".to_owned(),
        Err(other) => return Err(other.into()),
    };
    let (items, next) = listed.map_or((vec![], None), |page| (page.items, page.next));
    let address = |cursor: String| {
        let cursor = utf8_percent_encode(&cursor, NON_ALPHANUMERIC);
        format!("/admin/plugins/{id}/domains?cursor={cursor}")
    };
    page(&Domains {
        chrome: below(staff.chrome().await, app, &id)?,
        tabs: tabs(app, &id, "domains").await,
        balance,
        rows: items.into_iter().map(row).collect(),
        next: next.map(address),
        cursor: part.cursor.unwrap_or_default(),
        trouble,
        may_write: staff.may(Permission::ServicesWrite),
        id,
    })
}

fn row(listed: ListedDomain) -> Row {
    Row {
        name: listed.domain.name.to_string(),
        expires: listed.domain.expires_on.map_or(Cell::from(""), |day| Moment::day(day).into()),
        known: listed.known.map(|known| Cell::Link(format!("/admin/domains/{}", known.id), known.client_name)),
    }
}

/// An answer, or why there is none.
fn told<T>(answer: Result<T, AppError>) -> Result<(Option<T>, String), Failure> {
    match answer {
        Ok(answer) => Ok((Some(answer), String::new())),
        Err(AppError::External(error)) => Ok((None, sentence(&error.detail))),
        Err(other) => Err(other.into()),
    }
}

pub(super) async fn import(staff: Staff, Path(id): Path<String>, posted: Posted) -> PageResult {
    let list = format!("/admin/plugins/{id}/domains");
    let Ok(client) = posted.text("client").parse() else {
        return see_other(list).flash(Flash::danger("Enter the number of the client whose domain it becomes.")).ok();
    };
    let input = ImportDomain { name: posted.text("name"), cursor: posted.optional("cursor"), client };
    match domains::import_domain(&staff.app, &staff.actor, &id, input).await {
        Ok(domain) => {
            let done = Flash::success("The domain is the client's. It renews at the price of its extension.");
            see_other(format!("/admin/domains/{domain}")).flash(done).ok()
        }
        Err(error) => back(list, Err::<(), _>(error), ""),
    }
}

#[derive(Template)]
#[template(path = "admin/plugins/prices.html")]
struct Prices {
    chrome: Chrome,
    tabs: Vec<Tab>,
    rows: Vec<(String, [String; 4])>,
    trouble: String,
}

pub(super) async fn prices(staff: Staff, Path(id): Path<String>) -> PageResult {
    let (found, trouble) = told(domains::registrar_prices(&staff.app, &staff.actor, &id).await)?;
    let shown = |amount: Option<innkeeper_domain::Money>| amount.map(price).unwrap_or_default();
    let row = |one: Price| {
        let amounts = [shown(one.register), shown(one.renew), shown(one.transfer), shown(one.restore)];
        (format!(".{}", one.tld), amounts)
    };
    page(&Prices {
        chrome: below(staff.chrome().await, &staff.app, &id)?,
        tabs: tabs(&staff.app, &id, "prices").await,
        rows: found.unwrap_or_default().into_iter().map(row).collect(),
        trouble,
    })
}
