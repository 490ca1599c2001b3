//! Adding and changing servers.

use innkeeper_db::servers::{self, ServerFields, ServerRow};
use innkeeper_domain::{DomainName, Permission, ServerGroupId, ServerId};
use innkeeper_hooks::payloads::{ServerAdded, ServerEdited};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{Actor, App, AppError, Checks, Result, Tx, catalogue::taken, plugins};

/// A server as staff write it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ServerInput {
    /// The group it belongs to.
    pub group_id: ServerGroupId,
    /// Unique.
    pub name: String,
    /// The server plugin; it cannot change later.
    pub plugin_id: String,
    /// Settings of that plugin for this server. Secrets left empty keep their value.
    #[serde(default)]
    pub settings: Value,
    /// Most services; none: no limit.
    #[serde(default)]
    pub capacity: Option<i32>,
    /// May new services be put on it?
    pub enabled: bool,
    /// Its name servers, for the domains of its accounts.
    #[serde(default)]
    pub nameservers: Vec<String>,
}

/// Adds a server.
pub async fn create_server(app: &App, actor: &Actor, mut input: ServerInput) -> Result<ServerId> {
    actor.require(Permission::ServersWrite)?;
    let mut tx = app.begin(actor).await?;
    let settings = check(app, &mut tx, &input, &Value::Null).await?;
    let id = servers::insert(tx.conn(), &fields(&input, &settings)).await.map_err(name_taken)?;
    input.settings = plugins::mask_instance(app, &input.plugin_id, &settings)?;
    let (name, plugin_id) = (input.name.trim().to_owned(), input.plugin_id.clone());
    tx.emit(&ServerAdded { server_id: id, name, plugin_id }).await?;
    tx.audit("server.create", "server", id, json!({ "after": input })).await?;
    tx.commit().await?;
    Ok(id)
}

/// Changes a server; services on it stay. Its plugin stays, too.
pub async fn update_server(app: &App, actor: &Actor, id: ServerId, mut input: ServerInput) -> Result<()> {
    actor.require(Permission::ServersWrite)?;
    let mut tx = app.begin(actor).await?;
    let before = servers::list(tx.conn(), Some(id)).await?.pop().ok_or(AppError::NotFound("server"))?;
    if before.plugin_id != input.plugin_id {
        return Err(AppError::invalid("plugin_id", "cannot change: add another server instead"));
    }
    let settings = check(app, &mut tx, &input, &before.settings).await?;
    servers::update(tx.conn(), id, &fields(&input, &settings)).await.map_err(name_taken)?;
    input.settings = plugins::mask_instance(app, &input.plugin_id, &settings)?;
    let before = written(app, before)?;
    let (name, plugin_id) = (input.name.trim().to_owned(), input.plugin_id.clone());
    tx.emit(&ServerEdited { server_id: id, name, plugin_id, enabled: input.enabled }).await?;
    tx.audit("server.update", "server", id, json!({ "before": before, "after": input })).await?;
    tx.commit().await
}

/// Checks the input and gives the settings with secrets sealed.
async fn check(app: &App, tx: &mut Tx<'_>, input: &ServerInput, old: &Value) -> Result<Value> {
    let mut checks = Checks::default();
    checks.text("name", &input.name, 100, true);
    checks.require(input.capacity.is_none_or(|n| n > 0), "capacity", "must be at least 1, or empty for no limit");
    checks.require(input.nameservers.len() <= 13, "nameservers", "must be at most 13");
    for name in &input.nameservers {
        let fault = "must be host names such as ns1.example.net";
        checks.require(name.parse::<DomainName>().is_ok(), "nameservers", fault);
    }
    let groups = servers::groups(tx.conn()).await?;
    checks.require(groups.iter().any(|g| g.id == input.group_id), "group_id", "is not a server group");
    let known = app.plugins.server(&input.plugin_id).is_ok();
    checks.require(known, "plugin_id", "is not a server plugin of this installation");
    if !known {
        checks.finish()?;
        return Ok(Value::Null);
    }
    let schema = app.plugins.get(&input.plugin_id)?.manifest.schemas.instance.as_ref();
    let settings = plugins::accept(&app.cipher, schema, input.settings.clone(), old, "settings", &mut checks)?;
    checks.finish()?;
    Ok(settings)
}

fn fields<'a>(input: &'a ServerInput, settings: &'a Value) -> ServerFields<'a> {
    ServerFields {
        group_id: input.group_id,
        name: input.name.trim(),
        plugin_id: &input.plugin_id,
        settings,
        capacity: input.capacity,
        enabled: input.enabled,
        nameservers: &input.nameservers,
    }
}

/// A stored server as staff would write it, for the audit log.
fn written(app: &App, row: ServerRow) -> Result<ServerInput> {
    Ok(ServerInput {
        settings: plugins::mask_instance(app, &row.plugin_id, &row.settings)?,
        group_id: row.group_id,
        name: row.name,
        plugin_id: row.plugin_id,
        capacity: row.capacity,
        enabled: row.enabled,
        nameservers: row.nameservers,
    })
}

fn name_taken(error: innkeeper_db::Error) -> AppError {
    taken(error, "server_name_key", "name", "is the name of another server")
}
