//! A visitor becomes a client.

use askama::Template;
use axum::extract::Query;
use axum::response::IntoResponse as _;
use innkeeper_app::Actor;
use innkeeper_app::clients::{ClientField, SignUp, sign_up};
use innkeeper_app::custom_fields::list_fields;
use innkeeper_app::sessions::Audience;
use innkeeper_domain::FieldScope;
use innkeeper_web::Failure;
use innkeeper_web::extract::{MaybeClient, Posted};
use innkeeper_web::reply::{PageResult, local_or, page, refused, see_other};
use innkeeper_web::view::{Choice, Chrome, Field, Flash, Form, countries};
use innkeeper_web::{client_details, custom_fields};

use super::login::Next;

#[derive(Template)]
#[template(path = "portal/sign_up.html")]
struct SignUpPage {
    chrome: Chrome,
    form: Form,
    countries: Vec<Choice>,
    more: Vec<Field>,
}

pub(super) async fn show(visitor: MaybeClient, Query(query): Query<Next>) -> PageResult {
    if visitor.session.is_some() {
        return see_other(local_or(&query.next, "/")).ok();
    }
    page(&view(&visitor, Form::new().with("next", query.next)).await?)
}

pub(super) async fn join(visitor: MaybeClient, posted: Posted) -> PageResult {
    let asked = asked(&visitor).await?;
    let command = SignUp {
        details: client_details::read(&posted),
        password: posted.get("password").to_owned(),
        currency: None,
        fields: custom_fields::answers(&posted, "fields", &asked),
    };
    let visit = &visitor.visit;
    match sign_up(&visitor.app, &visit.visitor(), &command, &visit.user_agent).await {
        Ok(signed_up) => {
            let onward = see_other(local_or(posted.get("next"), "/"))
                .flash(Flash::success("Welcome! Your account is ready."))
                .into_response();
            Ok(visit.signed_in(Audience::Portal, &signed_up.session, onward))
        }
        Err(error) => {
            let mut form = posted.form();
            form.refuse(error)?;
            refused(&view(&visitor, form).await?)
        }
    }
}

/// The host's own questions; a visitor may not ask for their list, the form may.
async fn asked(visitor: &MaybeClient) -> Result<Vec<ClientField>, Failure> {
    let asked = list_fields(&visitor.app, &Actor::system("sign-up"), Some(FieldScope::Client), None).await?;
    Ok(asked.into_iter().filter(|field| field.shown_to_client).map(custom_fields::unanswered).collect())
}

async fn view(visitor: &MaybeClient, form: Form) -> Result<SignUpPage, Failure> {
    let asked = asked(visitor).await?;
    let chrome = visitor.chrome().await.title("Create an account").subtitle("It takes a minute and costs nothing.");
    Ok(SignUpPage {
        chrome,
        more: custom_fields::controls(&form, "fields", &asked),
        form,
        countries: countries::choices(),
    })
}
