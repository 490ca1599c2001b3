//! The HTTP client of plugins. It tells "never sent" from "no answer", which decides whether a call
//! may be repeated.

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use serde::{Serialize, de::DeserializeOwned};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use crate::{
    PluginError,
    recorder::{Clip, Exchange, Recorder},
    wire::{Identity, Wire},
};

/// How the vendor's certificate is judged.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Tls {
    /// By the system's authorities.
    #[default]
    Strict,
    /// This PEM certificate, or one it signed, is trusted too: for self-signed servers.
    Trust(String),
    /// Anything goes. Only for a vendor on the same machine or a private wire.
    Insecure,
}

/// The body of a request.
#[derive(Clone, Debug)]
pub enum Body {
    /// None.
    Empty,
    /// Bytes and their content type.
    Bytes(Vec<u8>, &'static str),
}

/// A request to a vendor.
#[derive(Clone, Debug)]
pub struct Request {
    method: Method,
    url: String,
    headers: HeaderMap,
    body: Body,
    tls: Tls,
    timeout: Option<Duration>,
    read_only: bool,
}

impl Request {
    /// A GET: read-only.
    pub fn get(url: impl Into<String>) -> Self {
        Self { read_only: true, ..Self::new(Method::GET, url) }
    }
    /// A POST; may change something unless [`Request::read_only`] says otherwise.
    pub fn post(url: impl Into<String>) -> Self {
        Self::new(Method::POST, url)
    }
    /// Any method.
    pub fn new(method: Method, url: impl Into<String>) -> Self {
        Self {
            method,
            url: url.into(),
            headers: HeaderMap::new(),
            body: Body::Empty,
            tls: Tls::Strict,
            timeout: None,
            read_only: false,
        }
    }
    /// A JSON body.
    pub fn json(mut self, body: &impl Serialize) -> Result<Self, PluginError> {
        let bytes = serde_json::to_vec(body).map_err(|e| PluginError::invalid(e.to_string()))?;
        self.body = Body::Bytes(bytes, "application/json");
        Ok(self)
    }
    /// A form body, `application/x-www-form-urlencoded`.
    #[must_use]
    pub fn form<'a>(mut self, fields: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let text = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.body = Body::Bytes(text.into_bytes(), "application/x-www-form-urlencoded");
        self
    }
    /// Any body.
    #[must_use]
    pub fn body(mut self, bytes: Vec<u8>, content_type: &'static str) -> Self {
        self.body = Body::Bytes(bytes, content_type);
        self
    }
    /// Adds a header. Fails with `Invalid` on characters that no header may hold.
    pub fn header(mut self, name: &'static str, value: &str) -> Result<Self, PluginError> {
        let mut value =
            HeaderValue::from_str(value).map_err(|_| PluginError::invalid(format!("bad value of header {name}")))?;
        value.set_sensitive(true);
        self.headers.insert(HeaderName::from_static(name), value);
        Ok(self)
    }
    /// Judges the certificate by `tls`.
    #[must_use]
    pub fn tls(mut self, tls: Tls) -> Self {
        self.tls = tls;
        self
    }
    /// Waits at most this long (the host's own limit still holds).
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }
    /// Says that the request changes nothing, so that a lost answer is `Temporary`, not `Unknown`.
    #[must_use]
    pub fn read_only(mut self) -> Self {
        self.read_only = true;
        self
    }
}

/// An answer. Any status is an answer.
#[derive(Clone, Debug)]
pub struct Response {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, at most 8 MiB: a longer one is an error, never cut short.
    pub body: Bytes,
}

impl Response {
    /// The body as JSON. An unreadable body after a change is `Unknown`: it may have happened.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, PluginError> {
        serde_json::from_slice(&self.body).map_err(|e| {
            PluginError::unknown(format!("HTTP {}: the answer is not as agreed: {e}", self.status.as_u16()))
        })
    }
    /// The body as text, for messages.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

const MAX_BODY: usize = 8 << 20;

/// The client. Cheap to clone; connections are pooled for each [`Tls`] policy. Follows no redirect.
#[derive(Clone)]
pub struct Http {
    clients: Arc<Mutex<HashMap<Option<Tls>, reqwest::Client>>>,
    timeout: Duration,
    recorder: Option<Arc<dyn Recorder>>,
}

/// Why there is no whole answer.
enum Lost {
    /// The request or the answer failed on its way.
    Wire(reqwest::Error),
    /// The answer is longer than any that is taken; what its beginning said.
    TooLong(Response),
}

impl Http {
    /// A client whose calls last at most `timeout`.
    pub fn new(timeout: Duration) -> Self {
        Self { clients: Arc::default(), timeout, recorder: None }
    }
    /// The same client and connections for one call, whose exchanges `recorder` keeps.
    #[must_use]
    pub fn recorded(&self, recorder: Arc<dyn Recorder>) -> Self {
        Self { recorder: Some(recorder), ..self.clone() }
    }

