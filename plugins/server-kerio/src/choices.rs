//! What a product may be made of, as the server tells: its mail domains and its user templates.

use async_trait::async_trait;
use innkeeper_plugin_api::{Choices, Level, PluginCtx, PluginError};
use serde_json::{Value, json};

use crate::{
    client::Client,
    convert,
    mailbox::{Mailboxes, Templates},
    server::Kerio,
    settings::{KerioPlugin, KerioServer},
};

#[async_trait]
impl Choices for Kerio {
    async fn choices(&self, ctx: &PluginCtx, _: Level, key: &str) -> Result<Vec<(String, String)>, PluginError> {
        if !["domain", "template"].contains(&key) {
            return Err(PluginError::invalid(format!("there are no choices for {key}")));
        }
        let (plugin, server) = (KerioPlugin::read(ctx)?, KerioServer::read(ctx)?);
        let mut client = Client::log_in(ctx, &plugin, &server).await?;
        let found = if key == "domain" { domains(&mut client).await } else { templates(&mut client).await };
        client.log_out().await;
        found
    }
}

async fn domains(client: &mut Client<'_>) -> Result<Vec<(String, String)>, PluginError> {
    let domains = Mailboxes::domains(client).await?;
    Ok(domains.into_iter().map(|domain| (domain.name.clone(), domain.name)).collect())
}

async fn templates(client: &mut Client<'_>) -> Result<Vec<(String, String)>, PluginError> {
    let fields = json!({"fields": ["id", "name", "diskSizeLimit"], "conditions": [], "combining": "And",
        "start": 0, "limit": -1, "orderBy": []});
    let found: Templates = client.read("UserTemplates.get", &json!({"query": fields})).await?;
    let named = found.user_template_list.into_iter().filter_map(|template| {
        let name = template.get("name").and_then(Value::as_str)?.to_owned();
        let size = convert::template_quota(&template).map_or("unlimited".to_owned(), |size| format!("{size} MB"));
        let label = format!("{name} ({size})");
        Some((name, label))
    });
    Ok(named.collect())
}
