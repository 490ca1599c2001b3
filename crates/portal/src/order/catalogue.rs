//! The shop window.

use askama::Template;
use innkeeper_app::bundles::{self, Bundle};
use innkeeper_app::catalogue::{self, Offer, StoreGroup, StoreProduct};
use innkeeper_app::settings;
use innkeeper_domain::{BillingCycle, TimeUnit};
use innkeeper_web::extract::MaybeClient;
use innkeeper_web::reply::{PageResult, page};
use innkeeper_web::view::{Chrome, Empty, Form, Link, PortalSection, price};

use super::buyer_currency;

#[derive(Template)]
#[template(path = "portal/order/catalogue.html")]
struct Catalogue {
    chrome: Chrome,
    search: Form,
    tlds: Vec<(String, String)>,
    bundles: Vec<ShopBundle>,
    groups: Vec<ShopGroup>,
    empty: Empty,
}

/// A bundle as shown in the shop.
struct ShopBundle {
    name: String,
    description: Vec<String>,
    /// `Web (Monthly)`.
    parts: Vec<String>,
    order: Link,
}

impl ShopBundle {
    fn new(Bundle { row, items }: Bundle) -> Self {
        Self {
            description: paragraphs(&row.description),
            parts: items.into_iter().map(|item| format!("{} ({})", item.product, item.cycle)).collect(),
            order: Link::to(format!("/order/bundles/{}", row.slug), format!("Choose {}", row.name)).primary(),
            name: row.name,
        }
    }
}

/// The lines of a text that say something.
pub(super) fn paragraphs(text: &str) -> Vec<String> {
    text.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect()
}

/// A group of products as shown.
pub(crate) struct ShopGroup {
    /// Its name.
    pub name: String,
    /// What is in it.
    pub description: String,
    /// Its products.
    pub products: Vec<ShopProduct>,
}

/// A product as shown in the shop.
pub(crate) struct ShopProduct {
    /// Its name.
    pub name: String,
    /// What it is, paragraph by paragraph.
    pub description: Vec<String>,
    /// Its lowest price.
    pub price: String,
    /// What the price is for: `a month`.
    pub per: String,
    /// Other prices in a line, and set-up.
    pub more: String,
    /// Nothing is left.
    pub sold_out: bool,
    /// Leads to its order form.
    pub order: Link,
}

impl ShopGroup {
    pub(crate) fn all(groups: Vec<StoreGroup>) -> Vec<Self> {
        let group = |group: StoreGroup| Self {
            name: group.name,
            description: group.description,
            products: group.products.into_iter().map(ShopProduct::new).collect(),
        };
        groups.into_iter().map(group).collect()
    }
}

impl ShopProduct {
    fn new(product: StoreProduct) -> Self {
        let (first, others) = match product.offers.split_first() {
            Some((first, others)) => (Some(first), others),
            None => (None, &[][..]),
        };
        let free = product.terms.trial_days.map(|days| format!("first {days} days free"));
        let mut more: Vec<String> = free.into_iter().collect();
        more.extend(others.iter().map(|o| format!("{} {}", price(o.amount), per(o.cycle))));
        more.extend(first.filter(|o| o.setup.is_positive()).map(|o| format!("{} set-up", price(o.setup))));
        Self {
            description: paragraphs(&product.description),
            price: first.map_or_else(String::new, amount),
            per: first.map_or("", |o| if o.amount.is_zero() { "" } else { per(o.cycle) }).to_owned(),
            more: more.join(" · "),
            sold_out: product.sold_out,
            order: Link::to(format!("/order/{}", product.slug), format!("Order {}", product.name)).primary(),
            name: product.name,
        }
    }
}

/// `Free`, or the price.
pub(super) fn amount(offer: &Offer) -> String {
    if offer.amount.is_zero() { "Free".to_owned() } else { price(offer.amount) }
}

/// How often a price is paid, after the price.
pub(super) fn per(cycle: BillingCycle) -> &'static str {
    match cycle {
        BillingCycle::OneTime => "once",
        BillingCycle::Free => "",
        BillingCycle::Every { count, unit } => match (count, unit) {
            (1, TimeUnit::Day) => "a day",
            (1, TimeUnit::Week) => "a week",
            (1, TimeUnit::Month) => "a month",
            (3, TimeUnit::Month) => "a quarter",
            (6, TimeUnit::Month) => "for six months",
            (1, TimeUnit::Year) | (12, TimeUnit::Month) => "a year",
            (2, TimeUnit::Year) | (24, TimeUnit::Month) => "for two years",
            (3, TimeUnit::Year) | (36, TimeUnit::Month) => "for three years",
            _ => "each period",
        },
    }
}

pub(super) async fn show(who: MaybeClient) -> PageResult {
    let (mut bundles, mut groups, mut tlds) = (vec![], vec![], vec![]);
    if let Some(currency) = buyer_currency(&who).await? {
        bundles = bundles::on_sale(&who.app, currency).await?;
        groups = ShopGroup::all(catalogue::storefront(&who.app, currency).await?);
        tlds = catalogue::storefront_tlds(&who.app, currency).await?;
    }
    let with = settings::tax(&who.app).await?.prices_include_tax;
    let subtitle = if with { "Prices with tax." } else { "Prices without tax." };
    page(&Catalogue {
        chrome: who.chrome().await.title("Order").subtitle(subtitle).in_portal(PortalSection::Order),
        search: Form::new(),
        tlds: tlds.into_iter().map(|tld| (format!(".{}", tld.name), price(tld.register))).collect(),
        bundles: bundles.into_iter().map(ShopBundle::new).collect(),
        groups,
        empty: Empty::new("building-store", "Nothing is on sale yet", "Please come back soon."),
    })
}
