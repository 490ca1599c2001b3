//! A request, whoever sent it.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::{FromRequestParts, MatchedPath};
use axum::http::header::{ACCEPT_LANGUAGE, USER_AGENT};
use axum::http::request::Parts;
use axum::response::Response;
use axum_extra::extract::CookieJar;
use innkeeper_app::sessions::{Audience, NewSession, Session, resume};
use innkeeper_app::{Actor, App, AppError, clients, settings};
use innkeeper_hooks::payloads::ActionCalled;

use crate::brand;
use crate::cookies;
use crate::error::Failure;
use crate::flash;
use crate::request::RequestInfo;
use crate::state::AppState;
use crate::view::{Brand, Chrome};

/// What every audience's extractor is built on.
#[derive(Clone)]
pub struct Visit {
    state: AppState,
    info: RequestInfo,
    jar: CookieJar,
    /// The page's route: `/services/{id}`.
    pub route: String,
    /// How it was asked for: `GET`, `POST`.
    pub method: String,
    /// The browser's name for itself; may be empty.
    pub user_agent: String,
    /// The language it prefers, as a tag such as `es-MX`; `en` if it does not say.
    prefers: String,
}

impl Visit {
    /// The use cases.
    pub fn app(&self) -> &Arc<App> {
        &self.state.app
    }
    /// Somebody who is not signed in.
    pub fn visitor(&self) -> Actor {
        Actor::visitor(self.info.ip.clone(), self.info.id.clone())
    }
    /// The token of the cart, if there is one.
    pub fn cart(&self) -> Option<&str> {
        self.jar.get(cookies::cart_name(self.secure())).map(|cookie| cookie.value())
    }
    /// The live session of this audience.
    pub(super) async fn session(&self, audience: Audience) -> Result<Option<Session>, AppError> {
        let Some(cookie) = self.jar.get(cookies::session_name(audience, self.secure())) else { return Ok(None) };
        let session = resume(&self.state.app, cookie.value(), &self.info.ip, &self.info.id).await?;
        Ok(session.filter(|session| session.audience == audience))
    }
    /// Tells those who listen what was called, by whom.
    pub(super) fn told(&self, audience: &str, actor: &Actor) {
        self.state.app.tell_with(|| ActionCalled::by(audience, &self.route, &self.method, &actor.tag()));
    }
    /// The surroundings of a page for anybody: messages and brand.
    pub async fn chrome(&self) -> Chrome {
        let brand = self.brand().await;
        Chrome { flash: flash::read(&self.jar), brand, ..Chrome::default() }
    }
    /// Lets the browser keep a session that was just opened.
    pub fn signed_in(&self, audience: Audience, session: &NewSession, mut response: Response) -> Response {
        cookies::session(audience, &session.token, self.secure()).add_to(response.headers_mut());
        response
    }
    /// Makes the browser forget its session.
    pub fn signed_out(&self, audience: Audience, mut response: Response) -> Response {
        cookies::gone(cookies::session_name(audience, self.secure()), self.secure()).add_to(response.headers_mut());
        response
    }
    /// Lets the browser remember a cart.
    pub fn with_cart(&self, token: &str, mut response: Response) -> Response {
        cookies::cart(token, self.secure()).add_to(response.headers_mut());
        response
    }
    /// Makes the browser forget its cart.
    pub fn without_cart(&self, mut response: Response) -> Response {
        cookies::gone(cookies::cart_name(self.secure()), self.secure()).add_to(response.headers_mut());
        response
    }

    /// The language in which plugins' questions are asked: the client's own, else what the browser prefers. Staff
    /// have none but that of their browser.
    pub(super) async fn language(&self, actor: &Actor) -> String {
        match clients::language(self.app(), actor).await {
            Ok(Some(language)) => language,
            Ok(None) => self.prefers.clone(),
            Err(error) => {
                tracing::warn!(%error, "the language of a client was not read");
                self.prefers.clone()
            }
        }
    }

    pub(super) fn secure(&self) -> bool {
        self.state.options.secure_cookies
    }
    async fn brand(&self) -> Brand {
        match settings::brand(&self.state.app).await {
            Ok(stored) => {
                let brand = brand::shown(stored);
                self.state.keep_brand(&brand);
                brand
            }
            Err(error) => {
                tracing::warn!(%error, "the brand was not read");
                self.state.last_brand()
            }
        }
    }
}

impl FromRequestParts<AppState> for Visit {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Infallible> {
        let user_agent = parts.headers.get(USER_AGENT).and_then(|name| name.to_str().ok()).unwrap_or_default();
        Ok(Self {
            state: state.clone(),
            info: parts.extensions.get::<RequestInfo>().cloned().unwrap_or_default(),
            jar: CookieJar::from_headers(&parts.headers),
            method: parts.method.to_string(),
            route: parts.extensions.get::<MatchedPath>().map_or_else(String::new, |path| path.as_str().to_owned()),
            user_agent: user_agent.to_owned(),
            prefers: preferred(parts.headers.get(ACCEPT_LANGUAGE).and_then(|list| list.to_str().ok())),
        })
    }
}

/// The language that a browser would rather read than any other: `de-AT,de;q=0.9,en;q=0.5` is `de-AT`.
fn preferred(list: Option<&str>) -> String {
    let weighed = list.unwrap_or_default().split(',').filter_map(|entry| {
        let (tag, weight) = entry.split_once(';').unwrap_or((entry, "q=1"));
        let tag = tag.trim();
        let is_tag = (2..=35).contains(&tag.len()) && tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        // Thousandths: `0.85` is 850. What is no number weighs nothing.
        let weight = weight.trim().strip_prefix("q=").unwrap_or_default();
        let (whole, part) = weight.split_once('.').unwrap_or((weight, ""));
        let thousandths = format!("{whole}{part:0<3}").get(..4).and_then(|digits| digits.parse::<u32>().ok());
        Some((tag, thousandths.filter(|weight| *weight > 0)?)).filter(|_| is_tag)
    });
    // Of equals the first.
    let best = weighed.reduce(|best, next| if next.1 > best.1 { next } else { best });
    best.map_or_else(|| "en".to_owned(), |(tag, _)| tag.to_ascii_lowercase())
}

/// The refusal of somebody who must sign in; becomes the way to the login page.
pub(super) fn must_sign_in() -> Failure {
    AppError::Unauthenticated("please sign in").into()
}

#[cfg(test)]
mod tests {
    use super::preferred;

    #[test]
    fn the_heaviest_language_is_preferred() {
        for (list, language) in [
            ("de-AT,de;q=0.9,en;q=0.5", "de-at"),
            ("en;q=0.5, es;q=0.85, fr;q=0.8", "es"),
            ("fr, de", "fr"),
            ("es;q=0, fr;q=0.1", "fr"),
            ("*, es;q=0.3", "es"),
            ("", "en"),
            ("*", "en"),
            ("<script>;q=1", "en"),
            ("es;q=lots", "en"),
        ] {
            assert_eq!(preferred(Some(list)), language, "{list}");
        }
        assert_eq!(preferred(None), "en");
    }
}
