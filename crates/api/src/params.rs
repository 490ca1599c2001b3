//! Query parameters, and lists in pages.

use axum::Json;
use axum::extract::{FromRequestParts, OriginalUri, Query, Request};
use axum::http::request::Parts;
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use innkeeper_app::AppError;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::problem::{Answer, Problem};

/// Entries of a page if nothing else is asked for.
const USUAL: i64 = 50;
/// Entries of the largest page.
const MOST: i64 = 100;

/// The query of a request. Parameters that are unknown or of the wrong shape are refused with 422.
pub(super) struct Params<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Params<T> {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Query::try_from_uri(&parts.uri).map(|Query(query)| Self(query)).map_err(|rejection| {
            let text = rejection.body_text();
            let text = text.strip_prefix("Failed to deserialize query string: ").unwrap_or(&text);
            match text.split('`').nth(1) {
                Some(name) if text.contains("unknown field") => Problem::field(name, "is not a parameter of this list"),
                Some(name) if text.contains("duplicate field") => Problem::field(name, "is given twice"),
                Some(name) if text.contains("missing field") => Problem::field(name, "must be given"),
                _ => match text.split_once(": ") {
                    Some((name, message)) => Problem::field(name, message),
                    None => Problem::field("", text),
                },
            }
        })
    }
}

/// Which part of a list is asked for: the newest, or those before a cursor.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    limit: i64,
    /// Entries with a smaller id than this.
    pub(super) before: Option<i64>,
}

impl Part {
    pub(super) fn new(limit: Option<i64>, before: Option<i64>) -> Answer<Self> {
        let limit = limit.unwrap_or(USUAL);
        if !(1..=MOST).contains(&limit) {
            return Err(Problem::field("limit", format_args!("must be between 1 and {MOST}")));
        }
        if before.is_some_and(|id| id < 1) {
            return Err(Problem::field("before", "must be the cursor of an earlier page"));
        }
        Ok(Self { limit, before })
    }
    /// How many to fetch: one more shows that there is another page.
    pub(super) fn fetch(self) -> i64 {
        self.limit + 1
    }
    /// The page of what was fetched.
    pub(super) fn page<R, T>(
        self,
        mut rows: Vec<R>,
        id: impl Fn(&R) -> i64,
        view: impl FnMut(R) -> Answer<T>,
    ) -> Answer<Page<T>> {
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(|row| id(row).to_string());
        Ok(Page { data: rows.into_iter().map(view).collect::<Answer<_>>()?, next })
    }
}

/// Which part of a list is asked for that a vendor cuts into parts as it likes.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct VendorPart {
    pub(super) before: Option<String>,
}

/// A page of a list, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Page<T> {
    /// The entries.
    pub(super) data: Vec<T>,
    /// Give it as `before` to get the next page; null at the end. Also in the header `Link`.
    #[schema(example = "1041")]
    pub(super) next: Option<String>,
}

impl<T> Page<T> {
    /// A list that is short by nature and comes whole.
    pub(super) fn whole<R>(rows: Vec<R>, view: impl FnMut(R) -> T) -> Self {
        Self { data: rows.into_iter().map(view).collect(), next: None }
    }
}

/// The one entry of a list that is short by nature; 404 if it is not in it.
pub(super) fn entry<R, T>(
    rows: Vec<R>,
    what: &'static str,
    is_it: impl Fn(&R) -> bool,
    view: impl Fn(R) -> T,
) -> Answer<Json<T>> {
    Ok(Json(rows.into_iter().find(is_it).map(view).ok_or(AppError::NotFound(what))?))
}

/// The cursor of the next page, on its way to the `Link` header.
#[derive(Clone)]
struct Cursor(String);

impl<T: Serialize> IntoResponse for Page<T> {
    fn into_response(self) -> Response {
        let next = self.next.clone();
        let mut response = Json(self).into_response();
        if let Some(next) = next {
            response.extensions_mut().insert(Cursor(next));
        }
        response
    }
}

/// Writes the `Link` header of a page that is not the last one (RFC 8288).
pub(super) async fn link_next(OriginalUri(uri): OriginalUri, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if let Some(Cursor(cursor)) = response.extensions_mut().remove::<Cursor>() {
        let pairs = url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(pairs.filter(|(name, _)| name != "before")).append_pair("before", &cursor);
        let link = format!("<{}?{}>; rel=\"next\"", uri.path(), query.finish());
        if let Ok(link) = HeaderValue::try_from(link) {
            response.headers_mut().insert(header::LINK, link);
        }
    }
    response
}
