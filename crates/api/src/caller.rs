//! Who calls: a bearer token becomes an actor, once for each request.

use std::sync::Arc;

use axum::extract::{FromRequestParts, MatchedPath, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use innkeeper_app::{Actor, App, AppError, api_tokens};
use innkeeper_hooks::payloads::ActionCalled;
use innkeeper_web::AppState;
use innkeeper_web::request::RequestInfo;

use super::problem::Problem;

/// The caller of a route. A route that has one is refused without a good token.
#[derive(Clone)]
pub(super) struct Caller {
    /// The use cases.
    pub(super) app: Arc<App>,
    /// Who calls, narrowed by the scopes of the token.
    pub(super) actor: Actor,
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| AppError::Unauthenticated("no token").into())
    }
}

/// Lets requests with a good token pass, and remembers whose it is.
pub(super) async fn authenticate(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let info = request.extensions().get::<RequestInfo>().cloned().unwrap_or_default();
    let token = bearer(request.headers()).map(str::to_owned);
    match actor(&state.app, token.as_deref(), &info).await {
        Ok(actor) => {
            let route = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
            state.app.tell_with(|| ActionCalled::by("api", route, request.method().as_str(), &actor.tag()));
            request.extensions_mut().insert(Caller { app: state.app, actor });
            next.run(request).await
        }
        Err(error @ AppError::Unauthenticated(_)) => {
            // RFC 6750 §3: no error code where no token was sent.
            let challenge = match token {
                Some(_) => "Bearer realm=\"Innkeeper\", error=\"invalid_token\"",
                None => "Bearer realm=\"Innkeeper\"",
            };
            let mut response = Problem::from(error).into_response();
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
            response
        }
        Err(error) => Problem::from(error).into_response(),
    }
}

async fn actor(app: &App, token: Option<&str>, info: &RequestInfo) -> Result<Actor, AppError> {
    let token = token.ok_or(AppError::Unauthenticated("send a token: Authorization: Bearer ink_…"))?;
    api_tokens::authenticate(app, token, &info.ip, &info.id).await
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
