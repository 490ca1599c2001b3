//! Looking a domain up, and what the answer means for an order.

use std::time::Duration;

use chrono::{Months, NaiveDate};
use innkeeper_plugin_api::{ErrorKind, Outcome, PluginError, PluginResult, Registered};

use crate::client::Client;
use crate::codes;
use crate::convert::{Stage, field, stage};
use crate::replies::{Base, Ordered, StatusInfo};

/// The domain as it stands in our account; `None` only if the vendor says that it is not there.
pub(crate) async fn find(client: &Client<'_>, name: &str) -> Result<Option<StatusInfo>, PluginError> {
    let fields = vec![field("domain", name), field("infoType", "status")];
    match client.read("domain/getinfo", &fields).await {
        Ok(status) => Ok(Some(status)),
        Err(error) if error.code.as_deref() == Some(codes::NOT_OURS) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The same of one that must be there; else `NotFound`.
pub(crate) async fn ours(client: &Client<'_>, name: &str) -> Result<StatusInfo, PluginError> {
    let absent =
        || PluginError::new(ErrorKind::NotFound, format!("{name} is not in our account")).code(codes::NOT_OURS);
    find(client, name).await?.ok_or_else(absent)
}

/// What an order for a domain comes to that is in our account already; `None` if it must be placed, because an
/// earlier one failed.
pub(super) fn settled(status: &StatusInfo, check_after: Duration) -> Result<Option<Outcome<Registered>>, PluginError> {
    match stage(&status.base.status) {
        Stage::Live => Ok(Some(Outcome::Done(registered(&status.base)))),
        Stage::Pending => Ok(Some(pending(status.base.id.clone(), check_after))),
        Stage::RegistrationFailed | Stage::TransferFailed => Ok(None),
        Stage::Expired => {
            let text = format!("the domain is in our account but {}: renew it instead", status.base.status);
            Err(PluginError::declined(text).public("This domain has expired. Please contact us to renew it."))
        }
    }
}

/// A refusal because somebody has the domain: it may be ours by now, through an attempt that was slower or quicker than
/// this one. Then that is the answer, else the refusal stands.
pub(super) async fn ours_meanwhile(
    client: &Client<'_>,
    name: &str,
    refusal: PluginError,
    check_after: Duration,
) -> PluginResult<Registered> {
    match find(client, name).await? {
        Some(status) => settled(&status, check_after)?.ok_or(refusal),
        None => Err(refusal),
    }
}

/// An accepted order is looked at once more: many registries are through within the second.
pub(super) async fn first_look(
    client: &Client<'_>,
    name: &str,
    ordered: Ordered,
    check_after: Duration,
) -> PluginResult<Registered> {
    let receipt = receipt("the order", ordered)?;
    match find(client, name).await {
        Ok(Some(status)) if stage(&status.base.status) == Stage::Live => Ok(Outcome::Done(registered(&status.base))),
        Ok(_) => Ok(pending(receipt.remote_id, check_after)),
        // The order stands; what failed is only the look.
        Err(error) => {
            tracing::debug!(domain = name, %error, "no first look at the order");
            Ok(pending(receipt.remote_id, check_after))
        }
    }
}

/// The expiry after a renewal that has happened already, by us or by the vendor itself: it stands at `goal` or later.
/// `None` if it stands at `from`; anything else is for a person to look at.
pub(super) async fn renewed(
    client: &Client<'_>,
    name: &str,
    from: NaiveDate,
    goal: NaiveDate,
) -> Result<Option<Registered>, PluginError> {
    let status = ours(client, name).await?;
    match status.base.expires {
        Some(expires) if expires >= goal => Ok(Some(registered(&status.base))),
        Some(expires) if expires == from => Ok(None),
        Some(expires) => Err(PluginError::declined(format!(
            "{name} expires on {expires} at the registrar, not on {from}: bring our record in line before renewing"
        ))),
        None => Err(PluginError::declined(format!("{name} cannot be renewed while it is {}", status.base.status))),
    }
}

/// The domain that an order is about.
pub(super) fn receipt(action: &str, ordered: Ordered) -> Result<Registered, PluginError> {
    let first = ordered.domains.first().map(registered);
    first.ok_or_else(|| PluginError::unknown(format!("{action}: the answer names no domain")))
}

fn registered(base: &Base) -> Registered {
    Registered { remote_id: base.id.clone(), expires_on: base.expires }
}

pub(super) fn pending(reference: String, check_after: Duration) -> Outcome<Registered> {
    Outcome::pending(reference, check_after)
}

/// The same day some years later; the 29th of February becomes the 28th.
pub(super) fn add_years(day: NaiveDate, years: u8) -> NaiveDate {
    day.checked_add_months(Months::new(u32::from(years) * 12)).unwrap_or(NaiveDate::MAX)
}
