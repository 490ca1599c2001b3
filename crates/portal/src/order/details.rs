//! What the registry of a chosen domain asks, and what can be had with it.

use askama::Template;
use innkeeper_app::AppError;
use innkeeper_app::carts::{self, DomainQuestions};
use innkeeper_domain::CartItemId;
use innkeeper_web::extract::{Id, MaybeClient, Posted};
use innkeeper_web::questions;
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{Chrome, Field, Flash, Form, PortalSection};

#[derive(Template)]
#[template(path = "portal/order/details.html")]
struct Details {
    chrome: Chrome,
    form: Form,
    fields: Vec<Field>,
}

pub(super) async fn show(who: MaybeClient, Id(item): Id<CartItemId>) -> PageResult {
    let asked = asked(&who, item).await?;
    let form = questions::filled("field", &asked.given);
    page(&view(&who, &asked, form).await)
}

pub(super) async fn save(who: MaybeClient, Id(item): Id<CartItemId>, posted: Posted) -> PageResult {
    let asked = asked(&who, item).await?;
    let answers = questions::answers(&posted, "field", &asked.fields);
    let token = who.visit.cart().unwrap_or_default();
    match carts::answer_domain(&who.app, &who.actor, token, item, answers).await {
        Ok(()) => see_other("/cart").flash(Flash::success(format!("Thank you: {} is complete.", asked.name))).ok(),
        Err(error) => {
            let mut form = posted.form();
            form.refuse(questions::at_controls(error, "field", &asked.fields))?;
            refused(&view(&who, &asked, form).await)
        }
    }
}

async fn asked(who: &MaybeClient, item: CartItemId) -> Result<DomainQuestions, AppError> {
    let token = who.visit.cart().ok_or(AppError::NotFound("cart"))?;
    carts::domain_questions(&who.app, &who.actor, token, item).await
}

async fn view(who: &MaybeClient, asked: &DomainQuestions, form: Form) -> Details {
    let chrome = who.chrome().await.title(&asked.name).subtitle("A few more words about this domain.");
    Details {
        chrome: chrome.crumb("Your cart", "/cart").in_portal(PortalSection::Order),
        fields: questions::controls(&form, "field", &asked.fields, &who.language().await),
        form,
    }
}
