//! The operations.

use async_trait::async_trait;
use http::Method;
use innkeeper_plugin_api::{
    Account, AccountStatus, ChangeAccount, Created, DnsRecord, Field,
    Outcome::Done,
    PluginCtx, PluginError, PluginResult, Protection, RecordType, ReportUsage, Secret, ServerOperation, ServerPlugin,
    UsageReport, Zone, ZoneChange,
    server::{AccountActions, AccountZone, ClientPanels, Inventory},
};
use serde_json::Value;
use std::collections::BTreeMap;

use crate::{
    client::Client,
    convert, order, records,
    settings::PowerDnsProduct,
    suspension, wire,
    zones::{self, Found},
};

/// PowerDNS.
pub(crate) struct PowerDns;

#[async_trait]
impl ServerPlugin for PowerDns {
    /// A name is unique on its server, and the other operations set an absolute state.
    fn protection(&self, _: ServerOperation) -> Protection {
        Protection::NaturalKey
    }

    fn order_fields(&self) -> Vec<Field> {
        order::fields()
    }

    fn check_order(&self, fields: &BTreeMap<String, String>, _: Option<&Secret>) -> Result<(), PluginError> {
        order::domain(fields).map(drop)
    }

    async fn test_connection(&self, ctx: &PluginCtx) -> Result<String, PluginError> {
        let client = Client::new(ctx)?;
        let server: Value = client.get("").await.map_err(|error| match error.code.as_deref() {
            Some("404") => PluginError::config(format!("the API knows no such server ({})", error.detail)),
            _ => error,
        })?;
        let text = |key: &str| server.get(key).and_then(Value::as_str).unwrap_or("?").to_owned();
        if text("daemon_type") != "authoritative" {
            return Err(PluginError::config(format!("this is no authoritative server, but a {}", text("daemon_type"))));
        }
        let zones = zones::all(&client).await?.len();
        Ok(format!("PowerDNS Authoritative Server {}, {zones} zones", text("version")))
    }

    async fn create(&self, ctx: &PluginCtx, account: &Account) -> PluginResult<Created> {
        let (client, product) = (Client::new(ctx)?, PowerDnsProduct::read(ctx)?);
        let name_servers = product.name_servers(&account.nameservers)?;
        let domain = order::domain(&account.fields)?;
        let mark = zones::mark(&account.reference)?;
        match zones::find(&client, account).await? {
            Found::Ours(zone) => return Ok(Done(zones::created(&zone))),
            Found::Foreign => return Err(taken(domain.as_str())),
            Found::Nothing => {}
        }
        let zone = convert::new_zone(&domain, &mark, &product, &name_servers);
        let refused = match client.change(Method::POST, "/zones?rrsets=false", Some(&zone)).await {
            Ok(response) => return Ok(Done(zones::created(&response.json::<wire::Zone>()?))),
            // Another attempt of ours may have come first.
            Err(error) if error.code.as_deref() == Some("409") => taken(domain.as_str()),
            Err(error) => return Err(error),
        };
        match zones::find(&client, account).await? {
            Found::Ours(zone) => Ok(Done(zones::created(&zone))),
            Found::Foreign | Found::Nothing => Err(refused),
        }
    }

    async fn suspend(&self, ctx: &PluginCtx, account: &Account) -> PluginResult<()> {
        let (client, _) = (Client::new(ctx)?, PowerDnsProduct::read(ctx)?);
        let zone = zones::ours(&client, account).await?;
        let result = zones::patch(&client, &zone.id, &suspension::off(&zone)).await;
        result.map(Done).map_err(without_comments)
    }

    async fn unsuspend(&self, ctx: &PluginCtx, account: &Account) -> PluginResult<()> {
        let (client, _) = (Client::new(ctx)?, PowerDnsProduct::read(ctx)?);
        let zone = zones::ours(&client, account).await?;
        zones::patch(&client, &zone.id, &suspension::on(&zone)).await.map(Done)
    }

