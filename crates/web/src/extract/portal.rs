//! Whoever looks at the portal.

use std::sync::Arc;

use axum::RequestPartsExt as _;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use innkeeper_app::sessions::{Audience, Session};
use innkeeper_app::{Actor, App, AppError, carts, slots};
use innkeeper_domain::ClientId;
use innkeeper_hooks::slots::ClientAreaFooter;

use super::Visit;
use super::visit::must_sign_in;
use crate::error::Failure;
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
    /// The surroundings of a page, without title and section.
    pub async fn chrome(&self) -> Chrome {
        chrome(&self.visit, &self.actor, self.session.as_ref()).await
    }
}

impl Client {
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
        let current = actor.client_id();
        if session.clients.len() > 1 {
            chrome.accounts =
                session.clients.iter().map(|(id, name)| (id.get(), name.clone(), current == Some(*id))).collect();
        }
    }
    match slots::fill(visit.app(), &ClientAreaFooter { client_id: actor.client_id() }).await {
        Ok(blocks) => chrome.foot = blocks.into_iter().map(Into::into).collect(),
        Err(error) => tracing::warn!(%error, "the foot was left empty"),
    }
    chrome
}

impl FromRequestParts<AppState> for MaybeClient {
    type Rejection = Failure;
    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Failure> {
        let Ok(visit) = parts.extract_with_state::<Visit, _>(state).await;
        let session = visit.session(Audience::Portal).await?;
        let actor = session.as_ref().map_or_else(|| visit.visitor(), |session| session.actor.clone());
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
