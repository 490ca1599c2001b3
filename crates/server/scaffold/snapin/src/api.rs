//! The receiver's API: one call, and which answer means what.

use innkeeper_plugin_api::{ErrorKind, EventEnvelope, PluginCtx, PluginError, Request};
use serde::Serialize;

use crate::settings::Settings;

#[derive(Serialize)]
struct Message<'a> {
    /// The receiver drops what it has seen: an event may arrive twice.
    id: String,
    event: &'a str,
    data: &'a serde_json::Value,
}

/// Sends an event.
pub(crate) async fn tell(ctx: &PluginCtx, settings: &Settings, event: &EventEnvelope) -> Result<(), PluginError> {
    let message = Message { id: format!("evt_{}", event.id.get()), event: &event.name, data: &event.payload };
    let bearer = format!("Bearer {}", settings.token.reveal());
    let request = Request::post(&settings.url).json(&message)?.header("authorization", &bearer)?;
    let response = ctx.http.send(request).await?;
    let status = response.status.as_u16();
    let kind = match status {
        200..=299 => return Ok(()),
        401 | 403 => ErrorKind::Config,
        // The host sends it again, later and later, whatever the kind.
        _ => ErrorKind::Temporary,
    };
    let said: String = response.text().chars().take(200).collect();
    Err(PluginError::new(kind, format!("the receiver answered HTTP {status}: {said}")).code(status))
}
