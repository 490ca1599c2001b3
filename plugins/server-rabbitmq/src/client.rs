//! RabbitMQ's management API: calls, and which answer means what.

use base64::{Engine, engine::general_purpose::STANDARD};
use http::Method;
use innkeeper_plugin_api::{ErrorKind, PluginCtx, PluginError, Request, Response};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::{fmt, time::Duration};

use crate::settings::{RabbitPlugin, RabbitServer};

/// One broker's API.
pub(crate) struct Client<'a> {
    ctx: &'a PluginCtx,
    pub server: RabbitServer,
    timeout: Duration,
}

/// A part of a path, encoded.
pub(crate) struct Part<'a>(pub &'a str);

impl fmt::Display for Part<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        utf8_percent_encode(self.0, NON_ALPHANUMERIC).fmt(f)
    }
}

impl<'a> Client<'a> {
    /// Reads the settings of plugin and server.
    pub fn new(ctx: &'a PluginCtx) -> Result<Self, PluginError> {
        let timeout = RabbitPlugin::read(ctx)?.timeout();
        Ok(Self { ctx, server: RabbitServer::read(ctx)?, timeout })
    }

    /// Reads an object or a list. `path` is below `/api`.
    ///
    /// # Errors
    /// `NotFound` when RabbitMQ says so; an unreadable answer is `Temporary`.
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, PluginError> {
        let response = self.send(Method::GET, path, None, false).await?;
        let unreadable = |error: PluginError| PluginError::temporary(format!("GET {path}: {}", error.detail));
        response.json().map_err(unreadable)
    }

    /// The same; none when RabbitMQ says that it is not there.
    pub async fn find<T: DeserializeOwned>(&self, path: &str) -> Result<Option<T>, PluginError> {
        match self.get(path).await {
            Ok(found) => Ok(Some(found)),
            Err(error) if error.kind == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Makes something that must not be there yet; false: it is.
    pub async fn make(&self, path: &str, body: &Value) -> Result<bool, PluginError> {
        match self.send(Method::PUT, path, Some(body), true).await {
            Ok(_) => Ok(true),
            Err(error) if error.code.as_deref() == Some("412") => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Sets something, there or not.
    pub async fn put(&self, path: &str, body: &Value) -> Result<(), PluginError> {
        self.send(Method::PUT, path, Some(body), false).await.map(drop)
    }

    /// Removes something; gone already is as good.
    pub async fn delete(&self, path: &str) -> Result<(), PluginError> {
        match self.send(Method::DELETE, path, None, false).await {
            Err(error) if error.kind != ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
        only_new: bool,
    ) -> Result<Response, PluginError> {
        let credentials = format!("{}:{}", self.server.user, self.server.password.reveal());
        let mut request = Request::new(method.clone(), format!("{}{path}", self.server.api()))
            .header("authorization", &format!("Basic {}", STANDARD.encode(credentials)))?
            // Of some addresses nothing but JSON is to be had, and of others anything but that.
            .header("accept", "*/*")?
            .tls(self.server.tls())
            .timeout(self.timeout);
        if let Some(body) = body {
            request = request.json(body)?;
        }
        if only_new {
            // Cowboy, RabbitMQ's web server, then refuses what is there already: 412.
            request = request.header("if-none-match", "*")?;
        }
        if method == Method::GET {
            request = request.read_only();
        }
        let response = self.ctx.http.send(request).await?;
        if response.status.is_success() { Ok(response) } else { Err(refusal(&method, path, &response)) }
    }
}

fn refusal(method: &Method, path: &str, response: &Response) -> PluginError {
    let status = response.status.as_u16();
    let body = response.json::<Value>().unwrap_or_default();
    let text = |key: &str| body.get(key).and_then(Value::as_str);
    let kind = match status {
        // Any web server may know no such page; this is RabbitMQ.
        404 if text("error") == Some("Object Not Found") => ErrorKind::NotFound,
        400 => ErrorKind::Invalid,
        412 => ErrorKind::Declined,
        429 | 503 => ErrorKind::Temporary,
        300..=499 => ErrorKind::Config,
        _ if *method == Method::GET => ErrorKind::Temporary,
        _ => ErrorKind::Unknown,
    };
    let said = text("reason").or(text("error")).unwrap_or("no reason given");
    PluginError::new(kind, format!("RabbitMQ answered {method} {path} with HTTP {status}: {said}")).code(status)
}