    async fn terminate(&self, ctx: &PluginCtx, account: &Account) -> PluginResult<()> {
        let (client, _) = (Client::new(ctx)?, PowerDnsProduct::read(ctx)?);
        let Found::Ours(zone) = zones::find(&client, account).await? else { return Ok(Done(())) };
        match client.change(Method::DELETE, &format!("/zones/{}", zone.id), None::<&()>).await {
            Err(error) if error.code.as_deref() != Some("404") => Err(error),
            // It was there just now: somebody was faster.
            _ => Ok(Done(())),
        }
    }

    async fn status(&self, ctx: &PluginCtx, account: &Account) -> Result<AccountStatus, PluginError> {
        let (client, product) = (Client::new(ctx)?, PowerDnsProduct::read(ctx)?);
        Ok(match zones::find(&client, account).await? {
            Found::Ours(zone) => convert::status(&zones::whole(&client, &zone.id).await?, product.max_records),
            Found::Foreign | Found::Nothing => AccountStatus::absent(),
        })
    }

    fn change(&self) -> Option<&dyn ChangeAccount> {
        Some(self)
    }
    fn actions(&self) -> Option<&dyn AccountActions> {
        Some(self)
    }
    fn usage(&self) -> Option<&dyn ReportUsage> {
        Some(self)
    }
    fn inventory(&self) -> Option<&dyn Inventory> {
        Some(self)
    }
    fn panels(&self) -> Option<&dyn ClientPanels> {
        Some(self)
    }
    fn zone(&self) -> Option<&dyn AccountZone> {
        Some(self)
    }
}

#[async_trait]
impl AccountZone for PowerDns {
    fn record_types(&self) -> &'static [RecordType] {
        convert::RECORD_TYPES
    }

    async fn zone(&self, ctx: &PluginCtx, account: &Account) -> Result<Zone, PluginError> {
        let zone = zones::ours(&Client::new(ctx)?, account).await?;
        let (records, others): (Vec<DnsRecord>, usize) = convert::records(&zone);
        let name = zone.name.parse().map_err(|_| PluginError::config(format!("{} is no domain name", zone.name)))?;
        Ok(Zone { name, records, others, in_use: None })
    }

    async fn change_zone(&self, ctx: &PluginCtx, account: &Account, change: &ZoneChange) -> PluginResult<()> {
        let (client, product) = (Client::new(ctx)?, PowerDnsProduct::read(ctx)?);
        let zone = zones::ours(&client, account).await?;
        if suspension::is_off(&zone) {
            let text = "The zone is switched off: its records cannot be changed.";
            return Err(PluginError::declined(text).public(text));
        }
        let sets = records::patches(&zone, change, product.max_records)?;
        zones::patch(&client, &zone.id, &sets).await.map(Done).map_err(records::explained)
    }
}

#[async_trait]
impl ReportUsage for PowerDns {
    async fn usage(&self, ctx: &PluginCtx, remote_ids: &[String]) -> Result<Vec<UsageReport>, PluginError> {
        let client = Client::new(ctx)?;
        let mut reports = vec![];
        for zone in zones::all(&client).await?.into_iter().filter(|zone| remote_ids.contains(&zone.id)) {
            reports.push(convert::usage_report(&zones::whole(&client, &zone.id).await?, None));
        }
        Ok(reports)
    }
}

fn taken(domain: &str) -> PluginError {
    PluginError::declined(format!("{domain} is on this server already and is not ours"))
        .public("This domain is on our name servers already.")
        .code(409)
}

/// Some backends keep no comments, and without them nothing could be restored.
fn without_comments(error: PluginError) -> PluginError {
    if error.detail.contains("editing comments") {
        let detail = format!("zones of a backend without comments cannot be switched off ({})", error.detail);
        return PluginError::unsupported(detail);
    }
    error
}
