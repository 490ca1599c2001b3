//! The operations at vendors on a service or domain: what was tried, how it went, and what a person
//! has to decide.

use askama::Template;
use chrono::{DateTime, Utc};
use innkeeper_app::{effects, services::EffectView};
use innkeeper_domain::{EffectId, state::EffectState};
use innkeeper_web::extract::{Id, Posted, Staff};
use innkeeper_web::reply::{PageResult, local_or};
use innkeeper_web::view::{Badge, Moment, PostButton, Tone};

use super::outcome::back;

/// The latest operations, newest first.
#[derive(Template)]
#[template(path = "admin/parts/operations.html")]
pub(super) struct Operations {
    rows: Vec<Row>,
    under_way: bool,
}

innkeeper_web::component!(Operations);

struct Row {
    what: String,
    state: Badge,
    at: Moment,
    attempts: i32,
    error: String,
    decide: Option<[PostButton; 2]>,
}

/// The operation that waits for a person, told at the top of a page.
#[derive(Template)]
#[template(path = "admin/parts/needs_human.html")]
pub(super) struct NeedsHuman {
    what: String,
    error: String,
    decide: Option<[PostButton; 2]>,
}

innkeeper_web::component!(NeedsHuman);

impl Operations {
    /// The operations of the page at `page`; `may_decide`: with the buttons of those that wait.
    pub fn new(effects: &[EffectView], page: &str, may_decide: bool, now: DateTime<Utc>) -> Self {
        let row = |effect: &EffectView| Row {
            what: spoken(&effect.kind),
            state: badge(effect.state.0),
            at: Moment::ago(&effect.planned_at, now),
            attempts: effect.attempts,
            error: effect.error.clone().unwrap_or_default(),
            decide: decisions(effect, page, may_decide),
        };
        Self { rows: effects.iter().map(row).collect(), under_way: under_way(effects) }
    }
}

impl NeedsHuman {
    /// The first operation that waits.
    pub fn of(effects: &[EffectView], page: &str, may_decide: bool) -> Option<Self> {
        let effect = effects.iter().find(|effect| effect.state.0 == EffectState::NeedsHuman)?;
        Some(Self {
            what: spoken(&effect.kind),
            error: effect.error.clone().unwrap_or_default(),
            decide: decisions(effect, page, may_decide),
        })
    }
}

/// Does an operation wait for a person? Then deciding on it is the way on.
pub(super) fn undecided(effects: &[EffectView]) -> bool {
    effects.iter().any(|effect| effect.state.0 == EffectState::NeedsHuman)
}

/// Is an operation on its way, so that another one would be refused?
pub(super) fn under_way(effects: &[EffectView]) -> bool {
    use EffectState::{Pending, Planned, Sent, Unknown};
    effects.iter().any(|effect| matches!(effect.state.0, Planned | Sent | Pending | Unknown))
}

fn decisions(effect: &EffectView, page: &str, may_decide: bool) -> Option<[PostButton; 2]> {
    if !may_decide || effect.state.0 != EffectState::NeedsHuman {
        return None;
    }
    let what = spoken(&effect.kind);
    let button = |verb: &str, label: &str| {
        PostButton::new(&format!("/admin/effects/{}/{verb}", effect.id), label).with("back", page).about(&what).small()
    };
    Some([
        button("retry", "Try again").primary().icon("refresh"),
        button("give-up", "Give up")
            .icon("x")
            .confirm("Give this operation up? It then counts as refused: what was ordered stays as it is."),
    ])
}

fn badge(state: EffectState) -> Badge {
    match state {
        EffectState::NeedsHuman => Badge::new(Tone::Danger, "alert-triangle", "Waits for a decision"),
        EffectState::Succeeded => Badge::state("done"),
        EffectState::Failed => Badge::state("refused"),
        EffectState::Unknown => Badge::state("unknown").saying("Outcome unknown"),
        EffectState::Pending => Badge::state("running").saying("The vendor works on it"),
        EffectState::Planned | EffectState::Sent => Badge::state("running").saying("Under way"),
    }
}

/// `domain.set_nameservers` → `Set name servers`.
fn spoken(kind: &str) -> String {
    let verb =
        kind.split_once('.').map_or(kind, |(_, verb)| verb).replace('_', " ").replace("nameservers", "name servers");
    let mut letters = verb.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

pub(super) async fn retry(staff: Staff, Id(id): Id<EffectId>, posted: Posted) -> PageResult {
    let result = effects::retry(&staff.app, &staff.actor, id).await;
    back(local_or(posted.get("back"), "/admin"), result, "It is tried again. The vendor is asked first what is there.")
}

pub(super) async fn give_up(staff: Staff, Id(id): Id<EffectId>, posted: Posted) -> PageResult {
    let result = effects::give_up(&staff.app, &staff.actor, id).await;
    back(local_or(posted.get("back"), "/admin"), result, "The operation is given up.")
}

#[cfg(test)]
mod tests {
    use super::spoken;

    #[test]
    fn an_operation_is_told_in_words() {
        assert_eq!(spoken("service.change_password"), "Change password");
        assert_eq!(spoken("domain.set_nameservers"), "Set name servers");
    }
}
