//! Response headers that hold for every page.

use axum::extract::Request;
use axum::http::header::{self, HeaderName, InvalidHeaderValue};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;

/// Nothing inline, nothing from elsewhere. `data:` images are the check marks
/// and arrows inside the style sheet.
const POLICY: &str = "default-src 'self'; img-src 'self' data:; object-src 'none'; \
     base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const HEADERS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "strict-origin-when-cross-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// The policy of a page on which a payment gateway draws fields of its own: beside what every page may do,
/// scripts, frames and requests of these origins. The caller has checked that each is a plain origin.
pub fn policy_with(origins: &[String]) -> Result<HeaderValue, InvalidHeaderValue> {
    if origins.is_empty() {
        return Ok(HeaderValue::from_static(POLICY));
    }
    let list = origins.join(" ");
    HeaderValue::try_from(format!("{POLICY}; script-src 'self' {list}; connect-src 'self' {list}; frame-src {list}"))
}

/// Sets the security headers that the handler did not set itself, and forbids
/// caches to keep anything that did not say it may be kept.
///
/// Use as `router.layer(axum::middleware::from_fn(security::headers))`.
pub async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    add_missing(response.headers_mut());
    response
}

fn add_missing(headers: &mut HeaderMap) {
    for (name, value) in HEADERS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    // Pages show one person's data: the back button after signing out, or a
    // shared proxy, must not show them again.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use axum::routing::get;
    use axum::{Router, middleware};
    use tower::ServiceExt as _;

    async fn get_headers(path: &str) -> HeaderMap {
        let app: Router = Router::new()
            .route("/page", get(|| async { "hello" }))
            .route("/kept", get(|| async { ([(header::CACHE_CONTROL, "public, max-age=60")], "x") }))
            .layer(middleware::from_fn(headers));
        let request = Request::builder().uri(path).body(Body::empty()).unwrap();
        app.oneshot(request).await.unwrap().headers().clone()
    }

    #[tokio::test]
    async fn a_page_is_neither_framed_nor_sniffed_nor_kept() {
        let headers = get_headers("/page").await;
        let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.contains("default-src 'self'"));
        assert!(policy.contains("frame-ancestors 'none'"));
        assert!(!policy.contains("unsafe"));
        assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        assert_eq!(headers[header::CACHE_CONTROL], "no-store");
    }

    #[test]
    fn a_gateways_fields_open_the_policy_for_its_origins_alone() {
        assert_eq!(policy_with(&[]).unwrap(), POLICY);
        let policy = policy_with(&["https://js.vendor.example".to_owned()]).unwrap();
        let policy = policy.to_str().unwrap();
        assert!(policy.contains("script-src 'self' https://js.vendor.example;"), "{policy}");
        assert!(policy.contains("default-src 'self'") && !policy.contains("unsafe"), "{policy}");
    }

    #[tokio::test]
    async fn a_handler_may_say_how_long_its_answer_is_kept() {
        let headers = get_headers("/kept").await;
        assert_eq!(headers[header::CACHE_CONTROL], "public, max-age=60");
    }

    #[tokio::test]
    async fn an_unknown_page_has_the_headers_too() {
        let headers = get_headers("/missing").await;
        assert!(headers.contains_key(header::CONTENT_SECURITY_POLICY));
    }
}
