//! Slots: every subscriber may answer; one that fails is left out and logged.

use innkeeper_hooks::{Answered, Slot};
use serde_json::json;
use std::time::Duration;

use crate::{App, Result, plugins::Call};

/// A page does not wait longer for one snapin.
const PATIENCE: Duration = Duration::from_millis(500);
/// Most answers of one snapin to one slot.
const MOST: usize = 20;

/// Is there a snapin that fills any slot? Where there is none, pages need not gather what a slot tells.
pub async fn anybody_fills(app: &App) -> bool {
    for plugin in app.plugins.all() {
        if app.slots_of(&plugin.manifest.id).await.is_ok_and(|slots| !slots.is_empty()) {
            return true;
        }
    }
    false
}

/// The answers to a slot, in the order of the plugins.
pub async fn fill<S: Slot>(app: &App, context: &S) -> Result<Vec<S::Answer>> {
    let mut answers = vec![];
    for plugin in app.plugins.all() {
        let id = plugin.manifest.id.as_str();
        let fills = app.slots_of(id).await.is_ok_and(|slots| slots.contains(&S::NAME));
        if !fills || !app.plugin_enabled(id).await? {
            continue;
        }
        let ctx = app.plugin_ctx(id, Default::default()).await?;
        let question = serde_json::to_value(context)?;
        let snapin = app.plugins.snapin(id)?;
        let call = Call::new(id, "slot", PATIENCE).argument(json!(S::NAME));
        let answer = app.call_plugin(call, &ctx, move |ctx| async move {
            match snapin.slots() {
                Some(filler) => filler.fill(&ctx, S::NAME, &question).await,
                None => Ok(None),
            }
        });
        match answer.await {
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
