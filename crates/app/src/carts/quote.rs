//! What choices cost. Used to show a cart and, in the ordering transaction, to charge it.

use chrono::NaiveDate;
use innkeeper_db::{
    PgConnection,
    carts::CartItemRow,
    pricing::{self, PricedProduct, PricedTld},
    promotions::Buyer,
};
use innkeeper_domain::{
    BillingCycle, CartItemId, Currency, FirstDays, Money, MoneyError, Period, PriceId, PromotionId, Treatment,
    invoice::{self, Totals},
    options::{self, Chosen, Cost},
};

use crate::{
    Result,
    options::Shelf,
    promotions::{Promotion, taken_off},
    settings,
    tax::{ClientTax, TaxTable},
};

/// A line of an invoice to come.
#[derive(Clone, Debug)]
pub struct QuoteLine {
    /// The choice it comes from.
    pub item: CartItemId,
    /// As in `invoice_line.kind`.
    pub kind: &'static str,
    /// What the client reads.
    pub description: String,
    /// Days it covers.
    pub period: Option<Period>,
    /// The price it comes from.
    pub price_id: Option<PriceId>,
    /// The extension's price it comes from.
    pub tld_price_id: Option<i64>,
    /// How many of it; years for domains.
    pub quantity: i32,
    /// As the catalogue has it, without what the promotion takes off.
    pub amount: Money,
    /// What a whole period of it costs for options, in minor units.
    pub(crate) options: i64,
    /// It covers a part of a period, which costs this.
    pub(crate) part: Option<(FirstDays, Money)>,
    /// The same without tax.
    pub net: Money,
    /// What the promotion takes off.
    pub discount: Option<(PromotionId, i64)>,
    pub(crate) taxable: bool,
    /// Names of the taxes.
    pub tax_name: String,
    /// Of the second; mostly empty.
    pub tax2_name: String,
    /// Rates of the taxes.
    pub treatment: Treatment,
    /// The line's share of the tax.
    pub tax: Money,
}

impl QuoteLine {
    /// The amount as the buyer reads it: with the tax in it where prices include it.
    pub fn shown(&self) -> Money {
        if self.treatment.is_included() { self.amount } else { self.net }
    }
}

/// Choices with their prices.
#[derive(Clone, Debug)]
pub struct Quote {
    /// Currency of all amounts.
    pub currency: Currency,
    /// The day of which it is.
    pub today: NaiveDate,
    /// What is to be paid now.
    pub lines: Vec<QuoteLine>,
    /// Without tax.
    pub subtotal: Money,
    /// Tax.
    pub tax: Money,
    /// To be paid now.
    pub total: Money,
    /// Choices that cannot be ordered (any more), and why.
    pub problems: Vec<(CartItemId, String)>,
    /// Choices that begin with free days, and the first day that costs something.
    pub trials: Vec<(CartItemId, NaiveDate)>,
    /// Prices of the catalogue include tax.
    pub prices_include_tax: bool,
    /// The code that was given, and what it does.
    pub promotion: Option<Applied>,
    /// What was chosen with each product.
    pub(crate) options: Vec<(CartItemId, Vec<Chosen>)>,
    pub(crate) products: Vec<PricedProduct>,
    pub(crate) tlds: Vec<PricedTld>,
    /// How the buyer is taxed.
    pub(crate) taxed_as: ClientTax,
}

/// What a code does to a cart.
#[derive(Clone, Debug)]
pub struct Applied {
    /// As it is printed.
    pub code: String,
    /// What it takes off, of prices as the catalogue has them.
    pub off: Money,
    /// Why it takes nothing off: the code has to be removed first.
    pub problem: Option<String>,
    pub(crate) promotion: Promotion,
}

