//! Slots: every subscriber may answer; one that fails is left out and logged.

use innkeeper_hooks::{Slot, slots::TextBlock};
use innkeeper_plugin_api::Implementation;
use std::time::Duration;

use crate::{App, Result};

/// A page does not wait longer for one snapin.
const PATIENCE: Duration = Duration::from_millis(500);

/// The answers to a slot, in the order of the plugins.
pub async fn fill<S: Slot<Answer = TextBlock>>(app: &App, context: &S) -> Result<Vec<TextBlock>> {
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
            Ok(answer) => answers.extend(answer),
            Err(e) => tracing::warn!(plugin = id, slot = S::NAME, error = %e, "a slot was left empty"),
        }
    }
    Ok(answers)
}
