//! Tells the application where the simulators are; again if they had to move.

use anyhow::Result;
use innkeeper_app::{
    Actor, App, plugin_settings,
    servers::{self, ServerGroupInput, ServerInput},
};
use innkeeper_domain::{Fill, ServerGroupId};
use serde_json::{Value, json};

use super::vendors::Vendors;
use crate::{commands::staff::readable, node};

/// Ids of the plugins.
pub const KERIO: &str = "server-kerio";
pub const DONDOMINIO: &str = "registrar-dondominio";
pub const BANK: &str = "gateway-offline";
pub const WEBHOOKS: &str = "snapin-webhooks";
/// The example gateway.
const CARD: &str = "card";
/// The server and its group.
pub const MAIL_SERVERS: &str = "Mail servers";
const SERVER: &str = "mail1";

/// Sets the mail server, the registrar, the bank account and the test cards up.
pub async fn vendors(app: &App, vendors: &Vendors) -> Result<()> {
    let actor = Actor::system("demo");
    mail_server(app, &actor, vendors.kerio_settings()).await?;
    let now = vendors.dondominio_settings();
    if plugin_settings::get_plugin(app, &actor, DONDOMINIO).await?.settings.get("endpoint") != now.get("endpoint") {
        plugin_settings::save_plugin(app, &actor, DONDOMINIO, now).await.map_err(readable)?;
    }
    if plugin_settings::get_plugin(app, &actor, BANK).await?.settings.get("account_holder").is_none() {
        let account = json!({
            "account_holder": "Harbour Hosting SL", "iban": "ES91 2100 0418 4502 0005 1332", "bic": "CAIXESBBXXX",
            "bank": "CaixaBank", "currencies": ["EUR", "USD"],
        });
        plugin_settings::save_plugin(app, &actor, BANK, account).await.map_err(readable)?;
    }
    if plugin_settings::get_plugin(app, &actor, CARD).await?.settings.get("signing_key").is_none() {
        let settings = json!({ "method_name": "Card (test)", "signing_key": hex::encode(node::random::<16>()?) });
        plugin_settings::save_plugin(app, &actor, CARD, settings).await.map_err(readable)?;
    }
    Ok(())
}

async fn mail_server(app: &App, actor: &Actor, settings: Value) -> Result<()> {
    let group_id = server_group(app, actor).await?;
    let known = servers::list_servers(app, actor).await?.into_iter().find(|server| server.name == SERVER);
    let same = |key: &str| known.as_ref().is_some_and(|server| server.settings.get(key) == settings.get(key));
    if same("port") && same("certificate") {
        return Ok(());
    }
    let (group_id, capacity, enabled) = match &known {
        Some(server) => (server.group_id, server.capacity, server.enabled),
        None => (group_id, None, true),
    };
    let input = ServerInput {
        group_id,
        name: SERVER.into(),
        plugin_id: KERIO.into(),
        settings,
        capacity,
        enabled,
        nameservers: vec![],
    };
    match known {
        Some(server) => servers::update_server(app, actor, server.id, input).await,
        None => servers::create_server(app, actor, input).await.map(drop),
    }
    .map_err(readable)
}

async fn server_group(app: &App, actor: &Actor) -> Result<ServerGroupId> {
    let groups = servers::list_server_groups(app, actor).await?;
    match groups.into_iter().find(|group| group.name == MAIL_SERVERS) {
        Some(group) => Ok(group.id),
        None => {
            let input = ServerGroupInput { name: MAIL_SERVERS.into(), fill: Fill::LeastFull };
            servers::create_server_group(app, actor, input).await.map_err(readable)
        }
    }
}

/// Lets the receiver hear of every event. An endpoint that somebody removed stays removed.
pub async fn webhooks(app: &App, vendors: &Vendors) -> Result<()> {
    let actor = Actor::system("demo");
    let ours = vendors.webhook_endpoint();
    let mut settings = plugin_settings::get_plugin(app, &actor, WEBHOOKS).await?.settings;
    match settings.get_mut("endpoints").and_then(Value::as_array_mut) {
        None => settings = json!({ "endpoints": [ours], "allow_private": true }),
        Some(endpoints) => {
            let known = endpoints.iter_mut().find(|endpoint| endpoint.get("name") == ours.get("name"));
            match known {
                Some(known) if known.get("url") != ours.get("url") => {
                    if let Some(known) = known.as_object_mut() {
                        known.extend(["url", "secret"].map(|key| (key.to_owned(), ours[key].clone())));
                    }
                }
                _ => return Ok(()),
            }
        }
    }
    plugin_settings::save_plugin(app, &actor, WEBHOOKS, settings).await.map_err(readable)
}
