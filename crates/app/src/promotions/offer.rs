//! A promotion as it is for one cart.

use innkeeper_db::{
    PgConnection,
    carts::CartItemRow,
    promotions::{self, Buyer, Offer, User},
};
use innkeeper_domain::{
    BillingCycle, CartItemId, ClientId, CycleId, Discount, DomainId, Money, ProductId, PromotionClients, PromotionFor,
    PromotionId, ServiceId,
};

use crate::{AppError, Result, Tx, carts::Quote, tax::ClientTax};

/// A promotion as it is for one buyer.
#[derive(Clone, Debug)]
pub(crate) struct Promotion {
    offer: Offer,
    /// None: it has no amount in the buyer's currency.
    discount: Option<Discount>,
    is_known: bool,
    currency: &'static str,
}

/// A line less what a promotion takes off: what the client reads, the new net amount, and what is noted.
pub(crate) fn taken_off(
    description: String,
    net: Money,
    (id, code): (PromotionId, &str),
    off: i64,
) -> (String, Money, Option<(PromotionId, i64)>) {
    if off <= 0 {
        return (description, net, None);
    }
    let currency = net.currency();
    let text = format!("{description}, {code}: \u{2212}{}", Money::new(off, currency));
    (text, Money::new(net.minor() - off, currency), Some((id, off)))
}

impl Promotion {
    pub async fn load(conn: &mut PgConnection, id: PromotionId, buyer: Buyer) -> Result<Self> {
        let offer = promotions::offer(conn, id, buyer).await?.ok_or(AppError::NotFound("promotion"))?;
        Ok(Self {
            discount: offer.discount(),
            is_known: buyer.client.is_some(),
            currency: buyer.currency.code(),
            offer,
        })
    }
    pub fn code(&self) -> &str {
        &self.offer.code
    }
    pub fn name(&self) -> (PromotionId, &str) {
        (self.offer.id, &self.offer.code)
    }

    /// Why the buyer cannot use it for these choices: said after the code.
    pub fn refusal(&self, items: &[CartItemRow]) -> Option<String> {
        match *self.offer.counts_for {
            PromotionFor::Changes => Some("is for changes of plan only".to_owned()),
            _ if !self.is_whole(items) => {
                Some(format!("counts only with all of its bundle: {}", self.offer.bundle_names.join(", ")))
            }
            _ => self.barred(|id| items.iter().any(|item| item.product_id == Some(*id))),
        }
    }

    /// Why a client cannot use it to change a service to this product in this rhythm.
    pub fn refusal_of_change(&self, product: ProductId, cycle: CycleId) -> Option<String> {
        let Offer { products, tlds, cycles, .. } = &self.offer;
        let is_covered = products.contains(&product.get()) || products.is_empty() && tlds.is_empty();
        let in_rhythm = cycles.is_empty() || cycles.contains(&cycle.get());
        match *self.offer.counts_for {
            _ if !self.offer.bundle_products.is_empty() => Some("is for orders of its bundle".to_owned()),
            PromotionFor::Orders => Some("is not for changes of plan".to_owned()),
            _ if !is_covered || !in_rhythm => Some("is not for this plan".to_owned()),
            _ => self.barred(|_| false),
        }
    }

    /// Why the buyer cannot use it, who may have what it requires in the cart.
    fn barred(&self, has: impl Fn(&i64) -> bool) -> Option<String> {
        let offer = &self.offer;
        let no = |why: &str| Some(why.to_owned());
        if !offer.is_open {
            return no("is no code of ours");
        }
        if offer.has_ended || offer.is_used_up {
            return no("has ended");
        }
        if offer.once_per_client && offer.was_used {
            return no("was used by you before: it counts once");
        }
        match *offer.clients {
            PromotionClients::New if offer.has_ordered => return no("is for those who order for the first time"),
            PromotionClients::Existing if !self.is_known => return no("is for our clients: log in first"),
            PromotionClients::Existing if !offer.has_ordered => return no("is for those who have ordered before"),
            _ => {}
        }
        if !offer.requires.is_empty() && !offer.owns_required && !offer.requires.iter().any(has) {
            return no("counts only together with another product");
        }
        match self.discount {
            None => Some(format!("is not for orders in {}", self.currency)),
            Some(_) => None,
        }
    }

