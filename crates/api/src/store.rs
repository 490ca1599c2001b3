//! The catalogue as visitors see it: what is on sale, priced in one currency.

use axum::Json;
use innkeeper_app::App;
use innkeeper_app::bundles;
use innkeeper_app::catalogue::{self, Offer, OrderForm, ProductKey, StoreGroup, StoreTld};
use innkeeper_app::custom_fields::FieldRow;
use innkeeper_domain::{Currency, ProductId};
use innkeeper_plugin_api::{Field, FieldKind};
use innkeeper_web::AppState;
use innkeeper_web::extract::Id;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::bundles::{Bundle, bundle};
use super::caller::Caller;
use super::currencies::CycleLength;
use super::money::{Amount, currency};
use super::options::{ShopOption, on_sale};
use super::params::{Page, Params};
use super::problem::Answer;
use super::products::Terms;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(groups))
        .routes(routes!(product))
        .routes(routes!(tlds))
        .routes(routes!(on_sale_together))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct StoreQuery {
    /// Currency of the prices; the default one if left out.
    #[param(example = "EUR")]
    currency: Option<String>,
}

impl StoreQuery {
    async fn currency(&self, app: &App) -> Answer<Currency> {
        match &self.currency {
            Some(code) => currency(code, "currency"),
            None => Ok(catalogue::default_currency(app).await?),
        }
    }
}

/// A group of the shop.
#[derive(Serialize, ToSchema)]
struct ShopGroup {
    id: i64,
    #[schema(example = "Mail")]
    name: String,
    description: String,
    products: Vec<ShopProduct>,
}

/// A product of the shop.
#[derive(Serialize, ToSchema)]
struct ShopProduct {
    id: i64,
    #[schema(example = "Mailbox 10 GB")]
    name: String,
    #[schema(example = "mailbox-10-gb")]
    slug: String,
    description: String,
    sold_out: bool,
    terms: Terms,
    offers: Vec<ShopOffer>,
}

/// A current price.
#[derive(Serialize, ToSchema)]
struct ShopOffer {
    price_id: i64,
    cycle_id: i64,
    #[schema(example = "Every month")]
    cycle_name: String,
    cycle: CycleLength,
    /// For each cycle, without tax.
    amount: Amount,
    /// Once, without tax.
    setup: Amount,
}

fn offer(offer: Offer) -> ShopOffer {
    ShopOffer {
        price_id: offer.price_id.get(),
        cycle_id: offer.cycle_id.get(),
        cycle_name: offer.cycle_name,
        cycle: offer.cycle.into(),
        amount: offer.amount.into(),
        setup: offer.setup.into(),
    }
}

fn group(group: StoreGroup) -> ShopGroup {
    let product = |p: catalogue::StoreProduct| ShopProduct {
        id: p.id.get(),
        name: p.name,
        slug: p.slug,
        description: p.description,
        sold_out: p.sold_out,
        terms: p.terms.into(),
        offers: p.offers.into_iter().map(offer).collect(),
    };
    ShopGroup {
        id: group.id.get(),
        name: group.name,
        description: group.description,
        products: group.products.into_iter().map(product).collect(),
    }
}

/// Bundles on sale
///
/// Put all of one into a cart, then use its code.
#[utoipa::path(get, path = "/store/bundles", tag = "Store", params(StoreQuery),
    responses((status = 200, body = Page<Bundle>)))]
async fn on_sale_together(Caller { app, .. }: Caller, Params(query): Params<StoreQuery>) -> Answer<Page<Bundle>> {
    let currency = query.currency(&app).await?;
    Ok(Page::whole(bundles::on_sale(&app, currency).await?, bundle))
}

/// What is on sale, by group
#[utoipa::path(get, path = "/store/groups", tag = "Store", params(StoreQuery),
    responses((status = 200, body = Page<ShopGroup>)))]
async fn groups(Caller { app, .. }: Caller, Params(query): Params<StoreQuery>) -> Answer<Page<ShopGroup>> {
    let currency = query.currency(&app).await?;
    Ok(Page::whole(catalogue::storefront(&app, currency).await?, group))
}

