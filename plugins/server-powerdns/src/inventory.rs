//! What the server has.

use async_trait::async_trait;
use http::Method;
use innkeeper_plugin_api::{
    Account, AccountState, Created,
    Outcome::Done,
    Page, PluginCtx, PluginError, PluginResult,
    server::{Adoption, Inventory, RemoteAccount, RemotePlan},
};
use serde_json::json;
use std::collections::BTreeSet;

use crate::{
    client::Client,
    order,
    server::PowerDns,
    suspension::ZONE_MEMORY,
    wire::{Hit, Zone},
    zones::{self, MARK},
};

/// Zones told at once.
const PAGE: usize = 500;
/// More hits than a server has zones.
const ALL_HITS: u32 = 1_000_000;

#[async_trait]
impl Inventory for PowerDns {
    /// PowerDNS has no plans; the kinds of zones are the nearest.
    async fn plans(&self, ctx: &PluginCtx) -> Result<Vec<RemotePlan>, PluginError> {
        Client::new(ctx)?;
        let plan = |id: &str, label: &str| RemotePlan { id: id.to_owned(), label: label.to_owned() };
        Ok(vec![plan("Native", "Native zone"), plan("Master", "Primary zone that notifies its secondaries")])
    }

    async fn accounts(&self, ctx: &PluginCtx, cursor: Option<&str>) -> Result<Page<RemoteAccount>, PluginError> {
        let client = Client::new(ctx)?;
        let zones = zones::all(&client).await?;
        let search = format!("/search-data?q={}*&max={ALL_HITS}&object_type=comment", ZONE_MEMORY.trim_end());
        let hits: Vec<Hit> = client.get(&search).await?;
        let off: BTreeSet<String> = hits.into_iter().map(|hit| hit.zone).collect();
        let mut rest = zones.into_iter().filter(|zone| cursor.is_none_or(|last| zone.name.as_str() > last));
        let part: Vec<Zone> = rest.by_ref().take(PAGE).collect();
        let next = part.last().filter(|_| rest.next().is_some()).map(|last| last.name.clone());
        Ok(Page { items: part.iter().map(|zone| remote(zone, off.contains(&zone.name))).collect(), next })
    }
    fn adoption(&self) -> Option<&dyn Adoption> {
        Some(self)
    }
}

#[async_trait]
impl Adoption for PowerDns {
    async fn adopt(&self, ctx: &PluginCtx, account: &Account) -> PluginResult<Created> {
        let (client, mark) = (Client::new(ctx)?, zones::mark(&account.reference)?);
        let name = order::known_domain(account).ok_or_else(|| PluginError::invalid("no zone is named"))?;
        let missing = || PluginError::not_found(format!("PowerDNS has no zone {}", name.as_str()));
        let zone = zones::named(&client, &name).await?.ok_or_else(missing)?;
        if zone.account.starts_with(MARK) && zone.account != mark {
            return Err(PluginError::declined(format!("{} belongs to another service: {}", zone.name, zone.account)));
        }
        if zone.account != mark {
            let body = json!({"account": mark});
            client.change(Method::PUT, &format!("/zones/{}", zone.id), Some(&body)).await?;
        }
        Ok(Done(zones::created(&zone)))
    }
}

fn remote(zone: &Zone, off: bool) -> RemoteAccount {
    let created = zones::created(zone);
    RemoteAccount {
        remote_id: created.remote_id,
        username: created.username,
        label: created.label,
        email: String::new(),
        plan: Some(zone.kind.clone()),
        state: if off { AccountState::Suspended } else { AccountState::Active },
        address: None,
        created_on: None,
    }
}
