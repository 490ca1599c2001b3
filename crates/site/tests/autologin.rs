//! Links that another site signed, as a browser meets them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::too_many_lines, reason = "tests")]

mod support;

use axum::http::{Request, StatusCode, header};
use hmac::{Hmac, KeyInit, Mac};
use innkeeper_app::Actor;
use innkeeper_app::autologin::{self, CreatedSite};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use sha1::Digest as _;
use sha2::Sha256;
use support::{Answer, Browser, PASSWORD, Site};

const CLIENT: &str = "ada@example.com";
const APPLICATION_KEY: &str = "an application key of a site";

/// A link as another site makes it, before it is signed.
#[derive(Clone)]
struct Link {
    email: String,
    issued: i64,
    expires: i64,
    nonce: String,
    goto: String,
    audience: String,
}

impl Link {
    fn new(goto: &str) -> Self {
        let issued = chrono::Utc::now().timestamp();
        let nonce = format!("{:016x}", chrono::Utc::now().timestamp_nanos_opt().unwrap());
        let audience = "https://host.example".to_owned();
        Self { email: CLIENT.into(), issued, expires: issued + 60, nonce, goto: goto.into(), audience }
    }

    /// Signs it from the description of the format, not with our own code.
    fn sign(&self, site: &CreatedSite) -> Vec<(&'static str, String)> {
        let mut mac = Hmac::<Sha256>::new_from_slice(site.key.as_bytes()).unwrap();
        let (issued, expires) = (self.issued.to_string(), self.expires.to_string());
        let fields = [
            "innkeeper-autologin-v1",
            &site.key_id,
            &self.email,
            &issued,
            &expires,
            &self.nonce,
            &self.goto,
            &self.audience,
        ];
        for field in fields {
            mac.update(&u32::try_from(field.len()).unwrap().to_be_bytes());
            mac.update(field.as_bytes());
        }
        vec![
            ("key", site.key_id.clone()),
            ("email", self.email.clone()),
            ("issued", issued.clone()),
            ("expires", expires.clone()),
            ("nonce", self.nonce.clone()),
            ("goto", self.goto.clone()),
            ("audience", self.audience.clone()),
            ("sig", hex::encode(mac.finalize().into_bytes())),
        ]
    }
}

fn clientexec(email: &str, age: i64, goto: &str) -> Vec<(&'static str, String)> {
    let timestamp = (chrono::Utc::now().timestamp() - age).to_string();
    let inner = hex::encode(sha1::Sha1::digest(APPLICATION_KEY));
    let hash = hex::encode(sha1::Sha1::digest(format!("{inner}{email}{timestamp}")));
    vec![
        ("fuse", "admin".into()),
        ("action", "autologin".into()),
        ("email", email.into()),
        ("timestamp", timestamp),
        ("hash", hash),
        ("goto", goto.into()),
    ]
}

fn url(path: &str, parameters: &[(&str, String)]) -> String {
    let pair = |(name, value): &(&str, String)| format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC));
    format!("{path}?{}", parameters.iter().map(pair).collect::<Vec<_>>().join("&"))
}

