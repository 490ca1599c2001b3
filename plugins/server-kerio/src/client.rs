//! Kerio's JSON-RPC: session, calls, and which failure means what.

use innkeeper_plugin_api::{ErrorKind, PluginCtx, PluginError, Request, Response};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use std::time::Duration;

use crate::{
    settings::{KerioPlugin, KerioServer},
    wire::Fault,
};

/// How long the log-out may take: the work is done, and nobody should wait for it.
const FAREWELL: Duration = Duration::from_secs(3);

/// A session with one server's administration.
pub(crate) struct Client<'a> {
    ctx: &'a PluginCtx,
    server: &'a KerioServer,
    timeout: Duration,
    session: Session,
    calls: u32,
}

#[derive(Clone, Default)]
struct Session {
    cookies: String,
    token: String,
}

/// Why a call did not do what it was to do.
#[derive(Debug)]
pub(crate) enum CallError {
    /// The server answered, and refused.
    Refused(Fault),
    /// There was no (usable) answer.
    Failed(PluginError),
}

/// Whether a call may change something: it decides what a missing answer means.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Effect {
    Reads,
    Changes,
}

impl<'a> Client<'a> {
    /// Logs in.
    ///
    /// # Errors
    /// `Config` when the server refuses the credentials (never tried again: it locks accounts),
    /// `Temporary` when it cannot be reached.
    pub async fn log_in(
        ctx: &'a PluginCtx,
        plugin: &KerioPlugin,
        server: &'a KerioServer,
    ) -> Result<Self, PluginError> {
        let timeout = plugin.timeout();
        let mut client = Self { ctx, server, timeout, session: Session::default(), calls: 0 };
        client.open_session().await?;
        Ok(client)
    }

    /// Ends the session. A failure is of no consequence: the server ends idle sessions by itself.
    pub async fn log_out(mut self) {
        self.timeout = self.timeout.min(FAREWELL);
        if let Err(error) = self.exchange("Session.logout", &json!({}), Effect::Reads).await {
            tracing::debug!(?error, "no answer to the log-out");
        }
    }

    /// A call that changes nothing.
    pub async fn read<T: DeserializeOwned>(&mut self, method: &str, params: &Value) -> Result<T, PluginError> {
        let result = self.call(method, params, Effect::Reads).await;
        let result = result.map_err(|error| error.into_error(method, Effect::Reads))?;
        serde_json::from_value(result)
            .map_err(|error| PluginError::temporary(format!("the answer to {method} is not as agreed: {error}")))
    }

    /// A mass operation on a single item. Returns the `result` member.
    pub async fn change(&mut self, method: &str, params: &Value) -> Result<Value, CallError> {
        let mut result = self.call(method, params, Effect::Changes).await?;
        match result.pointer("/errors/0") {
            Some(error) => Err(CallError::Refused(Fault::decode(error))),
            None => Ok(result.get_mut("result").map(Value::take).unwrap_or_default()),
        }
    }

    /// A call within the session; logs in again once if the server has ended it.
    async fn call(&mut self, method: &str, params: &Value, effect: Effect) -> Result<Value, CallError> {
        match self.exchange(method, params, effect).await {
            Err(CallError::Refused(fault)) if fault.code == Fault::NOT_LOGGED_IN => {
                self.open_session().await.map_err(CallError::Failed)?;
                self.exchange(method, params, effect).await
            }
            result => result,
        }
    }

