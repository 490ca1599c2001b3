//! A change of plan.

use async_trait::async_trait;
use http::Method;
use innkeeper_plugin_api::{
    Account, AccountChange, ChangeAccount, Created, Outcome::Done, Part, PluginCtx, PluginError, PluginResult,
};
use serde_json::json;

use crate::{
    client::Client,
    convert,
    server::PowerDns,
    settings::PowerDnsProduct,
    suspension,
    wire::{Entry, Patch, RrSet, Zone},
    zones,
};

#[async_trait]
impl ChangeAccount for PowerDns {
    fn parts(&self) -> &'static [Part] {
        &[Part::Plan]
    }

    async fn change(&self, ctx: &PluginCtx, account: &Account, change: &AccountChange) -> PluginResult<Created> {
        let (client, product) = (Client::new(ctx)?, PowerDnsProduct::read(ctx)?);
        let plan = change.plan.as_ref().ok_or_else(|| PluginError::unsupported("only the plan of a zone changes"))?;
        let wanted = product.name_servers(&account.nameservers)?;
        let zone = zones::ours(&client, account).await?;
        // The old settings may be older than this version of the plugin.
        let before = serde_json::from_value::<PowerDnsProduct>(plan.from.clone());
        let before = before.ok().and_then(|product| product.name_servers(&account.nameservers).ok());
        let moved: Vec<Patch> = before.and_then(|before| name_servers(&zone, &before, &wanted)).into_iter().collect();
        let body = json!({
            "kind": convert::kind_word(product.kind),
            "soa_edit_api": convert::serial_word(product.serial),
        });
        client.change(Method::PUT, &format!("/zones/{}", zone.id), Some(&body)).await?;
        zones::patch(&client, &zone.id, &moved).await?;
        Ok(Done(zones::created(&zone)))
    }
}

/// The new name servers, if the zone has those of the old plan and not some of its own.
fn name_servers(zone: &Zone, before: &[String], wanted: &[String]) -> Option<Patch> {
    let mut have = convert::name_servers(zone);
    let mut before = before.to_vec();
    have.sort();
    before.sort();
    let set = zone.rrsets.iter().find(|set| set.kind == "NS" && set.name == zone.name)?;
    if have != before || before.iter().all(|name| wanted.contains(name)) && before.len() == wanted.len() {
        return None;
    }
    let disabled = suspension::is_off(zone);
    let records = wanted.iter().map(|name| Entry { content: format!("{name}."), disabled }).collect();
    Some(Patch::replace(&RrSet { records, ..set.clone() }))
}
