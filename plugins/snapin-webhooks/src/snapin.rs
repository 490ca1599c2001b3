//! The snapin: a listener for each endpoint, a signed POST for each event.

use async_trait::async_trait;
use innkeeper_plugin_api::{EventEnvelope, PluginCtx, PluginError, Request, Snapin, Subscriber};
use std::time::Duration;

use crate::{message, settings::Webhooks, target};

/// How long a receiver may take; the specification asks senders for 15 to 30 seconds.
const PATIENCE: Duration = Duration::from_secs(20);

/// Sends events.
pub(crate) struct Sender;

#[async_trait]
impl Snapin for Sender {
    fn subscribers(&self, ctx: &PluginCtx) -> Result<Vec<Subscriber>, PluginError> {
        let settings = Webhooks::read(ctx)?;
        let active = settings.endpoints.into_iter().filter(|endpoint| endpoint.active);
        active
            .map(|endpoint| {
                let events = endpoint.canonical_events().map_err(PluginError::config)?;
                let label = format!("{} → {}", endpoint.name, endpoint.url);
                Ok(Subscriber { key: endpoint.name, label, events })
            })
            .collect()
    }

    async fn on_event(&self, ctx: &PluginCtx, key: &str, event: &EventEnvelope) -> Result<(), PluginError> {
        let settings = Webhooks::read(ctx)?;
        let endpoint = settings.endpoints.iter().find(|endpoint| endpoint.name == key && endpoint.active);
        let endpoint = endpoint.ok_or_else(|| PluginError::config(format!("there is no active endpoint {key}")))?;
        if !settings.allow_private {
            target::check_addresses(&endpoint.url).await?;
        }
        let (id, timestamp) = (message::id(event), ctx.now.timestamp());
        let body = message::body(event).to_string().into_bytes();
        let signature = endpoint.key()?.sign(&id, timestamp, &body).map_err(PluginError::config)?;
        let request = Request::post(&endpoint.url)
            .body(body, "application/json")
            .header("webhook-id", &id)?
            .header("webhook-timestamp", &timestamp.to_string())?
            .header("webhook-signature", &signature)?
            .timeout(PATIENCE);
        message::judge(key, ctx.http.send(request).await)
    }
}
