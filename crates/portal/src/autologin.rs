//! People who come in through a link that another site signed.
//!
//! Opening a link shows who will be signed in and changes nothing, so that programs that look at
//! links (mail scanners, previews) do not use it up, and nobody is signed in without having asked.

use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, RawQuery};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse as _, Response};
use innkeeper_app::autologin::{
    Arrival, ClientexecLink, PATH, SignedLink, check_clientexec, check_signed, redeem_clientexec, redeem_signed,
};
use innkeeper_app::sessions::{self, Audience};
use innkeeper_app::{AppError, Result};
use innkeeper_web::Failure;
use innkeeper_web::extract::{MaybeClient, Posted};
use innkeeper_web::reply::{PageResult, local_or, see_other, sentence};
use innkeeper_web::view::Chrome;

const CLIENTEXEC: &str = "/index.php";
const INCOMPLETE: AppError = AppError::Unauthenticated("the link is not complete");
/// The address of the page holds the link, which other sites must not see. Not `no-referrer`: with it,
/// browsers also hide where our own form comes from, and it would be refused as a foreign one.
const REFERRER: HeaderValue = HeaderValue::from_static("same-origin");

#[derive(Template)]
#[template(path = "portal/autologin.html")]
struct Offer {
    chrome: Chrome,
    email: String,
    action: &'static str,
    parameters: Vec<(&'static str, String)>,
    /// Who is signed in now.
    current: Option<String>,
}

#[derive(Template)]
#[template(path = "portal/autologin_refused.html")]
struct Refused {
    chrome: Chrome,
    reason: String,
}

/// Our own links.
pub(super) async fn show(who: MaybeClient, link: std::result::Result<Query<SignedLink>, QueryRejection>) -> PageResult {
    let Ok(Query(link)) = link else { return refused(&who, INCOMPLETE).await };
    match check_signed(&who.app, &who.visit.visitor(), &link).await {
        Ok(()) => offer(&who, PATH, &link.email, link.parameters().into()).await,
        Err(error) => refused(&who, error).await,
    }
}

pub(super) async fn enter(who: MaybeClient, posted: Posted) -> PageResult {
    let text = |name: &str| posted.get(name).to_owned();
    let (Ok(issued), Ok(expires)) = (posted.get("issued").parse(), posted.get("expires").parse()) else {
        return refused(&who, INCOMPLETE).await;
    };
    let link = SignedLink {
        key: text("key"),
        email: text("email"),
        issued,
        expires,
        nonce: text("nonce"),
        goto: text("goto"),
        audience: text("audience"),
        sig: text("sig"),
    };
    let visit = &who.visit;
    arrived(&who, redeem_signed(&who.app, &visit.visitor(), &link, &visit.user_agent).await).await
}

/// Clientexec's links: `/index.php?fuse=admin&action=autologin&…`. Its other pages do not exist here.
pub(super) async fn show_clientexec(
    who: MaybeClient,
    RawQuery(query): RawQuery,
    link: std::result::Result<Query<ClientexecLink>, QueryRejection>,
) -> PageResult {
    let query = query.unwrap_or_default();
    let says = |pair: &str| query.split('&').any(|had| had == pair);
    if !says("fuse=admin") || !says("action=autologin") {
        return Err(Failure::missing());
    }
    let Ok(Query(link)) = link else { return refused(&who, INCOMPLETE).await };
    match check_clientexec(&who.app, &who.visit.visitor(), &link).await {
        Ok(()) => offer(&who, CLIENTEXEC, &link.email, link.parameters().into()).await,
        Err(error) => refused(&who, error).await,
    }
}

pub(super) async fn enter_clientexec(who: MaybeClient, posted: Posted) -> PageResult {
    if posted.get("fuse") != "admin" || posted.get("action") != "autologin" {
        return Err(Failure::missing());
    }
    let text = |name: &str| posted.get(name).to_owned();
    let link =
        ClientexecLink { email: text("email"), timestamp: text("timestamp"), hash: text("hash"), goto: text("goto") };
    let visit = &who.visit;
    arrived(&who, redeem_clientexec(&who.app, &visit.visitor(), &link, &visit.user_agent).await).await
}

async fn offer(
    who: &MaybeClient,
    action: &'static str,
    email: &str,
    parameters: Vec<(&'static str, String)>,
) -> PageResult {
    let chrome = who.chrome().await.title("Welcome back").subtitle("One click and you are signed in.");
    let current = who.session.as_ref().map(|session| session.email.clone());
    answer(StatusCode::OK, &Offer { chrome, email: email.to_owned(), action, parameters, current })
}

async fn arrived(who: &MaybeClient, arrival: Result<Arrival>) -> PageResult {
    match arrival {
        Ok(arrival) => {
            // The browser forgets the session it had: so do we.
            if let Some(session) = &who.session {
                sessions::logout(&who.app, session).await?;
            }
            let onward = see_other(local_or(&arrival.goto, "/")).into_response();
            Ok(private(who.visit.signed_in(Audience::Portal, &arrival.session, onward)))
        }
        Err(error) => refused(who, error).await,
    }
}

/// Why a link does not work. Whoever holds it may know, except whether there is an account.
async fn refused(who: &MaybeClient, error: AppError) -> PageResult {
    let reason = match error {
        AppError::Unauthenticated(text) => sentence(text),
        AppError::Invalid(fields) => match fields.iter().any(|refused| refused.field == "goto") {
            true => "It leads to a page that is not on this site.".to_owned(),
            false => "The site that made it did so in a wrong way.".to_owned(),
        },
        other => return Err(other.into()),
    };
    tracing::info!(reason, "a login link was refused");
    let chrome = who.chrome().await.title("This link does not work");
    answer(StatusCode::FORBIDDEN, &Refused { chrome, reason })
}

fn answer(status: StatusCode, view: &impl Template) -> PageResult {
    Ok(private((status, Html(view.render()?)).into_response()))
}

fn private(mut response: Response) -> Response {
    response.headers_mut().insert(header::REFERRER_POLICY, REFERRER);
    response
}
