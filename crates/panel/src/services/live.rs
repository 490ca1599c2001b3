//! What the vendor says of a service right now: a part of its page that is fetched afterwards, so
//! that a slow vendor never holds the page up.

use askama::Template;
use innkeeper_app::AppError;
use innkeeper_app::services::{self, LiveStatus};
use innkeeper_domain::{Permission, ServiceId};
use innkeeper_plugin_api::{AccountState, Usage};
use innkeeper_web::Failure;
use innkeeper_web::extract::{Id, Staff};
use innkeeper_web::plugin_action::ActionButton;
use innkeeper_web::plugin_view::metric;
use innkeeper_web::reply::{PageResult, page, sentence};
use innkeeper_web::view::{Badge, Facts, Tone, bytes};

/// The vendor's answer, or why there is none.
#[derive(Template)]
#[template(path = "admin/services/live.html")]
pub(super) struct Live {
    facts: Facts,
    trouble: String,
    actions: Vec<ActionButton>,
}

innkeeper_web::component!(Live);

impl Live {
    /// Asks. A vendor that does not answer is told, not an error of the page.
    pub async fn ask(staff: &Staff, id: ServiceId) -> Result<Self, Failure> {
        match services::live_status(&staff.app, &staff.actor, id).await {
            Ok(Some(status)) => {
                Ok(Self { facts: facts(status), trouble: String::new(), actions: actions(staff, id).await? })
            }
            Ok(None) => Ok(Self {
                facts: Facts::new(),
                trouble: "No plugin provisions this product.".to_owned(),
                actions: vec![],
            }),
            Err(AppError::External(error)) => {
                Ok(Self { facts: Facts::new(), trouble: sentence(&error.detail), actions: vec![] })
            }
            Err(other) => Err(other.into()),
        }
    }
}

pub(super) async fn part(staff: Staff, Id(id): Id<ServiceId>) -> PageResult {
    page(&Live::ask(&staff, id).await?)
}

/// The buttons of what the plugin can do now. A vendor that does not say offers nothing.
async fn actions(staff: &Staff, id: ServiceId) -> Result<Vec<ActionButton>, Failure> {
    if !staff.may(Permission::ServicesWrite) {
        return Ok(vec![]);
    }
    let found = match services::available_actions(&staff.app, &staff.actor, id).await {
        Err(AppError::External(_)) => vec![],
        found => found?,
    };
    Ok(found.iter().map(|action| ActionButton::new(action, &format!("/admin/services/{id}"))).collect())
}

fn facts(status: LiveStatus) -> Facts {
    let state = match status.state {
        AccountState::Absent => Badge::new(Tone::Danger, "circle-x", "Not there"),
        AccountState::Active => Badge::state("active"),
        AccountState::Suspended => Badge::state("suspended"),
        AccountState::Unfinished => Badge::new(Tone::Warning, "alert-triangle", "Half done"),
    };
    let mut facts = Facts::new().row("State at the vendor", state);
    if let Some(usage) = status.usage {
        facts = facts.row("Used", used(&usage));
        for count in &usage.metrics {
            facts = facts.row(count.label.as_str(), metric(count));
        }
    }
    status.details.into_iter().fold(facts, |facts, (label, value)| facts.row(label, value))
}

fn used(usage: &Usage) -> String {
    match usage.disk_limit_bytes {
        Some(limit) => format!("{} of {}", bytes(usage.disk_bytes), bytes(limit)),
        None => bytes(usage.disk_bytes),
    }
}
