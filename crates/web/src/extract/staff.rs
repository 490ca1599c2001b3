//! A member of staff.

use std::sync::Arc;

use axum::RequestPartsExt as _;
use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::request::Parts;
use innkeeper_app::sessions::{Audience, Session};
use innkeeper_app::{Actor, App, Identity};
use innkeeper_domain::Permission;
use innkeeper_hooks::payloads::AdminAreaPage;

use super::Visit;
use super::visit::must_sign_in;
use crate::error::Failure;
use crate::places;
use crate::state::AppState;
use crate::view::{Chrome, Person};

/// A member of staff who is signed in; anybody else is led to the login page. Which permission a
/// page needs, its use case checks.
pub struct Staff {
    /// The use cases.
    pub app: Arc<App>,
    /// Who asks.
    pub actor: Actor,
    /// The session.
    pub session: Session,
    /// The request.
    pub visit: Visit,
}

impl Staff {
    /// The language in which plugins' questions are asked.
    pub async fn language(&self) -> String {
        self.visit.language(&self.actor).await
    }
    /// The surroundings of a page, without title and section.
    pub async fn chrome(&self) -> Chrome {
        let person = Person { name: self.session.user_name.clone(), email: self.session.email.clone() };
        let mut chrome =
            Chrome { user: Some(person), may: self.actor.permissions.clone(), ..self.visit.chrome().await };
        chrome.pages = places::menu(&self.app, &self.actor).await;
        if let Identity::Staff(staff_id) = self.actor.identity {
            let permissions = self.actor.permissions.iter().map(ToString::to_string).collect();
            let (page, email) = (self.visit.route.clone(), self.session.email.clone());
            places::panel(&self.app, &mut chrome, AdminAreaPage { page, staff_id, email, permissions }).await;
        }
        chrome
    }
    /// Whether to offer what needs this permission. Only for what is shown: the use case checks.
    pub fn may(&self, permission: Permission) -> bool {
        self.actor.permissions.contains(&permission)
    }
}

impl FromRequestParts<AppState> for Staff {
    type Rejection = Failure;
    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Failure> {
        parts.extract_with_state::<Option<Self>, _>(state).await?.ok_or_else(must_sign_in)
    }
}

impl OptionalFromRequestParts<AppState> for Staff {
    type Rejection = Failure;
    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Option<Self>, Failure> {
        let Ok(visit) = parts.extract_with_state::<Visit, _>(state).await;
        let Some(session) = visit.session(Audience::Staff).await? else { return Ok(None) };
        visit.told("panel", &session.actor);
        Ok(Some(Self { app: state.app.clone(), actor: session.actor.clone(), session, visit }))
    }
}
