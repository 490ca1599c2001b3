//! Running an action of a plugin's own on a service.

use innkeeper_db::effects::{self, EffectRow};
use innkeeper_domain::EffectId;
use innkeeper_plugin_api::{
    Account, PluginCtx, PluginError, PluginResult, Report, Secret, ServerPlugin, server::AccountActions, view::Value,
};
use serde_json::json;
use std::collections::BTreeMap;

use crate::{Actor, App, AppError, Result, Tx};

/// The action that it runs.
pub(super) fn key(effect: &EffectRow) -> &str {
    effect.request.get("action").and_then(|a| a.as_str()).unwrap_or_default()
}

fn ability(plugin: &dyn ServerPlugin) -> std::result::Result<&dyn AccountActions, PluginError> {
    plugin.actions().ok_or_else(|| PluginError::unsupported("this plugin has no actions of its own"))
}

/// An action and the answers to its fields.
pub(super) struct Prepared {
    pub key: String,
    pub input: BTreeMap<String, String>,
    /// Those answers that are secret.
    pub secrets: Vec<Secret>,
}

/// The answers given, secret ones included.
pub(super) fn prepare(app: &App, effect: &EffectRow) -> std::result::Result<Prepared, PluginError> {
    let broken = |e: &dyn std::fmt::Display| PluginError::invalid(format!("the input cannot be read: {e}"));
    let open = effect.request.get("input").cloned().unwrap_or_else(|| json!({}));
    let mut input: BTreeMap<String, String> = serde_json::from_value(open).map_err(|e| broken(&e))?;
    let mut secrets = vec![];
    if let Some(sealed) = &effect.request_sealed {
        let text = app.cipher.open(sealed).map_err(|e| broken(&e))?;
        let secret: BTreeMap<String, String> = serde_json::from_str(&text).map_err(|e| broken(&e))?;
        secrets = secret.values().cloned().map(Secret::new).collect();
        input.extend(secret);
    }
    Ok(Prepared { key: key(effect).to_owned(), input, secrets })
}

pub(super) async fn call(
    plugin: &dyn ServerPlugin,
    ctx: &PluginCtx,
    account: &Account,
    wanted: Prepared,
) -> PluginResult<Report> {
    ability(plugin)?.run(ctx, account, &wanted.key, &wanted.input).await
}

/// What it did, if the vendor can tell.
pub(super) async fn look(
    plugin: &dyn ServerPlugin,
    ctx: &PluginCtx,
    account: &Account,
    key: &str,
) -> std::result::Result<Option<Report>, PluginError> {
    ability(plugin)?.ran(ctx, account, key).await
}

/// Keeps its report: plain data as it is, secrets sealed.
pub(super) async fn done(tx: &mut Tx<'_>, effect: &EffectRow, report: Option<&Report>) -> Result<()> {
    let Some(report) = report else { return Ok(()) };
    let (mut data, mut secrets) = (vec![], BTreeMap::new());
    for (label, value) in &report.data {
        match value {
            Value::Text(text) => data.push(json!({ "label": label, "text": text })),
            // A finding is no page: there is nothing that it could call.
            Value::Button { .. } => {}
            Value::Link { text, url } => data.push(json!({ "label": label, "text": text, "url": url })),
            Value::Secret(secret) => {
                secrets.insert(label.as_str(), secret.reveal().as_str());
            }
        }
    }
    let sealed = match secrets.is_empty() {
        true => None,
        false => Some(tx.app().cipher.seal(&serde_json::to_string(&secrets)?)?),
    };
    let result = json!({ "message": report.message, "data": data });
    Ok(effects::keep_result(tx.conn(), effect.id, &result, sealed.as_deref()).await?)
}

/// The secrets that an action on `subject` brought to light, as (label, value): for whoever ran it.
pub(crate) async fn reveal(
    app: &App,
    actor: &Actor,
    subject: (&str, i64),
    effect: EffectId,
) -> Result<Vec<(String, String)>> {
    let mut tx = app.begin(actor).await?;
    let sealed = effects::sealed_result(tx.conn(), effect, subject, &actor.tag()).await?;
    let text = app.cipher.open(&sealed.ok_or(AppError::NotFound("result"))?)?;
    let secrets: BTreeMap<String, String> = serde_json::from_str(&text)?;
    tx.audit("effect.reveal_result", "effect", effect, json!({})).await?;
    tx.commit().await?;
    Ok(secrets.into_iter().collect())
}
