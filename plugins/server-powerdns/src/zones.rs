//! Finding zones, and telling ours from others.

use http::Method;
use innkeeper_plugin_api::{Account, Created, PluginError, domain::DomainName};
use serde_json::json;

use crate::{
    client::Client,
    order,
    wire::{Patch, Zone},
};

/// Backends keep no more of a zone's `account`.
const LONGEST_MARK: usize = 40;
/// What our marks begin with.
pub(crate) const MARK: &str = "innkeeper:";

/// What was found under an account's domain or mark.
pub(crate) enum Found {
    /// The zone of this account, without its record sets.
    Ours(Box<Zone>),
    /// A zone of the same name that is not.
    Foreign,
    /// None.
    Nothing,
}

/// What we write into a zone's `account`, so that `status` finds it again.
///
/// # Errors
/// `Config` when the reference is too long for it.
pub(crate) fn mark(reference: &str) -> Result<String, PluginError> {
    let mark = format!("{MARK}{reference}");
    if mark.len() > LONGEST_MARK {
        return Err(PluginError::config(format!(
            "{mark} is longer than the {LONGEST_MARK} letters of a zone's account"
        )));
    }
    Ok(mark)
}

/// What a zone is called.
pub(crate) fn created(zone: &Zone) -> Created {
    let name = zone.name.trim_end_matches('.');
    Created::new(zone.id.clone(), name, name)
}

/// The zones of this name: one or none. A list says "there is none" in words of its own, so that a wrong
/// address of the API is not taken for it.
pub(crate) async fn named(client: &Client<'_>, name: &DomainName) -> Result<Option<Zone>, PluginError> {
    let zones: Vec<Zone> = listed(client.get(&format!("/zones?zone={}.", name.as_str())).await)?;
    let is_it = |zone: &Zone| zone.name.trim_end_matches('.').eq_ignore_ascii_case(name.as_str());
    Ok(zones.into_iter().find(is_it))
}

/// All zones, by name.
pub(crate) async fn all(client: &Client<'_>) -> Result<Vec<Zone>, PluginError> {
    let mut zones: Vec<Zone> = listed(client.get("/zones").await)?;
    zones.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(zones)
}

/// There is always a list: without one it is not the API, or not this server's.
fn listed<T>(answer: Result<T, PluginError>) -> Result<T, PluginError> {
    answer.map_err(|error| match error.code.as_deref() {
        Some("404") => PluginError::config(format!("is this the address of PowerDNS's API? ({})", error.detail)),
        _ => error,
    })
}

/// Finds the account's zone: by its name, else by our mark.
pub(crate) async fn find(client: &Client<'_>, account: &Account) -> Result<Found, PluginError> {
    let mark = mark(&account.reference)?;
    let Some(name) = order::known_domain(account) else {
        let zone = all(client).await?.into_iter().find(|zone| zone.account == mark);
        return Ok(zone.map_or(Found::Nothing, |zone| Found::Ours(Box::new(zone))));
    };
    Ok(match named(client, &name).await? {
        Some(zone) if zone.account == mark => Found::Ours(Box::new(zone)),
        Some(_) => Found::Foreign,
        None => Found::Nothing,
    })
}

/// The account's zone with its record sets.
///
/// # Errors
/// `NotFound` when the server has none of ours.
pub(crate) async fn ours(client: &Client<'_>, account: &Account) -> Result<Zone, PluginError> {
    match find(client, account).await? {
        Found::Ours(zone) => whole(client, &zone.id).await,
        Found::Foreign | Found::Nothing => {
            Err(PluginError::not_found(format!("PowerDNS has no zone of ours for {}", account.reference)))
        }
    }
}

/// A zone with its record sets.
pub(crate) async fn whole(client: &Client<'_>, id: &str) -> Result<Zone, PluginError> {
    let mut zone: Zone = client.get(&format!("/zones/{id}")).await?;
    // PowerDNS lists a comment that outlived its records as an empty set.
    zone.rrsets.retain(|set| !set.records.is_empty());
    Ok(zone)
}

/// Changes record sets, all together or none. Nothing to change is no call.
pub(crate) async fn patch(client: &Client<'_>, id: &str, sets: &[Patch]) -> Result<(), PluginError> {
    if sets.is_empty() {
        return Ok(());
    }
    client.change(Method::PATCH, &format!("/zones/{id}"), Some(&json!({"rrsets": sets}))).await.map(drop)
}
