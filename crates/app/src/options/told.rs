//! What a plugin is told of chosen options: settings of the product, quantities on top, or answers.

use innkeeper_db::provisioning::ServiceTarget;
use innkeeper_domain::options::Chosen;
use innkeeper_plugin_api::{Part, server::Addon};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

use crate::{App, AppError, Result, plugins::setting_from_text};

const ADDONS: &str = "addons";

/// Asks a plugin what it sells on top, which the rest of this module has to know.
pub(crate) async fn ask(app: &App, plugin: &str) -> Result<()> {
    app.server_says(plugin, ADDONS, |plugin| plugin.addons()).await.map(drop)
}

/// What some options come to for a plugin.
#[derive(Clone, Debug, Default)]
pub(crate) struct Told {
    /// Settings of the product, in place of its own.
    pub settings: Map<String, Value>,
    /// Answers to what the plugin asks when it is ordered.
    pub fields: BTreeMap<String, String>,
    /// How many on top of the product, by the plugin's code.
    pub addons: BTreeMap<String, u64>,
}

impl Told {
    /// Of a product of this plugin, which was asked before. Nobody is told anything about one without a plugin.
    pub fn of(app: &App, plugin: Option<&str>, options: &[Chosen]) -> Result<Self> {
        let mut told = Self::default();
        let Some(plugin) = plugin else { return Ok(told) };
        let sold = addons(app, plugin)?;
        for option in options {
            let Some((key, text)) = &option.setting else { continue };
            match setting_from_text(schema(app, plugin), key, text) {
                // What the schema does not take is for the plugin to refuse.
                Some(value) => drop(told.settings.insert(key.clone(), value.unwrap_or_else(|| text.as_str().into()))),
                None if option.is_counted() => drop(told.addons.insert(key.clone(), option.units.into())),
                None => match text.parse().ok().filter(|_| sold.iter().any(|addon| addon.code == *key)) {
                    Some(number) => drop(told.addons.insert(key.clone(), number)),
                    None => drop(told.fields.insert(key.clone(), text.clone())),
                },
            }
        }
        Ok(told)
    }
}

/// Does a plugin, which was asked before, take this text for that key?
pub(super) fn fits(app: &App, plugin: &str, key: &str, text: &str) -> Result<bool> {
    let is_number = || text.parse::<u64>().is_ok();
    Ok(match setting_from_text(schema(app, plugin), key, text) {
        Some(value) => value.is_some(),
        None => !addons(app, plugin)?.iter().any(|addon| addon.code == key) || is_number(),
    })
}

/// The options that a service has, and is to have.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct NewOptions {
    pub from: Vec<Chosen>,
    pub to: Vec<Chosen>,
}

impl NewOptions {
    /// Would a plugin be told something else?
    pub fn are_told(&self) -> bool {
        let told = |options: &[Chosen]| -> BTreeSet<_> {
            options.iter().filter_map(|one| one.setting.clone().map(|setting| (setting, one.units))).collect()
        };
        told(&self.from) != told(&self.to)
    }
    /// What becomes of a service, whose plugin was asked before.
    pub fn of(&self, app: &App, service: &ServiceTarget) -> Result<Different> {
        let told = |options| Told::of(app, service.plugin_id.as_deref(), options);
        let (old, new) = (told(&self.from)?, told(&self.to)?);
        let mut different = Different::default();
        if old.settings != new.settings {
            different.settings = Some(new.settings);
        }
        if old.fields != new.fields {
            different.fields = Some(instead(&service.fields, &old.fields, new.fields)?);
        }
        if old.addons != new.addons {
            different.addons = Some(instead(&service.addons, &old.addons, new.addons)?);
        }
        Ok(different)
    }
}

/// What is to be different at the vendor, each of it whole; none: as it was.
#[derive(Clone, Debug, Default)]
pub(crate) struct Different {
    /// The settings that count in place of the product's.
    pub settings: Option<Map<String, Value>>,
    /// The answers.
    pub fields: Option<BTreeMap<String, String>>,
    /// The quantities on top.
    pub addons: Option<BTreeMap<String, u64>>,
}

impl Different {
    /// The parts of an account that this changes.
    pub fn parts(&self) -> Vec<Part> {
        let plan = self.is_plan().then_some(Part::Plan);
        plan.into_iter().chain(self.addons.as_ref().map(|_| Part::Addons)).collect()
    }
    /// Is it for the vendor another plan?
    pub fn is_plan(&self) -> bool {
        self.settings.is_some() || self.fields.is_some()
    }
}

/// What it had, without what `old` put there, with what `new` puts there.
fn instead<T: serde::de::DeserializeOwned>(
    had: &Value,
    old: &BTreeMap<String, T>,
    new: BTreeMap<String, T>,
) -> Result<BTreeMap<String, T>> {
    let mut all: BTreeMap<String, T> = serde_json::from_value(had.clone())?;
    all.retain(|key, _| !old.contains_key(key));
    all.extend(new);
    Ok(all)
}

fn addons(app: &App, plugin: &str) -> Result<Vec<Addon>> {
    app.plugin_said(plugin, ADDONS).ok_or_else(|| AppError::conflict("the plugin was just loaded: try again"))
}

/// The settings of the products of a plugin.
fn schema<'a>(app: &'a App, plugin: &str) -> &'a Value {
    let found = app.plugins.get(plugin).ok().and_then(|plugin| plugin.manifest.schemas.product.as_ref());
    found.map_or(&Value::Null, |schema| schema.as_value())
}
