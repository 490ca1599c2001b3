//! Asking what a change costs, ordering it, and taking it back while it is open. A quote is the order itself in a
//! transaction that nobody commits: what is shown is what is charged.

use chrono::NaiveDate;
use innkeeper_db::{
    invoices::{self, NewLine},
    plan_changes::{self as db, Charged, NewChange, Offer, Terms, Which},
    pricing,
    promotions::{self, Buyer, User},
    provisioning, services,
};
use innkeeper_domain::{
    Currency, CycleId, InvoiceId, Money, OptionId, OptionValueId, Period, Permission, ProductId, ServiceId,
    options::{Chosen, cost, described},
    state::ServiceState,
};
use innkeeper_hooks::payloads::PlanChangeOrdered;
use serde_json::json;
use std::collections::BTreeSet;

use super::{
    ChangeRow, apply,
    difference::{Difference, Price, difference},
    offers::{self, Able, Offers, able, can, with_options},
};
use crate::{
    Actor, App, AppError, Result, Tx, billing, calendar,
    invoices::{Draft, Taken, issue_all, issue_credit, void_in},
    options::{NewOptions, Selection},
    promotions::{Promotion, taken_off},
    sessions::throttle,
    settings,
    tax::{ClientTax, TaxTable},
};

/// When a service is to be the new product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// At once, or as soon as the difference is paid.
    Now,
    /// With the first period that is not invoiced yet.
    NextPeriod,
}

/// What a service is to be.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The product; its own if only the rhythm or the options change.
    pub product: ProductId,
    /// How often it is paid. Another rhythm begins with the next period.
    pub cycle: CycleId,
    /// What is to be different of its options, or of those that it would have as that product.
    pub options: Selection,
    /// When. Where only the rhythm changes, that is the next period anyway.
    pub when: When,
    /// A code that takes something off what is charged at once.
    pub code: Option<String>,
}

/// What a change costs.
#[derive(Clone, Debug)]
pub struct Quote {
    /// To be paid at once, tax included; negative: it becomes the client's credit.
    pub total: Money,
    /// The tax in it.
    pub tax: Money,
    /// How it comes about; empty: nothing is charged now.
    pub why: String,
    /// What a code takes off, without tax; contained in `total`.
    pub discount: Option<(String, Money)>,
    /// First day as the new product.
    pub starts_on: NaiveDate,
    /// First day that is charged at the new price.
    pub next_on: NaiveDate,
    /// That price, as the catalogue has it.
    pub next_amount: Money,
    /// It includes tax.
    pub next_includes_tax: bool,
    /// How often it is charged: `Monthly`.
    pub next_cycle: String,
    /// The options that it will have.
    pub options: Vec<Chosen>,
}

/// What came of an order.
#[derive(Clone, Debug)]
pub struct Changed {
    /// What it costs.
    pub quote: Quote,
    /// The invoice that has to be paid first, or the credit note.
    pub invoice: Option<InvoiceId>,
}

/// The changes of a service, newest first.
pub async fn list(app: &App, actor: &Actor, id: ServiceId) -> Result<Vec<ChangeRow>> {
    let owner = actor.owner(Permission::ServicesRead)?;
    let mut conn = app.conn().await?;
    services::get(&mut conn, owner, id).await?.ok_or(AppError::NotFound("service"))?;
    Ok(db::list(&mut conn, Which::OfService(id)).await?)
}

/// What a change would cost. `Conflict` with the reason if it is not possible now.
pub async fn quote(app: &App, actor: &Actor, id: ServiceId, wanted: Wanted) -> Result<Quote> {
    let (today, able) = (calendar::today(app).await?, able(app, actor, id).await?);
    let mut tx = app.begin(actor).await?;
    tx.number_apart()?;
    Ok(attempt(&mut tx, today, (id, able), wanted).await?.quote)
}

/// Orders a change that costs `total`. `Conflict` if it costs something else by now.
pub async fn order(app: &App, actor: &Actor, id: ServiceId, wanted: Wanted, total: Money) -> Result<Changed> {
    let (today, able) = (calendar::today(app).await?, able(app, actor, id).await?);
    let mut tx = app.begin(actor).await?;
    let changed = attempt(&mut tx, today, (id, able), wanted).await?;
    if changed.quote.total != total {
        return Err(AppError::conflict(format!("this costs {} by now: look at it again", changed.quote.total)));
    }
    tx.commit().await?;
    Ok(changed)
}

