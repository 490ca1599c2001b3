//! A program that calls the API.

use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use innkeeper_app::Actor;
use innkeeper_app::api_tokens::{self, NewToken, TokenOwner};
use innkeeper_domain::Permission;
use serde_json::{Value, json};

use crate::support::{Browser, Site};

/// A program with a token.
#[derive(Clone)]
pub struct Api {
    browser: Browser,
    token: Option<String>,
    key: Option<String>,
}

/// What came back.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Api {
    /// With this token, good or bad.
    pub fn with_token(site: &Site, token: &str) -> Self {
        Self { browser: site.visitor(), token: Some(token.to_owned()), key: None }
    }
    /// Without one.
    pub fn nobody(site: &Site) -> Self {
        Self { browser: site.visitor(), token: None, key: None }
    }
    /// With a new token of `owner`.
    pub async fn of(site: &Site, owner: TokenOwner, scopes: &[Permission]) -> Self {
        Self::with_token(site, &token(site, owner, scopes).await)
    }
    /// With a token of a new member of staff who may do these things.
    pub async fn staff(site: &Site, permissions: &[Permission]) -> Self {
        let id = site.add_staff(&format!("api{}@host.example", permissions.len()), permissions).await;
        Self::of(site, TokenOwner::Staff(id), permissions).await
    }
    /// The same with an idempotency key on everything.
    pub fn keyed(&self, key: &str) -> Self {
        Self { key: Some(key.to_owned()), ..self.clone() }
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, None).await
    }
    pub async fn post(&self, path: &str, body: Value) -> Reply {
        self.send(Method::POST, path, Some(body)).await
    }
    pub async fn put(&self, path: &str, body: Value) -> Reply {
        self.send(Method::PUT, path, Some(body)).await
    }
    pub async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Reply {
        let body = body.map(|body| body.to_string());
        self.raw(method, path, body.is_some().then_some("application/json"), body.unwrap_or_default()).await
    }
    /// Sends any bytes.
    pub async fn raw(&self, method: Method, path: &str, kind: Option<&str>, body: impl Into<Body>) -> Reply {
        let mut request = Request::builder().method(method).uri(format!("/api/v1{path}"));
        for (name, value) in [
            (header::AUTHORIZATION.as_str(), self.token.as_ref().map(|token| format!("Bearer {token}"))),
            (header::CONTENT_TYPE.as_str(), kind.map(str::to_owned)),
            ("idempotency-key", self.key.clone()),
        ] {
            if let Some(value) = value {
                request = request.header(name, value);
            }
        }
        let answer = self.browser.clone().send(request.body(body.into()).unwrap()).await;
        let body = serde_json::from_str(&answer.body).unwrap_or_else(|_| json!(answer.body));
        Reply { status: answer.status, headers: answer.headers, body }
    }
}

impl Reply {
    /// The body of an answer that must be good.
    #[track_caller]
    pub fn good(self) -> Value {
        assert!(self.status.is_success(), "{} {}", self.status, self.body);
        self.body
    }
    /// The id of something that must have been made.
    #[track_caller]
    pub fn id(self) -> i64 {
        assert_eq!(self.status, StatusCode::CREATED, "{}", self.body);
        self.body["id"].as_i64().unwrap()
    }
    /// Asserts that it is a problem with this status; gives its first refused field.
    #[track_caller]
    pub fn problem(&self, status: u16) -> String {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(self.body["status"], status);
        assert_eq!(self.body["request_id"], self.header("x-request-id"));
        self.body["errors"][0]["field"].as_str().unwrap_or_default().to_owned()
    }
    /// A header; empty if it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// A new token of `owner`.
pub async fn token(site: &Site, owner: TokenOwner, scopes: &[Permission]) -> String {
    let scopes = scopes.iter().copied().collect();
    let new = NewToken { name: "test".into(), owner, scopes, expires_at: None };
    api_tokens::create(&site.app, &Actor::system("test"), &new).await.unwrap().token
}

/// An operation of the document.
pub struct Operation {
    pub method: Method,
    pub path: String,
    /// The example of its body.
    pub body: Option<Value>,
    /// The examples of the parameters that it needs: `?q=ada`, or empty.
    query: String,
    /// Needs no token.
    pub open: bool,
}

impl Operation {
    /// Its address, with `id` for every id, and made-up texts for the rest.
    pub fn address(&self, id: &str) -> String {
        let filled = self.path.replace("{code}", "EUR").replace("{token}", "none").replace("{gateway}", "none");
        let filled = filled.replace("{key}", "invoice_created").replace("{language}", "de");
        format!("{}{}", filled.replace("{id}", id).replace("{user_id}", id).replace("{call}", id), self.query)
    }
}

/// Every operation of the document.
pub fn operations() -> Vec<Operation> {
    let document = innkeeper_api::openapi();
    let mut all = vec![];
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let body = &operation["requestBody"]["content"]["application/json"]["example"];
            let needed = operation["parameters"].as_array().into_iter().flatten();
            let needed = needed.filter(|p| p["in"] == "query" && p["required"] == true);
            let query = needed.map(|p| format!("{}={}", p["name"].as_str().unwrap(), p["example"].as_str().unwrap()));
            let query = query.collect::<Vec<_>>().join("&");
            all.push(Operation {
                query: if query.is_empty() { query } else { format!("?{query}") },
                method: method.to_uppercase().parse().unwrap(),
                path: path.clone(),
                body: (!body.is_null()).then(|| body.clone()),
                open: operation.get("security").is_some(),
            });
        }
    }
    assert!(all.len() > 100, "{}", all.len());
    all
}
