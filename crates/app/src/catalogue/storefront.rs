//! The catalogue as visitors see it: what is visible, on sale and priced in their currency.

use chrono::NaiveDate;
use innkeeper_db::{
    currencies, custom_fields,
    custom_fields::{FieldFilter, FieldRow},
    prices, pricing,
    products::{self, ProductRow},
    storefront::{self as db, OfferRow},
    tlds,
};
use innkeeper_domain::{
    BillingCycle, ClientId, Currency, CycleId, Money, PriceId, ProductGroupId, ProductId, Terms, TldId,
};
use innkeeper_plugin_api::Field;
use std::collections::HashMap;

use crate::{App, AppError, Result, calendar, options::Shelf};

/// A group of the shop; never empty.
#[derive(Clone, Debug)]
pub struct StoreGroup {
    pub id: ProductGroupId,
    pub name: String,
    pub description: String,
    pub products: Vec<StoreProduct>,
}

/// A product of the shop; it has at least one offer.
#[derive(Clone, Debug)]
pub struct StoreProduct {
    pub id: ProductId,
    pub name: String,
    pub slug: String,
    pub description: String,
    /// Nothing is left of it.
    pub sold_out: bool,
    /// Free days at first, and after how many periods it is over.
    pub terms: Terms,
    pub offers: Vec<Offer>,
}

/// A current price.
#[derive(Clone, Debug)]
pub struct Offer {
    pub price_id: PriceId,
    pub cycle_id: CycleId,
    pub cycle_name: String,
    pub cycle: BillingCycle,
    /// For each cycle, without tax.
    pub amount: Money,
    /// Once, without tax.
    pub setup: Money,
}

/// An extension on sale; prices for one year, without tax.
#[derive(Clone, Debug)]
pub struct StoreTld {
    pub id: TldId,
    /// Without its leading dot.
    pub name: String,
    pub min_years: i32,
    pub max_years: i32,
    pub auth_code_required: bool,
    pub register: Money,
    pub renew: Money,
    pub transfer: Money,
}

/// Names a product.
#[derive(Clone, Copy, Debug)]
pub enum ProductKey<'a> {
    /// By its id.
    Id(ProductId),
    /// By its address.
    Slug(&'a str),
}

/// What is asked when a product is ordered.
#[derive(Clone, Debug)]
pub struct OrderForm {
    /// The product; its settings stay inside.
    pub id: ProductId,
    pub group_id: ProductGroupId,
    pub name: String,
    pub slug: String,
    pub description: String,
    pub sold_out: bool,
    /// Free days at first, the day on which periods begin, and after how many it is over.
    pub terms: Terms,
    /// The company's day: what is ordered now is ordered on it.
    pub today: NaiveDate,
    /// In the currency asked for.
    pub offers: Vec<Offer>,
    /// What can be chosen with it.
    pub shelf: Shelf,
    /// Questions of its plugin.
    pub order_fields: Vec<Field>,
    /// Custom fields that clients see.
    pub custom_fields: Vec<FieldRow>,
}

/// Groups, products and current prices in one currency, with one query. Empty if it is not enabled.
pub async fn storefront(app: &App, currency: Currency) -> Result<Vec<StoreGroup>> {
    let mut groups: Vec<StoreGroup> = vec![];
    for row in db::offers(&mut *app.conn().await?, currency).await? {
        if groups.last().is_none_or(|g| g.id != row.group_id) {
            let (name, description) = (row.group_name.clone(), row.group_description.clone());
            groups.push(StoreGroup { id: row.group_id, name, description, products: vec![] });
        }
        let Some(group) = groups.last_mut() else { continue };
        if group.products.last().is_none_or(|p| p.id != row.product_id) {
            group.products.push(StoreProduct {
                id: row.product_id,
                name: row.name.clone(),
                slug: row.slug.clone(),
                description: row.description.clone(),
                sold_out: row.stock == Some(0),
                terms: row.terms(),
                offers: vec![],
            });
        }
        if let Some(product) = group.products.last_mut() {
            product.offers.push(offer(row, currency));
        }
    }
    Ok(groups)
}

