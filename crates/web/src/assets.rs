//! Style sheets, scripts, fonts and icons, served from inside the binary.
//!
//! Every address carries one hash over all files, so a browser may keep what
//! it has for good and still sees a new release at once. One hash for the
//! whole set, not one per file: a style sheet then finds its fonts by a
//! relative address.

use std::fmt::Write as _;
use std::sync::LazyLock;

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

const FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const REVALIDATE: HeaderValue = HeaderValue::from_static("no-cache");
const SPRITE: &str = "icons.svg";
/// What a browser may ask for; licences and notes beside it are not served.
const SERVED: [&str; 4] = [".css", ".js", ".svg", ".woff2"];

#[derive(RustEmbed)]
#[folder = "assets/"]
struct Files;

/// The icon sprite: one `<symbol>` per file under `assets/icons`, named after it.
static SPRITE_TEXT: LazyLock<String> = LazyLock::new(build_sprite);

/// The hash over all names and contents that stands in every address.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut names: Vec<_> = Files::iter().collect();
    names.sort_unstable();
    let mut hash = Sha256::new();
    for name in names {
        if let Some(file) = Files::get(&name) {
            hash.update(name.as_bytes());
            hash.update(file.metadata.sha256_hash());
        }
    }
    hex::encode(&hash.finalize()[..8])
});

/// The address of an asset in this build, for example `/assets/1f0c…/app.css`.
///
/// `path` is relative to `crates/web/assets`; `icons.svg` is the icon sprite.
pub fn url(path: &str) -> String {
    format!("/assets/{}/{path}", *VERSION)
}

/// Whether an icon of this name is in the sprite.
pub fn has_icon(name: &str) -> bool {
    Files::get(&format!("icons/{name}.svg")).is_some()
}

/// The routes that answer for [`url`].
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/assets/{version}/{*path}", get(serve)).route("/favicon.ico", get(favicon))
}

async fn serve(Path((version, path)): Path<(String, String)>, headers: HeaderMap) -> Response {
    // A page of another release, still open or from another node, asks with
    // that release's hash: it gets what we have, but may not keep it.
    let lifetime = if version == *VERSION { FOREVER } else { REVALIDATE };
    answer(&path, lifetime, &headers)
}

async fn favicon(headers: HeaderMap) -> Response {
    answer("brand/mark.svg", REVALIDATE, &headers)
}

fn answer(path: &str, lifetime: HeaderValue, request: &HeaderMap) -> Response {
    let Some((body, etag)) = content(path) else {
        return (StatusCode::NOT_FOUND, "No such file.").into_response();
    };
    let known = request
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|tags| tags.split(',').any(|tag| names_same(tag, &etag)));
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(header::CONTENT_TYPE, content_type(path))], body).into_response()
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, lifetime);
    if let Ok(value) = HeaderValue::from_str(&etag) {
        headers.insert(header::ETAG, value);
    }
    response
}

/// Weak comparison, since a proxy that compresses weakens the tag.
fn names_same(candidate: &str, etag: &str) -> bool {
    let candidate = candidate.trim();
    candidate == "*" || candidate.trim_start_matches("W/") == etag
}

fn content(path: &str) -> Option<(Bytes, String)> {
    if path == SPRITE {
        let hash = Sha256::digest(SPRITE_TEXT.as_bytes());
        return Some((Bytes::from_static(SPRITE_TEXT.as_bytes()), quoted(&hash[..8])));
    }
    if !SERVED.iter().any(|ending| path.ends_with(ending)) {
        return None;
    }
    let file = Files::get(path)?;
    let etag = quoted(&file.metadata.sha256_hash()[..8]);
    Some((Bytes::from(file.data.into_owned()), etag))
}

fn quoted(hash: &[u8]) -> String {
    format!("\"{}\"", hex::encode(hash))
}

fn content_type(path: &str) -> String {
    let guess = mime_guess::from_path(path).first_or_octet_stream();
    if guess.type_() == mime_guess::mime::TEXT { format!("{guess}; charset=utf-8") } else { guess.to_string() }
}

fn build_sprite() -> String {
    let mut names: Vec<_> = Files::iter().filter(|name| is_icon(name)).collect();
    names.sort_unstable();
    let mut out = String::from("<svg xmlns=\"http://www.w3.org/2000/svg\">\n");
    for name in names {
        let id = name.trim_start_matches("icons/").trim_end_matches(".svg");
        let Some(file) = Files::get(&name) else {
            continue;
        };
        let text = String::from_utf8_lossy(&file.data);
        if let Some(shapes) = inner_markup(&text) {
            let _ = writeln!(out, "<symbol id=\"{id}\" viewBox=\"0 0 24 24\">{shapes}</symbol>");
        }
    }
    out.push_str("</svg>\n");
    out
}

fn is_icon(path: &str) -> bool {
    path.starts_with("icons/") && path.ends_with(".svg")
}

/// What stands between `<svg …>` and `</svg>`.
fn inner_markup(svg: &str) -> Option<&str> {
    let open = svg.find("<svg")?;
    let start = open + svg[open..].find('>')? + 1;
    let end = svg.rfind("</svg>")?;
    svg.get(start..end).map(str::trim)
}

#[cfg(test)]
mod tests;
