//! How much is used.

use async_trait::async_trait;
use innkeeper_plugin_api::{PluginCtx, PluginError, ReportUsage, Usage, UsageReport, server::Metric, view::Unit};
use std::collections::BTreeMap;

use crate::{
    accounts::{self, MAX_CONNECTIONS, MAX_QUEUES},
    client::{Client, Part},
    server::RabbitMq,
    wire::{Connection, Queue, Vhost, VhostLimits},
};

/// The columns of queues that are read.
pub(crate) const QUEUE_COLUMNS: &str = "name,vhost,state,messages,message_bytes,consumers";

#[async_trait]
impl ReportUsage for RabbitMq {
    async fn usage(&self, ctx: &PluginCtx, remote_ids: &[String]) -> Result<Vec<UsageReport>, PluginError> {
        let client = Client::new(ctx)?;
        let vhosts: Vec<Vhost> = client.get("/vhosts?columns=name,tags").await?;
        let queues: Vec<Queue> = client.get(&format!("/queues?columns={QUEUE_COLUMNS}")).await?;
        let connections: Vec<Connection> = client.get("/connections?columns=vhost").await?;
        let limits: Vec<VhostLimits> = client.get("/vhost-limits").await?;
        let limits: BTreeMap<String, BTreeMap<String, i64>> =
            limits.into_iter().map(|l| (l.vhost.clone(), l.set())).collect();
        let none = BTreeMap::new();
        let wanted = vhosts.into_iter().map(|vhost| vhost.name).filter(|name| remote_ids.contains(name));
        let report = |name: String| {
            let queues: Vec<&Queue> = queues.iter().filter(|queue| queue.vhost == name).collect();
            let open = connections.iter().filter(|connection| connection.vhost == name).count();
            let usage = summed(&queues, open, limits.get(&name).unwrap_or(&none));
            UsageReport { remote_id: name, usage, last_login: None }
        };
        Ok(wanted.map(report).collect())
    }
}

/// The usage of one virtual host.
pub(crate) async fn one(client: &Client<'_>, name: &str) -> Result<Usage, PluginError> {
    let queues: Vec<Queue> = client.get(&format!("/queues/{}?columns={QUEUE_COLUMNS}", Part(name))).await?;
    let connections: Vec<Connection> = client.get(&format!("/vhosts/{}/connections?columns=vhost", Part(name))).await?;
    let limits = accounts::current_limits(client, name).await?;
    Ok(summed(&queues.iter().collect::<Vec<_>>(), connections.len(), &limits))
}

fn summed(queues: &[&Queue], connections: usize, limits: &BTreeMap<String, i64>) -> Usage {
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    let limit = |name: &str| limits.get(name).and_then(|limit| u64::try_from(*limit).ok());
    let metric = |key: &str, label: &str, quantity, limit| Metric {
        key: key.to_owned(),
        label: label.to_owned(),
        unit: Unit::Pieces,
        quantity,
        limit,
    };
    Usage {
        disk_bytes: queues.iter().map(|queue| queue.message_bytes).sum(),
        disk_limit_bytes: None,
        metrics: vec![
            metric("messages", "Messages", queues.iter().map(|queue| queue.messages).sum(), None),
            metric("queues", "Queues", count(queues.len()), limit(MAX_QUEUES)),
            metric("connections", "Connections", count(connections), limit(MAX_CONNECTIONS)),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queues_are_summed_and_a_negative_limit_is_none() {
        let queue = |text: &str| serde_json::from_str::<Queue>(text).unwrap();
        let counted = queue(r#"{"name": "a", "vhost": "x", "messages": 3, "message_bytes": 30}"#);
        let fresh = queue(r#"{"name": "b", "vhost": "x"}"#);
        let limits = [(MAX_QUEUES.to_owned(), 5), (MAX_CONNECTIONS.to_owned(), -1)].into();
        let usage = summed(&[&counted, &fresh], 2, &limits);
        let metrics: Vec<_> = usage.metrics.iter().map(|m| (m.key.as_str(), m.quantity, m.limit)).collect();
        assert_eq!(usage.disk_bytes, 30);
        assert_eq!(metrics, [("messages", 3, None), ("queues", 2, Some(5)), ("connections", 2, None)]);
    }
}