fn offer(row: OfferRow, currency: Currency) -> Offer {
    Offer {
        price_id: row.price_id,
        cycle_id: row.cycle_id,
        cycle_name: row.cycle_name,
        cycle: *row.cycle,
        amount: Money::new(row.amount, currency),
        setup: Money::new(row.setup, currency),
    }
}

/// Extensions on sale in a currency, in the order of the shop.
pub async fn storefront_tlds(app: &App, currency: Currency) -> Result<Vec<StoreTld>> {
    let mut conn = app.conn().await?;
    let prices = tlds::prices(&mut conn, None).await?;
    let prices: HashMap<TldId, _> =
        prices.into_iter().filter(|p| *p.currency == currency).map(|p| (p.tld_id, p)).collect();
    let all = tlds::all(&mut conn).await?.into_iter().filter(|t| t.enabled);
    let store = all.filter_map(|t| {
        let price = prices.get(&t.id)?;
        let money = |minor| Money::new(minor, currency);
        Some(StoreTld {
            id: t.id,
            name: t.name,
            min_years: t.min_years,
            max_years: t.max_years,
            auth_code_required: t.auth_code_required,
            register: money(price.register),
            renew: money(price.renew),
            transfer: money(price.transfer),
        })
    });
    Ok(store.collect())
}

/// The order form of a product, for a client or for somebody who is not known. A hidden one is found by those who have
/// its address; a retired one by nobody.
pub async fn product_for_order(
    app: &App,
    key: ProductKey<'_>,
    currency: Currency,
    client: Option<ClientId>,
) -> Result<OrderForm> {
    let missing = || AppError::NotFound("product");
    let today = calendar::today(app).await?;
    let mut conn = app.conn().await?;
    let id = match key {
        ProductKey::Id(id) => id,
        ProductKey::Slug(slug) => products::id_of_slug(&mut conn, slug).await?.ok_or_else(missing)?,
    };
    let row = products::get(&mut conn, id).await?.filter(|p| p.retired_at.is_none()).ok_or_else(missing)?;
    let enabled = currencies::all(&mut conn).await?.iter().any(|c| *c.code == currency && c.enabled);
    let prices = prices::of_product(&mut conn, id, false).await?;
    let offers = prices.into_iter().filter(|p| enabled && *p.currency == currency).map(|p| Offer {
        price_id: p.id,
        cycle_id: p.cycle_id,
        cycle_name: p.cycle_name,
        cycle: *p.cycle,
        amount: Money::new(p.amount, currency),
        setup: Money::new(p.setup, currency),
    });
    let fields = custom_fields::list(&mut conn, FieldFilter { product: Some(id), ..FieldFilter::default() }).await?;
    let mut terms = row.terms();
    if let (Some(_), Some(client)) = (terms.trial_days, client)
        && !pricing::had(&mut conn, client, &[id.get()]).await?.is_empty()
    {
        terms.trial_days = None;
    }
    let shelf = Shelf::load(&mut conn, &[id.get()]).await?;
    // The plugin is asked, and may take its time.
    drop(conn);
    Ok(OrderForm {
        shelf,
        id,
        group_id: row.group_id,
        sold_out: row.stock == Some(0),
        order_fields: order_fields(app, &row).await?,
        terms,
        today,
        name: row.name,
        slug: row.slug,
        description: row.description,
        offers: offers.collect(),
        custom_fields: fields.into_iter().filter(|f| f.shown_to_client).collect(),
    })
}

async fn order_fields(app: &App, product: &ProductRow) -> Result<Vec<Field>> {
    match product.plugin_id.as_deref() {
        Some(id) => app.order_fields(id).await,
        None => Ok(vec![]),
    }
}