    async fn open_session(&mut self) -> Result<(), PluginError> {
        self.session = Session::default();
        let params = json!({
            "userName": self.server.user,
            "password": self.server.password.reveal(),
            "application": {"name": "Innkeeper", "vendor": "Innkeeper", "version": env!("CARGO_PKG_VERSION")},
        });
        let method = "Session.login";
        let response = self.send(method, &params, Effect::Reads).await?;
        let cookies = cookies(&response);
        let result = match decode(&response, method, Effect::Reads) {
            Ok(result) => result,
            // Whatever positive code it has: the documentation names none for bad credentials.
            Err(CallError::Refused(fault)) if fault.code >= 0 || fault.code == Fault::NOT_LOGGED_IN => {
                let (user, host) = (&self.server.user, &self.server.host);
                let detail = format!("{host} refused to log in {user}: {}", fault.message);
                return Err(PluginError::config(detail).code(fault.code));
            }
            Err(error) => return Err(error.into_error(method, Effect::Reads)),
        };
        let token = result.get("token").and_then(Value::as_str);
        let token = token.ok_or_else(|| PluginError::temporary("the log-in was answered without a token"))?;
        self.session = Session { cookies, token: token.to_owned() };
        Ok(())
    }

    async fn exchange(&mut self, method: &str, params: &Value, effect: Effect) -> Result<Value, CallError> {
        let response = self.send(method, params, effect).await.map_err(CallError::Failed)?;
        decode(&response, method, effect)
    }

    async fn send(&mut self, method: &str, params: &Value, effect: Effect) -> Result<Response, PluginError> {
        self.calls += 1;
        let mut body = json!({"jsonrpc": "2.0", "id": self.calls, "method": method});
        if params.as_object().is_some_and(|params| !params.is_empty()) {
            body["params"] = params.clone();
        }
        let url = format!("https://{}:{}/admin/api/jsonrpc/", self.server.host, self.server.port);
        let mut request = Request::post(url)
            .json(&body)?
            .header("accept", "application/json-rpc")?
            .tls(self.server.tls())
            .timeout(self.timeout);
        if !self.session.token.is_empty() {
            request = request.header("cookie", &self.session.cookies)?.header("x-token", &self.session.token)?;
        }
        if effect == Effect::Reads {
            request = request.read_only();
        }
        self.ctx.http.send(request).await.map_err(|error| untrusted(error, &self.server.host))
    }
}

impl CallError {
    /// What the host is told, when the caller knows nothing better.
    pub fn into_change_error(self, method: &str) -> PluginError {
        self.into_error(method, Effect::Changes)
    }

    fn into_error(self, method: &str, effect: Effect) -> PluginError {
        match self {
            Self::Refused(fault) => fault.into_error(method, effect == Effect::Changes),
            Self::Failed(error) => error,
        }
    }
}

/// A certificate that is not trusted does not become so by trying again.
fn untrusted(error: PluginError, host: &str) -> PluginError {
    if error.kind == ErrorKind::Temporary && error.detail.contains("invalid peer certificate") {
        let hint = format!("the certificate of {host} is not trusted; is it self-signed? Then pin it in the settings");
        return PluginError::config(format!("{hint} ({})", error.detail));
    }
    error
}

#[derive(Deserialize)]
struct RpcResponse {
    result: Option<Value>,
    error: Option<Value>,
}

fn decode(response: &Response, method: &str, effect: Effect) -> Result<Value, CallError> {
    let status = response.status.as_u16();
    if status != 200 {
        let kind = match status {
            429 | 503 => ErrorKind::Temporary,
            300..=499 => ErrorKind::Config,
            _ if effect == Effect::Changes => ErrorKind::Unknown,
            _ => ErrorKind::Temporary,
        };
        let detail = format!("{method}: HTTP {status}: is this the address of Kerio's administration?");
        return Err(CallError::Failed(PluginError::new(kind, detail).code(status)));
    }
    let body: RpcResponse = response.json().map_err(|error| {
        let kind = if effect == Effect::Changes { ErrorKind::Unknown } else { ErrorKind::Temporary };
        CallError::Failed(PluginError::new(kind, format!("{method}: {}", error.detail)))
    })?;
    match body.error {
        Some(error) => Err(CallError::Refused(Fault::decode(&error))),
        None => Ok(body.result.unwrap_or_default()),
    }
}

/// All cookies that the response sets, as a `Cookie` header sends them back.
fn cookies(response: &Response) -> String {
    let set = response.headers.get_all("set-cookie").iter();
    let pairs = set.filter_map(|value| value.to_str().ok()?.split(';').next());
    pairs.collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests;
