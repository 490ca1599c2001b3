//! Who is told of events.

use askama::Template;
use innkeeper_app::system::{self, SubscriberSummary};
use innkeeper_domain::Permission;
use innkeeper_web::extract::{Posted, Staff};
use innkeeper_web::reply::{PageResult, page};
use innkeeper_web::view::{AdminSection, Badge, Chrome, Empty, Link, PostButton};

use crate::listing::Tab;
use crate::outcome::back;
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
    pending: i64,
    dead: i64,
    state: Badge,
    replay: Option<PostButton>,
}

pub(super) async fn list(staff: Staff) -> PageResult {
    let may_write = staff.may(Permission::SystemWrite);
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
        rows: subscribers.into_iter().map(|s| row(s, may_write)).collect(),
        empty: empty.action(Link::to("/admin/plugins", "Plugins")),
    })
}

fn row(subscriber: SubscriberSummary, may_write: bool) -> Row {
    let replay = (may_write && subscriber.dead > 0).then(|| {
        PostButton::new("/admin/subscribers/replay-dead", "Send failed ones again")
            .small()
            .icon("refresh")
            .about(&subscriber.label)
            .with("subscriber", &subscriber.id)
            .confirm(&format!("Send {} failed deliveries again?", subscriber.dead))
    });
    Row {
        state: match (subscriber.enabled, subscriber.dead) {
            (false, _) => Badge::state("disabled").saying("Off"),
            (true, 0) => Badge::state("ok").saying("Listens"),
            (true, _) => Badge::state("failed").saying("Failed"),
        },
        label: subscriber.label,
        plugin: subscriber.plugin_id,
        events: if subscriber.events.is_empty() { "every event".to_owned() } else { subscriber.events.join(", ") },
        pending: subscriber.pending,
        dead: subscriber.dead,
        replay,
    }
}

pub(super) async fn replay_dead(staff: Staff, posted: Posted) -> PageResult {
    let result = system::replay_dead_deliveries(&staff.app, &staff.actor, posted.get("subscriber")).await;
    back("/admin/subscribers", result, "They are sent again in a moment.")
}
