//! How much the accounts of each server use, as the vendors tell it.

use chrono::{DateTime, Utc};
use innkeeper_db::{provisioning, servers};
use innkeeper_domain::{Permission, ServerId};
use innkeeper_plugin_api::{PluginError, UsageReport};

use crate::{Actor, App, Result, usage};

/// Accounts that a vendor is asked about at once.
const PART: i64 = 200;

/// How much the accounts of a server use together.
#[derive(Clone, Debug)]
pub struct ServerUsage {
    /// Accounts that were told of.
    pub accounts: i64,
    /// Bytes on disk.
    pub disk_bytes: i64,
    /// None of it is older.
    pub told_at: DateTime<Utc>,
}

/// What was last told of a server; none: nothing yet.
pub async fn usage(app: &App, actor: &Actor, id: ServerId) -> Result<Option<ServerUsage>> {
    actor.require(Permission::ServersRead)?;
    let told = servers::usage(&mut *app.conn().await?, id).await?;
    Ok(told.map(|(accounts, disk_bytes, told_at)| ServerUsage { accounts, disk_bytes, told_at }))
}

/// Asks every server whose plugin can tell, and keeps the answers. One that fails stops no other.
pub(crate) async fn collect_usage(app: &App) -> Result<()> {
    for server in servers::list(&mut *app.conn().await?, None).await? {
        let offered = app.abilities_of(&server.plugin_id).await.unwrap_or_default();
        if offered.contains(&"usage")
            && let Err(error) = of_server(app, server.id).await
        {
            tracing::warn!(server = server.name, %error, "usage cannot be told");
        }
    }
    Ok(())
}

async fn of_server(app: &App, id: ServerId) -> Result<()> {
    let ready = super::accounts::ready(app, id).await?;
    let mut after = String::new();
    loop {
        let part = provisioning::accounts_of(&mut *app.conn().await?, id, &after, PART).await?;
        let Some(last) = part.last() else { return Ok(()) };
        after.clone_from(last);
        let (call, plugin) = (ready.call(app, "usage", id), ready.plugin.clone());
        let ask = move |ctx| async move {
            let ability = plugin.usage().ok_or_else(|| PluginError::unsupported("this plugin tells no usage"))?;
            ability.usage(&ctx, &part).await
        };
        keep(app, id, app.call_plugin(call, &ready.ctx, ask).await?).await?;
    }
}

async fn keep(app: &App, id: ServerId, reports: Vec<UsageReport>) -> Result<()> {
    usage::keep(app, id, &reports).await?;
    let (mut ids, mut usages, mut logins) = (vec![], vec![], vec![]);
    for report in reports {
        ids.push(report.remote_id);
        usages.push(serde_json::to_value(report.usage)?);
        logins.push(report.last_login);
    }
    Ok(provisioning::keep_usage(&mut *app.conn().await?, id, &ids, &usages, &logins).await?)
}
