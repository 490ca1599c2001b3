//! DNS zones, of domains that have a service at the vendor which keeps one.

use innkeeper_plugin_api::{
    DomainRef, ErrorKind, Outcome, PluginCtx, PluginError, PluginResult, Zone, ZoneChange, async_trait,
    dns::{DnsRecord, RecordType},
    registrar::DomainZone,
};
use serde_json::Value;

use crate::client::{Client, Fields};
use crate::codes;
use crate::convert::{field, wire_name};
use crate::registrar::DonDominio;
use crate::replies::{DnsEntries, DnsEntry};

const TYPES: &[RecordType] = {
    use RecordType::{A, Aaaa, Caa, Cname, Mx, Ns, Srv, Txt};
    &[A, Aaaa, Cname, Mx, Txt, Ns, Srv, Caa]
};
/// Rows that are asked for at once.
const PAGE: usize = 500;
/// Where the vendor says nothing.
const TTL: u32 = 3600;

#[async_trait]
impl DomainZone for DonDominio {
    fn record_types(&self) -> &'static [RecordType] {
        TYPES
    }

    async fn zone(&self, ctx: &PluginCtx, domain: &DomainRef) -> Result<Zone, PluginError> {
        let name = wire_name(&domain.name)?;
        let entries = entries(&self.client(ctx)?, &name).await?;
        let records: Vec<DnsRecord> = entries.iter().filter_map(|entry| record(&name, entry)).collect();
        let others = entries.len() - records.len();
        Ok(Zone { name: domain.name.clone(), records, others, in_use: None })
    }

    async fn change_zone(&self, ctx: &PluginCtx, domain: &DomainRef, change: &ZoneChange) -> PluginResult<()> {
        let client = self.client(ctx)?;
        let name = wire_name(&domain.name)?;
        let known: Vec<(DnsEntry, DnsRecord)> = entries(&client, &name)
            .await?
            .into_iter()
            .filter_map(|entry| record(&name, &entry).map(|record| (entry, record)))
            .collect();
        let stays = |record: &DnsRecord| change.add.contains(record);
        for (entry, record) in &known {
            if change.remove.contains(record) && !stays(record) {
                let fields = vec![field("serviceName", &name), field("entityID", &entry.id)];
                let _: Value = client.change("service/dnsdelete", &fields).await.map_err(no_service)?;
            }
        }
        for record in change.add.iter().filter(|new| !known.iter().any(|(_, known)| known == *new)) {
            let _: Value = client.change("service/dnscreate", &creation(&name, record)).await.map_err(no_service)?;
        }
        Ok(Outcome::Done(()))
    }
}

async fn entries(client: &Client<'_>, name: &str) -> Result<Vec<DnsEntry>, PluginError> {
    let mut entries = vec![];
    for page in 1.. {
        let place = [field("pageLength", PAGE.to_string()), field("page", page.to_string())];
        let fields: Fields = [field("serviceName", name)].into_iter().chain(place).collect();
        let found: DnsEntries = client.read("service/dnslist", &fields).await.map_err(no_service)?;
        let rows = found.dns.len();
        entries.extend(found.dns);
        if rows == 0 || entries.len() >= found.query.total {
            break;
        }
    }
    Ok(entries)
}

/// A record as we know it; none: of another type.
fn record(zone: &str, entry: &DnsEntry) -> Option<DnsRecord> {
    let kind: RecordType = entry.kind.parse().ok().filter(|kind| TYPES.contains(kind))?;
    let full = entry.name.trim_end_matches('.').to_lowercase();
    let name = match full.strip_suffix(zone) {
        Some("") => "@".to_owned(),
        Some(rest) => rest.strip_suffix('.')?.to_owned(),
        None => return None,
    };
    let has_priority = matches!(kind, RecordType::Mx | RecordType::Srv);
    let priority = entry.priority.and_then(|priority| u16::try_from(priority).ok());
    Some(DnsRecord {
        name,
        kind,
        content: entry.value.clone(),
        ttl: entry.ttl.unwrap_or(TTL),
        priority: has_priority.then(|| priority.unwrap_or(10)),
    })
}

fn creation(zone: &str, record: &DnsRecord) -> Fields {
    let name = match record.name.as_str() {
        "@" => zone.to_owned(),
        name => format!("{name}.{zone}"),
    };
    let priority = record.priority.map_or("-".to_owned(), |priority| priority.to_string());
    vec![
        field("serviceName", zone),
        field("name", name),
        field("type", record.kind.as_str()),
        field("value", &record.content),
        field("ttl", record.ttl.to_string()),
        field("priority", priority),
    ]
}

fn no_service(error: PluginError) -> PluginError {
    if error.code.as_deref() != Some(codes::NO_SERVICE) {
        return error;
    }
    let text = "This domain has no DNS service at the registrar: its name servers keep its records.";
    PluginError { kind: ErrorKind::Unsupported, ..error }.public(text)
}
