//! Clients sign in and out, and change which account they act for.

use askama::Template;
use axum::extract::Query;
use axum::response::IntoResponse as _;
use innkeeper_app::AppError;
use innkeeper_app::sessions::{self, Audience};
use innkeeper_domain::ClientId;
use innkeeper_web::error::login_refusal;
use innkeeper_web::extract::{Client, MaybeClient, Posted};
use innkeeper_web::reply::{PageResult, local_or, page, refused, see_other};
use innkeeper_web::view::{Chrome, Flash, Form};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "portal/login.html")]
struct Login {
    chrome: Chrome,
    form: Form,
}

/// Where to go after signing in.
#[derive(Deserialize)]
pub(super) struct Next {
    #[serde(default)]
    pub(super) next: String,
}

pub(super) async fn show(visitor: MaybeClient, Query(query): Query<Next>) -> PageResult {
    if visitor.session.is_some() {
        return see_other(local_or(&query.next, "/")).ok();
    }
    page(&view(&visitor, Form::new().with("next", query.next)).await)
}

pub(super) async fn enter(visitor: MaybeClient, posted: Posted) -> PageResult {
    let (email, password) = (posted.get("email"), posted.get("password"));
    let visit = &visitor.visit;
    match sessions::client_login(&visitor.app, &visit.visitor(), email, password, &visit.user_agent).await {
        Ok(session) => {
            let onward = see_other(local_or(posted.get("next"), "/"));
            Ok(visit.signed_in(Audience::Portal, &session, onward.into_response()))
        }
        Err(error) => {
            let mut form = posted.form();
            form.fail("", login_refusal(error)?);
            refused(&view(&visitor, form).await)
        }
    }
}

pub(super) async fn leave(visitor: MaybeClient) -> PageResult {
    if let Some(session) = &visitor.session {
        sessions::logout(&visitor.app, session).await?;
    }
    let onward = see_other("/login").flash(Flash::info("You are signed out."));
    Ok(visitor.visit.signed_out(Audience::Portal, onward.into_response()))
}

pub(super) async fn switch(client: Client, posted: Posted) -> PageResult {
    let id = posted.get("client").parse::<ClientId>().map_err(|_| AppError::NotFound("client"))?;
    sessions::switch_client(&client.app, &client.session, id).await?;
    see_other("/").ok()
}

async fn view(visitor: &MaybeClient, form: Form) -> Login {
    Login { chrome: visitor.chrome().await.title("Welcome back").subtitle("Sign in to manage your services."), form }
}
