//! What the registry of a domain in a client's cart asks, and what can be had with it.

use askama::Template;
use axum::extract::Query;
use innkeeper_app::AppError;
use innkeeper_app::carts::{self, DomainQuestions};
use innkeeper_app::clients;
use innkeeper_domain::{CartItemId, ClientId};
use innkeeper_web::Failure;
use innkeeper_web::extract::{Id, Posted, Staff};
use innkeeper_web::questions;
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{Chrome, Field, Flash, Form};
use serde::Deserialize;

use super::below;
use super::order::{address, ours};

#[derive(Template)]
#[template(path = "admin/clients/order_details.html")]
struct Details {
    chrome: Chrome,
    form: Form,
    fields: Vec<Field>,
    back: String,
}

/// Which choice of which cart.
#[derive(Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    cart: String,
    #[serde(default)]
    item: String,
}

pub(super) async fn show(staff: Staff, Id(id): Id<ClientId>, Query(wanted): Query<Wanted>) -> PageResult {
    let (token, _, asked) = asked(&staff, id, &wanted).await?;
    let form = questions::filled("field", &asked.given);
    page(&view(&staff, id, &token, &asked, form).await?)
}

pub(super) async fn save(
    staff: Staff,
    Id(id): Id<ClientId>,
    Query(wanted): Query<Wanted>,
    posted: Posted,
) -> PageResult {
    let (token, item, asked) = asked(&staff, id, &wanted).await?;
    let answers = questions::answers(&posted, "field", &asked.fields);
    match carts::answer_domain(&staff.app, &staff.actor, &token, item, answers).await {
        Ok(()) => see_other(address(id, &token)).flash(Flash::success("The answers are kept.")).ok(),
        Err(error) => {
            let mut form = posted.form();
            form.refuse(questions::at_controls(error, "field", &asked.fields))?;
            refused(&view(&staff, id, &token, &asked, form).await?)
        }
    }
}

async fn asked(staff: &Staff, id: ClientId, wanted: &Wanted) -> Result<(String, CartItemId, DomainQuestions), Failure> {
    if wanted.cart.is_empty() {
        return Err(AppError::NotFound("cart").into());
    }
    let token = ours(staff, id, &wanted.cart).await?;
    let item: CartItemId = wanted.item.parse().map_err(|_| AppError::NotFound("cart item"))?;
    let asked = carts::domain_questions(&staff.app, &staff.actor, &token, item).await?;
    Ok((token, item, asked))
}

async fn view(
    staff: &Staff,
    id: ClientId,
    token: &str,
    asked: &DomainQuestions,
    form: Form,
) -> Result<Details, Failure> {
    let client = clients::get(&staff.app, &staff.actor, id).await?.client;
    Ok(Details {
        chrome: below(staff.chrome().await, &client, &asked.name),
        fields: questions::controls(&form, "field", &asked.fields, &staff.language().await),
        form,
        back: address(id, token),
    })
}
