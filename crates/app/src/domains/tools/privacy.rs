//! Whether whois shows the owner; for staff, whether the registrar renews the domain by itself.

use innkeeper_plugin_api::{Block, Field, FieldKind, View, view::Value};
use std::collections::BTreeMap;

use super::{Open, Step, text};
use crate::{App, AppError, Result, effects::DomainWanted};

pub(super) async fn draw(app: &App, open: &Open) -> Result<View> {
    let info = open.ask(app, "info", |plugin, ctx, domain| async move { plugin.info(&ctx, &domain).await }).await?;
    let offered = app.abilities_of(&open.domain.plugin_id).await?;
    let mut blocks = vec![];
    if offered.contains(&"privacy") {
        blocks.push(Block::Heading("Owner in whois".to_owned()));
        blocks.push(Block::Facts(vec![("Now".to_owned(), spoken(info.privacy, "Hidden", "Shown"))]));
        blocks.push(switch("privacy", [("on", "Hide the owner"), ("off", "Show the owner")], info.privacy));
    }
    if offered.contains(&"auto_renew") && open.is_staff {
        blocks.push(Block::Heading("Renewal by the registrar".to_owned()));
        let text = "We renew what clients pay for. A registrar that renews by itself charges whether they pay or not.";
        blocks.push(Block::Text(text.to_owned()));
        blocks.push(Block::Facts(vec![("Now".to_owned(), spoken(info.auto_renew, "On", "Off"))]));
        blocks.push(switch("auto-renew", [("on", "Switch it on"), ("off", "Switch it off")], info.auto_renew));
    }
    Ok(View { blocks })
}

fn spoken(state: Option<bool>, yes: &str, no: &str) -> Value {
    match state {
        Some(true) => yes.into(),
        Some(false) => no.into(),
        None => "Not told".into(),
    }
}

/// Buttons for what it is not.
fn switch(action: &str, choices: [(&str, &str); 2], now: Option<bool>) -> Block {
    let button = |(value, label): (&str, &str)| Value::Button {
        action: action.to_owned(),
        label: label.to_owned(),
        input: vec![("state".to_owned(), value.to_owned())],
        confirm: None,
    };
    let is_now = |value: &str| now.is_some_and(|now| now == (value == "on"));
    let rows = choices.into_iter().filter(|(value, _)| !is_now(value));
    Block::Facts(rows.map(|choice| ("Change".to_owned(), button(choice))).collect())
}

pub(super) fn fields(action: &str, is_staff: bool) -> Option<Vec<Field>> {
    let choices = ["on", "off"].map(|value| (value.to_owned(), value.to_owned())).to_vec();
    let is_known = action == "privacy" || (action == "auto-renew" && is_staff);
    is_known.then(|| vec![Field::new("state", "State", FieldKind::Choice(choices))])
}

pub(super) fn run(action: &str, input: &BTreeMap<String, String>) -> Result<Step> {
    let on = text(input, "state") == "on";
    match action {
        "privacy" => Ok(Step::Change(DomainWanted::Privacy { hidden: on })),
        "auto-renew" => Ok(Step::Change(DomainWanted::AutoRenew { on })),
        _ => Err(AppError::NotFound("action")),
    }
}