impl Quote {
    /// The first thing that has to be removed before this can be ordered, and why.
    pub fn problem(&self) -> Option<String> {
        let item = self.problems.first().map(|(_, problem)| problem.clone());
        item.or_else(|| {
            let applied = self.promotion.as_ref()?;
            Some(format!("the code {} {}", applied.code, applied.problem.as_ref()?))
        })
    }
    /// What was chosen of the options of a product.
    pub fn options(&self, item: CartItemId) -> &[Chosen] {
        self.options.iter().find(|(id, _)| *id == item).map_or(&[], |(_, chosen)| chosen)
    }
    /// What a choice costs: each period, and once. A product with its options.
    pub(crate) fn cost(&self, item: CartItemId, product: &PricedProduct) -> std::result::Result<Cost, MoneyError> {
        Cost { amount: product.amount, setup: product.setup }.plus(options::cost(self.options(item))?)
    }
    pub(crate) fn product(&self, item: &CartItemRow) -> Option<&PricedProduct> {
        let wanted = (item.product_id?, item.cycle_id?);
        self.products.iter().find(|p| (p.product_id.get(), p.cycle_id.get()) == wanted)
    }
    /// The first day that costs something, of a choice that begins with free days.
    pub fn trial_until(&self, item: CartItemId) -> Option<NaiveDate> {
        self.trials.iter().find(|(id, _)| *id == item).map(|(_, until)| *until)
    }
    /// The days of a choice before its periods begin.
    pub(crate) fn first_days(&self, item: &CartItemRow) -> Option<FirstDays> {
        let product = self.product(item)?;
        product.terms().first_days(*product.cycle, self.today)
    }
    pub(crate) fn tld(&self, item: &CartItemRow) -> Option<&PricedTld> {
        let (_, tld) = item.domain.as_deref()?.split_once('.')?;
        self.tlds.iter().find(|t| t.name == tld)
    }
}

/// Prices `items` for a buyer; for a visitor of unknown place without tax.
pub(crate) async fn quote(
    conn: &mut PgConnection,
    items: &[CartItemRow],
    buyer: Buyer,
    promotion: Option<PromotionId>,
) -> Result<Quote> {
    let Buyer { currency, today, .. } = buyer;
    let of_products: Vec<(i64, i64)> = items.iter().filter_map(|i| Some((i.product_id?, i.cycle_id?))).collect();
    let (products, cycles): (Vec<i64>, Vec<i64>) = of_products.into_iter().unzip();
    let names: Vec<String> =
        items.iter().filter_map(|i| i.domain.as_deref()?.split_once('.')).map(|(_, tld)| tld.to_owned()).collect();
    let shelf = Shelf::load(conn, &products).await?;
    let products = pricing::products(conn, currency.code(), &products, &cycles).await?;
    let tlds = if names.is_empty() { vec![] } else { pricing::tlds(conn, currency.code(), &names).await? };
    let taxed_as = match buyer.client {
        Some(client) => TaxTable::load(conn, &[client]).await?.of(client)?.clone(),
        None => ClientTax::unknown(),
    };
    let zero = currency.zero();
    let mut quote = Quote {
        currency,
        today,
        lines: vec![],
        subtotal: zero,
        tax: zero,
        total: zero,
        problems: vec![],
        trials: vec![],
        prices_include_tax: settings::tax_in(conn).await?.prices_include_tax,
        promotion: None,
        options: vec![],
        products,
        tlds,
        taxed_as,
    };
    quote.trials = trials(conn, &quote, items, buyer).await?;
    for item in items {
        let priced = chosen(&quote, &shelf, item).and_then(|chosen| {
            quote.options.push((item.id, chosen));
            lines_of(&quote, item)
        });
        match priced {
            Ok(lines) => quote.lines.extend(lines),
            Err(problem) => quote.problems.push((item.id, problem)),
        }
    }
    if let Some(id) = promotion {
        let promotion = Promotion::load(conn, id, buyer).await?;
        quote.promotion = Some(reduce(&mut quote, items, promotion));
    }
    let totals = tax(&mut quote)?;
    Ok(Quote { subtotal: totals.subtotal, tax: totals.tax, total: totals.total, ..quote })
}