/// Takes an open change back: its invoice is void, the terms are as before. `Conflict` if a part of it is paid, or the
/// next period is invoiced on the new terms already.
pub async fn cancel(app: &App, actor: &Actor, id: ServiceId) -> Result<()> {
    let owner = actor.owner(Permission::ServicesWrite)?;
    let mut tx = app.begin(actor).await?;
    let client = services::client_of(tx.conn(), owner, id).await?.ok_or(AppError::NotFound("service"))?;
    tx.lock_client(client).await?;
    let terms = db::terms(tx.conn(), owner, id).await?.ok_or(AppError::NotFound("service"))?;
    let change = open(&mut tx, id).await?.ok_or_else(|| AppError::conflict("no change of this service is open"))?;
    match (change.state.as_str(), change.invoice_id) {
        // The change ends with its invoice.
        ("waiting", Some(invoice)) => void_in(&mut tx, InvoiceId(invoice)).await?,
        _ => {
            if terms.billed_through.is_some_and(|through| through > change.starts_on) {
                return Err(AppError::conflict("the next period is invoiced already: order a change back instead"));
            }
            apply::withdraw(&mut tx, &change).await?;
        }
    }
    tx.audit("service.cancel_plan_change", "service", id, json!({ "change": change.id })).await?;
    tx.commit().await
}

/// The open change of a service.
pub(super) async fn open(tx: &mut Tx<'_>, id: ServiceId) -> Result<Option<ChangeRow>> {
    let all = db::list(tx.conn(), Which::OfService(id)).await?;
    Ok(all.into_iter().find(|change| matches!(change.state.as_str(), "waiting" | "scheduled")))
}

/// Carries it out; codes that are tried out are limited.
async fn attempt(tx: &mut Tx<'_>, today: NaiveDate, service: (ServiceId, Able), wanted: Wanted) -> Result<Changed> {
    let (app, ip) = (tx.app(), tx.actor().ip.clone());
    let has_code = wanted.code.is_some();
    if has_code {
        throttle::take_address(app, "code", &ip, throttle::CODES).await?;
    }
    let changed = carry_out(tx, today, service, wanted).await?;
    if has_code {
        throttle::give_back(app, "code", &ip).await?;
    }
    Ok(changed)
}

/// Does all that ordering a change means, in the caller's transaction. `able`: the vendor can make it another product.
async fn carry_out(
    tx: &mut Tx<'_>,
    today: NaiveDate,
    (id, able): (ServiceId, Able),
    wanted: Wanted,
) -> Result<Changed> {
    let owner = tx.actor().owner(Permission::ServicesWrite)?;
    let client = services::client_of(tx.conn(), owner, id).await?.ok_or(AppError::NotFound("service"))?;
    tx.lock_client(client).await?;
    let terms = db::terms(tx.conn(), owner, id).await?.ok_or(AppError::NotFound("service"))?;
    let through = possible(tx, &terms).await?;
    let (to, is_other) = target(tx, &terms, able, &wanted).await?;
    if to.product_id != terms.product_id && !pricing::take_stock(tx.conn(), to.product_id, 1).await? {
        return Err(AppError::conflict(format!("{} is sold out", to.product)));
    }
    let now = wanted.when == When::Now && is_other;
    if let Some(kept) = terms.resumed_from.filter(|kept| now && *kept > today) {
        let why = format!("the service was paused and is paid until {kept}: it can be changed with the next period");
        return Err(AppError::conflict(why));
    }
    let starts_on = if now { today } else { through.max(today) };
    let promotion = promotion(tx, today, (&terms, &to), &wanted).await?;
    let Settled { document: invoice, why, off } = match now {
        true => {
            let days = Period { start: today, end: through };
            settle(tx, today, (&terms, &to), days, promotion.as_ref()).await?
        }
        false if promotion.is_some() => return Err(nothing_to_reduce()),
        false => Settled::default(),
    };
    let change = record(tx, &Change { terms: &terms, to: &to, starts_on, through }, invoice).await?;
    if let Some(promotion) = &promotion {
        promotion.take(tx, client, User::Change(change)).await?;
    }
    let (total, tax) = match invoice {
        Some((id, _)) => of_document(tx, id, *terms.currency).await?,
        None => (terms.currency.zero(), terms.currency.zero()),
    };
    let next_amount = Money::new(to.amount, *terms.currency);
    let quote = Quote {
        total,
        tax,
        why,
        discount: promotion.map(|promotion| (promotion.code().to_owned(), Money::new(off, *terms.currency))),
        starts_on,
        next_on: through,
        next_amount,
        next_includes_tax: settings::tax_in(tx.conn()).await?.prices_include_tax,
        next_cycle: to.cycle_name.clone(),
        options: to.options.to_vec(),
    };
    let what = json!({ "product": to.product_id, "options": to.options, "total": total });
    tx.audit("service.order_plan_change", "service", id, what).await?;
    Ok(Changed { quote, invoice: invoice.map(|(id, _)| id) })
}

