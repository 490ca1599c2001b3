//! The list of plugins.

use askama::Template;
use innkeeper_app::plugin_settings::{self, PluginSummary};
use innkeeper_plugin_api::PluginKind;
use innkeeper_web::extract::Staff;
use innkeeper_web::reply::{PageResult, page};
use innkeeper_web::view::{AdminSection, Badge, Chrome, Empty};

#[derive(Template)]
#[template(path = "admin/plugins/list.html")]
struct List {
    chrome: Chrome,
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
}

pub(super) async fn list(staff: Staff) -> PageResult {
    let rows = plugin_settings::list_plugins(&staff.app, &staff.actor).await?.into_iter().map(row).collect();
    page(&List {
        chrome: staff.chrome().await.title("Plugins").in_admin(AdminSection::Plugins),
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

fn row(plugin: PluginSummary) -> Row {
    Row {
        state: state(&plugin),
        kind: kind(plugin.kind),
        id: plugin.id,
        name: plugin.name,
        description: plugin.description,
        version: plugin.version,
    }
}
