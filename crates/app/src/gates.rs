//! Gates: asked before the work, in the order of priority, then plugin id. What one keeper adjusts, the
//! next one sees. The first refusal or skip ends it.

use innkeeper_hooks::Gate;
use innkeeper_plugin_api::{PluginError, Verdict};
use serde_json::{Map, Value, json};

use crate::{App, AppError, Result, plugins::Call};

/// Code of the error when a snapin gave no answer.
const UNASKED: &str = "gate_unasked";

/// Is this the refusal of a snapin that gave no answer, rather than one that said no?
pub fn could_not_be_asked(error: &PluginError) -> bool {
    error.code.as_deref() == Some(UNASKED)
}

/// What a gate decided.
#[derive(Debug)]
pub enum Decision<G> {
    /// Do the work, as asked now.
    Go(G),
    /// Treat it as done.
    Skip {
        /// The snapin that said so.
        by: String,
        /// The question as it stood.
        question: G,
    },
}

impl<G> Decision<G> {
    /// The question as it is now, and the snapin that skips the work.
    pub fn parts(self) -> (G, Option<String>) {
        match self {
            Self::Go(question) => (question, None),
            Self::Skip { by, question } => (question, Some(by)),
        }
    }
}

/// May the work go on? `Err(External(Declined))` with the reason, or all reasons, if a snapin refuses. A
/// snapin that fails counts as refusing.
pub async fn ask<G: Gate>(app: &App, question: G) -> Result<Decision<G>> {
    let keepers = keepers(app, G::NAME).await?;
    if keepers.is_empty() {
        return Ok(Decision::Go(question));
    }
    let mut asked = serde_json::to_value(&question)?;
    let mut question = question;
    for id in keepers {
        let snapin = app.plugins.snapin(&id)?;
        let ctx = app.plugin_ctx(&id, Default::default()).await?;
        let call = Call::new(&id, "gate", app.options.plugin_timeout).argument(json!(G::NAME));
        let told = asked.clone();
        let verdict = app.call_plugin(call, &ctx, move |ctx| async move {
            match snapin.gates() {
                Some(keeper) => keeper.ask(&ctx, G::NAME, &told).await,
                None => Ok(Verdict::Allow),
            }
        });
        let verdict = verdict.await;
        match verdict {
            Ok(Verdict::Allow) => {}
            Ok(Verdict::Adjust(fields)) => {
                if let Some((value, parsed)) = adjusted::<G>(&id, &asked, fields) {
                    (asked, question) = (value, parsed);
                }
            }
            Ok(Verdict::Refuse(reason)) => return Err(refused(&id, reason)),
            Ok(Verdict::RefuseAll(reasons)) if reasons.is_empty() => {}
            Ok(Verdict::RefuseAll(reasons)) => return Err(refused(&id, reasons.join("; "))),
            Ok(Verdict::Skip) if G::SKIPPABLE => return Ok(Decision::Skip { by: id, question }),
            Ok(Verdict::Skip) => {
                tracing::warn!(plugin = id, gate = G::NAME, "this gate cannot be skipped: the work goes on");
            }
            Err(e) => {
                let unasked = PluginError::declined(format!("{id} could not be asked: {e}"));
                return Err(AppError::External(unasked.code(UNASKED)));
            }
        }
    }
    Ok(Decision::Go(question))
}

/// The snapins that guard a gate and are switched on, in the order in which they are asked.
async fn keepers(app: &App, gate: &str) -> Result<Vec<String>> {
    let mut found: Vec<(i32, &str)> = vec![];
    for plugin in app.plugins.all() {
        let id = plugin.manifest.id.as_str();
        // One that cannot even say what it guards must not stop the work of those that it may not guard.
        let guarded = app.gates_of(id).await.unwrap_or_else(|error| {
            tracing::warn!(plugin = id, %error, "a plugin does not say which gates it guards");
            vec![]
        });
        let mine = guarded.into_iter().filter(|(name, _)| *name == gate);
        found.extend(mine.map(|(_, priority)| (priority, id)));
    }
    found.sort_unstable();
    let mut enabled = vec![];
    for (_, id) in found {
        if app.plugin_enabled(id).await? {
            enabled.push(id.to_owned());
        }
    }
    Ok(enabled)
}

fn refused(id: &str, reason: String) -> AppError {
    AppError::External(PluginError::declined(format!("{id} refused: {reason}")).public(reason))
}

/// The question with the fields replaced that may be, one by one: one that does not fit is left as it was.
fn adjusted<G: Gate>(id: &str, asked: &Value, fields: Map<String, Value>) -> Option<(Value, G)> {
    let mut kept: Option<(Value, G)> = None;
    for (field, value) in fields {
        if !G::ADJUSTABLE.contains(&field.as_str()) {
            tracing::warn!(plugin = id, gate = G::NAME, field, "this field cannot be adjusted");
            continue;
        }
        let mut candidate = kept.as_ref().map_or(asked, |(value, _)| value).clone();
        if let Some(fields) = candidate.as_object_mut() {
            fields.insert(field.clone(), value);
        }
        match serde_json::from_value::<G>(candidate.clone()) {
            Ok(parsed) => kept = Some((candidate, parsed)),
            Err(error) => tracing::warn!(plugin = id, gate = G::NAME, field, %error, "an adjustment does not fit"),
        }
    }
    kept
}

#[cfg(test)]
mod tests;
