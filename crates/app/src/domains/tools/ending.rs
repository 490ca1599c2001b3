//! Giving a domain back, and getting it back: for staff.

use innkeeper_hooks::payloads::BeforeDomainDelete;
use innkeeper_plugin_api::{Block, Field, FieldKind, RemoteDomainState, View, view::Tone};
use serde_json::json;

use super::{Open, Step};
use crate::{
    App, AppError, Result,
    domains::act::noted,
    effects::{DomainWanted, Kind},
    gates,
};

pub(super) async fn draw(app: &App, open: &Open) -> Result<View> {
    let info = open.ask(app, "info", |plugin, ctx, domain| async move { plugin.info(&ctx, &domain).await }).await?;
    let offered = app.abilities_of(&open.domain.plugin_id).await?;
    let form = |action: &str, submit: &str| Block::Form {
        action: action.to_owned(),
        fields: fields(action).unwrap_or_default(),
        submit: submit.to_owned(),
    };
    let notice = |tone, text: &str| Block::Notice { tone, text: text.to_owned() };
    let blocks = match info.state {
        RemoteDomainState::Active | RemoteDomainState::Expired if offered.contains(&"delete") => vec![
            notice(Tone::Danger, "Whoever comes first can have a deleted domain. What was paid is not paid back."),
            form("delete", "Delete the domain"),
        ],
        RemoteDomainState::Redemption if offered.contains(&"restore") => vec![
            notice(Tone::Warning, "The registry deleted this domain. It can be restored for a fee."),
            form("restore", "Restore the domain"),
        ],
        _ => vec![Block::Text("The registrar offers neither for a domain in this state.".to_owned())],
    };
    Ok(View { blocks })
}

pub(super) fn fields(action: &str) -> Option<Vec<Field>> {
    let sure = |text: &str| vec![Field::new("sure", text, FieldKind::Checkbox)];
    match action {
        "delete" => Some(sure("Delete it: this cannot be undone for certain")),
        "restore" => Some(sure("Restore it and renew it for a year: the registrar charges for both")),
        _ => None,
    }
}

pub(super) async fn run(app: &App, open: &Open, action: &str) -> Result<Step> {
    let domain = &open.domain;
    if action == "restore" {
        let unknown = || AppError::conflict("the expiry of this domain is not known: look it up at the registrar");
        let from = domain.expires_on.ok_or_else(unknown)?;
        return Ok(Step::Effect(Kind::DomainRestore, json!({ "years": 1, "from": from }), None));
    }
    let (domain_id, client_id, name) = (domain.id, domain.client_id, domain.name.clone());
    let skipped_by = gates::ask(app, BeforeDomainDelete { domain_id, client_id, name }).await?.parts().1;
    let request = noted(json!(DomainWanted::Delete), skipped_by);
    Ok(Step::Effect(Kind::DomainChange, request, None))
}
