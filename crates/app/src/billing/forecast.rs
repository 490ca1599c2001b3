//! A clock that can be turned: the invoices to come, made by the tasks of the daily run on the data as it is, in a
//! transaction that is rolled back. Everybody is assumed to pay on the due date.

use chrono::{Datelike, NaiveDate};
use innkeeper_db::{
    forecast::{self as db, Coming},
    pauses,
};
use innkeeper_domain::{ClientId, Currency, Money, Permission};
use std::collections::BTreeMap;

use super::{DomainRenewals, Invoices};
use crate::{
    Actor, App, AppError, Result, calendar,
    daily::{Day, Task},
    price_changes,
};

/// Clients looked at in one transaction: so long do others wait for their services at most.
const BATCH: i64 = 100;
/// Nobody looks further ahead.
const YEARS: i32 = 10;

/// An invoice to come.
#[derive(Clone, Debug)]
pub struct ComingInvoice {
    /// Whose.
    pub client_id: ClientId,
    /// The day on which it will be made.
    pub issued_on: NaiveDate,
    /// The day on which it will be due.
    pub due_on: NaiveDate,
    /// Without tax.
    pub subtotal: Money,
    /// Tax.
    pub tax: Money,
    /// To be paid.
    pub total: Money,
    /// What is on it.
    pub lines: Vec<String>,
}

/// What will be invoiced in a month, without tax.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Month {
    /// Its first day.
    pub month: NaiveDate,
    /// The sum.
    pub income: Money,
    /// How many invoices.
    pub invoices: u32,
}

/// The invoices that a client will get up to and including `until`. A client may look at its own.
pub async fn preview(app: &App, actor: &Actor, client: ClientId, until: NaiveDate) -> Result<Vec<ComingInvoice>> {
    if actor.owner(Permission::InvoicesRead)?.is_some_and(|owner| owner != client) {
        return Err(AppError::NotFound("client"));
    }
    let today = check(app, until).await?;
    look_ahead(app, actor, &[client], today, until).await
}

/// What the whole business will invoice up to and including `until`, by month and currency.
pub async fn forecast(app: &App, actor: &Actor, until: NaiveDate) -> Result<Vec<Month>> {
    actor.require(Permission::InvoicesRead)?;
    let today = check(app, until).await?;
    let mut months: BTreeMap<(NaiveDate, Currency), Month> = BTreeMap::new();
    let mut after = ClientId(0);
    loop {
        let clients = db::clients(&mut *app.conn().await?, after, BATCH).await?;
        let Some(last) = clients.last().copied() else { return Ok(months.into_values().collect()) };
        for invoice in look_ahead(app, actor, &clients, today, until).await? {
            let month = invoice.due_on.with_day(1).unwrap_or(invoice.due_on);
            let currency = invoice.subtotal.currency();
            let sum = months.entry((month, currency)).or_insert(Month { month, income: currency.zero(), invoices: 0 });
            sum.income = sum.income.checked_add(invoice.subtotal)?;
            sum.invoices += 1;
        }
        after = last;
    }
}

async fn check(app: &App, until: NaiveDate) -> Result<NaiveDate> {
    let today = calendar::today(app).await?;
    if until < today || until.year() > today.year() + YEARS {
        return Err(AppError::invalid("until", format_args!("must be from today to {YEARS} years from now")));
    }
    Ok(today)
}

async fn look_ahead(
    app: &App,
    actor: &Actor,
    clients: &[ClientId],
    today: NaiveDate,
    until: NaiveDate,
) -> Result<Vec<ComingInvoice>> {
    let mut day = Day::load(app, today).await?;
    let (invoice_days, domain_days) = (day.rules.invoice_days.into(), day.rules.domain_days.into());
    let mut tx = app.begin(actor).await?;
    let series = tx.number_apart()?;
    loop {
        db::assume_ended(tx.conn(), clients, day.date).await?;
        price_changes::apply(tx.conn(), clients).await?;
        for service in pauses::over(tx.conn(), clients, day.date).await? {
            pauses::resume(tx.conn(), service.id, day.date).await?;
        }
        Invoices.work(&mut tx, &day, clients).await?;
        DomainRenewals.work(&mut tx, &day, clients).await?;
        db::assume_paid(tx.conn(), clients, day.date).await?;
        match db::next_day(tx.conn(), clients, day.date, invoice_days, domain_days).await? {
            Some(next) if next <= until => day.date = next,
            _ => break,
        }
    }
    db::of_series(tx.conn(), &series).await?.into_iter().map(coming).collect()
}

fn coming(row: Coming) -> Result<ComingInvoice> {
    let currency: Currency = row.currency.parse()?;
    let money = |minor| Money::new(minor, currency);
    Ok(ComingInvoice {
        client_id: row.client_id,
        issued_on: row.issued_on,
        due_on: row.due_on,
        subtotal: money(row.subtotal),
        tax: money(row.tax),
        total: money(row.total),
        lines: row.lines,
    })
}
