//! Choices of settings that only the vendor knows.

use innkeeper_db::servers;
use innkeeper_domain::{Permission, ServerGroupId, ServerId};
use innkeeper_plugin_api::{Level, PluginError};
use serde_json::{Value, json};
use std::collections::BTreeMap;

use crate::{
    Actor, App, Result,
    plugins::{Call, Place},
};

/// Whose choices are asked for.
#[derive(Clone, Copy, Debug)]
pub enum Near {
    /// The plugin's own settings.
    Plugin,
    /// Those of a server; one that is not there yet has none to ask.
    Server(Option<ServerId>),
    /// Those of a product whose services go to this group: any server of it is asked.
    Group(Option<ServerGroupId>),
}

/// The choices of each field of `schema` that asks the vendor, as (value, label); or why they cannot be had:
/// then the value can be typed.
pub type VendorChoices = BTreeMap<String, std::result::Result<Vec<(String, String)>, String>>;

/// Asks the vendor for the choices of a level's settings.
pub async fn vendor_choices(
    app: &App,
    actor: &Actor,
    plugin: &str,
    near: Near,
    schema: &Value,
) -> Result<VendorChoices> {
    let keys = asking(schema);
    if keys.is_empty()
        || (actor.require(Permission::ServersRead).is_err() && actor.require(Permission::CatalogueRead).is_err())
    {
        return Ok(BTreeMap::new());
    }
    let Some(choices) = app.plugins.get(plugin)?.choices.clone() else { return Ok(BTreeMap::new()) };
    let all = servers::list(&mut *app.conn().await?, None).await?;
    let mine = |server: &servers::ServerRow| match near {
        Near::Plugin => false,
        Near::Server(id) => Some(server.id) == id,
        Near::Group(group) => server.plugin_id == plugin && Some(server.group_id) == group,
    };
    let server = all.into_iter().find(mine);
    let level = match near {
        Near::Plugin => Level::Plugin,
        Near::Server(_) => Level::Instance,
        Near::Group(_) => Level::Product,
    };
    let place = Place { instance: server.as_ref().map(|server| &server.settings), ..Place::default() };
    let ctx = app.plugin_ctx(plugin, place).await?;
    let mut found = VendorChoices::new();
    for key in keys {
        let (choices, asked) = (choices.clone(), key.clone());
        let call = Call::new(plugin, "choices", app.options.plugin_timeout).argument(json!(key));
        let ask = move |ctx| async move { choices.choices(&ctx, level, &asked).await };
        let answer = app.call_plugin(call, &ctx, ask).await;
        found.insert(key, answer.map_err(|error: PluginError| error.detail));
    }
    Ok(found)
}

/// The keys of the fields that ask the vendor.
fn asking(schema: &Value) -> Vec<String> {
    let fields = schema.get("properties").and_then(Value::as_object);
    let asks = |field: &Value| field.get("x-choices").and_then(Value::as_bool).unwrap_or(false);
    fields.into_iter().flatten().filter(|(_, field)| asks(field)).map(|(key, _)| key.clone()).collect()
}