/// The promotion of a code, if the client can use it for this change.
async fn promotion(
    tx: &mut Tx<'_>,
    today: NaiveDate,
    (terms, to): (&Terms, &Offer),
    wanted: &Wanted,
) -> Result<Option<Promotion>> {
    let Some(code) = &wanted.code else { return Ok(None) };
    let no = |why: &str| AppError::invalid("code", why);
    let id = promotions::find(tx.conn(), code).await?.ok_or_else(|| no("is no code of ours"))?;
    let buyer = Buyer { client: Some(terms.client_id), currency: *terms.currency, today };
    let promotion = Promotion::load(tx.conn(), id, buyer).await?;
    match promotion.refusal_of_change(to.product_id, to.cycle_id) {
        Some(why) => Err(no(&why)),
        None => Ok(Some(promotion)),
    }
}

fn nothing_to_reduce() -> AppError {
    AppError::invalid("code", "takes something off what is charged at once: that is nothing here")
}

/// What the service is to become, and whether that is another product or choice of options.
async fn target(tx: &mut Tx<'_>, terms: &Terms, able: Able, wanted: &Wanted) -> Result<(Offer, bool)> {
    let Offers { offers, shelf } = offers::possible(tx, terms, able).await?;
    let to = offers.into_iter().find(|o| (o.product_id, o.cycle_id) == (wanted.product, wanted.cycle));
    let to = to.ok_or_else(|| AppError::invalid("product", "is nothing that this service can become"))?;
    let to = with_options(&shelf, terms, to, &wanted.options)?;
    let is_other = to.product_id != terms.product_id || choice(&to.options) != choice(&terms.options);
    if !is_other && to.cycle_id == terms.cycle_id {
        return Err(AppError::conflict("the service has these options already"));
    }
    let service = provisioning::service(tx.conn(), terms.id).await?.ok_or(AppError::NotFound("service"))?;
    let options = NewOptions { from: terms.options.to_vec(), to: to.options.to_vec() };
    match options.of(tx.app(), &service)?.parts().into_iter().all(|part| can(able, part)) {
        true => Ok((to, is_other)),
        false => Err(AppError::conflict("the server of this service cannot change these options")),
    }
}

/// What was chosen, whatever it costs.
fn choice(options: &[Chosen]) -> BTreeSet<(OptionId, Option<OptionValueId>, u32)> {
    options.iter().map(|one| (one.option_id, one.value_id, one.units)).collect()
}

/// The first day that is not invoiced, if the service can be changed now.
async fn possible(tx: &mut Tx<'_>, terms: &Terms) -> Result<NaiveDate> {
    let no = |why: String| Err(AppError::conflict(why));
    if terms.state.0 != ServiceState::Active {
        return no(format!("the service is {}: only an active one can be changed", terms.state));
    }
    if let Some(ends) = terms.ends_on {
        return no(format!("the service ends on {ends}: take that back first"));
    }
    if open(tx, terms.id).await?.is_some() {
        return no("another change of this service is open: take it back first".to_owned());
    }
    if let Some(number) = &terms.unpaid_invoice {
        return no(format!("invoice {number} of this service is not paid yet: pay it first"));
    }
    terms.billed_through.ok_or_else(|| AppError::conflict("this service is not paid by periods"))
}

/// A change that is being ordered.
struct Change<'a> {
    terms: &'a Terms,
    to: &'a Offer,
    starts_on: NaiveDate,
    /// First day that is not invoiced.
    through: NaiveDate,
}

/// A difference that was charged or given back.
#[derive(Default)]
pub(super) struct Settled {
    /// The document, and whether it is an invoice.
    document: Option<(InvoiceId, bool)>,
    /// How it comes about.
    why: String,
    /// What a promotion took off.
    off: i64,
}

