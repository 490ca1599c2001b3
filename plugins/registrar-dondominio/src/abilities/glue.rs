//! Hosts below a domain.

use std::net::IpAddr;

use innkeeper_plugin_api::{
    DomainRef, Outcome, PluginCtx, PluginError, PluginResult, async_trait,
    registrar::{Glue, GlueHost},
};
use serde_json::Value;

use crate::client::Client;
use crate::convert::{correct, field, wire_name};
use crate::registrar::DonDominio;
use crate::replies::GlueRecords;

#[async_trait]
impl Glue for DonDominio {
    async fn hosts(&self, ctx: &PluginCtx, domain: &DomainRef) -> Result<Vec<GlueHost>, PluginError> {
        hosts(&self.client(ctx)?, &wire_name(&domain.name)?).await
    }

    async fn put_host(&self, ctx: &PluginCtx, domain: &DomainRef, host: &GlueHost) -> PluginResult<()> {
        let client = self.client(ctx)?;
        let name = wire_name(&domain.name)?;
        let (v4, v6) = addresses(host)?;
        let host_name = host.name.trim_end_matches('.').to_lowercase();
        let known = hosts(&client, &name).await?.into_iter().find(|known| known.name == host_name);
        let action = match known {
            Some(known) if addresses(&known).is_ok_and(|known| known == (v4, v6)) => return Ok(Outcome::Done(())),
            Some(_) => "domain/gluerecordupdate",
            None => "domain/gluerecordcreate",
        };
        let mut fields = vec![field("domain", &name), field("name", host_name), field("ipv4", v4.to_string())];
        fields.extend(v6.map(|address| field("ipv6", address.to_string())));
        let _: Value = client.change(action, &fields).await?;
        Ok(Outcome::Done(()))
    }

    async fn remove_host(&self, ctx: &PluginCtx, domain: &DomainRef, host: &str) -> PluginResult<()> {
        let client = self.client(ctx)?;
        let name = wire_name(&domain.name)?;
        let host = host.trim_end_matches('.').to_lowercase();
        if hosts(&client, &name).await?.iter().any(|known| known.name == host) {
            let _: Value =
                client.change("domain/gluerecorddelete", &vec![field("domain", &name), field("name", host)]).await?;
        }
        Ok(Outcome::Done(()))
    }
}

async fn hosts(client: &Client<'_>, name: &str) -> Result<Vec<GlueHost>, PluginError> {
    let found: GlueRecords = client.read("domain/getgluerecords", &vec![field("domain", name)]).await?;
    let host = |record: crate::replies::GlueRecord| GlueHost {
        addresses: [&record.ipv4, &record.ipv6].into_iter().filter_map(|text| text.parse().ok()).collect(),
        name: record.name.to_lowercase(),
    };
    Ok(found.gluerecords.into_iter().map(host).collect())
}

/// The vendor takes one address of the old kind and at most one of the new.
fn addresses(host: &GlueHost) -> Result<(IpAddr, Option<IpAddr>), PluginError> {
    let (v4, v6): (Vec<&IpAddr>, Vec<&IpAddr>) = host.addresses.iter().partition(|address| address.is_ipv4());
    match (v4.as_slice(), v6.as_slice()) {
        ([one], []) => Ok((**one, None)),
        ([one], [other]) => Ok((**one, Some(**other))),
        _ => Err(correct("Please give one IPv4 address, and at most one IPv6 address.")),
    }
}