    /// Opens a connection of frames over TLS, for registries that speak no HTTP; see [`Wire`].
    pub async fn wire(
        &self,
        host: &str,
        port: u16,
        tls: &Tls,
        identity: Option<&Identity>,
    ) -> Result<Wire, PluginError> {
        Wire::open((host, port), tls, identity, self.timeout, self.recorder.clone()).await
    }

    /// The client of a policy; of none for plain HTTP, which must work on a machine without any
    /// certificate authorities, where a client that could speak TLS cannot be built.
    fn client(&self, tls: Option<&Tls>) -> Result<reqwest::Client, PluginError> {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        let key = tls.cloned();
        if let Some(client) = clients.get(&key) {
            return Ok(client.clone());
        }
        let builder = reqwest::Client::builder()
            .user_agent(concat!("Innkeeper/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(10));
        let builder = match tls {
            None => builder.tls_certs_only([]),
            Some(Tls::Strict) => builder,
            Some(Tls::Trust(pem)) => builder.add_root_certificate(
                reqwest::Certificate::from_pem(pem.as_bytes())
                    .map_err(|e| PluginError::config(format!("the trusted certificate is not PEM: {e}")))?,
            ),
            Some(Tls::Insecure) => {
                builder.tls_danger_accept_invalid_certs(true).tls_danger_accept_invalid_hostnames(true)
            }
        };
        let client = builder
            .build()
            .map_err(|e| PluginError::config(format!("the HTTP client cannot be built: {}", reason(&e))))?;
        clients.insert(key, client.clone());
        Ok(client)
    }

    /// Sends a request. `Temporary` if it never left (or is read-only), `Unknown` if it left and no
    /// whole answer came, `Config` if the URL is none. Any HTTP status is `Ok`.
    pub async fn send(&self, request: Request) -> Result<Response, PluginError> {
        let url = reqwest::Url::parse(&request.url)
            .map_err(|e| PluginError::config(format!("{} is no URL: {e}", request.url)))?;
        let place = format!("{} {}{}", request.method, url.host_str().unwrap_or(""), url.path());
        let tls = (url.scheme() != "http").then_some(&request.tls);
        let mut builder = self
            .client(tls)?
            .request(request.method.clone(), url)
            .headers(request.headers.clone())
            .timeout(request.timeout.map_or(self.timeout, |t| t.min(self.timeout)));
        if let Body::Bytes(bytes, content_type) = &request.body {
            builder = builder.header("content-type", *content_type).body(bytes.clone());
        }
        let started = Instant::now();
        let result = Self::exchange(builder).await;
        let ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.record(&request, &result, ms);
        match result {
            Ok(response) => {
                tracing::debug!(call = place, status = response.status.as_u16(), ms, "vendor answered");
                Ok(response)
            }
            Err(lost) => {
                tracing::debug!(call = place, error = lost.reason(), ms, "vendor call failed");
                let text = format!("{place}: {}", lost.reason());
                Err(if lost.never_left() || request.read_only {
                    PluginError::temporary(text)
                } else {
                    PluginError::unknown(text)
                })
            }
        }
    }

    async fn exchange(builder: reqwest::RequestBuilder) -> Result<Response, Lost> {
        let mut answer = builder.send().await.map_err(Lost::Wire)?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let mut body = BytesMut::new();
        while let Some(chunk) = answer.chunk().await.map_err(Lost::Wire)? {
            body.extend_from_slice(&chunk);
            if body.len() > MAX_BODY {
                return Err(Lost::TooLong(Response { status, headers, body: body.freeze() }));
            }
        }
        Ok(Response { status, headers, body: body.freeze() })
    }

    fn record(&self, request: &Request, result: &Result<Response, Lost>, ms: u64) {
        let Some(recorder) = &self.recorder else { return };
        let answer = match result {
            Ok(answer) | Err(Lost::TooLong(answer)) => Some(answer),
            Err(Lost::Wire(_)) => None,
        };
        recorder.exchange(Exchange {
            method: request.method.to_string(),
            url: request.url.clone(),
            request_headers: request.headers.clone(),
            request_body: Clip::from(&request.body),
            status: answer.map(|a| a.status.as_u16()),
            response_headers: answer.map(|a| a.headers.clone()).unwrap_or_default(),
            response_body: answer.map(|a| Clip::of(&a.body)).unwrap_or_default(),
            error: result.as_ref().err().map(Lost::reason),
            ms,
        });
    }
}

impl Lost {
    fn never_left(&self) -> bool {
        matches!(self, Self::Wire(e) if e.is_connect() || e.is_builder())
    }
    fn reason(&self) -> String {
        match self {
            Self::Wire(e) => reason(e),
            Self::TooLong(_) => format!("the answer is longer than {} MiB", MAX_BODY >> 20),
        }
    }
}

/// The innermost cause, which says most ("connection refused"), with no URL in it.
fn reason(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "no answer in time".into();
    }
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
