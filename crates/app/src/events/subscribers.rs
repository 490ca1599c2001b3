//! Which listeners there are.

use innkeeper_db::subscribers::{self, SubscriberRow};
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

/// What a listener is called in the database.
pub(crate) fn subscriber_id(plugin: &str, key: &str) -> String {
    if key.is_empty() { plugin.to_owned() } else { format!("{plugin}:{key}") }
}

async fn store(app: &App, plugin: &str, listeners: &[Subscriber]) -> Result<()> {
    let mut tx = app.pool.begin().await?;
    let mut ids = vec![];
    for listener in listeners {
        let id = subscriber_id(plugin, &listener.key);
        let row = SubscriberRow {
            id,
            plugin_id: plugin.to_owned(),
            key: listener.key.clone(),
            events: listener.events.clone(),
        };
        subscribers::put(&mut tx, &row, &listener.label).await?;
        ids.push(row.id);
    }
    subscribers::disable_others(&mut tx, plugin, &ids).await?;
    tx.commit().await?;
    Ok(())
}
