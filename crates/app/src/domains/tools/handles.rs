//! Contacts that the registrar has on record already, put into the roles of a domain by their ids: staff alone.

use innkeeper_plugin_api::{
    Block, Field, FieldKind, View,
    registrar::{ContactRole, Handles},
};
use std::collections::BTreeMap;

use super::{Open, Step, gone, text};
use crate::{App, AppError, Result, effects::DomainWanted};

pub(super) async fn draw(app: &App, open: &Open) -> Result<View> {
    let now = open
        .ask(app, "handles", |plugin, ctx, domain| async move {
            plugin.contact_handles().ok_or_else(gone)?.handles(&ctx, &domain).await
        })
        .await?;
    let shown = |role: ContactRole| (role.label().to_owned(), now.get(&role).map_or("–", String::as_str).into());
    let text = "Each contact has an id at the registrar. Enter the ids of contacts that are on record there: they take \
                these roles as they are. A role that you leave empty keeps its contact.";
    let fields = fields("use").unwrap_or_default();
    Ok(View {
        blocks: vec![
            Block::Facts(ContactRole::ALL.map(shown).to_vec()),
            Block::Text(text.to_owned()),
            Block::Form { action: "use".to_owned(), fields, submit: "Use these contacts".to_owned() },
        ],
    })
}

pub(super) fn fields(action: &str) -> Option<Vec<Field>> {
    let field = |role: ContactRole| Field::new(role.as_str(), role.label(), FieldKind::Text).optional();
    (action == "use").then(|| ContactRole::ALL.map(field).to_vec())
}

pub(super) fn run(input: &BTreeMap<String, String>) -> Result<Step> {
    let given =
        |role: ContactRole| Some((role, text(input, role.as_str()).to_owned())).filter(|(_, id)| !id.is_empty());
    let handles: Handles = ContactRole::ALL.into_iter().filter_map(given).collect();
    if handles.is_empty() {
        return Err(AppError::invalid(ContactRole::Owner.as_str(), "must be an id, or that of another role"));
    }
    Ok(Step::Change(DomainWanted::Handles { handles }))
}
