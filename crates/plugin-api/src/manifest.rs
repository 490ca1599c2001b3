//! What a plugin says of itself.

use schemars::{JsonSchema, Schema, schema_for};
use std::{fmt, sync::Arc};

use async_trait::async_trait;

use crate::{
    Gateway, Level, Picture, PluginCtx, PluginError, Registrar, ServerPlugin, Snapin, gateway, registrar, server,
    snapin,
};

/// Identity, texts and settings of a plugin.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// Unique and stable: the folder name, such as `server-kerio`.
    pub id: String,
    /// Name shown to people.
    pub name: String,
    /// Its own version.
    pub version: String,
    /// One or two sentences for the plugin list.
    pub description: String,
    /// Where to read on, as (text, `https:` address): documentation, the vendor, support.
    pub links: Vec<(String, String)>,
    /// Settings at each level, as JSON Schema: the panel draws forms from them.
    pub schemas: Schemas,
}

/// The settings of the three levels. None: the plugin has none there.
#[derive(Clone, Debug, Default)]
pub struct Schemas {
    /// Once for the whole plugin.
    pub plugin: Option<Schema>,
    /// For each server.
    pub instance: Option<Schema>,
    /// For each product that uses it.
    pub product: Option<Schema>,
}

impl Schemas {
    /// The schema of a settings struct: field docs become help texts, `title` attributes labels.
    pub fn of<T: JsonSchema>() -> Option<Schema> {
        Some(schema_for!(T))
    }
}

/// The four kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PluginKind {
    /// Provisions services.
    Server,
    /// Registers domains.
    Registrar,
    /// Takes payments.
    Gateway,
    /// Listens to hooks.
    Snapin,
}

impl PluginKind {
    /// `server`, `registrar`, `gateway` or `snapin`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Registrar => "registrar",
            Self::Gateway => "gateway",
            Self::Snapin => "snapin",
        }
    }
}

/// The working part.
#[derive(Clone)]
pub enum Implementation {
    /// A server plugin.
    Server(Arc<dyn ServerPlugin>),
    /// A registrar.
    Registrar(Arc<dyn Registrar>),
    /// A payment gateway.
    Gateway(Arc<dyn Gateway>),
    /// A snapin.
    Snapin(Arc<dyn Snapin>),
}

/// Choices of a settings field that only the vendor knows: nodes, images, plans. A field asks for them
/// with `#[schemars(extend("x-choices" = true))]`.
#[async_trait]
pub trait Choices: Send + Sync {
    /// The choices of the field `key` of `level`, as (value, label). An error is shown at the field, where
    /// the value can then be typed.
    async fn choices(&self, ctx: &PluginCtx, level: Level, key: &str) -> Result<Vec<(String, String)>, PluginError>;
}

/// A plugin, ready to be registered.
#[derive(Clone)]
pub struct Plugin {
    /// What it says of itself.
    pub manifest: Manifest,
    /// What it does.
    pub implementation: Implementation,
    /// Choices of its settings that only the vendor knows.
    pub choices: Option<Arc<dyn Choices>>,
    /// What it looks like at work, for its page in the panel.
    pub pictures: Vec<Picture>,
}

impl Plugin {
    /// A plugin whose settings need nothing from the vendor.
    pub fn new(manifest: Manifest, implementation: Implementation) -> Self {
        Self { manifest, implementation, choices: None, pictures: vec![] }
    }
    /// Adds choices that only the vendor knows.
    #[must_use]
    pub fn with_choices(mut self, choices: Arc<dyn Choices>) -> Self {
        self.choices = Some(choices);
        self
    }
    /// Adds a picture of it at work.
    #[must_use]
    pub fn with_picture(mut self, picture: Picture) -> Self {
        self.pictures.push(picture);
        self
    }
    /// The optional abilities that it offers, by the names of their accessors.
    pub fn abilities(&self) -> Vec<&'static str> {
        let mut all = match &self.implementation {
            Implementation::Server(plugin) => server::offered(&**plugin),
            Implementation::Registrar(plugin) => registrar::offered(&**plugin),
            Implementation::Gateway(plugin) => gateway::offered(&**plugin),
            Implementation::Snapin(plugin) => snapin::offered(&**plugin),
        };
        all.extend(self.choices.is_some().then_some("choices"));
        all
    }
    /// Its kind.
    pub fn kind(&self) -> PluginKind {
        match self.implementation {
            Implementation::Server(_) => PluginKind::Server,
            Implementation::Registrar(_) => PluginKind::Registrar,
            Implementation::Gateway(_) => PluginKind::Gateway,
            Implementation::Snapin(_) => PluginKind::Snapin,
        }
    }
}

impl fmt::Debug for Plugin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plugin").field("id", &self.manifest.id).field("kind", &self.kind()).finish_non_exhaustive()
    }
}
