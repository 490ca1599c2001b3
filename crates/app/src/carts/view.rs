//! Looking at a cart.

use chrono::NaiveDate;
use innkeeper_db::{
    PgConnection,
    addons::{self, AddonOffer},
    carts,
    promotions::Buyer,
};
use innkeeper_domain::{CartId, CartItemId, ClientId, Currency, Money, ProductId, PromotionId};

use super::{
    Parent,
    domain_answers::asking,
    quote::{Quote, quote},
};
use crate::{Actor, App, Result, calendar, tokens};

/// A choice as shown.
#[derive(Clone, Debug)]
pub struct CartItemView {
    /// The choice.
    pub id: CartItemId,
    /// `product`, `domain_register` or `domain_transfer`.
    pub kind: String,
    /// Product name or domain.
    pub title: String,
    /// Cycle or years, and the answers given.
    pub detail: String,
    /// The first day that costs something, and what each period costs then, if it begins with free days.
    pub trial: Option<(NaiveDate, Money)>,
    /// Why it cannot be ordered.
    pub problem: Option<String>,
    /// Its registry asks something: see [`super::domain_questions`].
    pub asks: bool,
    /// And that was not answered yet.
    pub is_unanswered: bool,
    /// Of an add-on: what it is for.
    pub parent: Option<Parent>,
    /// Add-ons that could be ordered with it.
    pub addons: Vec<AddonOffer>,
}

/// A cart with today's prices.
#[derive(Clone, Debug)]
pub struct CartView {
    /// The cart.
    pub id: CartId,
    /// Whose it is, once somebody logged in with it.
    pub client_id: Option<ClientId>,
    /// The choices.
    pub items: Vec<CartItemView>,
    /// What they cost.
    pub quote: Quote,
}

/// The cart of a token; `None` if there is none or it was ordered. A client who looks at a visitor's
/// cart takes it over; somebody else's cart looks like none.
pub async fn view(app: &App, actor: &Actor, token: &str) -> Result<Option<CartView>> {
    let today = calendar::today(app).await?;
    let mut conn = app.conn().await?;
    let Some(mut cart) = carts::find(&mut conn, &tokens::hash(token)).await? else { return Ok(None) };
    match (actor.client_id(), cart.client_id) {
        (Some(client), Some(owner)) if client.get() != owner => return Ok(None),
        (None, Some(_)) if !actor.is_staff() => return Ok(None),
        (Some(client), None) => {
            carts::adopt(&mut conn, cart.id, client).await?;
            let Some(adopted) = carts::find(&mut conn, &tokens::hash(token)).await? else { return Ok(None) };
            cart = adopted;
        }
        _ => {}
    }
    let items = carts::items(&mut conn, cart.id).await?;
    let client_id = cart.client_id.map(ClientId);
    let currency: Currency = cart.currency.parse()?;
    let quote =
        quote_for(&mut conn, Buyer { client: client_id, currency, today }, &items, cart.promotion_id.map(PromotionId))
            .await?;
    let ordered: Vec<ProductId> = items.iter().filter_map(|item| item.product_id).map(Into::into).collect();
    let addons = addons::on_sale(&mut conn, &ordered, currency).await?;
    drop(conn);
    for plugin in items.iter().filter_map(|item| quote.product(item)?.plugin_id.as_deref()) {
        if let Err(error) = app.order_fields(plugin).await {
            tracing::warn!(plugin, %error, "a cart is shown without its answers");
        }
    }
    let (asking, open) = asking(app, &items, &quote).await;
    let seen = |item: &carts::CartItemRow| CartItemView {
        asks: asking.contains(&item.id),
        is_unanswered: open.contains(&item.id),
        parent: item
            .parent_item_id
            .map(|id| Parent::Item(id.into()))
            .or(item.parent_id.map(|id| Parent::Service(id.into()))),
        addons: addons.iter().filter(|offer| Some(offer.product_id.get()) == item.product_id).cloned().collect(),
        ..show(app, item, &quote)
    };
    let items = items.iter().map(seen).collect();
    Ok(Some(CartView { id: cart.id, client_id, items, quote }))
}

/// Prices choices for a client, or for a visitor of unknown place (without tax).
pub(crate) async fn quote_for(
    conn: &mut PgConnection,
    buyer: Buyer,
    items: &[carts::CartItemRow],
    promotion: Option<PromotionId>,
) -> Result<Quote> {
    quote(conn, items, buyer, promotion).await
}

fn show(app: &App, item: &carts::CartItemRow, quote: &Quote) -> CartItemView {
    let problem = quote.problems.iter().find(|(id, _)| *id == item.id).map(|(_, why)| why.clone());
    let (title, detail) = match quote.product(item) {
        Some(product) => {
            let answers = answers(app, product.plugin_id.as_deref(), item);
            let options = quote.options(item.id).iter().map(|one| format!("{}: {}", one.name, one.value)).collect();
            (product.name.clone(), [vec![product.cycle_name.clone()], options, answers].concat().join(" · "))
        }
        None => {
            let years = item.years.unwrap_or(1);
            let span = if years == 1 { "1 year".to_owned() } else { format!("{years} years") };
            (item.domain.clone().unwrap_or_else(|| "No longer offered".into()), span)
        }
    };
    let then = |product| {
        quote.cost(item.id, product).map_or(quote.currency.zero(), |cost| Money::new(cost.amount, quote.currency))
    };
    let trial = quote.trial_until(item.id).zip(quote.product(item).map(then));
    CartItemView {
        id: item.id,
        kind: item.kind.clone(),
        title,
        detail,
        trial,
        problem,
        asks: false,
        is_unanswered: false,
        parent: None,
        addons: vec![],
    }
}

/// The answers to a plugin's order fields, in the order in which it asks. A look at the cart has asked it.
pub(crate) fn answers(app: &App, plugin: Option<&str>, item: &carts::CartItemRow) -> Vec<String> {
    let asked = plugin.and_then(|id| app.known_order_fields(id));
    let answer = |key: &str| item.fields.get(key).and_then(|answer| answer.as_str());
    let answers = asked.iter().flatten().filter_map(|field| answer(&field.key));
    answers.filter(|answer| !answer.is_empty()).map(str::to_owned).collect()
}
