//! Adding a product to the order of a client: cycle, and the questions of its plugin.

use askama::Template;
use axum::extract::Query;
use innkeeper_app::AppError;
use innkeeper_app::carts::{self, AddProduct};
use innkeeper_app::catalogue::{self, Offer, OrderForm, ProductKey};
use innkeeper_app::clients::{self, ClientRow};
use innkeeper_domain::{ClientId, CycleId, Permission, ProductId};
use innkeeper_web::extract::{Id, Posted, Staff};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{Choice, Chrome, Field, Flash, Form};
use innkeeper_web::{Failure, custom_fields, options, questions};
use serde::Deserialize;

use super::below;
use super::order::{address, ours};
use crate::amount::shown;

#[derive(Template)]
#[template(path = "admin/clients/order_product.html")]
struct Configure {
    chrome: Chrome,
    back: String,
    form: Form,
    cycles: Vec<Choice>,
    /// Of an add-on: what it may be for.
    parents: Option<Vec<Choice>>,
    options: Vec<Field>,
    fields: Vec<Field>,
}

/// What is added, and to which cart.
#[derive(Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    product: String,
    #[serde(default)]
    cart: String,
    #[serde(default)]
    parent: String,
}

pub(super) async fn show(staff: Staff, Id(id): Id<ClientId>, Query(wanted): Query<Wanted>) -> PageResult {
    staff.actor.require(Permission::OrdersWrite)?;
    let client = clients::get(&staff.app, &staff.actor, id).await?.client;
    let product = product(&staff, &client, &wanted.product).await?;
    let first = product.offers.first().map(|offer| offer.cycle_id.to_string()).unwrap_or_default();
    let form = Form::new().with("product", product.id).with("cart", &wanted.cart).with("cycle", first);
    let form = form.with("parent", &wanted.parent);
    page(&view(&staff, &client, &product, form).await?)
}

pub(super) async fn add(staff: Staff, Id(id): Id<ClientId>, posted: Posted) -> PageResult {
    staff.actor.require(Permission::OrdersWrite)?;
    let client = clients::get(&staff.app, &staff.actor, id).await?.client;
    let product = product(&staff, &client, posted.get("product")).await?;
    let token = ours(&staff, id, posted.get("cart")).await?;
    let mut form = posted.form().with("cart", &token);
    let chosen = options::selection(&mut form, product.shelf.of(product.id));
    if !form.is_fine() {
        return refused(&view(&staff, &client, &product, form).await?);
    }
    let parent = posted.optional("parent").map(|parent| parent.parse()).transpose();
    let added = match (posted.text("cycle").parse::<CycleId>(), parent) {
        (_, Err(error)) => Err(error),
        (Ok(cycle_id), Ok(parent)) => {
            let custom_fields = custom_fields::answers(&posted, "custom_fields", &custom_fields::of_product(&product));
            let fields = questions::answers(&posted, "answer", &product.order_fields);
            let product_id = product.id;
            let add = AddProduct { product_id, cycle_id, fields, custom_fields, options: chosen, parent };
            carts::add_product(&staff.app, &staff.actor, &token, add).await
        }
        (Err(_), _) => Err(AppError::invalid("cycle", "must be chosen")),
    };
    match added {
        Ok(_) => see_other(address(id, &token)).flash(Flash::success("The product is in the cart.")).ok(),
        Err(error) => {
            form.refuse(questions::at_controls(error, "answer", &product.order_fields))?;
            refused(&view(&staff, &client, &product, form).await?)
        }
    }
}

async fn product(staff: &Staff, client: &ClientRow, id: &str) -> Result<OrderForm, Failure> {
    let id: ProductId = id.parse().map_err(|_| AppError::NotFound("product"))?;
    Ok(catalogue::product_for_order(&staff.app, ProductKey::Id(id), client.currency.0, Some(client.id)).await?)
}

async fn view(staff: &Staff, client: &ClientRow, product: &OrderForm, form: Form) -> Result<Configure, Failure> {
    let cart = form.value("cart").to_owned();
    let chosen = product.offers.iter().find(|offer| offer.cycle_id.to_string() == form.value("cycle"));
    let back = address(client.id, &cart);
    let chrome = below(staff.chrome().await, client, &product.name);
    let token = Some(cart.as_str()).filter(|token| !token.is_empty());
    let parents = carts::parents(&staff.app, &staff.actor, token, Some(client.id), product.id).await?;
    Ok(Configure {
        parents: parents.map(|found| found.into_iter().map(|(one, name)| Choice::new(one.to_string(), name)).collect()),
        chrome: chrome.crumb("New order", back.clone()),
        back,
        cycles: product.offers.iter().map(cycle).collect(),
        options: options::controls(&form, product, chosen.or(product.offers.first())),
        fields: questions::controls(&form, "answer", &product.order_fields, &staff.language().await)
            .into_iter()
            .chain(custom_fields::controls(&form, "custom_fields", &custom_fields::of_product(product)))
            .collect(),
        form,
    })
}

fn cycle(offer: &Offer) -> Choice {
    let choice = Choice::new(offer.cycle_id.to_string(), format!("{}: {}", offer.cycle_name, shown(offer.amount)));
    if offer.setup.is_zero() { choice } else { choice.help(format!("Once {} for the set-up", shown(offer.setup))) }
}