    /// The choices that it counts for; of a bundle one of each product, and of domains that it covers.
    pub fn covered(&self, items: &[CartItemRow], quote: &Quote) -> impl Iterator<Item = CartItemId> {
        let most = if self.offer.one_item { 1 } else { usize::MAX };
        let mut had = vec![];
        let is_first = move |item: &&CartItemRow| {
            let is_first = self.offer.bundle_products.is_empty() || !had.contains(&item.product_id);
            had.push(item.product_id);
            is_first
        };
        items.iter().filter(move |item| self.covers(item, quote)).filter(is_first).map(|item| item.id).take(most)
    }

    /// Is all of its bundle among the choices, if it is of one?
    fn is_whole(&self, items: &[CartItemRow]) -> bool {
        let has = |wanted| items.iter().any(|item| (item.product_id, item.cycle_id) == wanted);
        self.offer.bundle().all(|(product, cycle)| has((Some(product), Some(cycle))))
    }

    fn covers(&self, item: &CartItemRow, quote: &Quote) -> bool {
        let Offer { products, tlds, cycles, .. } = &self.offer;
        let is_of_bundle = !self.offer.bundle_products.is_empty();
        let everything = products.is_empty() && tlds.is_empty();
        match quote.product(item) {
            Some(product) => {
                let this = (product.product_id.get(), product.cycle_id.get());
                let in_bundle = !is_of_bundle || self.offer.bundle().any(|one| one == this);
                let in_rhythm = cycles.is_empty() || cycles.contains(&product.cycle_id.get());
                in_bundle && in_rhythm && (everything || products.contains(&product.product_id.get()))
            }
            None => quote.tld(item).is_some_and(|tld| everything && !is_of_bundle || tlds.contains(&tld.tld_id.get())),
        }
    }

    /// What it takes off a line of a covered choice, of which so much is for options.
    pub fn off(&self, kind: &str, net: i64, options: i64) -> i64 {
        self.discount.map_or(0, |discount| match kind {
            "setup" => discount.off_setup(net),
            _ => discount.off_with_options(net, options),
        })
    }

    /// What it takes off the difference that a change of plan costs, which is without tax.
    pub fn off_change(&self, net: Money, tax: &ClientTax, taxable: bool) -> Result<i64> {
        let discount = match self.discount {
            Some(Discount::Amount(off)) => {
                Discount::Amount(tax.without_tax(Money::new(off, net.currency()), taxable)?.minor())
            }
            Some(discount) => discount,
            None => return Ok(0),
        };
        Ok(discount.off_price(net.minor()))
    }

    /// It takes something off one period only.
    pub fn is_for_one_period(&self) -> bool {
        self.offer.periods == Some(1)
    }

    /// Uses it. The caller holds the client's lock.
    pub async fn take(&self, tx: &mut Tx<'_>, client: ClientId, user: User) -> Result<()> {
        let taken = promotions::take(tx.conn(), self.offer.id, client, user).await;
        match taken.map_err(|e| match innkeeper_db::conflict(&e) {
            Some("promotion_use_once") => AppError::conflict(format!("the code {} was used before", self.code())),
            _ => e.into(),
        })? {
            true => Ok(()),
            false => Err(AppError::conflict(format!("the code {} has ended: go on without it", self.code()))),
        }
    }

    /// Promises a service the discount on its later periods.
    pub async fn promise(&self, tx: &mut Tx<'_>, item: &CartItemRow, quote: &Quote, service: ServiceId) -> Result<()> {
        let recurs = quote.product(item).is_some_and(|p| matches!(*p.cycle, BillingCycle::Every { .. }));
        if recurs && self.lasts(item, quote) {
            promotions::promise(tx.conn(), service, &self.offer).await?;
        }
        Ok(())
    }

    /// Promises a domain the discount on its renewals.
    pub async fn promise_domain(
        &self,
        tx: &mut Tx<'_>,
        item: &CartItemRow,
        quote: &Quote,
        domain: DomainId,
    ) -> Result<()> {
        if self.lasts(item, quote) {
            promotions::promise_domain(tx.conn(), domain, &self.offer).await?;
        }
        Ok(())
    }

    /// It has reduced the choice, and counts for more than the order.
    fn lasts(&self, item: &CartItemRow, quote: &Quote) -> bool {
        let was_reduced = quote.lines.iter().any(|line| line.item == item.id && line.discount.is_some());
        let lasts = self.offer.periods.is_none_or(|periods| periods > 1);
        was_reduced && lasts && self.discount != Some(Discount::SetUp)
    }
}
