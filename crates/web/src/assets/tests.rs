use super::*;
use axum::body::Body;
use axum::http::Request;
use tower::ServiceExt as _;

async fn fetch(path: &str, etag: Option<&str>) -> Response {
    let mut request = Request::builder().uri(path);
    if let Some(etag) = etag {
        request = request.header(header::IF_NONE_MATCH, etag);
    }
    routes::<()>().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
}

#[tokio::test]
async fn a_current_address_is_kept_for_good() {
    let response = fetch(&url("app.css"), None).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()[header::CONTENT_TYPE], "text/css; charset=utf-8");
    assert_eq!(response.headers()[header::CACHE_CONTROL], FOREVER);
}

#[tokio::test]
async fn an_address_of_another_release_is_served_but_not_kept() {
    let response = fetch("/assets/0000/app.css", None).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()[header::CACHE_CONTROL], REVALIDATE);
}

#[tokio::test]
async fn a_known_tag_is_answered_without_a_body() {
    let first = fetch(&url("app.js"), None).await;
    let etag = first.headers()[header::ETAG].to_str().unwrap().to_owned();
    let again = fetch(&url("app.js"), Some(&format!("\"other\", W/{etag}"))).await;
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    let other = fetch(&url("app.js"), Some("\"other\"")).await;
    assert_eq!(other.status(), StatusCode::OK);
}

#[tokio::test]
async fn what_is_not_an_asset_is_not_found() {
    for path in ["nothing.css", "README.md", "../Cargo.toml", "icons/LICENSE"] {
        let response = fetch(&url(path), None).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn fonts_and_icons_have_their_types() {
    for (path, expected) in [
        ("inter/inter-latin-wght-normal.woff2", "font/woff2"),
        ("icons.svg", "image/svg+xml"),
        ("brand/mark.svg", "image/svg+xml"),
    ] {
        let response = fetch(&url(path), None).await;
        assert_eq!(response.headers()[header::CONTENT_TYPE], expected, "{path}");
    }
}

#[test]
fn every_icon_file_becomes_a_symbol() {
    let files = Files::iter().filter(|name| is_icon(name)).count();
    assert!(files > 20);
    assert_eq!(SPRITE_TEXT.matches("<symbol ").count(), files);
    assert!(SPRITE_TEXT.contains("<symbol id=\"home\""));
    assert!(!SPRITE_TEXT.contains("<style"));
}
