//! Staff sign in and out.

use askama::Template;
use axum::extract::Query;
use axum::response::IntoResponse as _;
use innkeeper_app::sessions::{self, Audience};
use innkeeper_web::error::login_refusal;
use innkeeper_web::extract::{Posted, Staff, Visit};
use innkeeper_web::reply::{PageResult, local_or, page, refused, see_other};
use innkeeper_web::view::{Chrome, Flash, Form};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "admin/login.html")]
struct Login {
    chrome: Chrome,
    form: Form,
}

/// Where to go after signing in.
#[derive(Deserialize)]
pub(super) struct Next {
    #[serde(default)]
    next: String,
}

pub(super) async fn show(staff: Option<Staff>, visit: Visit, Query(query): Query<Next>) -> PageResult {
    if staff.is_some() {
        return see_other(local_or(&query.next, "/admin")).ok();
    }
    page(&view(&visit, Form::new().with("next", query.next)).await)
}

pub(super) async fn enter(visit: Visit, posted: Posted) -> PageResult {
    let (email, password) = (posted.get("email"), posted.get("password"));
    match sessions::staff_login(visit.app(), &visit.visitor(), email, password, &visit.user_agent).await {
        Ok(session) => {
            let onward = see_other(local_or(posted.get("next"), "/admin"));
            Ok(visit.signed_in(Audience::Staff, &session, onward.into_response()))
        }
        Err(error) => {
            let mut form = posted.form();
            form.fail("", login_refusal(error)?);
            refused(&view(&visit, form).await)
        }
    }
}

pub(super) async fn leave(staff: Option<Staff>, visit: Visit) -> PageResult {
    if let Some(staff) = staff {
        sessions::logout(&staff.app, &staff.session).await?;
    }
    let onward = see_other("/admin/login").flash(Flash::info("You are signed out."));
    Ok(visit.signed_out(Audience::Staff, onward.into_response()))
}

async fn view(visit: &Visit, form: Form) -> Login {
    Login { chrome: visit.chrome().await.title("Sign in").subtitle("For the people who run this place."), form }
}
