//! How far the transfer of a domain to us is.

use innkeeper_plugin_api::{
    Block, Field, FieldKind, Outcome, Secret, View,
    registrar::{TransferState, TransferStep},
    view::Tone,
};
use serde_json::json;
use std::collections::BTreeMap;

use super::{Open, Step, gone, text};
use crate::{Actor, App, AppError, Result, plugins::Call};

pub(super) async fn draw(app: &App, open: &Open) -> Result<View> {
    let step = open
        .ask(app, "transfer_step", |plugin, ctx, domain| async move {
            plugin.transfer_progress().ok_or_else(gone)?.step(&ctx, &domain).await
        })
        .await?;
    let (tone, says) = spoken(&step);
    let mut blocks = vec![Block::Notice { tone, text: says.to_owned() }];
    if !step.detail.is_empty() {
        blocks.push(Block::Text(step.detail));
    }
    if step.state != TransferState::Done {
        blocks.push(Block::Heading("Start it anew".to_owned()));
        let fields = fields("restart").unwrap_or_default();
        blocks.push(Block::Form { action: "restart".to_owned(), fields, submit: "Start anew".to_owned() });
    }
    Ok(View { blocks })
}

fn spoken(step: &TransferStep) -> (Tone, &'static str) {
    match step.state {
        TransferState::WaitsForOwner => (Tone::Warning, "The owner has to agree: see the mail that was sent."),
        TransferState::WaitsForRegistrar => (Tone::Info, "It waits for the registrar that the domain is leaving."),
        TransferState::WaitsForRegistry => (Tone::Info, "The registry works on it."),
        TransferState::Done => (Tone::Success, "The domain has arrived."),
        TransferState::Failed => (Tone::Danger, "It was refused. With the right code it can be started anew."),
    }
}

pub(super) fn fields(action: &str) -> Option<Vec<Field>> {
    let code = Field::new("code", "Transfer code", FieldKind::Password).optional();
    (action == "restart").then(|| vec![code.help("If the first one was wrong; else it is tried with the same.")])
}

/// Starts it anew at once: the effect of the transfer is still open, and goes on looking how far it is.
pub(super) async fn run(app: &App, actor: &Actor, open: &Open, input: &BTreeMap<String, String>) -> Result<Step> {
    let mut tx = app.begin(actor).await?;
    tx.audit("domain.restart_transfer", "domain", open.domain.id, json!({})).await?;
    tx.commit().await?;
    let code = Some(text(input, "code")).filter(|code| !code.is_empty()).map(|code| Secret::new(code.to_owned()));
    let call = Call::new(&open.ready.plugin_id, "restart_transfer", app.options.plugin_timeout)
        .about("domain", open.domain.id)
        .hiding(code.as_ref());
    let (plugin, domain) = (open.ready.plugin.clone(), open.ready.domain.clone());
    let ask = move |ctx| async move {
        plugin.transfer_progress().ok_or_else(gone)?.restart(&ctx, &domain, code.as_ref()).await
    };
    match app.call_plugin(call, &open.ready.ctx, ask).await? {
        Outcome::Done(()) | Outcome::Pending { .. } => Ok(Step::Done),
        Outcome::NeedsHuman { reason } => Err(AppError::conflict(reason)),
    }
}
