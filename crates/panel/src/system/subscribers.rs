//! Who is told of events.

use askama::Template;
use innkeeper_app::system::{self, SubscriberSummary};
use innkeeper_web::extract::Staff;
use innkeeper_web::reply::{PageResult, page};
use innkeeper_web::view::{AdminSection, Badge, Chrome, Empty, Link};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::listing::Tab;
use crate::sections;

#[derive(Template)]
#[template(path = "admin/system/subscribers.html")]
struct List {
    chrome: Chrome,
    tabs: Vec<Tab>,
    rows: Vec<Row>,
    empty: Empty,
}

struct Row {
    label: String,
    plugin: String,
    events: String,
    href: String,
    waiting: i64,
    dead: i64,
    state: Badge,
}

pub(super) async fn list(staff: Staff) -> PageResult {
    let subscribers = system::list_subscribers(&staff.app, &staff.actor).await?;
    let empty = Empty::new(
        "webhook",
        "Nobody listens",
        "Plugins that extend Innkeeper listen to events; webhooks are one of them.",
    );
    page(&List {
        chrome: staff
            .chrome()
            .await
            .title("Subscribers")
            .subtitle("Each has its own queue: one that is down holds up no other.")
            .in_admin(AdminSection::Events),
        tabs: sections::events("/admin/subscribers"),
        rows: subscribers.into_iter().map(row).collect(),
        empty: empty.action(Link::to("/admin/plugins", "Plugins")),
    })
}

fn row(subscriber: SubscriberSummary) -> Row {
    Row {
        state: state(&subscriber),
        href: address(&subscriber.id),
        label: subscriber.label,
        plugin: subscriber.plugin_id,
        events: if subscriber.events.is_empty() { "every event".to_owned() } else { subscriber.events.join(", ") },
        waiting: subscriber.behind + subscriber.pending,
        dead: subscriber.dead,
    }
}

/// The page of a subscriber.
pub(super) fn address(id: &str) -> String {
    format!("/admin/subscribers/{}", utf8_percent_encode(id, NON_ALPHANUMERIC))
}

/// How it is, in a word.
pub(super) fn state(subscriber: &SubscriberSummary) -> Badge {
    match (subscriber.enabled, subscriber.failing_since, subscriber.dead) {
        (false, ..) => Badge::state("disabled").saying("Off"),
        (true, Some(_), _) => Badge::state("error").saying("Fails"),
        (true, None, 0) => Badge::state("ok").saying("Listens"),
        (true, None, _) => Badge::state("failed").saying("Failed"),
    }
}