/// Puts the tax on the lines, with the promotion taken off; their totals.
fn tax(quote: &mut Quote) -> Result<Totals> {
    let by = &quote.taxed_as;
    for line in &mut quote.lines {
        let off = line.discount.map_or(0, |(_, off)| off);
        let (amount, off, treatment) = by.price(line.amount, off, line.taxable)?;
        let (first, second) = by.names(line.taxable);
        (line.amount, line.treatment) = (amount, treatment);
        line.discount = line.discount.map(|(promotion, _)| (promotion, off));
        (line.tax_name, line.tax2_name) = (first.to_owned(), second.to_owned());
    }
    let bare: Vec<invoice::Line> =
        quote.lines.iter().map(|l| invoice::Line { amount: l.amount, tax: l.treatment }).collect();
    let totals = invoice::totals(quote.currency, by.rounding, &bare)?;
    for (line, taxed) in quote.lines.iter_mut().zip(&totals.lines) {
        (line.net, line.tax) = (taxed.net, taxed.tax);
    }
    Ok(totals)
}

/// The first day that costs something, of what begins with free days: of each product once in a client's life.
async fn trials(
    conn: &mut PgConnection,
    quote: &Quote,
    items: &[CartItemRow],
    buyer: Buyer,
) -> Result<Vec<(CartItemId, NaiveDate)>> {
    let until = |item| {
        let product = quote.product(item)?;
        Some((item.id, product.product_id, product.terms().trial_until(*product.cycle, buyer.today)?))
    };
    let offered: Vec<_> = items.iter().filter_map(until).collect();
    let products: Vec<i64> = offered.iter().map(|(_, product, _)| product.get()).collect();
    let mut had = match buyer.client {
        Some(client) if !products.is_empty() => pricing::had(conn, client, &products).await?,
        _ => vec![],
    };
    let mut trials = vec![];
    for (item, product, until) in offered {
        if !had.contains(&product) {
            had.push(product);
            trials.push((item, until));
        }
    }
    Ok(trials)
}

/// Takes off the lines what the promotion covers.
fn reduce(quote: &mut Quote, items: &[CartItemRow], promotion: Promotion) -> Applied {
    let mut applied = Applied {
        code: promotion.code().to_owned(),
        off: quote.currency.zero(),
        problem: promotion.refusal(items),
        promotion,
    };
    if applied.problem.is_some() {
        return applied;
    }
    let covered: Vec<CartItemId> = applied.promotion.covered(items, quote).collect();
    let (mut lines, mut off) = (std::mem::take(&mut quote.lines), 0);
    let mut begun = vec![];
    for line in lines.iter_mut().filter(|line| covered.contains(&line.item)) {
        // One period is promised: where the first days come with a whole period, those are it.
        if line.kind == "recurring" && begun.contains(&line.item) && applied.promotion.is_for_one_period() {
            continue;
        }
        begun.push(line.item);
        let minor = match line.part {
            Some((first, whole)) => {
                let off = Money::new(applied.promotion.off(line.kind, whole.minor(), line.options), whole.currency());
                first.part(off).map_or(0, Money::minor)
            }
            None => applied.promotion.off(line.kind, line.amount.minor(), line.options),
        };
        let description = std::mem::take(&mut line.description);
        (line.description, line.amount, line.discount) =
            taken_off(description, line.amount, applied.promotion.name(), minor);
        off += minor;
    }
    quote.lines = lines;
    applied.off = Money::new(off, quote.currency);
    if off == 0 {
        applied.problem = Some("takes nothing off what is in the cart".to_owned());
    }
    applied
}

/// What was chosen of the options of a product, at the prices of today.
fn chosen(quote: &Quote, shelf: &Shelf, item: &CartItemRow) -> std::result::Result<Vec<Chosen>, String> {
    let Some(product) = quote.product(item) else { return Ok(vec![]) };
    let chosen = shelf.choose(product.product_id, (quote.currency, product.cycle_id), &item.options);
    chosen.map_err(|_| format!("the options of {} have changed", product.name))
}

