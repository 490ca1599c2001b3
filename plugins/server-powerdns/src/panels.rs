//! Panels on the page of a service.

use async_trait::async_trait;
use innkeeper_plugin_api::{
    Account, Block, PluginCtx, PluginError, View,
    server::ClientPanels,
    view::{Tone, Unit, Value},
};

use crate::{
    actions, client::Client, convert, server::PowerDns, settings::PowerDnsProduct, suspension, wire::Zone, zones,
};

const DNS: &str = "dns";
const DNSSEC: &str = "dnssec";

#[async_trait]
impl ClientPanels for PowerDns {
    fn panels(&self) -> Vec<(&'static str, &'static str)> {
        vec![(DNS, "DNS"), (DNSSEC, "DNSSEC")]
    }

    async fn draw(&self, ctx: &PluginCtx, account: &Account, panel: &str) -> Result<View, PluginError> {
        if ![DNS, DNSSEC].contains(&panel) {
            return Err(PluginError::unsupported(format!("there is no panel {panel}")));
        }
        let (client, product) = (Client::new(ctx)?, PowerDnsProduct::read(ctx)?);
        let zone = zones::ours(&client, account).await?;
        if panel == DNS {
            return Ok(View { blocks: dns(&zone, product.max_records) });
        }
        let records = if zone.dnssec { actions::ds_records(&client, &zone).await? } else { vec![] };
        Ok(View { blocks: dnssec(&records) })
    }
}

fn dns(zone: &Zone, max_records: Option<u32>) -> Vec<Block> {
    let servers = convert::name_servers(zone).into_iter().enumerate();
    let servers = servers.map(|(n, name)| (format!("Name server {}", n + 1), Value::from(name))).collect();
    let (records, others) = convert::records(zone);
    let mut blocks = vec![];
    if suspension::is_off(zone) {
        let text = "This zone is switched off: the name servers do not answer for it.".to_owned();
        blocks.push(Block::Notice { tone: Tone::Warning, text });
    }
    blocks.push(Block::Text("Set these name servers at the registrar of your domain.".to_owned()));
    blocks.push(Block::Facts(servers));
    blocks.push(Block::Meter {
        label: "Records".to_owned(),
        used: u64::try_from(records.len()).unwrap_or(u64::MAX),
        limit: max_records.map(u64::from),
        unit: Unit::Pieces,
    });
    let row = |record: &innkeeper_plugin_api::DnsRecord| {
        let priority = record.priority.map(|priority| format!("{priority} ")).unwrap_or_default();
        let content = format!("{priority}{}", record.content);
        vec![record.name.clone(), record.kind.to_string(), content, record.ttl.to_string()]
            .into_iter()
            .map(Value::from)
            .collect()
    };
    blocks.push(Block::Table {
        caption: "DNS records".to_owned(),
        head: ["Name", "Type", "Content", "TTL"].map(str::to_owned).into(),
        rows: records.iter().map(row).collect(),
    });
    if others > 0 {
        blocks.push(Block::Text(format!("There are {others} more that cannot be changed here.")));
    }
    blocks
}

fn dnssec(ds_records: &[String]) -> Vec<Block> {
    if ds_records.is_empty() {
        let text = "This zone is not signed.".to_owned();
        return vec![Block::Notice { tone: Tone::Info, text }];
    }
    let rows = ds_records.iter().map(|ds| {
        let mut words = ds.split_whitespace();
        (0..4).map(|_| Value::from(words.next().unwrap_or_default())).collect()
    });
    let text = "This zone is signed. Hand one of these to the registrar of your domain, so that others can check it.";
    vec![
        Block::Text(text.to_owned()),
        Block::Table {
            caption: "DS records".to_owned(),
            head: ["Key tag", "Algorithm", "Digest type", "Digest"].map(str::to_owned).into(),
            rows: rows.collect(),
        },
    ]
}
