//! What snapins may offer besides listening.

use innkeeper_plugin_api::{
    Block, ErrorKind, PageSpec, PluginCtx, View, Viewer, Visit,
    domain::{ClientId, DomainId, OrderId, ServiceId, StaffId},
    pages::{About, Place, Product, ProductFilter},
    tasks::{Risk, Suspect},
};
use std::{collections::BTreeSet, sync::Arc, time::Duration};

use super::{SnapinFixture, Stage};
use crate::{
    expect::{Checked, answer, ensure, fails},
    host::{SampleHost, client},
    vendor::Vendor as _,
};

/// Words that mean something else in the panel's addresses of a plugin.
const RESERVED: [&str; 7] = ["overview", "calls", "level", "enable", "disable", "test", "tasks"];
/// A key that no plugin has.
const UNKNOWN: &str = "conformance-no-such-thing";

pub(super) fn declared<F: SnapinFixture>(stage: &Stage<'_, F>) -> Checked {
    crate::expect::abilities(&stage.plugin, &stage.fixture.abilities())
}

fn knowing(ctx: PluginCtx) -> PluginCtx {
    ctx.with_host(Arc::new(SampleHost))
}

/// Has it a key that an address can hold, which no other one has?
fn keyed<'a>(what: &str, keys: impl Iterator<Item = &'a str>) -> Checked {
    let mut known = BTreeSet::new();
    for key in keys {
        let plain = key.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        ensure!(plain && (1..=60).contains(&key.len()), "{what} {key:?}: keys are lower case, digits and -");
        ensure!(known.insert(key), "two of {what} are called {key}");
    }
    Ok(())
}

/// A domain that the filter takes, if it takes any.
fn domain_at(filter: &ProductFilter) -> Product {
    let registrar = match filter {
        ProductFilter::DomainsAt(registrar) => registrar.clone(),
        ProductFilter::Any(all) => match all.iter().map(domain_at).find(|domain| filter.takes(domain)) {
            Some(domain) => return domain,
            None => String::new(),
        },
        _ => String::new(),
    };
    Product::Domain { registrar }
}

/// A visit of a page, on something that its place says.
fn visit(page: &PageSpec) -> Visit {
    let about = match &page.place {
        Place::ClientTab => About::Client(ClientId(1)),
        Place::ProductTab(filter) if filter.takes(&domain_at(filter)) => About::Domain(DomainId(1)),
        Place::ProductTab(_) => About::Service(ServiceId(1)),
        _ => About::Nothing,
    };
    let viewer = if page.place.is_panel() { Viewer::Staff(StaffId(1)) } else { Viewer::Client(ClientId(1)) };
    Visit { viewer, about, query: Default::default() }
}

pub(super) async fn pages<F: SnapinFixture>(stage: &Stage<'_, F>) -> Checked {
    let Some(pages) = stage.snapin.pages() else { return Ok(()) };
    let bench = stage.bench().await;
    let all = pages.pages();
    ensure!(!all.is_empty(), "it offers pages and has none");
    keyed("pages", all.iter().map(|page| page.key.as_str()))?;
    for page in &all {
        ensure!(!RESERVED.contains(&page.key.as_str()), "the page {} is called as something of the host's", page.key);
        ensure!(!page.title.trim().is_empty(), "the page {} has no title", page.key);
        let drawn = pages.draw(&knowing(bench.ctx("page")), &page.key, &visit(page)).await;
        well_formed(&page.key, &answer(&format!("page {}", page.key), bench.seen(drawn))?)?;
    }
    let nowhere = pages.draw(&knowing(bench.ctx("page")), UNKNOWN, &visit_of_staff()).await;
    refused("an unknown page", nowhere)?;
    let page = all.first().map_or(UNKNOWN, |page| page.key.as_str());
    let nothing = pages.act(&knowing(bench.ctx("act")), page, UNKNOWN, &visit_of_staff(), &Default::default()).await;
    refused("an unknown action", nothing)
}

fn visit_of_staff() -> Visit {
    Visit { viewer: Viewer::Staff(StaffId(1)), about: About::Nothing, query: Default::default() }
}

fn refused<T>(what: &str, result: Result<T, innkeeper_plugin_api::PluginError>) -> Checked {
    fails(what, result, &[ErrorKind::NotFound, ErrorKind::Invalid, ErrorKind::Unsupported])
}

fn well_formed(page: &str, view: &View) -> Checked {
    for block in &view.blocks {
        match block {
            Block::Table { head, rows, .. } => {
                ensure!(
                    rows.iter().all(|row| row.len() == head.len()),
                    "a row of a table on {page} is too short or long"
                );
            }
            Block::Form { action, fields, .. } => {
                keyed("actions", std::iter::once(action.as_str()))?;
                let keys: BTreeSet<&str> = fields.iter().map(|field| field.key.as_str()).collect();
                ensure!(keys.len() == fields.len(), "two fields of {action} on {page} have one key");
            }
            _ => {}
        }
    }
    Ok(())
}

pub(super) async fn tasks<F: SnapinFixture>(stage: &Stage<'_, F>) -> Checked {
    let Some(tasks) = stage.snapin.tasks() else { return Ok(()) };
    let bench = stage.bench().await;
    let all = tasks.tasks();
    ensure!(!all.is_empty(), "it offers tasks and has none");
    keyed("tasks", all.iter().map(|task| task.key.as_str()))?;
    for task in &all {
        ensure!(task.every >= Duration::from_secs(60), "{} runs more often than once a minute", task.key);
        ensure!(!task.label.trim().is_empty(), "{} has no label", task.key);
        let (before, changed) = (bench.stored(), bench.vendor.changes().await);
        answer("preview", bench.seen(tasks.preview(&knowing(bench.ctx("preview")), &task.key).await))?;
        ensure!(bench.stored() == before, "the preview of {} changed the store", task.key);
        ensure!(bench.vendor.changes().await == changed, "the preview of {} changed something", task.key);
        answer("run", bench.seen(tasks.run(&knowing(bench.ctx("run")), &task.key).await))?;
    }
    refused("an unknown task", tasks.run(&knowing(bench.ctx("run")), UNKNOWN).await)?;
    refused("the preview of an unknown task", tasks.preview(&knowing(bench.ctx("preview")), UNKNOWN).await)
}

pub(super) async fn screening<F: SnapinFixture>(stage: &Stage<'_, F>) -> Checked {
    let Some(screening) = stage.snapin.screening() else { return Ok(()) };
    let bench = stage.bench().await;
    let suspect = |address: Option<&str>, domains: &[&str]| Suspect {
        order_id: OrderId(1),
        client: client(ClientId(1)),
        address: address.and_then(|address| address.parse().ok()),
        domains: domains.iter().map(|name| (*name).to_owned()).collect(),
    };
    for suspect in [suspect(None, &[]), suspect(Some("2001:db8::1"), &["example.com"])] {
        let judged = bench.seen(screening.screen(&knowing(bench.ctx("screen")), &suspect).await);
        let judged = answer("screen", judged)?;
        ensure!(judged.score <= 100, "a score of {}: 100 is certain", judged.score);
        let doubts = judged.risk != Risk::Accept;
        ensure!(!doubts || !judged.reasons.is_empty(), "it doubts an order and does not say why");
    }
    Ok(())
}

pub(super) async fn connection<F: SnapinFixture>(stage: &Stage<'_, F>) -> Checked {
    let bench = stage.bench().await;
    crate::connection::check(stage.snapin.connection_test(), &stage.plugin.manifest, &bench).await
}
