//! PowerDNS's HTTP API: calls, and which answer means what.

use http::Method;
use innkeeper_plugin_api::{ErrorKind, PluginCtx, PluginError, Request, Response};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use std::time::Duration;

use crate::settings::{PowerDnsPlugin, PowerDnsServer};

const JSON: &str = "application/json";

/// One server's API.
pub(crate) struct Client<'a> {
    ctx: &'a PluginCtx,
    server: PowerDnsServer,
    timeout: Duration,
}

impl<'a> Client<'a> {
    /// Reads the settings of plugin and server.
    pub fn new(ctx: &'a PluginCtx) -> Result<Self, PluginError> {
        let timeout = PowerDnsPlugin::read(ctx)?.timeout();
        Ok(Self { ctx, server: PowerDnsServer::read(ctx)?, timeout })
    }

    /// Reads a JSON object. `path` is below the server's and begins with `/`, or is empty.
    ///
    /// # Errors
    /// `NotFound` when the API says so; an unreadable answer is `Temporary`.
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, PluginError> {
        let response = self.send(Method::GET, path, None::<&()>, JSON).await?;
        let unreadable = |error: PluginError| PluginError::temporary(format!("GET {path}: {}", error.detail));
        response.json().map_err(unreadable)
    }

    /// Reads a text.
    pub async fn text(&self, path: &str) -> Result<String, PluginError> {
        Ok(self.send(Method::GET, path, None::<&()>, "text/plain").await?.text())
    }

    /// Changes something.
    pub async fn change(
        &self,
        method: Method,
        path: &str,
        body: Option<&impl Serialize>,
    ) -> Result<Response, PluginError> {
        self.send(method, path, body, JSON).await
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<&impl Serialize>,
        accept: &str,
    ) -> Result<Response, PluginError> {
        let reads = method == Method::GET;
        let url = format!("{}{path}", self.server.api());
        let mut request = Request::new(method.clone(), url)
            .header("x-api-key", self.server.api_key.reveal())?
            .header("accept", accept)?
            .tls(self.server.tls())
            .timeout(self.timeout);
        if let Some(body) = body {
            request = request.json(body)?;
        }
        if reads {
            request = request.read_only();
        }
        let response = self.ctx.http.send(request).await?;
        if response.status.is_success() { Ok(response) } else { Err(refusal(&method, path, &response)) }
    }
}

fn refusal(method: &Method, path: &str, response: &Response) -> PluginError {
    let status = response.status.as_u16();
    let kind = match status {
        404 => ErrorKind::NotFound,
        409 => ErrorKind::Declined,
        400 | 422 => ErrorKind::Invalid,
        429 | 503 => ErrorKind::Temporary,
        300..=499 => ErrorKind::Config,
        _ if *method == Method::GET => ErrorKind::Temporary,
        _ => ErrorKind::Unknown,
    };
    let said = response.json::<Value>().ok();
    let said = said.as_ref().and_then(|body| body.get("error")?.as_str());
    let said = said.map_or_else(|| response.text().chars().take(200).collect(), str::to_owned);
    PluginError::new(kind, format!("PowerDNS answered {method} {path} with HTTP {status}: {said}")).code(status)
}
