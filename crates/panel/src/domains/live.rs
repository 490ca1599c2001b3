//! What the registrar says of a domain right now: a part of its page that is fetched afterwards.

use askama::Template;
use innkeeper_app::{AppError, domains};
use innkeeper_domain::DomainId;
use innkeeper_plugin_api::{DomainInfo, RemoteDomainState};
use innkeeper_web::Failure;
use innkeeper_web::extract::{Id, Staff};
use innkeeper_web::reply::{PageResult, page, sentence};
use innkeeper_web::view::{Badge, Cell, Facts, Moment, Tone};

/// The registrar's answer, or why there is none.
#[derive(Template)]
#[template(path = "admin/domains/live.html")]
pub(super) struct Live {
    facts: Facts,
    trouble: String,
}

innkeeper_web::component!(Live);

impl Live {
    /// Asks. A registrar that does not answer is told, not an error of the page.
    pub async fn ask(staff: &Staff, id: DomainId) -> Result<Self, Failure> {
        match domains::live_info(&staff.app, &staff.actor, id).await {
            Ok((info, servers)) => Ok(Self { facts: facts(&info, &servers), trouble: String::new() }),
            Err(AppError::External(error)) => Ok(Self { facts: Facts::new(), trouble: sentence(&error.detail) }),
            Err(other) => Err(other.into()),
        }
    }
}

pub(super) async fn part(staff: Staff, Id(id): Id<DomainId>) -> PageResult {
    page(&Live::ask(&staff, id).await?)
}

fn facts(info: &DomainInfo, servers: &[String]) -> Facts {
    let day = |day: Option<chrono::NaiveDate>| day.map_or(Cell::from(""), |day| Moment::day(day).into());
    let flag = |flag: Option<bool>, yes: &str, no: &str| match flag {
        Some(true) => yes.to_owned(),
        Some(false) => no.to_owned(),
        None => "Not told".to_owned(),
    };
    Facts::new()
        .row("State there", state(&info.state))
        .row("Registered", day(info.registered_on))
        .row("Expires", day(info.expires_on))
        .row("Transfer lock", flag(info.locked, "Locked", "Open"))
        .row("Owner in whois", flag(info.privacy, "Hidden", "Shown"))
        .row("Renewed there by itself", flag(info.auto_renew, "Yes", "No"))
        .row("Name servers", servers.join(", "))
}

fn state(state: &RemoteDomainState) -> Badge {
    match state {
        RemoteDomainState::Absent => Badge::new(Tone::Danger, "circle-x", "Not there"),
        RemoteDomainState::Pending => Badge::state("pending"),
        RemoteDomainState::Active => Badge::state("active"),
        RemoteDomainState::Expired => Badge::state("expired"),
        RemoteDomainState::Redemption => Badge::new(Tone::Warning, "hourglass", "Can be restored"),
        RemoteDomainState::PendingDelete => Badge::new(Tone::Danger, "circle-x", "About to be deleted"),
        RemoteDomainState::TransferredAway => Badge::state("transferred_away"),
        RemoteDomainState::Failed(reason) => Badge::state("refused").saying(format!("Refused: {reason}")),
    }
}
