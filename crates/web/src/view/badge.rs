//! Status badges: a word, a colour and a shape, so that colour is never alone.

use askama::Template;

use super::icon::{Icon, icon};

/// What a colour means, everywhere on the site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// As it should be, nothing to do.
    Success,
    /// On its way, or informative.
    Info,
    /// Needs attention soon.
    Warning,
    /// Failed, refused, or destructive.
    Danger,
    /// Over, or not yet begun.
    Neutral,
}

impl Tone {
    /// The CSS class that sets the colour.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Success => "tone-success",
            Self::Info => "tone-info",
            Self::Warning => "tone-warning",
            Self::Danger => "tone-danger",
            Self::Neutral => "tone-neutral",
        }
    }
}

/// A short state word with colour and icon.
#[derive(Debug, Clone, Template)]
#[template(ext = "html", source = r#"<span class="state {{ tone.class() }}">{{ icon }}{{ text }}</span>"#)]
pub struct Badge {
    tone: Tone,
    icon: Icon,
    text: String,
}

component!(Badge);

impl Badge {
    /// A badge of one's own words.
    pub fn new(tone: Tone, icon_name: &'static str, text: impl Into<String>) -> Self {
        Self { tone, icon: icon(icon_name), text: text.into() }
    }

    /// The badge of a state word of an invoice, payment, order, service,
    /// domain, job, delivery, effect, client, server or plugin, as the database
    /// spells it (`partially_paid`). A word means the same wherever it stands;
    /// one that is not known is shown plainly.
    pub fn state(word: &str) -> Self {
        let (tone, icon_name) = look(word);
        Self::new(tone, icon_name, spoken(word))
    }

    /// The same colour and shape with other words, for example `Due in 3 days`.
    #[must_use]
    pub fn saying(mut self, text: impl Into<String>) -> Self {
        self.text = text.into();
        self
    }
}

fn look(word: &str) -> (Tone, &'static str) {
    match word {
        "active" | "paid" | "done" | "succeeded" | "completed" | "delivered" | "accepted" | "confirmed" | "enabled"
        | "online" | "ok" | "registered" | "healthy" | "applied" => (Tone::Success, "circle-check"),
        "running" | "in_flight" | "provisioning" | "activating" | "registering" | "renewing" | "transferring"
        | "transferring_in" | "delivering" | "claimed" => (Tone::Info, "refresh"),
        "open" | "issued" | "unpaid" | "partially_paid" | "sent" | "new" => (Tone::Info, "clock"),
        "pending" | "queued" | "scheduled" | "waiting" | "pending_payment" | "due" | "ready" | "planned" => {
            (Tone::Warning, "hourglass")
        }
        "overdue" | "retrying" | "expiring" | "grace" | "redemption" | "parked" | "unknown" | "unsettled"
        | "warning" => (Tone::Warning, "alert-triangle"),
        "suspended" | "on_hold" | "paused" => (Tone::Warning, "player-pause"),
        "failed" | "dead" | "declined" | "offline" | "error" | "expired" | "refused" | "unreachable" => {
            (Tone::Danger, "circle-x")
        }
        "fraud" => (Tone::Danger, "flag"),
        "refunded" | "partially_refunded" | "credited" | "credit" => (Tone::Neutral, "receipt"),
        "cancelled" | "canceled" | "void" | "voided" | "terminated" | "closed" | "disabled" | "inactive"
        | "retired" | "written_off" | "transferred_out" | "transferred_away" | "rejected" | "skipped" => {
            (Tone::Neutral, "ban")
        }
        _ => (Tone::Neutral, "circle-dashed"),
    }
}

/// `partially_paid` → `Partially paid`.
fn spoken(word: &str) -> String {
    let words = word.replace(['_', '-'], " ");
    let mut letters = words.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_says_its_word_beside_its_colour() {
        let html = Badge::state("partially_paid").to_string();
        assert!(html.contains("tone-info"));
        assert!(html.contains("#clock"));
        assert!(html.ends_with("Partially paid</span>"));
    }

    #[test]
    fn an_unknown_or_hostile_state_is_shown_plainly() {
        let html = Badge::state("<b>odd</b>").to_string();
        assert!(html.contains("tone-neutral"));
        assert!(html.contains("&#60;b&#62;odd"));
        assert!(!html.contains("<b>"));
    }

    #[test]
    fn failure_and_success_differ_in_shape_not_only_in_colour() {
        assert_ne!(look("failed").1, look("paid").1);
        assert_ne!(look("overdue").1, look("open").1);
    }
}