/// The lines of one choice, or why it cannot be ordered.
fn lines_of(quote: &Quote, item: &CartItemRow) -> std::result::Result<Vec<QuoteLine>, String> {
    let bad = |e: MoneyError| e.to_string();
    let blank = QuoteLine {
        item: item.id,
        kind: "",
        description: String::new(),
        period: None,
        price_id: None,
        tld_price_id: None,
        quantity: 1,
        amount: quote.currency.zero(),
        options: 0,
        part: None,
        net: quote.currency.zero(),
        discount: None,
        taxable: true,
        tax_name: String::new(),
        tax2_name: String::new(),
        treatment: Treatment::NONE,
        tax: quote.currency.zero(),
    };
    if item.kind == "product" {
        let product = quote.product(item).filter(|p| p.sellable).ok_or("is no longer offered")?;
        return product_lines(&blank, product, quote, item);
    }
    let name = item.domain.as_deref().unwrap_or("");
    let tld = quote.tld(item).ok_or_else(|| format!("{name}: this extension is not offered"))?;
    let transfer = item.kind == "domain_transfer";
    let years = item.years.unwrap_or(1);
    let (kind, verb, each) = match transfer {
        true => ("domain_transfer", "Transfer", tld.transfer),
        false => ("domain_register", "Registration", tld.register),
    };
    let amount = Money::new(each, quote.currency).checked_mul(i64::from(years)).map_err(bad)?;
    let span = if years == 1 { "1 year".to_owned() } else { format!("{years} years") };
    let line = QuoteLine {
        kind,
        description: format!("{verb} of {name}, {span}"),
        tld_price_id: Some(tld.tld_price_id),
        quantity: years,
        amount,
        ..blank
    };
    Ok(vec![line])
}

fn product_lines(
    blank: &QuoteLine,
    product: &PricedProduct,
    quote: &Quote,
    item: &CartItemRow,
) -> std::result::Result<Vec<QuoteLine>, String> {
    if product.stock == Some(0) {
        return Err(format!("{} is sold out", product.name));
    }
    let currency = quote.currency;
    let bad = |e: MoneyError| e.to_string();
    let (cost, with) = (quote.cost(item.id, product).map_err(bad)?, options::described(quote.options(item.id)));
    let listed = |is_listed: bool| is_listed.then_some(product.price_id);
    let line = |kind, description, amount, period| QuoteLine {
        kind,
        description,
        period,
        price_id: listed(amount == product.amount),
        amount: Money::new(amount, currency),
        options: cost.amount - product.amount,
        taxable: product.taxable,
        ..blank.clone()
    };
    let mut lines = vec![];
    match *product.cycle {
        BillingCycle::Every { .. } if quote.trial_until(item.id).is_some() => {}
        BillingCycle::Every { .. } => {
            let name = format!("{} ({}){with}", product.name, product.cycle_name);
            let first = quote.first_days(item);
            if let Some(first) = first {
                let whole = Money::new(cost.amount, currency);
                let amount = first.part(whole).map_err(bad)?;
                let text = format!("{name}, {} of {} days", first.days.days(), first.of);
                let part = line("recurring", text, amount.minor(), Some(first.days));
                lines.push(QuoteLine { price_id: None, part: Some((first, whole)), ..part });
            }
            if first.is_none_or(|first| first.with_next) {
                let begins = first.map_or(quote.today, |first| first.days.end);
                lines.push(line("recurring", name, cost.amount, product.cycle.period(begins, 0)));
            }
        }
        BillingCycle::OneTime => lines.push(line("one_time", format!("{}{with}", product.name), cost.amount, None)),
        BillingCycle::Free => {}
    }
    if cost.setup > 0 {
        let setup = line("setup", format!("{}: set-up", product.name), cost.setup, None);
        lines.push(QuoteLine { price_id: listed(cost.setup == product.setup), ..setup });
    }
    Ok(lines)
}
