//! What holds for every route, whoever wrote it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::too_many_lines, reason = "tests")]

mod support;

use axum::body::Body;
use axum::http::{Method, Request, header};
use innkeeper_domain::Permission;
use innkeeper_site::WebOptions;
use support::{PASSWORD, Site};

const PAGES: [&str; 6] = ["/login", "/admin/login", "/missing", "/admin/missing", "/api/v1/missing", "/livez"];
const FORMS: [&str; 6] = ["/login", "/logout", "/switch", "/admin/login", "/admin/logout", "/admin/profile/password"];

#[tokio::test]
async fn every_answer_has_the_security_headers_and_a_number() {
    let site = Site::new().await;
    for path in PAGES {
        let page = site.visitor().get(path).await;
        let policy = page.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.contains("default-src 'self'"), "{path}");
        assert_eq!(page.headers["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(page.headers[header::CACHE_CONTROL], "no-store", "{path}");
        assert_eq!(page.headers["x-request-id"].len(), 16, "{path}");
        assert!(!page.headers.contains_key("strict-transport-security"), "{path}");
    }
}

#[tokio::test]
async fn a_form_that_does_not_come_from_our_pages_is_refused() {
    let site = Site::new().await;
    let mut staff = site.staff(Permission::ALL).await;
    for path in FORMS {
        for headers in [
            &[("sec-fetch-site", "cross-site")][..],
            &[("sec-fetch-site", "same-site")],
            &[("origin", "https://evil.example")],
            &[("origin", "null")],
            &[],
        ] {
            let mut request = Request::builder().method(Method::POST).uri(path);
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            let answer = staff.send(request.body(Body::empty()).unwrap()).await;
            assert_eq!(answer.status, 403, "{path} {headers:?}");
        }
    }
    assert_eq!(staff.get("/admin/profile").await.status, 200, "still signed in");
}

#[tokio::test]
async fn an_unknown_address_has_a_page_and_in_the_api_a_problem() {
    let site = Site::new().await;
    site.visitor().get("/missing").await.shows("There is no such page").shows("href=\"/\"");
    site.visitor().get("/admin/missing").await.shows("There is no such page").shows("href=\"/admin\"");
    let problem = site.visitor().get("/api/v1/missing").await;
    assert_eq!(problem.status, 404);
    assert_eq!(problem.headers[header::CONTENT_TYPE], "application/problem+json");
    let json: serde_json::Value = serde_json::from_str(&problem.body).unwrap();
    assert_eq!(json["status"], 404);
    let wrong_method = site.visitor().post("/livez", &[]).await;
    assert_eq!(wrong_method.status, 405);
}

#[tokio::test]
async fn what_is_no_text_is_refused_and_never_breaks_anything() {
    let site = Site::new().await;
    let mut staff = site.staff(Permission::ALL).await;
    for path in ["/%00", "/admin/%ff", "/login?next=%00", "/login?next=%ff", "/api/v1/%00"] {
        let answer = staff.get(path).await;
        assert!(answer.status.is_client_error(), "{path}: {}", answer.status);
    }
    for id in ["0", "-1", "x", "99999999999999999999", "1%00", "%F0%9F%A6%80", "1'--"] {
        let answer = staff.post(&format!("/admin/profile/sessions/{id}/revoke"), &[]).await;
        assert_eq!(answer.status, 404, "{id}");
    }
    for body in ["email=%00&password=x", "email=%ff", "%00=1", "email=a\0b"] {
        let answer = staff.post_raw("/login", body).await;
        assert_eq!(answer.status, 400, "{body:?}");
        answer.shows("We could not read that request");
    }
    let huge = "a".repeat(2 * 1024 * 1024);
    let answer = staff.post_raw("/login", format!("email={huge}")).await;
    assert_eq!(answer.status, 413);
    for value in ["", "\u{202e}", "a@b", &"x".repeat(10_000), "ünïcode@example.com", "\n"] {
        let answer = site.visitor().post("/login", &[("email", value), ("password", value)]).await;
        assert_eq!(answer.status, 422, "{value:?}");
    }
}

#[tokio::test]
async fn who_is_not_signed_in_is_led_to_the_login_page_and_back() {
    let site = Site::new().await;
    site.add_staff("grace@host.example", &[]).await;
    let mut browser = site.visitor();
    let answer = browser.get("/admin/profile?a=b").await;
    assert_eq!(answer.location(), "/admin/login?next=%2Fadmin%2Fprofile%3Fa%3Db");
    browser.get(answer.location()).await.shows("value=\"/admin/profile?a=b\"");
    let login = [("email", "Grace@Host.example"), ("password", PASSWORD), ("next", "/admin/profile?a=b")];
    assert_eq!(browser.post("/admin/login", &login).await.location(), "/admin/profile?a=b");
    browser.get("/admin/profile").await.shows("Grace Hopper").shows("This browser");
    assert_eq!(browser.post("/admin/logout", &[]).await.location(), "/admin/login");
    browser.get("/admin/login").await.shows("You are signed out.");
    let again = browser.get("/admin/login").await;
    assert!(!again.body.contains("You are signed out."), "a message is shown once");
    assert_eq!(browser.get("/admin/profile").await.status, 303);
}

#[tokio::test]
async fn a_login_never_leads_to_another_site() {
    let site = Site::new().await;
    site.add_staff("grace@host.example", &[]).await;
    for next in ["https://evil.example", "//evil.example", "/\\evil.example"] {
        let login = [("email", "grace@host.example"), ("password", PASSWORD), ("next", next)];
        assert_eq!(site.visitor().post("/admin/login", &login).await.location(), "/admin");
    }
}

#[tokio::test]
async fn a_wrong_password_is_told_beside_the_form() {
    let site = Site::new().await;
    site.add_client("ada@example.com").await;
    let login = [("email", "ada@example.com"), ("password", "wrong")];
    let answer = site.visitor().post("/login", &login).await;
    assert_eq!(answer.status, 422);
    answer.shows("The e-mail address or the password is wrong.").shows("value=\"ada@example.com\"");
    assert!(!answer.body.contains("value=\"wrong\""));
}

#[tokio::test]
async fn a_session_of_one_door_does_not_open_the_other() {
    let site = Site::new().await;
    let (_, mut client) = site.client("ada@example.com").await;
    assert_eq!(client.get("/admin/profile").await.status, 303);
    let mut staff = site.staff(Permission::ALL).await;
    staff.rename_cookie("innkeeper-staff", "innkeeper-client");
    assert_eq!(staff.post("/switch", &[("client", "1")]).await.location(), "/login");
}

#[tokio::test]
async fn over_https_cookies_stay_there() {
    let options = WebOptions { secure_cookies: true, ..WebOptions::default() };
    let site = Site::with(Default::default(), options).await;
    site.add_staff("grace@host.example", &[]).await;
    let login = [("email", "grace@host.example"), ("password", PASSWORD)];
    let answer = site.visitor().post("/admin/login", &login).await;
    let cookie = answer.headers[header::SET_COOKIE].to_str().unwrap();
    assert!(cookie.starts_with("__Host-innkeeper-staff="));
    assert!(cookie.contains("Secure") && cookie.contains("HttpOnly") && cookie.contains("Path=/;"));
    assert!(answer.headers.contains_key("strict-transport-security"));
}

#[tokio::test]
async fn a_process_is_ready_only_while_the_database_takes_writes() {
    let site = Site::new().await;
    assert_eq!(site.visitor().get("/readyz").await.status, 200);
    site.pool().close().await;
    assert_eq!(site.visitor().get("/readyz").await.status, 503);
    assert_eq!(site.visitor().get("/livez").await.status, 200);
    site.visitor().get("/profile-without-database").await.shows("There is no such page");
}

#[tokio::test]
async fn a_changed_password_ends_the_other_sessions() {
    let site = Site::new().await;
    let mut one = site.staff(&[]).await;
    let mut two = site.visitor();
    two.post("/admin/login", &[("email", "staff0@host.example"), ("password", PASSWORD)]).await;
    let wrong = [("current_password", "wrong"), ("new_password", "another good phrase")];
    let answer = one.post("/admin/profile/password", &wrong).await;
    assert_eq!(answer.status, 422);
    answer.shows("Is wrong.");
    let right = [("current_password", PASSWORD), ("new_password", "another good phrase")];
    assert_eq!(one.post("/admin/profile/password", &right).await.status, 303);
    assert_eq!(one.get("/admin/profile").await.status, 200);
    assert_eq!(two.get("/admin/profile").await.status, 303);
}

#[tokio::test]
async fn the_brand_is_on_every_page_and_its_files_are_harmless() {
    let site = Site::new().await;
    let brand =
        serde_json::json!({"name": "Ravel & Co", "logo_text": "R<", "colour": "teal", "tagline": "Hosting with care."});
    sqlx::query("INSERT INTO setting (key, value) VALUES ('brand', $1)")
        .bind(brand)
        .execute(site.pool())
        .await
        .unwrap();
    let page = site.visitor().get("/").await;
    page.shows("Ravel &#38; Co")
        .shows("Hosting with care.")
        .shows("/brand/teal/style.css")
        .shows("/brand/teal/mark.svg?text=R%3C");
    site.visitor().get("/missing").await.shows("Ravel &#38; Co");
    let style = site.visitor().get("/brand/teal/style.css").await;
    assert_eq!(style.headers[header::CONTENT_TYPE], "text/css; charset=utf-8");
    style.shows("--tblr-primary: #0f766e");
    site.visitor().get("/brand/teal/mark.svg?text=R%3C").await.shows("R&#60;</text>");
    assert_eq!(site.visitor().get("/brand/evil/style.css").await.status, 404);
}

#[tokio::test]
async fn only_this_machine_may_read_the_metrics() {
    use axum::extract::ConnectInfo;
    let site = Site::new().await;
    let ask = |peer: [u8; 4], forwarded: bool| {
        let peer = std::net::SocketAddr::from((peer, 4000));
        let mut request = Request::builder().uri("/metrics?thorough=true").extension(ConnectInfo(peer));
        if forwarded {
            request = request.header("x-forwarded-for", "203.0.113.9");
        }
        request.body(Body::empty()).unwrap()
    };
    let here = site.visitor().send(ask([127, 0, 0, 1], false)).await;
    assert_eq!(here.status, 200);
    here.shows("innkeeper_jobs_dead 0").shows("innkeeper_violations_total 0").shows("innkeeper_ledger_imbalance 0");
    assert_eq!(site.visitor().send(ask([192, 0, 2, 1], false)).await.status, 404);
    assert_eq!(
        site.visitor().send(ask([127, 0, 0, 1], true)).await.status,
        404,
        "a proxy on this machine asks for others"
    );
}
