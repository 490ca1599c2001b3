//! Actions beyond those that every plugin has.

use async_trait::async_trait;
use innkeeper_plugin_api::{
    Account, Action, Audience, Outcome::Done, PluginCtx, PluginError, PluginResult, Protection, Report,
    server::AccountActions,
};
use serde_json::Value;
use std::collections::BTreeMap;

use crate::{
    accounts::{self, Parts},
    client::{Client, Part},
    server::RabbitMq,
    wire::Queue,
};

const DISCONNECT: &str = "close-connections";
const PURGE: &str = "purge-queues";
const EXPORT: &str = "export-definitions";

#[async_trait]
impl AccountActions for RabbitMq {
    fn actions(&self) -> Vec<Action> {
        let action = |key: &str, label: &str| Action {
            key: key.to_owned(),
            label: label.to_owned(),
            audience: Audience::Client,
            confirm: None,
            destructive: false,
            fields: vec![],
            protection: Protection::NaturalKey,
        };
        let lost = "All messages in all queues are lost.".to_owned();
        // What arrived after the first time would be lost to a second.
        let purge =
            Action { protection: Protection::LookupOnly, destructive: true, ..action(PURGE, "Purge all queues") };
        vec![
            Action { confirm: Some(lost), ..purge },
            action(DISCONNECT, "Close all connections"),
            action(EXPORT, "Show the definitions"),
        ]
    }

    async fn available(&self, ctx: &PluginCtx, account: &Account) -> Result<Vec<String>, PluginError> {
        let (parts, _) = accounts::ours(&Client::new(ctx)?, account).await?;
        let all = if parts.vhost.is_some() { vec![PURGE, DISCONNECT, EXPORT] } else { vec![] };
        Ok(all.into_iter().map(str::to_owned).collect())
    }

    async fn run(
        &self,
        ctx: &PluginCtx,
        account: &Account,
        action: &str,
        _: &BTreeMap<String, String>,
    ) -> PluginResult<Report> {
        if ![DISCONNECT, PURGE, EXPORT].contains(&action) {
            return Err(PluginError::unsupported(format!("there is no action {action}")));
        }
        let client = Client::new(ctx)?;
        let (parts, _) = accounts::ours(&client, account).await?;
        if parts.vhost.is_none() {
            return Err(PluginError::not_found(format!("there is no virtual host of ours for {}", account.reference)));
        }
        match action {
            DISCONNECT => {
                client.delete(&parts.connections()).await?;
                Ok(Done(Report::message("All connections were closed.")))
            }
            PURGE => purge(&client, &parts).await.map(Done),
            _ => {
                let definitions: Value = client.get(&format!("/definitions/{}", Part(&parts.name))).await?;
                let text = format!("{definitions:#}");
                Ok(Done(Report { message: String::new(), data: vec![("Definitions".to_owned(), text.into())] }))
            }
        }
    }

    /// Messages that are gone do not tell who took them.
    async fn ran(&self, _: &PluginCtx, _: &Account, _: &str) -> Result<Option<Report>, PluginError> {
        Ok(None)
    }
}

async fn purge(client: &Client<'_>, parts: &Parts) -> Result<Report, PluginError> {
    let queues: Vec<Queue> = client.get(&format!("/queues/{}?columns=name,vhost", Part(&parts.name))).await?;
    for queue in &queues {
        client.delete(&format!("/queues/{}/{}/contents", Part(&parts.name), Part(&queue.name))).await?;
    }
    Ok(Report::message(format!("{} queues were purged.", queues.len())))
}
