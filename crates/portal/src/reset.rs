//! A forgotten password: ask for a link, choose a new one.

use askama::Template;
use axum::extract::Query;
use innkeeper_app::clients::{request_password_reset, reset_password};
use innkeeper_web::extract::{MaybeClient, Posted};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{Chrome, Flash, Form};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "portal/forgot.html")]
struct Forgot {
    chrome: Chrome,
    form: Form,
}

#[derive(Template)]
#[template(path = "portal/reset.html")]
struct Reset {
    chrome: Chrome,
    form: Form,
}

/// The token of a link.
#[derive(Deserialize)]
pub(super) struct Token {
    #[serde(default)]
    pub(super) token: String,
}

pub(super) async fn ask(visitor: MaybeClient) -> PageResult {
    let chrome = visitor.chrome().await.title("Forgot your password?");
    page(&Forgot { chrome: chrome.subtitle("We mail you a link to choose a new one."), form: Form::new() })
}

pub(super) async fn send(visitor: MaybeClient, posted: Posted) -> PageResult {
    request_password_reset(&visitor.app, &visitor.visit.visitor(), posted.get("email")).await?;
    let text = "If there is an account with this address, a link is on its way. It works for one hour.";
    see_other("/login").flash(Flash::info(text)).ok()
}

pub(super) async fn choose(visitor: MaybeClient, Query(query): Query<Token>) -> PageResult {
    page(&reset_view(&visitor, Form::new().with("token", query.token)).await)
}

pub(super) async fn set(visitor: MaybeClient, posted: Posted) -> PageResult {
    let (token, password) = (posted.get("token"), posted.get("password"));
    match reset_password(&visitor.app, &visitor.visit.visitor(), token, password).await {
        Ok(()) => see_other("/login").flash(Flash::success("Your password is changed. Sign in with the new one.")).ok(),
        Err(error) => {
            let mut form = posted.form();
            form.refuse(error)?;
            refused(&reset_view(&visitor, form).await)
        }
    }
}

async fn reset_view(visitor: &MaybeClient, form: Form) -> Reset {
    Reset { chrome: visitor.chrome().await.title("Choose a new password"), form }
}
