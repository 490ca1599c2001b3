//! The message that a receiver gets. Pure, and the same for every attempt.

use chrono::{DateTime, SecondsFormat, Utc};
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
        "id": id(event),
        "type": event.name,
        "timestamp": event.occurred_at.to_rfc3339_opts(SecondsFormat::Millis, true),
        "version": event.version,
        "data": event.payload,
        "aggregate": event.aggregate,
        "aggregate_id": event.aggregate_id,
        "sequence": event.sequence,
    })
}

/// A message that is no event: its id and its body.
pub(crate) fn test(now: DateTime<Utc>) -> (String, Value) {
    let id = format!("test_{}", now.timestamp_millis());
    let timestamp = now.to_rfc3339_opts(SecondsFormat::Millis, true);
    let body = json!({ "id": id, "type": "test", "timestamp": timestamp, "data": {} });
    (id, body)
}

/// What a receiver's answer means; the good one in words. Everything but 2xx and 410 is worth another try: receivers know a
/// message by its id, so a repeated one does no harm even if the first arrived and its answer was lost.
pub(crate) fn judge(answer: Result<Response, PluginError>) -> Result<String, PluginError> {
    let response = match answer {
        Err(error) if error.kind == ErrorKind::Unknown => {
            return Err(PluginError { kind: ErrorKind::Temporary, ..error });
        }
        answer => answer?,
    };
    let status = response.status;
    let kind = match status.as_u16() {
        200..=299 => return Ok(format!("HTTP {status}")),
        410 => ErrorKind::Declined,
        _ => ErrorKind::Temporary,
    };
    let said: String = response.text().chars().take(200).collect();
    Err(PluginError::new(kind, format!("HTTP {status}: {said}")).code(status.as_u16()))
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
            r#"{"aggregate":"invoice","aggregate_id":41,"data":{"invoice_id":41},"id":"evt_7001","sequence":3,"timestamp":"2026-01-05T10:00:00.000Z","type":"Invoice-Paid","version":1}"#
        );
    }

    #[test]
    fn the_answer_decides_what_staff_read_and_lost_ones_are_tried_again() {
        let kind = |status: u16| {
            let status = status.try_into().unwrap();
            let answer = Response { status, headers: Default::default(), body: Default::default() };
            judge(Ok(answer)).err().map(|error| error.kind)
        };
        for status in [200, 202, 204] {
            assert_eq!(kind(status), None, "{status}");
        }
        assert_eq!(kind(410), Some(ErrorKind::Declined));
        for status in [301, 400, 401, 404, 408, 429, 500, 503] {
            assert_eq!(kind(status), Some(ErrorKind::Temporary), "{status}");
        }
        let lost = judge(Err(PluginError::unknown("no answer in time")));
        assert_eq!(lost.err().map(|error| error.kind), Some(ErrorKind::Temporary));
        let broken = judge(Err(PluginError::config("no URL")));
        assert_eq!(broken.err().map(|error| error.kind), Some(ErrorKind::Config));
    }
}
