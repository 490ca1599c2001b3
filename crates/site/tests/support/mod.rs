//! The whole site in this process, over a database of its own, and browsers that visit it.
//!
//! ```ignore
//! let site = Site::new().await;
//! let mut staff = site.staff(Permission::ALL).await; // signed in
//! let page = staff.get("/admin/clients").await;
//! assert_eq!(page.status, 200);
//! ```
#![allow(dead_code, reason = "each test file uses its part")]

mod shop;
mod vendors;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use innkeeper_app::plugins::Registry;
use innkeeper_app::secrets::Cipher;
use innkeeper_app::{App, Options, clock::SystemClock, passwords};
use innkeeper_domain::{ClientId, Permission, StaffId};
use innkeeper_mail::MemoryTransport;
use innkeeper_site::{AppState, WebOptions, router};
use innkeeper_testkit::TestDb;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use sqlx::PgPool;
use tower::ServiceExt as _;

/// The password of every account made here.
pub const PASSWORD: &str = "correct horse battery";
const HOST: &str = "host.example";

/// A site with an empty database and the currencies EUR (default) and USD.
pub struct Site {
    pub app: Arc<App>,
    pub mail: Arc<MemoryTransport>,
    router: Router,
    db: TestDb,
}

impl Site {
    /// A site without plugins.
    pub async fn new() -> Self {
        Self::with(Registry::default(), WebOptions::default()).await
    }

    /// A site with these plugins and options.
    pub async fn with(plugins: Registry, web: WebOptions) -> Self {
        // The program does so when it starts.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let db = TestDb::new().await;
        sqlx::query("INSERT INTO currency (code, is_default) VALUES ('EUR', true), ('USD', false)")
            .execute(db.pool())
            .await
            .unwrap();
        let options = Options {
            base_url: format!("https://{HOST}"),
            plugin_timeout: Duration::from_secs(5),
            delivery_timeout: Duration::from_secs(5),
            request_lease: Duration::from_secs(60),
            blind_retry: false,
            vies_url: "http://127.0.0.1:9/vies".to_owned(),
            rates_url: "http://127.0.0.1:9/rates".to_owned(),
        };
        let mail = Arc::new(MemoryTransport::default());
        let cipher = Cipher::new(&[7; 32]);
        let app = App::new(db.pool().clone(), Arc::new(SystemClock), cipher, plugins, mail.clone(), options);
        let app = Arc::new(app);
        let router = router(AppState::new(app.clone(), web));
        Self { app, mail, router, db }
    }

    /// The database, for statements of a test.
    pub fn pool(&self) -> &PgPool {
        self.db.pool()
    }

    /// The site itself, to be served.
    pub fn router(&self) -> Router {
        self.router.clone()
    }

    /// Somebody who is not signed in.
    pub fn visitor(&self) -> Browser {
        Browser { router: self.router.clone(), cookies: BTreeMap::new() }
    }

    /// A member of staff with these permissions, signed in.
    pub async fn staff(&self, permissions: &[Permission]) -> Browser {
        let email = format!("staff{}@{HOST}", permissions.len());
        self.add_staff(&email, permissions).await;
        let mut browser = self.visitor();
        let answer = browser.post("/admin/login", &[("email", &email), ("password", PASSWORD)]).await;
        assert_eq!(answer.location(), "/admin", "{}", answer.body);
        browser
    }

    /// Adds a member of staff with [`PASSWORD`].
    pub async fn add_staff(&self, email: &str, permissions: &[Permission]) -> StaffId {
        let words: Vec<String> = permissions.iter().map(ToString::to_string).collect();
        let id: i64 = sqlx::query_scalar(
            "WITH r AS (INSERT INTO role (name, permissions) VALUES ($1, $2) RETURNING id)
             INSERT INTO staff (email, name, password_hash, role_id) SELECT $1, 'Grace Hopper', $3, id FROM r
             RETURNING id",
        )
        .bind(email)
        .bind(words)
        .bind(passwords::hash(PASSWORD).await.unwrap())
        .fetch_one(self.pool())
        .await
        .unwrap();
        StaffId(id)
    }

    /// An active client, signed in.
    pub async fn client(&self, email: &str) -> (ClientId, Browser) {
        let id = self.add_client(email).await;
        let mut browser = self.visitor();
        let answer = browser.post("/login", &[("email", email), ("password", PASSWORD)]).await;
        assert_eq!(answer.location(), "/", "{}", answer.body);
        (id, browser)
    }

    /// Adds an active client in EUR with one login of the same address, with [`PASSWORD`].
    pub async fn add_client(&self, email: &str) -> ClientId {
        let id: i64 = sqlx::query_scalar(
            "WITH c AS (INSERT INTO client (first_name, last_name, email, address1, city, postcode, country, currency)
                        VALUES ('Ada', 'Lovelace', $1, 'Main Street 1', 'Vienna', '1010', 'AT', 'EUR') RETURNING id),
                  u AS (INSERT INTO user_account (email, password_hash) VALUES ($1, $2) RETURNING id)
             INSERT INTO client_user (client_id, user_id, is_owner) SELECT c.id, u.id, true FROM c, u
             RETURNING client_id",
        )
        .bind(email)
        .bind(passwords::hash(PASSWORD).await.unwrap())
        .fetch_one(self.pool())
        .await
        .unwrap();
        ClientId(id)
    }
}

/// A browser: keeps cookies, says where its forms come from, follows nothing by itself.
#[derive(Clone)]
pub struct Browser {
    router: Router,
    cookies: BTreeMap<String, String>,
}

impl Browser {
    /// Opens a page.
    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(Request::builder().method(Method::GET).uri(path).body(Body::empty()).unwrap()).await
    }

    /// Sends a form of our own page.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let body = fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value)));
        self.post_raw(path, body.collect::<Vec<_>>().join("&")).await
    }

    /// Sends a form of our own page with a body of one's own making.
    pub async fn post_raw(&mut self, path: &str, body: impl Into<Body>) -> Answer {
        let request = Request::builder()
            .method(Method::POST)
            .uri(path)
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(body.into())
            .unwrap();
        self.send(request).await
    }

    /// Sends any request, with the cookies.
    pub async fn send(&mut self, mut request: Request<Body>) -> Answer {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let headers = request.headers_mut();
        headers.insert(header::HOST, HOST.parse().unwrap());
        if !cookies.is_empty() {
            headers.insert(header::COOKIE, cookies.join("; ").parse().unwrap());
        }
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            self.keep(cookie.to_str().unwrap());
        }
        let body = to_bytes(body, usize::MAX).await.unwrap();
        Answer { status: parts.status, headers: parts.headers, body: String::from_utf8_lossy(&body).into_owned() }
    }

    /// Pretends that a cookie has another name.
    pub fn rename_cookie(&mut self, from: &str, to: &str) {
        let value = self.cookies.remove(from).unwrap();
        self.cookies.insert(to.to_owned(), value);
    }

    fn keep(&mut self, cookie: &str) {
        let (pair, attributes) = cookie.split_once(';').unwrap_or((cookie, ""));
        let (name, value) = pair.split_once('=').unwrap();
        if attributes.contains("Max-Age=0") {
            self.cookies.remove(name);
        } else {
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    /// Where a redirect leads; empty if it is none.
    pub fn location(&self) -> &str {
        self.headers.get(header::LOCATION).map_or("", |to| to.to_str().unwrap())
    }
    /// Asserts that the page shows a text.
    #[track_caller]
    pub fn shows(&self, text: &str) -> &Self {
        assert!(self.body.contains(text), "{}: {text:?} is not in {}", self.status, self.body);
        self
    }
}
