//! The list of extensions.

use askama::Template;
use innkeeper_app::catalogue::{self, Tld, TldPrice};
use innkeeper_domain::{Money, Permission};
use innkeeper_web::extract::Staff;
use innkeeper_web::reply::{PageResult, page};
use innkeeper_web::view::{AdminSection, Badge, Chrome, Empty, Link};

use crate::amount::shown;
use crate::listing::Tab;
use crate::sections;

#[derive(Template)]
#[template(path = "admin/extensions/list.html")]
struct List {
    chrome: Chrome,
    tabs: Vec<Tab>,
    rows: Vec<Row>,
    empty: Empty,
    may_write: bool,
}

struct Row {
    id: i64,
    name: String,
    registrar: String,
    register: String,
    renew: String,
    transfer: String,
    state: Badge,
}

pub(super) async fn list(staff: Staff) -> PageResult {
    let may_write = staff.may(Permission::CatalogueWrite);
    let rows: Vec<Row> = catalogue::list_tlds(&staff.app, &staff.actor).await?.into_iter().map(row).collect();
    let empty = Empty::new(
        "world",
        "No extensions yet",
        "Say which domains you sell, through which registrar and at which price.",
    );
    page(&List {
        chrome: staff.chrome().await.title("Domain extensions").in_admin(AdminSection::Products),
        tabs: sections::catalogue("/admin/extensions"),
        rows,
        empty: if may_write {
            empty.action(Link::to("/admin/extensions/new", "New extension").primary().icon("plus"))
        } else {
            empty
        },
        may_write,
    })
}

fn row(tld: Tld) -> Row {
    let all = |of: fn(&TldPrice) -> i64| {
        let amounts: Vec<String> = tld.prices.iter().map(|p| shown(Money::new(of(p), *p.currency))).collect();
        amounts.join(" · ")
    };
    Row {
        id: tld.row.id.get(),
        register: all(|p| p.register),
        renew: all(|p| p.renew),
        transfer: all(|p| p.transfer),
        state: match (tld.row.enabled, tld.prices.is_empty()) {
            (false, _) => Badge::state("disabled").saying("Off"),
            (true, true) => Badge::state("warning").saying("No price"),
            (true, false) => Badge::state("ok").saying("On sale"),
        },
        name: format!(".{}", tld.row.name),
        registrar: tld.row.plugin_id,
    }
}
