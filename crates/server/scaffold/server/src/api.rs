//! The vendor's API: a function for each call, and which answer means what.

use http::Method;
use innkeeper_plugin_api::{ErrorKind, PluginCtx, PluginError, Request, Response};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::time::Duration;

use crate::settings::{PluginSettings, ServerSettings};

/// One server's API.
pub(crate) struct Api<'a> {
    ctx: &'a PluginCtx,
    server: ServerSettings,
    timeout: Duration,
}

/// What the server says of itself.
#[derive(Deserialize)]
pub(crate) struct About {
    pub product: String,
    pub version: String,
}

/// An account, as the server has it.
#[derive(Deserialize)]
pub(crate) struct RemoteAccount {
    pub id: String,
    pub name: String,
    pub plan: String,
    /// Whatever its maker wrote there: ours is the mark of a service.
    pub reference: String,
    pub active: bool,
}

/// An account to be made. No `Debug`: it holds a password.
#[derive(Serialize)]
pub(crate) struct NewAccount<'a> {
    pub name: &'a str,
    pub password: &'a str,
    pub plan: &'a str,
    pub reference: &'a str,
}

#[derive(Serialize)]
struct Activity {
    active: bool,
}

impl<'a> Api<'a> {
    /// Reads the settings of plugin and server.
    pub fn new(ctx: &'a PluginCtx) -> Result<Self, PluginError> {
        let timeout = PluginSettings::read(ctx)?.timeout();
        Ok(Self { ctx, server: ServerSettings::read(ctx)?, timeout })
    }

    /// What the server is.
    pub async fn about(&self) -> Result<About, PluginError> {
        self.read("/v1/about").await
    }

    /// The account of this name, whoever made it; none if the server says that there is none.
    pub async fn find(&self, name: &str) -> Result<Option<RemoteAccount>, PluginError> {
        match self.read(&account(name)).await {
            Ok(found) => Ok(Some(found)),
            Err(error) if error.kind == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Makes an account. `Declined` if the name is taken.
    pub async fn create(&self, new: &NewAccount<'_>) -> Result<RemoteAccount, PluginError> {
        self.send(Request::post(self.url("/v1/accounts")).json(new)?).await?.json()
    }

    /// Switches an account on or off.
    pub async fn set_active(&self, name: &str, active: bool) -> Result<(), PluginError> {
        let request = Request::new(Method::PATCH, self.url(&account(name))).json(&Activity { active })?;
        self.send(request).await.map(drop)
    }

    /// Removes an account. `NotFound` if it is gone.
    pub async fn delete(&self, name: &str) -> Result<(), PluginError> {
        self.send(Request::new(Method::DELETE, self.url(&account(name)))).await.map(drop)
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.server.url.trim_end_matches('/'))
    }

    async fn read<T: DeserializeOwned>(&self, path: &str) -> Result<T, PluginError> {
        let answer = self.send(Request::get(self.url(path))).await.and_then(|response| response.json());
        // Nothing was to change: an answer that makes no sense is a reason to ask again, no more.
        answer.map_err(|error| match error.kind {
            ErrorKind::Unknown => PluginError { kind: ErrorKind::Temporary, ..error },
            _ => error,
        })
    }

    async fn send(&self, request: Request) -> Result<Response, PluginError> {
        let bearer = format!("Bearer {}", self.server.token.reveal());
        let request = request.header("authorization", &bearer)?.tls(self.server.tls()).timeout(self.timeout);
        let response = self.ctx.http.send(request).await?;
        if response.status.is_success() { Ok(response) } else { Err(refusal(&response)) }
    }
}

/// Path of an account.
fn account(name: &str) -> String {
    format!("/v1/accounts/{}", utf8_percent_encode(name, NON_ALPHANUMERIC))
}

/// What a status other than success means. Whatever is not known to have done nothing is `Unknown`.
fn refusal(response: &Response) -> PluginError {
    let status = response.status.as_u16();
    let kind = match status {
        400 | 422 => ErrorKind::Invalid,
        404 => ErrorKind::NotFound,
        409 => ErrorKind::Declined,
        429 | 503 => ErrorKind::Temporary,
        300..=499 => ErrorKind::Config,
        _ => ErrorKind::Unknown,
    };
    let said: String = response.text().chars().take(200).collect();
    let error = PluginError::new(kind, format!("the server answered HTTP {status}: {said}")).code(status);
    let seconds = response.headers.get("retry-after").and_then(|value| value.to_str().ok()?.parse().ok());
    match seconds {
        Some(seconds) => error.retry_after(Duration::from_secs(seconds)),
        None => error,
    }
}
