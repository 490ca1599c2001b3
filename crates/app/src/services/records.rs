//! The DNS zone of an account.

use innkeeper_domain::{EffectId, Permission, ServiceId, state::ServiceState};
use innkeeper_plugin_api::{Field, RecordType, ServerPlugin, View, Zone, ZoneChange};
use serde_json::json;
use std::collections::BTreeMap;

use super::{
    act::{Act, act},
    actions::lacking,
};
use crate::{
    Actor, App, AppError, Result,
    effects::{self, Kind},
    plugins::Call,
    zones,
};

/// The page of the zone, for staff and for the client whose service it is.
pub async fn zone(app: &App, actor: &Actor, id: ServiceId) -> Result<View> {
    let types = types(app, actor, id).await?;
    Ok(zones::view(&told(app, id).await?, &types))
}

/// The zone itself, with the types of record that can be set, for programs.
pub async fn records(app: &App, actor: &Actor, id: ServiceId) -> Result<(Zone, Vec<RecordType>)> {
    let types = types(app, actor, id).await?;
    Ok((told(app, id).await?, types))
}

async fn told(app: &App, id: ServiceId) -> Result<Zone> {
    let ready = effects::ready_service(app, id).await?;
    let (plugin, account) = (ready.plugin, ready.account);
    let call = Call::new(&ready.plugin_id, "zone", app.options.plugin_timeout)
        .about("service", id)
        .hiding(account.password.as_ref());
    let ask = move |ctx| async move {
        let ability = plugin.zone().ok_or_else(|| lacking("zones"))?;
        ability.zone(&ctx, &account).await
    };
    Ok(app.call_plugin(call, &ready.ctx, ask).await?)
}

/// What an action of the page asks; `NotFound` if there is none of this name.
pub async fn zone_fields(app: &App, actor: &Actor, id: ServiceId, action: &str) -> Result<Vec<Field>> {
    let fields = zones::fields(action, &types(app, actor, id).await?);
    if fields.is_empty() { Err(AppError::NotFound("action")) } else { Ok(fields) }
}

/// Runs an action of the page.
pub async fn change_zone(
    app: &App,
    actor: &Actor,
    id: ServiceId,
    action: &str,
    input: &BTreeMap<String, String>,
) -> Result<EffectId> {
    let change = zones::change(action, input, &types(app, actor, id).await?)?;
    planned(app, actor, id, &change).await
}

/// Adds records to the zone and removes others, as one operation.
pub async fn change_records(app: &App, actor: &Actor, id: ServiceId, change: ZoneChange) -> Result<EffectId> {
    let change = zones::checked(change, &types(app, actor, id).await?)?;
    planned(app, actor, id, &change).await
}

async fn planned(app: &App, actor: &Actor, id: ServiceId, change: &ZoneChange) -> Result<EffectId> {
    let owner = actor.owner(Permission::ServicesWrite)?;
    let from = &[ServiceState::Active];
    act(app, actor, id, owner, Act { kind: Kind::ServiceSetRecords, from, request: json!(change), secret: None }).await
}

/// The types of record that can be set.
async fn types(app: &App, actor: &Actor, id: ServiceId) -> Result<Vec<RecordType>> {
    let view = super::get(app, actor, id).await?;
    if !view.has_zone {
        return Err(AppError::NotFound("zone"));
    }
    let types = |plugin: &dyn ServerPlugin| plugin.zone().map(|zone| zone.record_types().to_vec()).unwrap_or_default();
    app.server_says(view.service.plugin_id.as_deref().unwrap_or_default(), "record_types", types).await
}
