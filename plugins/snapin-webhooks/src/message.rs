//! The message that a receiver gets. Pure, and the same for every attempt.

use innkeeper_plugin_api::{ErrorKind, EventEnvelope, PluginError, Response};
use serde_json::{Value, json};

/// The value of `webhook-id`: receivers drop a message whose id they know.
pub(crate) fn id(event: &EventEnvelope) -> String {
    format!("evt_{}", event.id.get())
}

/// The body: type, timestamp and data as the specification recommends, and beside them what a
/// receiver needs to put the events of one thing in order.
pub(crate) fn body(event: &EventEnvelope) -> Value {
    json!({
        "type": event.name,
        "timestamp": event.occurred_at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true),
        "version": event.version,
        "about": {"kind": event.aggregate, "id": event.aggregate_id, "sequence": event.sequence},
        "data": event.payload,
    })
}

/// What a receiver's answer means. Any error is tried again; its kind tells staff what to do.
pub(crate) fn judge(endpoint: &str, response: &Response) -> Result<(), PluginError> {
    let status = response.status;
    let kind = match status.as_u16() {
        200..=299 => return Ok(()),
        // 408 and 425 ask for another attempt as clearly as 429 does.
        408 | 425 | 429 | 500..=599 => ErrorKind::Temporary,
        300..=399 | 401 | 403 | 404 | 405 | 410 => ErrorKind::Config,
        _ => ErrorKind::Declined,
    };
    let said: String = response.text().chars().take(200).collect();
    Err(PluginError::new(kind, format!("{endpoint} answered HTTP {status}: {said}")).code(status.as_u16()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use innkeeper_plugin_api::domain::EventId;

    #[test]
    fn a_message_as_receivers_see_it() {
        let event = EventEnvelope {
            id: EventId(7001),
            name: "Invoice-Paid".to_owned(),
            version: 1,
            occurred_at: "2026-01-05T10:00:00Z".parse().unwrap(),
            aggregate: "invoice".to_owned(),
            aggregate_id: 41,
            sequence: 3,
            payload: json!({"invoice_id": 41}),
        };
        assert_eq!(id(&event), "evt_7001");
        assert_eq!(
            body(&event).to_string(),
            r#"{"about":{"id":41,"kind":"invoice","sequence":3},"data":{"invoice_id":41},"timestamp":"2026-01-05T10:00:00.000Z","type":"Invoice-Paid","version":1}"#
        );
    }
}
