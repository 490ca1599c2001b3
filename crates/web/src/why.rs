//! Why something is as it is: headings, sentences and what they speak of, as a part of a page.

use askama::Template;
use innkeeper_app::why::{About, Why};

/// Cards, one for each thing that is explained.
#[derive(Template)]
#[template(path = "components/why.html")]
pub struct WhyView {
    parts: Vec<Part>,
}

component!(WhyView);

struct Part {
    what: String,
    sentences: Vec<(String, Option<String>)>,
}

impl WhyView {
    /// `page`: where a thing is looked at through this door; none: nowhere.
    pub fn new(all: Vec<Why>, page: fn(About) -> Option<String>) -> Self {
        let part = |why: Why| Part {
            what: why.what,
            sentences: why.reasons.into_iter().map(|reason| (reason.text, reason.about.and_then(page))).collect(),
        };
        Self { parts: all.into_iter().map(part).collect() }
    }
}
