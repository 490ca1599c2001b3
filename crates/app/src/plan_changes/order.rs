//! Asking what a change costs, ordering it, and taking it back while it is open. A quote is the order itself in a
//! transaction that nobody commits: what is shown is what is charged.

use chrono::NaiveDate;
use innkeeper_db::{
    invoices::{self, NewLine},
    plan_changes::{self as db, Charged, NewChange, NewTerms, Offer, Terms, Which},
    pricing, services,
};
use innkeeper_domain::{
    Currency, CycleId, InvoiceId, Money, Period, Permission, ProductId, ServiceId, state::ServiceState,
};
use innkeeper_hooks::payloads::PlanChangeOrdered;
use innkeeper_plugin_api::{Part, ServerPlugin};
use serde_json::json;

use super::{
    ChangeRow, apply,
    difference::{Difference, Price, difference},
};
use crate::{
    Actor, App, AppError, Result, Tx, billing, calendar,
    invoices::{Draft, Taken, issue_all, issue_credit, void_in},
    settings,
    tax::TaxTable,
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
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// The product; its own if only the rhythm changes.
    pub product: ProductId,
    /// How often it is paid. Another rhythm begins with the next period.
    pub cycle: CycleId,
    /// When. Where only the rhythm changes, that is the next period anyway.
    pub when: When,
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
}

/// What came of an order.
#[derive(Clone, Debug)]
pub struct Changed {
    /// What it costs.
    pub quote: Quote,
    /// The invoice that has to be paid first, or the credit note.
    pub invoice: Option<InvoiceId>,
}

/// What a service may become: for its client, what its product leads to. Empty: nothing.
pub async fn offers(app: &App, actor: &Actor, id: ServiceId) -> Result<Vec<Offer>> {
    let able = able(app, actor, id).await?;
    let mut tx = app.begin(actor).await?;
    let owner = actor.owner(Permission::ServicesWrite)?;
    let terms = db::terms(tx.conn(), owner, id).await?.ok_or(AppError::NotFound("service"))?;
    match terms.billed_through {
        Some(_) if !terms.has_options => possible_offers(&mut tx, &terms, able).await,
        _ => Ok(vec![]),
    }
}

/// Can the vendor make the service another product? One without a plugin always can.
async fn able(app: &App, actor: &Actor, id: ServiceId) -> Result<bool> {
    let owner = actor.owner(Permission::ServicesWrite)?;
    let service = services::get(&mut *app.conn().await?, owner, id).await?;
    let Some(plugin) = service.ok_or(AppError::NotFound("service"))?.plugin_id else { return Ok(true) };
    let able = |plugin: &dyn ServerPlugin| plugin.change().is_some_and(|change| change.parts().contains(&Part::Plan));
    app.server_says(&plugin, "can_change_plan", able).await
}

/// What a service may become: for its client, what its product leads to; where the vendor is not `able`, another rhythm.
async fn possible_offers(tx: &mut Tx<'_>, terms: &Terms, able: bool) -> Result<Vec<Offer>> {
    let by_client = tx.actor().owner(Permission::ServicesWrite)?.is_some();
    let offers = db::offers(tx.conn(), terms.id, by_client).await?;
    Ok(offers.into_iter().filter(|offer| able || offer.product_id == terms.product_id).collect())
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
    Ok(carry_out(&mut tx, today, (id, able), wanted).await?.quote)
}

