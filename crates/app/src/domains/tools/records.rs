//! DNS records of a domain.

use innkeeper_hooks::payloads::{BeforeGetRecords, BeforeSaveRecords, RecordsRead};
use innkeeper_plugin_api::{Block, Field, RecordType, View, Zone, ZoneChange, view::Tone};
use serde_json::json;
use std::collections::BTreeMap;

use super::{Open, Step, gone};
use crate::{
    App, Result,
    domains::act::noted,
    effects::{DomainWanted, Kind},
    gates::{self, Decision},
    zones,
};

/// The types of record that can be set.
pub(super) async fn types(app: &App, open: &Open) -> Result<Vec<RecordType>> {
    let types = |registrar: &dyn innkeeper_plugin_api::Registrar| {
        registrar.zone().map(|ability| ability.record_types().to_vec()).unwrap_or_default()
    };
    app.registrar_says(&open.domain.plugin_id, "record_types", types).await
}

pub(super) async fn draw(app: &App, open: &Open) -> Result<View> {
    match read(app, open).await? {
        Some(zone) => Ok(zones::view(&zone, &types(app, open).await?)),
        None => {
            let text = "The records of this domain are looked after elsewhere.".to_owned();
            Ok(View { blocks: vec![Block::Notice { tone: Tone::Info, text }] })
        }
    }
}

/// The zone, as the registrar has it; none: a snapin says that it is looked after elsewhere.
pub(super) async fn read(app: &App, open: &Open) -> Result<Option<Zone>> {
    let (domain_id, client_id, name) = (open.domain.id, open.domain.client_id, open.domain.name.clone());
    let question = BeforeGetRecords { domain_id, client_id, name: name.clone() };
    if let Decision::Skip { .. } = gates::ask(app, question).await? {
        return Ok(None);
    }
    let zone =
        open.ask(app, "zone", |plugin, ctx, domain| async move {
            plugin.zone().ok_or_else(gone)?.zone(&ctx, &domain).await
        })
        .await;
    let (succeeded, error) = (zone.is_ok(), zone.as_ref().err().map(ToString::to_string));
    let registrar = open.domain.plugin_id.clone();
    app.tell(&RecordsRead { domain_id, client_id, name, registrar, succeeded, error });
    zone.map(Some)
}

pub(super) async fn fields(app: &App, open: &Open, action: &str) -> Result<Option<Vec<Field>>> {
    Ok(Some(zones::fields(action, &types(app, open).await?)).filter(|fields| !fields.is_empty()))
}

pub(super) async fn run(app: &App, open: &Open, action: &str, input: &BTreeMap<String, String>) -> Result<Step> {
    let change = zones::change(action, input, &types(app, open).await?)?;
    planned(app, open, change).await
}

/// The effect that makes a change.
pub(super) async fn planned(app: &App, open: &Open, change: ZoneChange) -> Result<Step> {
    let (domain_id, client_id, name) = (open.domain.id, open.domain.client_id, open.domain.name.clone());
    let question = BeforeSaveRecords { domain_id, client_id, name, change: json!(change) };
    let skipped_by = gates::ask(app, question).await?.parts().1;
    let request = noted(json!(DomainWanted::Records { change }), skipped_by);
    Ok(Step::Effect(Kind::DomainChange, request, None))
}