/// What is asked when a product is ordered.
#[derive(Serialize, ToSchema)]
struct ShopForm {
    id: i64,
    group_id: i64,
    #[schema(example = "Mailbox 10 GB")]
    name: String,
    slug: String,
    description: String,
    sold_out: bool,
    terms: Terms,
    offers: Vec<ShopOffer>,
    /// What can be chosen with it.
    options: Vec<ShopOption>,
    /// Questions of the product's plugin.
    order_fields: Vec<Question>,
    /// Questions of the host.
    custom_fields: Vec<Question>,
}

/// A question.
#[derive(Serialize, ToSchema)]
pub(super) struct Question {
    #[schema(example = "username")]
    key: String,
    #[schema(example = "User name")]
    label: String,
    help: String,
    /// `text`, `multiline`, `password`, `choice`, `several` (one on each line), `number`, `date`, `email`, `web` or `checkbox`.
    #[schema(example = "text")]
    kind: String,
    /// What may be chosen.
    choices: Vec<String>,
    required: bool,
}

pub(super) fn order_field(field: Field) -> Question {
    let (kind, choices) = match field.kind {
        FieldKind::Text => ("text", vec![]),
        FieldKind::Multiline => ("multiline", vec![]),
        FieldKind::Checkbox => ("checkbox", vec![]),
        FieldKind::Number { .. } => ("number", vec![]),
        FieldKind::Date => ("date", vec![]),
        FieldKind::Email => ("email", vec![]),
        FieldKind::Web => ("web", vec![]),
        FieldKind::Password => ("password", vec![]),
        FieldKind::Choice(choices) => ("choice", choices.into_iter().map(|(value, _)| value).collect()),
        FieldKind::Several(choices) => ("several", choices.into_iter().map(|(value, _)| value).collect()),
    };
    Question {
        key: field.key,
        label: field.label,
        help: field.help,
        kind: kind.to_owned(),
        choices,
        required: field.required,
    }
}

fn custom_field(field: FieldRow) -> Question {
    Question {
        key: field.key,
        label: field.label,
        help: String::new(),
        kind: field.kind.to_string(),
        choices: field.options,
        required: field.required,
    }
}

/// What is asked when a product is ordered
#[utoipa::path(get, path = "/store/products/{id}", tag = "Store", params(StoreQuery),
    responses((status = 200, body = ShopForm)))]
async fn product(
    Caller { app, actor }: Caller,
    Id(id): Id<ProductId>,
    Params(query): Params<StoreQuery>,
) -> Answer<Json<ShopForm>> {
    let currency = query.currency(&app).await?;
    let form: OrderForm = catalogue::product_for_order(&app, ProductKey::Id(id), currency, actor.client_id()).await?;
    Ok(Json(ShopForm {
        options: form.shelf.of(form.id).map(|option| on_sale(option, currency)).collect(),
        id: form.id.get(),
        group_id: form.group_id.get(),
        name: form.name,
        slug: form.slug,
        description: form.description,
        sold_out: form.sold_out,
        terms: form.terms.into(),
        offers: form.offers.into_iter().map(offer).collect(),
        order_fields: form.order_fields.into_iter().map(order_field).collect(),
        custom_fields: form.custom_fields.into_iter().map(custom_field).collect(),
    }))
}

/// An extension on sale; prices for one year, without tax.
#[derive(Serialize, ToSchema)]
struct ShopExtension {
    id: i64,
    /// Without its leading dot.
    #[schema(example = "com")]
    name: String,
    min_years: i32,
    max_years: i32,
    auth_code_required: bool,
    register: Amount,
    renew: Amount,
    transfer: Amount,
}

fn extension(tld: StoreTld) -> ShopExtension {
    ShopExtension {
        id: tld.id.get(),
        name: tld.name,
        min_years: tld.min_years,
        max_years: tld.max_years,
        auth_code_required: tld.auth_code_required,
        register: tld.register.into(),
        renew: tld.renew.into(),
        transfer: tld.transfer.into(),
    }
}

/// Extensions on sale
#[utoipa::path(get, path = "/store/tlds", tag = "Store", params(StoreQuery),
    responses((status = 200, body = Page<ShopExtension>)))]
async fn tlds(Caller { app, .. }: Caller, Params(query): Params<StoreQuery>) -> Answer<Page<ShopExtension>> {
    let currency = query.currency(&app).await?;
    Ok(Page::whole(catalogue::storefront_tlds(&app, currency).await?, extension))
}
