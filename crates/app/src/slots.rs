//! Slots: every subscriber may answer; one that fails is left out and logged.

use innkeeper_hooks::{Answered, Slot};
use innkeeper_plugin_api::Implementation;
use std::time::Duration;

use crate::{App, Result};

/// A page does not wait longer for one snapin.
const PATIENCE: Duration = Duration::from_millis(500);
/// Most answers of one snapin to one slot.
const MOST: usize = 20;

/// Is there a snapin that fills any slot? Where there is none, pages need not gather what a slot tells.
pub fn anybody_fills(app: &App) -> bool {
    let fills =
        |implementation: &Implementation| matches!(implementation, Implementation::Snapin(s) if s.slots().is_some());
    app.plugins.all().any(|plugin| fills(&plugin.implementation))
}

/// The answers to a slot, in the order of the plugins.
pub async fn fill<S: Slot>(app: &App, context: &S) -> Result<Vec<S::Answer>> {
    let mut answers = vec![];
    for plugin in app.plugins.all() {
        let id = plugin.manifest.id.as_str();
        let Implementation::Snapin(snapin) = &plugin.implementation else { continue };
        let Some(filler) = snapin.slots().filter(|f| f.slots().contains(&S::NAME)) else { continue };
        if !app.plugin_enabled(id).await? {
            continue;
        }
        let ctx = app.plugin_ctx(id, Default::default()).await?;
        let question = serde_json::to_value(context)?;
        match app.call_plugin(id, PATIENCE, filler.fill(&ctx, S::NAME, &question)).await {
            Ok(None) => {}
            Ok(Some(answer)) => match S::Answer::of(answer) {
                Some(own) => answers.extend(own.into_iter().take(MOST)),
                None => tracing::warn!(plugin = id, slot = S::NAME, "an answer is not of the slot's kind"),
            },
            Err(e) => tracing::warn!(plugin = id, slot = S::NAME, error = %e, "a slot was left empty"),
        }
    }
    Ok(answers)
}

/// The same for a page, which is drawn whatever happens to its slots.
pub async fn fill_or_nothing<S: Slot>(app: &App, context: &S) -> Vec<S::Answer> {
    fill(app, context).await.unwrap_or_else(|error| {
        tracing::warn!(%error, slot = S::NAME, "a slot was left empty");
        vec![]
    })
}