/// Charges the difference for these days, less what the promotion takes off it, or gives it back.
pub(super) async fn settle(
    tx: &mut Tx<'_>,
    today: NaiveDate,
    (terms, to): (&Terms, &Offer),
    days: Period,
    promotion: Option<&Promotion>,
) -> Result<Settled> {
    let charged = db::charged(tx.conn(), terms.id, days.start, to).await?;
    let taxes = TaxTable::load(tx.conn(), &[terms.client_id]).await?;
    let tax = taxes.of(terms.client_id)?;
    let Difference { amount, why } = compare(terms, to, tax, &charged, days.start)?;
    let (new, old) = (described(&to.options), described(&terms.options));
    let text = format!("{}: {}{new} instead of {}{old}, {why}", terms.label, to.product, terms.product);
    if promotion.is_some() && !amount.is_positive() {
        return Err(nothing_to_reduce());
    }
    if amount.is_zero() {
        return Ok(Settled::default());
    }
    if !amount.is_positive() {
        let taken = give_back(-amount.minor(), &charged, days, &text)?;
        return Ok(Settled { document: Some((issue_credit(tx, today, &taken).await?, false)), why, off: 0 });
    }
    let (text, amount, discount) = match promotion {
        Some(promotion) => {
            let off = promotion.off_change(amount, tax, to.taxable)?;
            taken_off(text, amount, promotion.name(), off)
        }
        None => (text, amount, None),
    };
    let new = NewLine::new("change", text, amount);
    let line = NewLine { service_id: Some(terms.id), period: Some(days), discount, ..new };
    let draft = Draft::new(terms.client_id, *terms.currency, today, vec![tax.on_net(line, to.taxable)], tax)?;
    let issued = issue_all(tx, today, &[draft]).await?;
    let id = *issued.first().ok_or_else(|| AppError::internal("an issued invoice is gone"))?;
    Ok(Settled { document: Some((id, true)), why, off: discount.map_or(0, |(_, off)| off) })
}

/// What the days from `from` on cost more.
fn compare(terms: &Terms, to: &Offer, tax: &ClientTax, charged: &[Charged], from: NaiveDate) -> Result<Difference> {
    let other_cycle = (to.cycle_id != terms.cycle_id).then_some(*to.cycle);
    let options = cost(&to.options)?.amount;
    // What was charged is known without tax.
    let net = |amount| tax.without_tax(Money::new(amount, *terms.currency), to.taxable);
    let less = |line: &Charged| {
        let off = line.discount().map(|discount| discount.off_with_options(to.amount, options));
        off.map(|off| net(to.amount - off)).transpose()
    };
    difference(&Price { amount: net(to.amount)?, less: &less, other_cycle }, charged, from)
}

/// Parts of lines that together are `amount`, from the newest line on.
fn give_back(mut amount: i64, charged: &[Charged], days: Period, text: &str) -> Result<Vec<Taken>> {
    let mut taken = vec![];
    for line in charged.iter().filter(|line| line.kind != "credit") {
        let net = amount.min(line.left);
        if net > 0 {
            taken.push(Taken { line: line.id, net, period: Some(days), description: text.to_owned() });
            amount -= net;
        }
    }
    match amount {
        0 => Ok(taken),
        _ => Err(AppError::conflict("less than that was charged for these days: a person must look at the invoices")),
    }
}

/// Writes the change down and carries out what waits for nothing; its id.
async fn record(tx: &mut Tx<'_>, change: &Change<'_>, document: Option<(InvoiceId, bool)>) -> Result<i64> {
    let Change { terms, to, starts_on, through } = *change;
    let waits = document.is_some_and(|(_, is_invoice)| is_invoice);
    let (actor, now) = (tx.actor().tag(), tx.now());
    let new = NewChange {
        terms,
        to,
        state: if waits { "waiting" } else { "scheduled" },
        starts_on,
        settled_through: through,
        invoice_id: document.map(|(id, _)| id),
        actor: &actor,
        now,
    };
    let id = db::insert(tx.conn(), &new).await.map_err(|e| match innkeeper_db::conflict(&e) {
        Some("plan_change_one_open") => AppError::conflict("another change of this service is open"),
        _ => e.into(),
    })?;
    let (service_id, client_id, product_id) = (terms.id, terms.client_id, to.product_id);
    tx.emit(&PlanChangeOrdered { change_id: id, service_id, client_id, product_id, cycle_id: to.cycle_id }).await?;
    if let Some((invoice, true)) = document {
        billing::use_credit(tx, &[invoice]).await?;
        return Ok(id);
    }
    let anchor = if to.cycle_id == terms.cycle_id { terms.anchor } else { through };
    apply::set_terms(tx, terms.id, to, anchor).await?;
    let today_or_before = starts_on <= calendar::today_in(tx).await?;
    match open(tx, terms.id).await? {
        Some(change) if today_or_before => apply::make(tx, &change).await?,
        _ => {}
    }
    Ok(id)
}

/// Total and tax of an invoice or credit note, as what is to be paid.
async fn of_document(tx: &mut Tx<'_>, id: InvoiceId, currency: Currency) -> Result<(Money, Money)> {
    let invoice = invoices::lock(tx.conn(), id).await?.ok_or(AppError::NotFound("invoice"))?;
    Ok((Money::new(invoice.total, currency), Money::new(invoice.tax, currency)))
}
