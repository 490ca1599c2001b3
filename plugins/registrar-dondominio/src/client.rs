//! The vendor's API, raw: one POST for each call, credentials in the form, errors in the envelope.

use http::StatusCode;
use innkeeper_plugin_api::{Level, PluginCtx, PluginError, Request};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::time::Duration;
use tokio::sync::Semaphore;

use crate::codes;
use crate::settings::Settings;

/// The vendor blocks an account that opens more than three connections; one is left for other programs.
pub(crate) const MAX_CONNECTIONS: usize = 2;

/// Longer than the vendor's own client waits, since a lost answer costs a look-up.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Whether a call may be repeated after its answer got lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effect {
    Reads,
    Changes,
}

/// The form fields of a call.
pub(crate) type Fields = Vec<(String, String)>;

/// One account's door to the API, for the length of one plugin call.
pub(crate) struct Client<'a> {
    ctx: &'a PluginCtx,
    connections: &'a Semaphore,
    pub(crate) settings: Settings,
    endpoint: String,
}

impl<'a> Client<'a> {
    /// Fails with `Config` if the settings cannot work.
    pub(crate) fn new(ctx: &'a PluginCtx, connections: &'a Semaphore) -> Result<Self, PluginError> {
        let settings: Settings = ctx.settings(Level::Plugin)?;
        let endpoint = settings.checked_endpoint()?.to_owned();
        Ok(Self { ctx, connections, settings, endpoint })
    }

    /// Calls an action that changes nothing.
    pub(crate) async fn read<T: DeserializeOwned>(&self, action: &str, fields: &Fields) -> Result<T, PluginError> {
        self.call(action, fields, Effect::Reads).await
    }

    /// Calls an action that changes something.
    pub(crate) async fn change<T: DeserializeOwned>(&self, action: &str, fields: &Fields) -> Result<T, PluginError> {
        self.call(action, fields, Effect::Changes).await
    }

    async fn call<T: DeserializeOwned>(&self, action: &str, fields: &Fields, effect: Effect) -> Result<T, PluginError> {
        let credentials =
            [("apiuser", self.settings.api_user.trim()), ("apipasswd", self.settings.api_key.reveal().trim())];
        let fields = fields.iter().map(|(key, value)| (key.as_str(), value.as_str()));
        let request = Request::post(format!("{}/{action}/", self.endpoint))
            .form(credentials.into_iter().chain(fields))
            .timeout(TIMEOUT);
        let request = if effect == Effect::Reads { request.read_only() } else { request };
        let response = {
            let _connection = self.connections.acquire().await.map_err(|e| PluginError::temporary(e.to_string()))?;
            self.ctx.http.send(request).await?
        };
        if response.status != StatusCode::OK {
            return Err(refused_transport(action, response.status, effect));
        }
        read_envelope(action, &response.body, effect)
    }
}

/// What every answer is wrapped in.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Envelope {
    success: bool,
    #[serde(default)]
    error_code: i64,
    error_code_msg: Option<String>,
    messages: Option<Vec<String>>,
    #[serde(default)]
    response_data: Value,
}

fn read_envelope<T: DeserializeOwned>(action: &str, body: &[u8], effect: Effect) -> Result<T, PluginError> {
    let envelope: Envelope = serde_json::from_slice(body).map_err(|e| unreadable(action, &e, effect))?;
    if envelope.success {
        return serde_json::from_value(envelope.response_data).map_err(|e| unreadable(action, &e, effect));
    }
    let mut text = format!("{action}: {} {}", envelope.error_code, envelope.error_code_msg.unwrap_or_default());
    if let Some(messages) = envelope.messages.filter(|messages| !messages.is_empty()) {
        text = format!("{text}: {}", messages.join("; "));
    }
    Err(codes::to_error(envelope.error_code, text, effect == Effect::Changes))
}

/// An answer that nobody can read: after a change it may have happened.
fn unreadable(action: &str, error: &serde_json::Error, effect: Effect) -> PluginError {
    let text = format!("{action}: the answer is not as agreed: {error}");
    match effect {
        Effect::Reads => PluginError::temporary(text),
        Effect::Changes => PluginError::unknown(text),
    }
}

/// The API answers 200 even to refuse; anything else comes from something in front of it.
fn refused_transport(action: &str, status: StatusCode, effect: Effect) -> PluginError {
    let text = format!("{action}: HTTP {status}");
    let error = match status {
        StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS => PluginError::temporary(text),
        _ if status.is_client_error() || status.is_redirection() => {
            PluginError::config(format!("{text}; is the endpoint right?"))
        }
        _ if effect == Effect::Changes => PluginError::unknown(text),
        _ => PluginError::temporary(text),
    };
    error.code(status.as_u16())
}

#[cfg(test)]
mod tests {
    use super::*;
    use innkeeper_plugin_api::ErrorKind;

    fn kind(body: &str, effect: Effect) -> Option<ErrorKind> {
        read_envelope::<Value>("domain/create", body.as_bytes(), effect).err().map(|e| e.kind)
    }

    #[test]
    fn an_unreadable_answer_to_a_change_settles_nothing() {
        assert_eq!(kind("<html>", Effect::Changes), Some(ErrorKind::Unknown));
        assert_eq!(kind("<html>", Effect::Reads), Some(ErrorKind::Temporary));
        assert_eq!(kind(r#"{"success":true,"responseData":{}}"#, Effect::Changes), None);
    }

    #[test]
    fn a_refusal_says_everything_to_staff() {
        let body = r#"{"success":false,"errorCode":2010,"errorCodeMsg":"taken","messages":["a.com","is gone"]}"#;
        let error = read_envelope::<Value>("domain/create", body.as_bytes(), Effect::Changes).unwrap_err();
        assert_eq!(error.detail, "domain/create: 2010 taken: a.com; is gone");
        assert_eq!((error.kind, error.code.as_deref()), (ErrorKind::Declined, Some("2010")));
    }

    #[test]
    fn other_statuses_come_from_in_between() {
        let of = |status, effect| refused_transport("domain/create", status, effect).kind;
        assert_eq!(of(StatusCode::SERVICE_UNAVAILABLE, Effect::Changes), ErrorKind::Temporary);
        assert_eq!(of(StatusCode::BAD_GATEWAY, Effect::Changes), ErrorKind::Unknown);
        assert_eq!(of(StatusCode::BAD_GATEWAY, Effect::Reads), ErrorKind::Temporary);
        assert_eq!(of(StatusCode::NOT_FOUND, Effect::Reads), ErrorKind::Config);
    }
}
