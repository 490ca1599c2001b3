//! Gates: asked before the work, in the order of priority, then plugin id. The first refusal ends it.

use innkeeper_hooks::Gate;
use innkeeper_plugin_api::{Implementation, PluginError, Verdict};

use crate::{App, AppError, Result};

/// May the work go on? `Err(External(Declined))` with the reason if a snapin refuses or fails.
pub async fn ask<G: Gate>(app: &App, question: &G) -> Result<()> {
    let mut keepers: Vec<(i32, &str)> = vec![];
    for plugin in app.plugins.all() {
        let Implementation::Snapin(snapin) = &plugin.implementation else { continue };
        let Some(keeper) = snapin.gates() else { continue };
        let mine = keeper.gates().into_iter().filter(|(name, _)| *name == G::NAME);
        keepers.extend(mine.map(|(_, priority)| (priority, plugin.manifest.id.as_str())));
    }
    keepers.sort_unstable();
    if keepers.is_empty() {
        return Ok(());
    }
    let question = serde_json::to_value(question)?;
    for (_, id) in keepers {
        if !app.plugin_enabled(id).await? {
            continue;
        }
        let Implementation::Snapin(snapin) = &app.plugins.get(id)?.implementation else { continue };
        let Some(keeper) = snapin.gates() else { continue };
        let ctx = app.plugin_ctx(id, Default::default()).await?;
        let verdict = app.call_plugin(id, app.options.plugin_timeout, keeper.ask(&ctx, G::NAME, &question)).await;
        match verdict {
            Ok(Verdict::Allow) => {}
            Ok(Verdict::Refuse(reason)) => {
                return Err(AppError::External(
                    PluginError::declined(format!("{id} refused: {reason}")).public(reason),
                ));
            }
            Err(e) => return Err(AppError::External(PluginError::declined(format!("{id} could not be asked: {e}")))),
        }
    }
    Ok(())
}
