//! Which listeners there are.

use innkeeper_db::deliveries;
use innkeeper_plugin_api::{Implementation, Subscriber};

use crate::{App, Result};

/// Brings the stored subscribers in line with what the snapins say, at start and after a change of
/// settings. A snapin whose settings are wrong keeps the subscribers it had.
pub async fn sync(app: &App) -> Result<()> {
    for plugin in app.plugins.all() {
        let Implementation::Snapin(snapin) = &plugin.implementation else { continue };
        let id = &plugin.manifest.id;
        let listeners = if app.plugin_enabled(id).await? {
            match app.subscribers_of(id, snapin, app.plugin_ctx(id, Default::default()).await?).await {
                Ok(listeners) => listeners,
                Err(e) => {
                    tracing::warn!(plugin = %id, error = %e, "subscribers are left as they were");
                    continue;
                }
            }
        } else {
            vec![]
        };
        store(app, id, &listeners).await?;
    }
    Ok(())
}

async fn store(app: &App, plugin: &str, listeners: &[Subscriber]) -> Result<()> {
    let mut tx = app.pool.begin().await?;
    let mut ids = vec![];
    for listener in listeners {
        let id = if listener.key.is_empty() { plugin.to_owned() } else { format!("{plugin}:{}", listener.key) };
        deliveries::put_subscriber(&mut tx, &id, plugin, &listener.key, &listener.label, &listener.events).await?;
        ids.push(id);
    }
    deliveries::disable_others(&mut tx, plugin, &ids).await?;
    tx.commit().await?;
    Ok(())
}
