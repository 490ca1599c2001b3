//! Plugins that call nobody, for tests of settings.

use innkeeper_plugin_api::{
    server::{Adoption, Inventory, RemoteAccount, RemotePlan},
    *,
};
use schemars::JsonSchema;
use serde::Deserialize;
use std::{collections::BTreeMap, sync::Arc};

use crate::plugins::Registry;

/// Settings of a server.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct Machine {
    /// Where it is.
    pub(crate) host: String,
    /// Its key.
    pub(crate) key: Secret,
}

/// Settings of a product.
#[derive(Deserialize, JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
struct Plan {
    /// Megabytes.
    #[schemars(range(min = 1))]
    quota: u32,
    /// A licence.
    licence: Option<Secret>,
}

struct Quiet {
    /// Can the one account it lists be taken over?
    adopts: bool,
}

#[async_trait]
impl ServerPlugin for Quiet {
    fn protection(&self, _: ServerOperation) -> Protection {
        Protection::NaturalKey
    }
    fn order_fields(&self) -> Vec<Field> {
        vec![Field::new("username", "User name", FieldKind::Text).role(Role::Username)]
    }
    fn check_order(&self, _: &BTreeMap<String, String>, _: Option<&Secret>) -> Result<(), PluginError> {
        Ok(())
    }
    async fn test_connection(&self, ctx: &PluginCtx) -> Result<String, PluginError> {
        let machine: Machine = ctx.settings(Level::Instance)?;
        if machine.key.reveal() == "sesame" {
            return Ok(format!("{} opens", machine.host));
        }
        Err(PluginError::config("the key does not fit"))
    }
    async fn create(&self, _: &PluginCtx, _: &Account) -> PluginResult<Created> {
        Err(PluginError::unsupported("only settings are tested"))
    }
    async fn suspend(&self, _: &PluginCtx, _: &Account) -> PluginResult<()> {
        Err(PluginError::unsupported("only settings are tested"))
    }
    async fn unsuspend(&self, _: &PluginCtx, _: &Account) -> PluginResult<()> {
        Err(PluginError::unsupported("only settings are tested"))
    }
    async fn terminate(&self, _: &PluginCtx, _: &Account) -> PluginResult<()> {
        Err(PluginError::unsupported("only settings are tested"))
    }
    async fn status(&self, _: &PluginCtx, _: &Account) -> Result<AccountStatus, PluginError> {
        Ok(AccountStatus::absent())
    }
    fn inventory(&self) -> Option<&dyn Inventory> {
        Some(self)
    }
}

#[async_trait]
impl Inventory for Quiet {
    async fn plans(&self, _: &PluginCtx) -> Result<Vec<RemotePlan>, PluginError> {
        Ok(vec![])
    }
    async fn accounts(&self, _: &PluginCtx, _: Option<&str>) -> Result<Page<RemoteAccount>, PluginError> {
        let stray = RemoteAccount {
            remote_id: "stray".into(),
            username: "stray".into(),
            label: "stray".into(),
            email: String::new(),
            plan: None,
            state: AccountState::Active,
            address: None,
            created_on: None,
        };
        Ok(Page { items: vec![stray], next: None })
    }
    fn adoption(&self) -> Option<&dyn Adoption> {
        self.adopts.then_some(self)
    }
}

#[async_trait]
impl Adoption for Quiet {
    async fn adopt(&self, _: &PluginCtx, _: &Account) -> PluginResult<Created> {
        Ok(Outcome::Done(Created::new("stray", "stray", "stray")))
    }
}

/// Settings of the listener.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct Ears {
    /// Who listens.
    pub(crate) listeners: Vec<Ear>,
}

/// One listener.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct Ear {
    /// Its name.
    pub(crate) name: String,
    /// Its key.
    #[expect(dead_code, reason = "only its schema is used")]
    secret: Secret,
}

struct Listener;

#[async_trait]
impl Snapin for Listener {
    fn subscribers(&self, ctx: &PluginCtx) -> Result<Vec<Subscriber>, PluginError> {
        let ears: Ears = ctx.settings(Level::Plugin)?;
        if ears.listeners.iter().any(|ear| ear.name == "deaf") {
            return Err(PluginError::config("nobody called deaf can listen"));
        }
        let subscriber = |ear: Ear| Subscriber { key: ear.name.clone(), label: ear.name, events: vec![] };
        Ok(ears.listeners.into_iter().map(subscriber).collect())
    }
    async fn on_event(&self, _: &PluginCtx, _: &str, _: &EventEnvelope) -> Result<(), PluginError> {
        Ok(())
    }
}

fn manifest(id: &str, schemas: Schemas) -> Manifest {
    Manifest { id: id.into(), name: id.into(), version: "1".into(), description: String::new(), links: vec![], schemas }
}

/// The server plugin `quiet` and the snapin `listener`.
pub(crate) fn registry() -> Registry {
    taking_over(false)
}

/// The same; `adopts` says whether `quiet` can take accounts over.
pub(crate) fn taking_over(adopts: bool) -> Registry {
    let quiet = Schemas { instance: Schemas::of::<Machine>(), product: Schemas::of::<Plan>(), plugin: None };
    let listener = Schemas { plugin: Schemas::of::<Ears>(), ..Schemas::default() };
    Registry::new([
        Plugin::new(manifest("quiet", quiet), Implementation::Server(Arc::new(Quiet { adopts }))),
        Plugin::new(manifest("listener", listener), Implementation::Snapin(Arc::new(Listener))),
    ])
    .unwrap()
}
