//! What the vendor says of a service right now: a part of its page that is fetched afterwards, so
//! that a slow vendor never holds the page up.

use askama::Template;
use innkeeper_app::AppError;
use innkeeper_app::services::{self, LiveStatus};
use innkeeper_domain::ServiceId;
use innkeeper_plugin_api::{AccountState, Usage};
use innkeeper_web::Failure;
use innkeeper_web::extract::{Id, Staff};
use innkeeper_web::reply::{PageResult, page, sentence};
use innkeeper_web::view::{Badge, Facts, Tone, bytes};

/// The vendor's answer, or why there is none.
#[derive(Template)]
#[template(path = "admin/services/live.html")]
pub(super) struct Live {
    facts: Facts,
    trouble: String,
}

innkeeper_web::component!(Live);

impl Live {
    /// Asks. A vendor that does not answer is told, not an error of the page.
    pub async fn ask(staff: &Staff, id: ServiceId) -> Result<Self, Failure> {
        match services::live_status(&staff.app, &staff.actor, id).await {
            Ok(Some(status)) => Ok(Self { facts: facts(status), trouble: String::new() }),
            Ok(None) => Ok(Self { facts: Facts::new(), trouble: "No plugin provisions this product.".to_owned() }),
            Err(AppError::External(error)) => Ok(Self { facts: Facts::new(), trouble: sentence(&error.detail) }),
            Err(other) => Err(other.into()),
        }
    }
}

pub(super) async fn part(staff: Staff, Id(id): Id<ServiceId>) -> PageResult {
    page(&Live::ask(&staff, id).await?)
}

fn facts(status: LiveStatus) -> Facts {
    let state = match status.state {
        AccountState::Absent => Badge::new(Tone::Danger, "circle-x", "Not there"),
        AccountState::Active => Badge::state("active"),
        AccountState::Suspended => Badge::state("suspended"),
    };
    let mut facts = Facts::new().row("State at the vendor", state);
    if let Some(usage) = status.usage {
        facts = facts.row("Used", used(usage));
    }
    status.details.into_iter().fold(facts, |facts, (label, value)| facts.row(label, value))
}

fn used(usage: Usage) -> String {
    match usage.disk_limit_bytes {
        Some(limit) => format!("{} of {}", bytes(usage.disk_bytes), bytes(limit)),
        None => bytes(usage.disk_bytes),
    }
}
