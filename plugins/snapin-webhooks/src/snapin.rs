//! The snapin: a listener for each endpoint, a signed POST for each event.

use async_trait::async_trait;
use innkeeper_plugin_api::{EventEnvelope, PluginCtx, PluginError, Request, Snapin, Subscriber, TestConnection};
use serde_json::Value;
use std::time::Duration;

use crate::{
    message,
    settings::{Endpoint, Webhooks},
    target,
};

/// How long a receiver may take; the specification asks senders for 15 to 30 seconds.
const PATIENCE: Duration = Duration::from_secs(20);

/// How long a receiver may take with a test, for which somebody waits.
const TEST_PATIENCE: Duration = Duration::from_secs(5);

/// Sends events.
pub(crate) struct Sender;

/// A message on its way to an endpoint.
struct Message<'a> {
    id: &'a str,
    body: &'a Value,
    patience: Duration,
}

/// Signs a message and posts it; what the endpoint answered.
async fn post(
    ctx: &PluginCtx,
    settings: &Webhooks,
    endpoint: &Endpoint,
    message: Message<'_>,
) -> Result<String, PluginError> {
    if !settings.allow_private {
        target::check_addresses(&endpoint.url).await?;
    }
    let timestamp = ctx.now.timestamp();
    let body = message.body.to_string().into_bytes();
    let signature = endpoint.key()?.sign(message.id, timestamp, &body).map_err(PluginError::config)?;
    let request = Request::post(&endpoint.url)
        .body(body, "application/json")
        .header("webhook-id", message.id)?
        .header("webhook-timestamp", &timestamp.to_string())?
        .header("webhook-signature", &signature)?
        .timeout(message.patience);
    message::judge(ctx.http.send(request).await)
}

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
        let (id, body) = (message::id(event), message::body(event));
        post(ctx, &settings, endpoint, Message { id: &id, body: &body, patience: PATIENCE }).await.map(drop)
    }

    fn connection_test(&self) -> Option<&dyn TestConnection> {
        Some(self)
    }
}

#[async_trait]
impl TestConnection for Sender {
    /// Sends a message of the type `test` to each active endpoint, and says what each answered. All are tried,
    /// whatever the first one says.
    async fn test_connection(&self, ctx: &PluginCtx) -> Result<String, PluginError> {
        let settings = Webhooks::read(ctx)?;
        let (id, body) = message::test(ctx.now);
        let (mut said, mut failure) = (vec![], None);
        for endpoint in settings.endpoints.iter().filter(|endpoint| endpoint.active) {
            let message = Message { id: &id, body: &body, patience: TEST_PATIENCE };
            match post(ctx, &settings, endpoint, message).await {
                Ok(answer) => said.push(format!("{}: {answer}", endpoint.name)),
                Err(error) => {
                    said.push(format!("{}: {}", endpoint.name, error.detail));
                    failure.get_or_insert(error);
                }
            }
        }
        match (said.join("; "), failure) {
            (said, _) if said.is_empty() => Err(PluginError::config("there is no active endpoint to test")),
            (detail, Some(first)) => Err(PluginError { detail, ..first }),
            (said, None) => Ok(said),
        }
    }
}
