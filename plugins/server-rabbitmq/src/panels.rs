//! Panels on the page of a service.

use async_trait::async_trait;
use innkeeper_plugin_api::{
    Account, Block, PluginCtx, PluginError, Usage, View,
    server::ClientPanels,
    view::{Tone, Value},
};

use crate::{
    accounts::{self, Parts},
    client::{Client, Part},
    measure,
    server::RabbitMq,
    wire::{Queue, User},
};

const CONNECTION: &str = "connection";
const QUEUES: &str = "queues";

#[async_trait]
impl ClientPanels for RabbitMq {
    fn panels(&self) -> Vec<(&'static str, &'static str)> {
        vec![(CONNECTION, "Connection"), (QUEUES, "Queues")]
    }

    async fn draw(&self, ctx: &PluginCtx, account: &Account, panel: &str) -> Result<View, PluginError> {
        if ![CONNECTION, QUEUES].contains(&panel) {
            return Err(PluginError::unsupported(format!("there is no panel {panel}")));
        }
        let client = Client::new(ctx)?;
        let (parts, user) = accounts::ours(&client, account).await?;
        if panel == CONNECTION {
            return Ok(View { blocks: connection(&client, &parts, &user) });
        }
        let path = format!("/queues/{}?columns={}", Part(&parts.name), measure::QUEUE_COLUMNS);
        let queues: Vec<Queue> = client.get(&path).await?;
        let usage = measure::one(&client, &parts.name).await?;
        Ok(View { blocks: tables(&queues, usage) })
    }
}

fn connection(client: &Client<'_>, parts: &Parts, user: &User) -> Vec<Block> {
    let (server, name) = (&client.server, parts.name.as_str());
    let mut facts: Vec<(String, Value)> = [
        ("Host", server.amqp_host().to_owned()),
        ("Port", server.amqp_port().to_string()),
        ("TLS", if server.amqp_tls { "yes" } else { "no" }.to_owned()),
        ("Virtual host", name.to_owned()),
        ("User name", name.to_owned()),
        ("Address without the password", server.amqp_url(name, name)),
    ]
    .map(|(label, value)| (label.to_owned(), value.into()))
    .into();
    if user.may_manage() {
        let url = format!("{}/", server.management());
        facts.push(("Management pages".to_owned(), Value::Link { text: url.clone(), url }));
    }
    let mut blocks = vec![Block::Facts(facts)];
    if user.is_marked_off() {
        let text = "This account is switched off: nobody can log in.".to_owned();
        blocks.insert(0, Block::Notice { tone: Tone::Warning, text });
    }
    blocks
}

fn tables(queues: &[Queue], usage: Usage) -> Vec<Block> {
    let meter = |metric: innkeeper_plugin_api::server::Metric| Block::Meter {
        label: metric.label,
        used: metric.quantity,
        limit: metric.limit,
        unit: metric.unit,
    };
    let mut blocks: Vec<Block> = usage.metrics.into_iter().map(meter).collect();
    let row = |queue: &Queue| {
        let counted = [queue.messages, queue.message_bytes, queue.consumers].map(|number| number.to_string());
        [queue.name.clone(), queue.state.clone()].into_iter().chain(counted).map(Value::from).collect()
    };
    blocks.push(Block::Table {
        caption: "Queues".to_owned(),
        head: ["Queue", "State", "Messages", "Bytes", "Consumers"].map(str::to_owned).into(),
        rows: queues.iter().map(row).collect(),
    });
    blocks
}
