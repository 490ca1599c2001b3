//! Plugins that call nobody: a server plugin `quiet`, whose key is `sesame`, and a snapin `ears`.

use innkeeper_app::plugins::Registry;
use innkeeper_plugin_api::*;
use schemars::JsonSchema;
use serde::Deserialize;
use std::{collections::BTreeMap, sync::Arc};

#[derive(Deserialize, JsonSchema)]
struct Machine {
    /// Where it is.
    #[schemars(title = "Host")]
    host: String,
    /// Opens it.
    #[schemars(title = "Key")]
    key: Secret,
}

#[derive(Deserialize, JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
struct Plan {
    /// Megabytes of each account.
    #[schemars(title = "Quota", range(min = 1))]
    quota: u32,
}

#[derive(Deserialize, JsonSchema)]
struct Ears {
    /// Who listens.
    #[serde(default)]
    #[schemars(title = "Listeners")]
    listeners: Vec<Ear>,
}

#[derive(Deserialize, JsonSchema)]
struct Ear {
    /// What it is called.
    #[schemars(title = "Name")]
    name: String,
    /// Signs what it is told.
    #[schemars(title = "Secret")]
    secret: Secret,
}

struct Quiet;

fn nothing<T>() -> Result<T, PluginError> {
    Err(PluginError::unsupported("only settings are tested"))
}

#[async_trait]
impl ServerPlugin for Quiet {
    fn protection(&self, _: ServerOperation) -> Protection {
        Protection::NaturalKey
    }
    fn order_fields(&self) -> Vec<Field> {
        vec![]
    }
    fn check_order(&self, _: &BTreeMap<String, String>, _: Option<&Secret>) -> Result<(), PluginError> {
        Ok(())
    }
    async fn test_connection(&self, ctx: &PluginCtx) -> Result<String, PluginError> {
        let machine: Machine = ctx.settings(Level::Instance)?;
        match machine.key.reveal().as_str() {
            "sesame" => Ok(format!("{} opens", machine.host)),
            _ => Err(PluginError::config("the key does not fit")),
        }
    }
    async fn create(&self, _: &PluginCtx, _: &Account) -> PluginResult<Created> {
        nothing()
    }
    async fn suspend(&self, _: &PluginCtx, _: &Account) -> PluginResult<()> {
        nothing()
    }
    async fn unsuspend(&self, _: &PluginCtx, _: &Account) -> PluginResult<()> {
        nothing()
    }
    async fn terminate(&self, _: &PluginCtx, _: &Account) -> PluginResult<()> {
        nothing()
    }
    async fn status(&self, _: &PluginCtx, _: &Account) -> Result<AccountStatus, PluginError> {
        nothing()
    }
}

struct Listener;

#[async_trait]
impl Snapin for Listener {
    fn subscribers(&self, ctx: &PluginCtx) -> Result<Vec<Subscriber>, PluginError> {
        let ears: Ears = ctx.settings(Level::Plugin)?;
        let subscriber = |ear: Ear| match ear.secret.reveal().len() {
            0..4 => Err(PluginError::config(format!("the secret of {} is too short", ear.name))),
            _ => Ok(Subscriber { key: ear.name.clone(), label: ear.name, events: vec![] }),
        };
        ears.listeners.into_iter().map(subscriber).collect()
    }
    async fn on_event(&self, _: &PluginCtx, _: &str, _: &EventEnvelope) -> Result<(), PluginError> {
        Err(PluginError::temporary("nobody is at home"))
    }
}

fn manifest(id: &str, name: &str, schemas: Schemas) -> Manifest {
    Manifest {
        id: id.into(),
        name: name.into(),
        version: "1".into(),
        description: "A plugin of the tests.".into(),
        links: vec![],
        schemas,
    }
}

/// Both plugins.
pub fn registry() -> Registry {
    let quiet = Schemas { instance: Schemas::of::<Machine>(), product: Schemas::of::<Plan>(), plugin: None };
    let ears = Schemas { plugin: Schemas::of::<Ears>(), ..Schemas::default() };
    Registry::new([
        Plugin::new(manifest("quiet", "Quiet", quiet), Implementation::Server(Arc::new(Quiet))),
        Plugin::new(manifest("ears", "Ears", ears), Implementation::Snapin(Arc::new(Listener))),
    ])
    .unwrap()
}
