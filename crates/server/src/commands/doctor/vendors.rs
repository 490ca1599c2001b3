//! Plugins and the vendors behind them.

use anyhow::Result;
use innkeeper_app::{Actor, App, plugin_settings, servers};
use innkeeper_config::Config;
use innkeeper_plugin_api::PluginKind;

use super::Report;
use crate::{commands::staff::readable, database::Database, node};

/// What the plugins lack; with `connect`, whether the vendors let us in.
pub(super) async fn check(config: &Config, database: &Database, connect: bool, report: &mut Report) -> Result<()> {
    let app = node::app(config, database)?;
    let actor = Actor::system("doctor");
    let plugins = match plugin_settings::list_plugins(&app, &actor).await {
        Ok(plugins) => plugins,
        Err(_) => {
            report.fix("plugins", "cannot be looked at before the schema is there: run `innkeeper migrate`");
            return Ok(());
        }
    };
    for plugin in plugins {
        match (plugin.enabled, plugin.missing.as_slice()) {
            (false, _) => report.ok("plugin", format_args!("{} is switched off", plugin.id)),
            (true, []) => report.ok("plugin", format_args!("{} {}", plugin.id, plugin.version)),
            (true, missing) => report.fix(
                "plugin",
                format_args!("{}: {}; set it up in the panel, or switch it off", plugin.id, missing.join("; ")),
            ),
        }
        // Snapins would tell their receivers something.
        let can_ask = matches!(plugin.kind, PluginKind::Registrar | PluginKind::Gateway)
            && plugin_settings::get_plugin(&app, &actor, &plugin.id).await.is_ok_and(|found| found.can_test);
        if connect && plugin.enabled && plugin.missing.is_empty() && can_ask {
            let answer = plugin_settings::test_plugin(&app, &actor, &plugin.id).await;
            report.judge(
                "connection",
                answer.map(|a| format!("{}: {a}", plugin.id)).map_err(|e| format!("{}: {}", plugin.id, readable(e))),
            );
        }
    }
    if connect { log_in(&app, &actor, report).await } else { Ok(()) }
}

async fn log_in(app: &App, actor: &Actor, report: &mut Report) -> Result<()> {
    for server in servers::list_servers(app, actor).await?.into_iter().filter(|server| server.enabled) {
        let answer = servers::test_connection(app, actor, server.id).await;
        let named = |text: String| format!("{}: {text}", server.name);
        report.judge("connection", answer.map(named).map_err(|e| named(readable(e).to_string())));
    }
    Ok(())
}
