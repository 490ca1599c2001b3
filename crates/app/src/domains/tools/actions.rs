//! Actions of a registrar plugin's own.

use innkeeper_plugin_api::{Action, Audience, Block, Field, FieldKind, Registrar, View};
use serde_json::json;
use std::collections::BTreeMap;

use super::{Open, Step, gone};
use crate::{App, AppError, Result, effects::Kind};

async fn all(app: &App, open: &Open) -> Result<Vec<Action>> {
    let all = |registrar: &dyn Registrar| registrar.actions().map(|ability| ability.actions()).unwrap_or_default();
    let mut all = app.registrar_says(&open.domain.plugin_id, "actions", all).await?;
    all.retain(|action| open.is_staff || action.audience == Audience::Client);
    Ok(all)
}

pub(super) async fn draw(app: &App, open: &Open) -> Result<View> {
    let now = open
        .ask(app, "available_actions", |plugin, ctx, domain| async move {
            plugin.actions().ok_or_else(gone)?.available(&ctx, &domain).await
        })
        .await?;
    let mut blocks = vec![];
    for action in all(app, open).await?.into_iter().filter(|action| now.contains(&action.key)) {
        blocks.push(Block::Heading(action.label.clone()));
        blocks.extend(action.confirm.clone().map(Block::Text));
        let (fields, submit) = (asked(&action), action.label);
        blocks.push(Block::Form { action: action.key, fields, submit });
    }
    if blocks.is_empty() {
        blocks.push(Block::Text("There is nothing to do here now.".to_owned()));
    }
    Ok(View { blocks })
}

/// Its fields; one that destroys asks to be sure.
fn asked(action: &Action) -> Vec<Field> {
    let sure = Field::new("sure", "I know that this cannot be undone", FieldKind::Checkbox);
    action.fields.iter().cloned().chain(action.destructive.then_some(sure)).collect()
}

pub(super) async fn fields(app: &App, open: &Open, key: &str) -> Result<Option<Vec<Field>>> {
    Ok(all(app, open).await?.iter().find(|action| action.key == key).map(asked))
}

pub(super) async fn run(app: &App, open: &Open, key: &str, input: &BTreeMap<String, String>) -> Result<Step> {
    let action = all(app, open).await?.into_iter().find(|action| action.key == key);
    let action = action.ok_or(AppError::NotFound("action"))?;
    let is_of_action = |key: &String| action.fields.iter().any(|field| field.key == *key);
    let is_secret = |key: &String| action.fields.iter().any(|f| f.key == *key && f.kind == FieldKind::Password);
    let given = input.iter().filter(|(key, _)| is_of_action(key));
    let (secret, open): (BTreeMap<&String, &String>, BTreeMap<_, _>) = given.partition(|(key, _)| is_secret(key));
    let sealed = if secret.is_empty() { None } else { Some(serde_json::to_string(&secret)?) };
    let request = json!({ "action": action.key, "label": action.label, "input": open });
    Ok(Step::Effect(Kind::DomainAction, request, sealed))
}