async fn press(browser: &mut Browser, path: &str, parameters: &[(&'static str, String)]) -> Answer {
    let fields: Vec<(&str, &str)> = parameters.iter().map(|(name, value)| (*name, value.as_str())).collect();
    browser.post(path, &fields).await
}

async fn host() -> (Site, CreatedSite) {
    let site = Site::new().await;
    site.add_client(CLIENT).await;
    let shop = autologin::create_site(&site.app, &Actor::system("test"), "Shop").await.unwrap();
    (site, shop)
}

async fn sessions(site: &Site) -> i64 {
    sqlx::query_scalar("SELECT count(*) FROM session").fetch_one(site.pool()).await.unwrap()
}

#[track_caller]
fn is_refusal(answer: &Answer, reason: &str) {
    assert_eq!(answer.status, StatusCode::FORBIDDEN, "{}", answer.body);
    answer.shows("This link does not work").shows(reason);
    assert!(!answer.headers.contains_key(header::SET_COOKIE));
    is_private(answer);
}

#[track_caller]
fn is_private(answer: &Answer) {
    assert_eq!(answer.headers[header::REFERRER_POLICY], "same-origin");
    assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store");
}

#[tokio::test]
async fn a_signed_link_takes_one_click_and_works_once() {
    let (site, shop) = host().await;
    let mut browser = site.visitor();
    let link = Link::new("/profile?tab=1").sign(&shop);
    // Whoever looks at it first does not use it up.
    for _ in 0..3 {
        let page = site.visitor().get(&url("/autologin", &link)).await;
        assert_eq!(page.status, 200);
        page.shows("Continue as <bdi>ada@example.com</bdi>").shows("action=\"/autologin\"");
        is_private(&page);
    }
    assert_eq!(sessions(&site).await, 0);
    let arrived = press(&mut browser, "/autologin", &link).await;
    assert_eq!(arrived.location(), "/profile?tab=1");
    is_private(&arrived);
    browser.get("/profile").await.shows(CLIENT);
    is_refusal(&press(&mut site.visitor(), "/autologin", &link).await, "The link was already used.");
    assert_eq!(sessions(&site).await, 1);
}

#[tokio::test]
async fn the_page_holds_the_whole_link_whatever_is_in_it() {
    let (site, shop) = host().await;
    let link = Link::new("/services?q=%22a%22&b='<i>").sign(&shop);
    let page = site.visitor().get(&url("/autologin", &link)).await;
    assert!(!page.body.contains("<i>"), "escaped");
    for (name, value) in &link {
        let value = value.replace('&', "&#38;").replace('<', "&#60;").replace('>', "&#62;").replace('\'', "&#39;");
        page.shows(&format!("<input type=\"hidden\" name=\"{name}\" value=\"{value}\">"));
    }
}

#[tokio::test]
async fn a_link_of_clientexecs_format_works_the_same_way() {
    let (site, _) = host().await;
    let link = clientexec(CLIENT, 5, "index.php?fuse=support&controller=ticket");
    let mut browser = site.visitor();
    is_refusal(&browser.get(&url("/index.php", &link)).await, "switched off");
    is_refusal(&press(&mut browser, "/index.php", &link).await, "switched off");
    let staff = Actor::system("test");
    autologin::configure_clientexec(&site.app, &staff, true, Some(APPLICATION_KEY)).await.unwrap();
    let page = browser.get(&url("/index.php", &link)).await;
    page.shows("Continue as <bdi>ada@example.com</bdi>").shows("action=\"/index.php\"");
    is_private(&page);
    assert_eq!(press(&mut browser, "/index.php", &link).await.location(), "/");
    browser.get("/profile").await.shows(CLIENT);
    is_refusal(&press(&mut site.visitor(), "/index.php", &link).await, "already used");
    for (age, reason) in [(16 * 60, "expired"), (-120, "from the future")] {
        is_refusal(&browser.get(&url("/index.php", &clientexec(CLIENT, age, ""))).await, reason);
    }
    for goto in ["https://evil.example", "//evil.example", "/\\evil.example"] {
        let link = clientexec(CLIENT, 3, goto);
        is_refusal(&browser.get(&url("/index.php", &link)).await, "not on this site");
        is_refusal(&press(&mut site.visitor(), "/index.php", &link).await, "not on this site");
    }
}

#[tokio::test]
async fn other_addresses_of_clientexec_are_no_pages() {
    let (site, _) = host().await;
    for path in
        ["/index.php", "/index.php?fuse=clients", "/index.php?action=autologin", "/index.php?fuse=admin&action=other"]
    {
        assert_eq!(site.visitor().get(path).await.status, 404, "{path}");
    }
    assert_eq!(site.visitor().post("/index.php", &[("fuse", "admin")]).await.status, 404);
}

#[tokio::test]
async fn a_link_with_anything_changed_is_refused() {
    let (site, shop) = host().await;
    let other = autologin::create_site(&site.app, &Actor::system("test"), "Other").await.unwrap();
    let good = Link::new("/invoices").sign(&shop);
    let changes = [
        ("key", other.key_id.clone(), "signature"),
        ("key", "site_unknown".into(), "not known here"),
        ("email", "eve@example.com".into(), "signature"),
        ("issued", "1".into(), "signature"),
        ("issued", "soon".into(), "not complete"),
        ("expires", "9999999999".into(), "signature"),
        ("nonce", "0123456789abcdef".into(), "signature"),
        ("goto", "/services".into(), "signature"),
        ("audience", "https://other.example".into(), "signature"),
        ("sig", "00".repeat(32), "signature"),
        ("sig", String::new(), "signature"),
    ];
    for (name, value, reason) in changes {
        let mut link = good.clone();
        link.iter_mut().find(|(had, _)| *had == name).unwrap().1 = value;
        let mut browser = site.visitor();
        is_refusal(&browser.get(&url("/autologin", &link)).await, reason);
        is_refusal(&press(&mut browser, "/autologin", &link).await, reason);
    }
    for missing in 0..good.len() {
        let mut link = good.clone();
        let (name, _) = link.remove(missing);
        let reason = if name == "goto" { "signature" } else { "not complete" };
        is_refusal(&site.visitor().get(&url("/autologin", &link)).await, reason);
        assert_eq!(press(&mut site.visitor(), "/autologin", &link).await.status, 403);
    }
    let mut twice = good.clone();
    twice.push(("email", "eve@example.com".into()));
    is_refusal(&site.visitor().get(&url("/autologin", &twice)).await, "not complete");
    assert_eq!(sessions(&site).await, 0);
}

#[tokio::test]
async fn what_a_site_signed_is_still_checked() {
    let (site, shop) = host().await;
    let good = Link::new("");
    let cases = [
        (Link { audience: "https://other.example".into(), ..good.clone() }, "for another site"),
        (Link { issued: good.issued - 90, expires: good.issued - 30, ..good.clone() }, "expired"),
        (Link { expires: good.issued + 3600, ..good.clone() }, "too long"),
        (Link { issued: good.issued + 40, ..good.clone() }, "from the future"),
        (Link { nonce: "short".into(), ..good.clone() }, "in a wrong way"),
        (Link { goto: "https://evil.example/".into(), ..good.clone() }, "not on this site"),
        (Link { goto: "//evil.example".into(), ..good }, "not on this site"),
    ];
    for (link, reason) in cases {
        let link = link.sign(&shop);
        is_refusal(&site.visitor().get(&url("/autologin", &link)).await, reason);
        is_refusal(&press(&mut site.visitor(), "/autologin", &link).await, reason);
    }
    assert_eq!(sessions(&site).await, 0);
}

#[tokio::test]
async fn nobody_learns_who_has_an_account_and_staff_never_come_in() {
    let (site, shop) = host().await;
    site.add_staff("boss@host.example", &[]).await;
    site.add_client("gone@example.com").await;
    sqlx::query("UPDATE client SET state = 'closed' WHERE email = 'gone@example.com'")
        .execute(site.pool())
        .await
        .unwrap();
    let mut answers = vec![];
    for email in ["nobody@example.com", "boss@host.example", "gone@example.com"] {
        let link = Link { email: email.into(), ..Link::new("/admin") }.sign(&shop);
        site.visitor().get(&url("/autologin", &link)).await.shows("Continue as");
        let answer = press(&mut site.visitor(), "/autologin", &link).await;
        is_refusal(&answer, "The link opens no account here.");
        answers.push(answer.body);
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "the pages differ");
    assert_eq!(sessions(&site).await, 0);
}

#[tokio::test]
async fn a_form_of_another_site_signs_nobody_in() {
    let (site, shop) = host().await;
    let link = Link::new("").sign(&shop);
    let body = url("", &link).split_off(1);
    let request = Request::builder()
        .method("POST")
        .uri("/autologin")
        .header("sec-fetch-site", "cross-site")
        .header("origin", "https://evil.example")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let answer = site.visitor().send(request.body(body.into()).unwrap()).await;
    assert_eq!(answer.status, 403);
    answer.shows("You may not open this page");
    assert_eq!(sessions(&site).await, 0);
}

#[tokio::test]
async fn coming_in_as_somebody_else_ends_the_session_before() {
    let (site, shop) = host().await;
    let (_, mut eve) = site.client("eve@example.com").await;
    let before = eve.clone();
    let link = Link::new("").sign(&shop);
    eve.get(&url("/autologin", &link)).await.shows("You are signed in as <bdi>eve@example.com</bdi> now.");
    press(&mut eve, "/autologin", &link).await;
    eve.get("/profile").await.shows(CLIENT);
    let mut before = before;
    assert_eq!(before.get("/profile").await.status, 303, "signed out");
    // The password still works, of course.
    let login = [("email", "eve@example.com"), ("password", PASSWORD)];
    assert_eq!(site.visitor().post("/login", &login).await.location(), "/");
}
