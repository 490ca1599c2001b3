//! Bundles as buyers see them.

use innkeeper_db::{
    bundles::{self as db, BundleItem, BundleRow, Sale},
    carts::{self as rows, CartItemRow},
    promotions::Buyer,
};
use innkeeper_domain::{CartItemId, ClientId, Currency, Money};

use super::{Bundle, NOT_FOUND, whole};
use crate::{
    Actor, App, Result, calendar,
    carts::{self, Quote, quote_for},
    tokens,
};

/// A bundle that somebody is choosing.
#[derive(Clone, Debug)]
pub struct Choosing {
    pub row: BundleRow,
    pub parts: Vec<Part>,
    /// What it costs without options, to be paid first.
    pub quote: Quote,
}

/// One of its products.
#[derive(Clone, Debug)]
pub struct Part {
    pub item: BundleItem,
    /// It is in the cart in the rhythm of the bundle.
    pub is_chosen: bool,
    /// What is to be paid for it first, as the catalogue has it, with what the bundle takes off.
    pub price: Money,
}

/// The bundles that are on sale in a currency.
pub async fn on_sale(app: &App, currency: Currency) -> Result<Vec<Bundle>> {
    let today = calendar::today(app).await?;
    let mut conn = app.conn().await?;
    let rows = db::list(&mut conn, Some(Sale { currency, today })).await?;
    whole(&mut conn, rows).await
}

/// A bundle on sale, what of it is in the cart, and what it costs.
pub async fn choosing(
    app: &App,
    actor: &Actor,
    cart: Option<&str>,
    slug: &str,
    currency: Currency,
) -> Result<Choosing> {
    let Bundle { row, items } =
        on_sale(app, currency).await?.into_iter().find(|bundle| bundle.row.slug == slug).ok_or(NOT_FOUND)?;
    let today = calendar::today(app).await?;
    let mut conn = app.conn().await?;
    let in_cart = match cart {
        Some(token) => match rows::find(&mut conn, &tokens::hash(token)).await? {
            Some(cart) if cart.client_id.map(ClientId) == actor.client_id() || cart.client_id.is_none() => {
                rows::items(&mut conn, cart.id).await?
            }
            _ => vec![],
        },
        None => vec![],
    };
    let imagined = |(n, item): (i64, &BundleItem)| CartItemRow::imagined(CartItemId(n), item.product_id, item.cycle_id);
    let imagined: Vec<CartItemRow> = (1..).zip(&items).map(imagined).collect();
    let buyer = Buyer { client: actor.client_id(), currency, today };
    let quote = quote_for(&mut conn, buyer, &imagined, Some(row.promotion_id)).await?;
    let part = |(n, item): (i64, BundleItem)| {
        let lines = quote.lines.iter().filter(|line| line.item == CartItemId(n)).map(|line| line.shown());
        Ok(Part {
            is_chosen: in_cart.iter().any(|chosen| is_of(chosen, &item)),
            price: Money::sum(currency, lines)?,
            item,
        })
    };
    let parts = (1..).zip(items).map(part).collect::<Result<_>>()?;
    Ok(Choosing { row, parts, quote })
}

/// Takes what the bundle takes off the cart. `Invalid` if it is not whole there.
pub async fn choose(app: &App, actor: &Actor, token: &str, slug: &str, currency: Currency) -> Result<()> {
    let bundle = on_sale(app, currency).await?.into_iter().find(|bundle| bundle.row.slug == slug).ok_or(NOT_FOUND)?;
    carts::use_code(app, actor, token, &bundle.row.code).await
}

fn is_of(chosen: &CartItemRow, item: &BundleItem) -> bool {
    (chosen.product_id, chosen.cycle_id) == (Some(item.product_id.get()), Some(item.cycle_id.get()))
}
