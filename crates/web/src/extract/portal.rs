//! Whoever looks at the portal.

use std::sync::Arc;

use axum::RequestPartsExt as _;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use innkeeper_app::sessions::{Audience, Session};
use innkeeper_app::{Actor, App, AppError, calendar, carts, slots};
use innkeeper_domain::ClientId;
use innkeeper_hooks::payloads::ClientAreaPage;

use super::Visit;
use super::visit::must_sign_in;
use crate::error::Failure;
use crate::places;
use crate::state::AppState;
use crate::view::{Chrome, Person};

/// Somebody in the portal, signed in or not.
pub struct MaybeClient {
    /// The use cases.
    pub app: Arc<App>,
    /// Who asks: a client or a visitor.
    pub actor: Actor,
    /// The session, of those signed in.
    pub session: Option<Session>,
    /// The request.
    pub visit: Visit,
}

/// A client who is signed in; anybody else is led to the login page.
pub struct Client {
    /// The use cases.
    pub app: Arc<App>,
    /// Who asks.
    pub actor: Actor,
    /// The session.
    pub session: Session,
    /// The request.
    pub visit: Visit,
}

impl MaybeClient {
    /// The language in which plugins' questions are asked.
    pub async fn language(&self) -> String {
        self.visit.language(&self.actor).await
    }
    /// The surroundings of a page, without title and section.
    pub async fn chrome(&self) -> Chrome {
        chrome(&self.visit, &self.actor, self.session.as_ref()).await
    }
}

impl Client {
    /// The language in which plugins' questions are asked.
    pub async fn language(&self) -> String {
        self.visit.language(&self.actor).await
    }
    /// The surroundings of a page, without title and section.
    pub async fn chrome(&self) -> Chrome {
        chrome(&self.visit, &self.actor, Some(&self.session)).await
    }
    /// The client acted for.
    pub fn id(&self) -> Result<ClientId, Failure> {
        Ok(self.actor.client_id().ok_or(AppError::Forbidden)?)
    }
}

async fn chrome(visit: &Visit, actor: &Actor, session: Option<&Session>) -> Chrome {
    let mut chrome = visit.chrome().await;
    if let Some(token) = visit.cart() {
        let cart = carts::view(visit.app(), actor, token).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "the cart was not counted");
            None
        });
        chrome.cart_count = cart.map_or(0, |cart| cart.items.len());
    }
    if let Some(session) = session {
        chrome.user = Some(Person { name: session.user_name.clone(), email: session.email.clone() });
        chrome.pages = places::menu(visit.app(), actor).await;
        let current = actor.client_id();
        if session.clients.len() > 1 {
            chrome.accounts =
                session.clients.iter().map(|(id, name)| (id.get(), name.clone(), current == Some(*id))).collect();
        }
    }
    if slots::anybody_fills(visit.app()).await {
        fill_places(visit, actor, &mut chrome).await;
    }
    chrome
}

async fn fill_places(visit: &Visit, actor: &Actor, chrome: &mut Chrome) {
    let today = match calendar::today(visit.app()).await {
        Ok(today) => today,
        Err(error) => return tracing::warn!(%error, "the places of a page were left empty"),
    };
    let context = ClientAreaPage {
        page: visit.route.clone(),
        client_id: actor.client_id(),
        company: chrome.brand.name.clone(),
        base_url: visit.app().base_url().to_owned(),
        language: visit.language(actor).await,
        today,
        secure: visit.secure(),
    };
    places::portal(visit.app(), chrome, context).await;
}

impl FromRequestParts<AppState> for MaybeClient {
    type Rejection = Failure;
    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Failure> {
        let Ok(visit) = parts.extract_with_state::<Visit, _>(state).await;
        let session = visit.session(Audience::Portal).await?;
        let actor = session.as_ref().map_or_else(|| visit.visitor(), |session| session.actor.clone());
        visit.told("portal", &actor);
        Ok(Self { app: state.app.clone(), actor, session, visit })
    }
}

impl FromRequestParts<AppState> for Client {
    type Rejection = Failure;
    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Failure> {
        let MaybeClient { app, actor, session, visit } = parts.extract_with_state(state).await?;
        let session = session.ok_or_else(must_sign_in)?;
        Ok(Self { app, actor, session, visit })
    }
}
