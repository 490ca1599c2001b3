//! What plugins say of themselves, asked on their own threads.

use innkeeper_plugin_api::{
    Field, Gateway, Implementation, PageSpec, PluginCtx, PluginError, Registrar, Secret, ServerPlugin, Snapin,
    tasks::Task,
};
use std::{collections::BTreeMap, sync::Arc};

use crate::{App, Result};

const ORDER_FIELDS: &str = "order_fields";

impl App {
    /// What a server plugin asks when its product is ordered.
    pub(crate) async fn order_fields(&self, id: &str) -> Result<Vec<Field>> {
        let plugin = self.plugins.server(id)?;
        Ok(self.plugin_says(id, ORDER_FIELDS, move || plugin.order_fields()).await?)
    }
    /// The same, if it was asked before: for those who hold a transaction and may not wait.
    pub(crate) fn known_order_fields(&self, id: &str) -> Option<Vec<Field>> {
        self.plugin_said(id, ORDER_FIELDS)
    }
    /// Whether a server plugin takes these answers; `Invalid` says what to change.
    pub(crate) async fn check_order(
        &self,
        id: &str,
        fields: &BTreeMap<String, String>,
        password: Option<&Secret>,
    ) -> Result<()> {
        let (plugin, fields, password) = (self.plugins.server(id)?, fields.clone(), password.cloned());
        let verdict = move || plugin.check_order(&fields, password.as_ref());
        Ok(self.ask_plugin(id, "check_order", verdict).await??)
    }
    /// Something that a server plugin always answers alike.
    pub(crate) async fn server_says<T: Clone + Send + Sync + 'static>(
        &self,
        id: &str,
        question: &'static str,
        ask: impl FnOnce(&dyn ServerPlugin) -> T + Send + 'static,
    ) -> Result<T> {
        let plugin = self.plugins.server(id)?;
        Ok(self.plugin_says(id, question, move || ask(&*plugin)).await?)
    }
    /// Something that a registrar always answers alike.
    pub(crate) async fn registrar_says<T: Clone + Send + Sync + 'static>(
        &self,
        id: &str,
        question: &'static str,
        ask: impl FnOnce(&dyn Registrar) -> T + Send + 'static,
    ) -> Result<T> {
        let plugin = self.plugins.registrar(id)?;
        Ok(self.plugin_says(id, question, move || ask(&*plugin)).await?)
    }
    /// Something that a gateway always answers alike.
    pub(crate) async fn gateway_says<T: Clone + Send + Sync + 'static>(
        &self,
        id: &str,
        question: &'static str,
        ask: impl FnOnce(&dyn Gateway) -> T + Send + 'static,
    ) -> Result<T> {
        let plugin = self.plugins.gateway(id)?;
        Ok(self.plugin_says(id, question, move || ask(&*plugin)).await?)
    }
    /// The gates that a plugin guards, with their priorities. None: it is no snapin.
    pub(crate) async fn gates_of(&self, id: &str) -> std::result::Result<Vec<(&'static str, i32)>, PluginError> {
        let Some(snapin) = self.snapin(id) else { return Ok(vec![]) };
        self.plugin_says(id, "gates", move || snapin.gates().map(|k| k.gates()).unwrap_or_default()).await
    }
    /// The slots that a plugin fills. None: it is no snapin.
    pub(crate) async fn slots_of(&self, id: &str) -> std::result::Result<Vec<&'static str>, PluginError> {
        let Some(snapin) = self.snapin(id) else { return Ok(vec![]) };
        self.plugin_says(id, "slots", move || snapin.slots().map(|f| f.slots()).unwrap_or_default()).await
    }
    /// The pages of a plugin, those with unusable keys left out. None: it is no snapin.
    pub(crate) async fn pages_of(&self, id: &str) -> std::result::Result<Vec<PageSpec>, PluginError> {
        let Some(snapin) = self.snapin(id) else { return Ok(vec![]) };
        let plugin = id.to_owned();
        let pages = move || snapin.pages().map(|p| crate::pages::usable(&plugin, p.pages())).unwrap_or_default();
        self.plugin_says(id, "pages", pages).await
    }
    /// The tasks of a plugin, those with unusable keys left out. None: it is no snapin.
    pub(crate) async fn tasks_of(&self, id: &str) -> std::result::Result<Vec<Task>, PluginError> {
        let Some(snapin) = self.snapin(id) else { return Ok(vec![]) };
        let plugin = id.to_owned();
        let tasks = move || snapin.tasks().map(|t| crate::tasks::usable(&plugin, t.tasks())).unwrap_or_default();
        self.plugin_says(id, "tasks", tasks).await
    }
    /// Whether a plugin screens orders.
    pub(crate) async fn screens(&self, id: &str) -> std::result::Result<bool, PluginError> {
        let Some(snapin) = self.snapin(id) else { return Ok(false) };
        self.plugin_says(id, "screening", move || snapin.screening().is_some()).await
    }
    /// What a plugin offers besides what its kind must, by the names of the accessors.
    pub async fn abilities_of(&self, id: &str) -> Result<Vec<&'static str>> {
        let plugin = self.plugins.get(id)?.clone();
        Ok(self.plugin_says(id, "abilities", move || plugin.abilities()).await?)
    }
    /// The listeners of a snapin with the settings of `ctx`.
    pub(crate) async fn subscribers_of(
        &self,
        id: &str,
        snapin: &Arc<dyn Snapin>,
        ctx: PluginCtx,
    ) -> std::result::Result<Vec<innkeeper_plugin_api::Subscriber>, PluginError> {
        let snapin = snapin.clone();
        self.ask_plugin(id, "subscribers", move || snapin.subscribers(&ctx)).await?
    }

    fn snapin(&self, id: &str) -> Option<Arc<dyn Snapin>> {
        match &self.plugins.get(id).ok()?.implementation {
            Implementation::Snapin(snapin) => Some(snapin.clone()),
            _ => None,
        }
    }
}
