//! The list of plugins.

use askama::Template;
use innkeeper_app::pages::{self, PageOf};
use innkeeper_app::plugin_settings::{self, PluginSummary};
use innkeeper_app::plugins::{self, Health};
use innkeeper_domain::Permission;
use innkeeper_plugin_api::PluginKind;
use innkeeper_web::extract::Staff;
use innkeeper_web::reply::{PageResult, page};
use innkeeper_web::view::{AdminSection, Badge, Chrome, Empty, Tone};
use std::collections::BTreeMap;

use super::house_tabs;
use super::overview::{at_most, failures, tone};
use crate::listing::Tab;

#[derive(Template)]
#[template(path = "admin/plugins/list.html")]
struct List {
    chrome: Chrome,
    tabs: Vec<Tab>,
    rows: Vec<Row>,
    empty: Empty,
}

struct Row {
    id: String,
    name: String,
    description: String,
    kind: &'static str,
    version: String,
    state: Badge,
    /// Its pages in the menu: title and address.
    pages: Vec<(String, String)>,
    /// None: the reader may not see it.
    health: Option<HealthCell>,
}

struct HealthCell {
    calls: String,
    state: Badge,
    speed: String,
}

pub(super) async fn list(staff: Staff) -> PageResult {
    let health = match staff.may(Permission::SystemRead) {
        true => plugins::plugins_health(&staff.app, &staff.actor).await?,
        false => BTreeMap::new(),
    };
    let all = plugin_settings::list_plugins(&staff.app, &staff.actor).await?;
    let pages = pages::list(&staff.app, &staff.actor).await?;
    let rows = all.into_iter().map(|plugin| row(plugin, &health, &pages)).collect();
    page(&List {
        chrome: staff.chrome().await.title("Plugins").in_admin(AdminSection::Plugins),
        tabs: house_tabs("/admin/plugins"),
        rows,
        empty: Empty::new("plug", "No plugins", "This installation was built without any."),
    })
}

/// What plugins of a kind do, in a word or two.
pub(super) fn kind(kind: PluginKind) -> &'static str {
    match kind {
        PluginKind::Server => "Sets services up",
        PluginKind::Registrar => "Registers domains",
        PluginKind::Gateway => "Takes payments",
        PluginKind::Snapin => "Extends Innkeeper",
    }
}

/// Whether it works.
pub(super) fn state(plugin: &PluginSummary) -> Badge {
    match (plugin.enabled, plugin.missing.is_empty()) {
        (false, _) => Badge::state("disabled").saying("Off"),
        (true, false) => Badge::state("warning").saying("Not set up"),
        (true, true) => Badge::state("ok").saying("On"),
    }
}

/// The pages of a plugin that stand in the panel's menu: title and address.
pub(super) fn menu_of(plugin: &str, pages: &[PageOf]) -> Vec<(String, String)> {
    let own = pages.iter().filter(|page| page.plugin == plugin && page.menu().is_some());
    own.map(|page| (page.spec.title.clone(), page.address())).collect()
}

fn row(plugin: PluginSummary, health: &BTreeMap<String, Health>, pages: &[PageOf]) -> Row {
    Row {
        pages: menu_of(&plugin.id, pages),
        health: health.get(&plugin.id).map(health_cell),
        state: state(&plugin),
        kind: kind(plugin.kind),
        id: plugin.id,
        name: plugin.name,
        description: plugin.description,
        version: plugin.version,
    }
}

fn health_cell(health: &Health) -> HealthCell {
    let day = &health.day;
    let state = match (health.node.off, tone(day)) {
        (true, _) => Badge::new(Tone::Danger, "circle-x", "Off on this node"),
        (_, tone @ Tone::Success) => Badge::new(tone, "circle-check", failures(day)),
        (_, Tone::Neutral) => Badge::new(Tone::Neutral, "circle-dashed", "No calls"),
        (_, tone) => Badge::new(tone, "alert-triangle", failures(day)),
    };
    let calls = match day.calls {
        0 => String::new(),
        1 => "1 call".to_owned(),
        n => format!("{n} calls"),
    };
    HealthCell { calls, state, speed: if day.calls == 0 { String::new() } else { at_most(day.p95) } }
}