/// Orders a change that costs `total`. `Conflict` if it costs something else by now.
pub async fn order(app: &App, actor: &Actor, id: ServiceId, wanted: Wanted, total: Money) -> Result<Changed> {
    let (today, able) = (calendar::today(app).await?, able(app, actor, id).await?);
    let mut tx = app.begin(actor).await?;
    let changed = carry_out(&mut tx, today, (id, able), wanted).await?;
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

/// Does all that ordering a change means, in the caller's transaction. `able`: the vendor can make it another product.
async fn carry_out(
    tx: &mut Tx<'_>,
    today: NaiveDate,
    (id, able): (ServiceId, bool),
    wanted: Wanted,
) -> Result<Changed> {
    let owner = tx.actor().owner(Permission::ServicesWrite)?;
    let client = services::client_of(tx.conn(), owner, id).await?.ok_or(AppError::NotFound("service"))?;
    tx.lock_client(client).await?;
    let terms = db::terms(tx.conn(), owner, id).await?.ok_or(AppError::NotFound("service"))?;
    let through = possible(tx, &terms).await?;
    let offers = possible_offers(tx, &terms, able).await?;
    let to = offers.into_iter().find(|o| (o.product_id, o.cycle_id) == (wanted.product, wanted.cycle));
    let to = to.ok_or_else(|| AppError::invalid("product", "is nothing that this service can become"))?;
    if to.product_id != terms.product_id && !pricing::take_stock(tx.conn(), to.product_id, 1).await? {
        return Err(AppError::conflict(format!("{} is sold out", to.product)));
    }
    let now = wanted.when == When::Now && to.product_id != terms.product_id;
    if let Some(kept) = terms.resumed_from.filter(|kept| now && *kept > today) {
        let why = format!("the service was paused and is paid until {kept}: it can be changed with the next period");
        return Err(AppError::conflict(why));
    }
    let starts_on = if now { today } else { through.max(today) };
    let (invoice, why) = match now {
        true => settle(tx, today, &terms, &to, Period { start: today, end: through }).await?,
        false => (None, String::new()),
    };
    record(tx, &Change { terms: &terms, to: &to, starts_on, through }, invoice).await?;
    let (total, tax) = match invoice {
        Some((id, _)) => of_document(tx, id, *terms.currency).await?,
        None => (terms.currency.zero(), terms.currency.zero()),
    };
    let next_amount = Money::new(to.amount, *terms.currency);
    let quote = Quote {
        total,
        tax,
        why,
        starts_on,
        next_on: through,
        next_amount,
        next_includes_tax: settings::tax_in(tx.conn()).await?.prices_include_tax,
        next_cycle: to.cycle_name.clone(),
    };
    tx.audit("service.order_plan_change", "service", id, json!({ "product": to.product_id, "total": total })).await?;
    Ok(Changed { quote, invoice: invoice.map(|(id, _)| id) })
}

/// The first day that is not invoiced, if the service can be changed now.
async fn possible(tx: &mut Tx<'_>, terms: &Terms) -> Result<NaiveDate> {
    let no = |why: String| Err(AppError::conflict(why));
    if terms.state.0 != ServiceState::Active {
        return no(format!("the service is {}: only an active one can be changed", terms.state));
    }
    if terms.has_options {
        return no("the service has options: it cannot be changed to another product or cycle yet".to_owned());
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

/// Charges or gives back the difference for these days; the document and whether it is an invoice, and how it comes
/// about.
pub(super) async fn settle(
    tx: &mut Tx<'_>,
    today: NaiveDate,
    terms: &Terms,
    to: &Offer,
    days: Period,
) -> Result<(Option<(InvoiceId, bool)>, String)> {
    let charged = db::charged(tx.conn(), terms.id, days.start).await?;
    let other_cycle = (to.cycle_id != terms.cycle_id).then_some(*to.cycle);
    let taxes = TaxTable::load(tx.conn(), &[terms.client_id]).await?;
    let tax = taxes.of(terms.client_id)?;
    // What was charged is known without tax.
    let price = Price { amount: tax.without_tax(Money::new(to.amount, *terms.currency), to.taxable)?, other_cycle };
    let Difference { amount, why } = difference(price, &charged, days.start)?;
    let text = format!("{}: {} instead of {}, {why}", terms.label, to.product, terms.product);
    if amount.is_zero() {
        return Ok((None, String::new()));
    }
    if !amount.is_positive() {
        let taken = give_back(-amount.minor(), &charged, days, &text)?;
        return Ok((Some((issue_credit(tx, today, &taken).await?, false)), why));
    }
    let line = NewLine { service_id: Some(terms.id), period: Some(days), ..NewLine::new("change", text, amount) };
    let draft = Draft::new(terms.client_id, *terms.currency, today, vec![tax.on_net(line, to.taxable)], tax)?;
    let issued = issue_all(tx, today, &[draft]).await?;
    let id = *issued.first().ok_or_else(|| AppError::internal("an issued invoice is gone"))?;
    Ok((Some((id, true)), why))
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

/// Writes the change down and carries out what waits for nothing.
async fn record(tx: &mut Tx<'_>, change: &Change<'_>, document: Option<(InvoiceId, bool)>) -> Result<()> {
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
        return billing::use_credit(tx, &[invoice]).await;
    }
    let anchor = if to.cycle_id == terms.cycle_id { terms.anchor } else { through };
    let new = NewTerms { cycle_id: to.cycle_id, price_id: to.price_id, amount: to.amount, anchor };
    db::set_terms(tx.conn(), terms.id, &new).await?;
    let today_or_before = starts_on <= calendar::today_in(tx).await?;
    match open(tx, terms.id).await? {
        Some(change) if today_or_before => apply::make(tx, &change).await,
        _ => Ok(()),
    }
}

/// Total and tax of an invoice or credit note, as what is to be paid.
async fn of_document(tx: &mut Tx<'_>, id: InvoiceId, currency: Currency) -> Result<(Money, Money)> {
    let invoice = invoices::lock(tx.conn(), id).await?.ok_or(AppError::NotFound("invoice"))?;
    Ok((Money::new(invoice.total, currency), Money::new(invoice.tax, currency)))
}
