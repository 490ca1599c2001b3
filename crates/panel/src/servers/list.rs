//! The list of servers.

use askama::Template;
use innkeeper_app::servers::{self, ServerRow};
use innkeeper_domain::Permission;
use innkeeper_plugin_api::PluginKind;
use innkeeper_web::extract::Staff;
use innkeeper_web::reply::{PageResult, page};
use innkeeper_web::view::{AdminSection, Badge, Chrome, Empty, Link, PostButton};

use crate::listing::Tab;
use crate::sections;

#[derive(Template)]
#[template(path = "admin/servers/list.html")]
struct List {
    chrome: Chrome,
    tabs: Vec<Tab>,
    rows: Vec<Row>,
    empty: Empty,
    /// Plugins that a new server may be of: id and name.
    kinds: Vec<(String, String)>,
    may_write: bool,
}

struct Row {
    id: i64,
    name: String,
    plugin: String,
    group: String,
    load: String,
    state: Badge,
    test: PostButton,
}

pub(super) async fn list(staff: Staff) -> PageResult {
    let servers = servers::list_servers(&staff.app, &staff.actor).await?;
    let may_write = staff.may(Permission::ServersWrite);
    let plugins = staff.app.plugins().all().filter(|p| p.kind() == PluginKind::Server);
    let kinds: Vec<(String, String)> = plugins.map(|p| (p.manifest.id.clone(), p.manifest.name.clone())).collect();
    let empty =
        Empty::new("server-2", "No servers yet", "A server is a machine or an account on which services are set up.");
    let first = kinds.first().filter(|_| may_write);
    let empty = match first {
        Some((id, name)) => empty.action(
            Link::to(format!("/admin/servers/new?plugin={id}"), format!("New {name} server")).primary().icon("plus"),
        ),
        None => empty,
    };
    page(&List {
        chrome: staff.chrome().await.title("Servers").in_admin(AdminSection::Servers),
        tabs: sections::servers("/admin/servers"),
        rows: servers.into_iter().map(row).collect(),
        empty,
        kinds,
        may_write,
    })
}

/// `12 of 100`, or the bare count if there is no limit.
pub(super) fn load(server: &ServerRow) -> String {
    match server.capacity {
        Some(capacity) => format!("{} of {capacity}", server.live_services),
        None => server.live_services.to_string(),
    }
}

/// On, full or off.
pub(super) fn state(server: &ServerRow) -> Badge {
    let full = server.capacity.is_some_and(|capacity| server.live_services >= i64::from(capacity));
    match (server.enabled, full) {
        (false, _) => Badge::state("disabled").saying("Off"),
        (true, true) => Badge::state("warning").saying("Full"),
        (true, false) => Badge::state("ok").saying("Takes services"),
    }
}

fn row(server: ServerRow) -> Row {
    let id = server.id.get();
    Row {
        id,
        load: load(&server),
        state: state(&server),
        test: PostButton::new(&format!("/admin/servers/{id}/test"), "Test connection")
            .small()
            .icon("activity")
            .about(&server.name),
        name: server.name,
        plugin: server.plugin_id,
        group: server.group_name,
    }
}
