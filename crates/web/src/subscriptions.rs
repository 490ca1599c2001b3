//! The subscriptions of payment services that pay for a service, with a button that ends each.

use askama::Template;
use innkeeper_app::payments::Subscription;

use crate::view::{Badge, Moment, PostButton, Tone};

/// A card on the page of a service.
#[derive(Template)]
#[template(path = "components/subscriptions.html")]
pub struct Subscriptions {
    rows: Vec<Row>,
}

crate::component!(Subscriptions);

struct Row {
    name: String,
    id: String,
    since: Moment,
    state: Badge,
    end: Option<PostButton>,
}

impl Subscriptions {
    /// Of the service whose page is at `page`; `may_end`: the viewer may end them. None: there are none.
    pub fn new(found: Vec<Subscription>, page: &str, may_end: bool) -> Option<Self> {
        let rows: Vec<Row> = found.into_iter().map(|one| Row::new(one, page, may_end)).collect();
        (!rows.is_empty()).then_some(Self { rows })
    }
}

impl Row {
    fn new(one: Subscription, page: &str, may_end: bool) -> Self {
        let state = match (one.ended_at, one.is_ending) {
            (Some(_), _) => Badge::state("terminated").saying("Ended"),
            (None, true) => Badge::state("running").saying("Is being ended"),
            (None, false) => Badge::new(Tone::Success, "circle-check", "Charges by itself"),
        };
        let question = format!(
            "End this subscription? {} charges no more by itself. The service goes on: what it costs is invoiced.",
            one.name
        );
        let end = (may_end && one.can_end).then(|| {
            PostButton::new(&format!("{page}/end-subscription"), "End it")
                .small()
                .danger()
                .with("gateway", &one.gateway)
                .with("subscription", &one.id)
                .about(&one.name)
                .confirm(&question)
        });
        Self { name: one.name, id: one.id, since: Moment::day(one.since.date_naive()), state, end }
    }
}
