//! Currencies and billing cycles.

use askama::Template;
use axum::extract::Path;
use chrono::{NaiveDate, TimeDelta};
use innkeeper_app::calendar;
use innkeeper_app::catalogue::{self, CurrencyRow, CycleRow, NewCycle};
use innkeeper_app::exchange::{self, Fetched, RateRow};
use innkeeper_domain::{Currency, Permission};
use innkeeper_web::Failure;
use innkeeper_web::charts::Sparkline;
use innkeeper_web::extract::{Posted, Staff};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{AdminSection, Badge, Choice, Chrome, Flash, Form, PostButton, date};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::listing::Tab;
use crate::outcome::back;
use crate::reading::{choice, number};
use crate::sections;

const PAGE: &str = "/admin/currencies";
/// Banks rest at weekends and holidays, but no longer.
const OLD: TimeDelta = TimeDelta::days(5);

#[derive(Template)]
#[template(path = "admin/extensions/currencies.html")]
struct Money {
    chrome: Chrome,
    tabs: Vec<Tab>,
    /// The default currency; empty if there is none.
    home: &'static str,
    /// More than one is in use.
    has_several: bool,
    currencies: Vec<Row>,
    cycles: Vec<Cycle>,
    form: Form,
    units: Vec<Choice>,
    may_write: bool,
}

struct Cycle {
    name: String,
    charged: String,
    /// Of a recurring one: the page of its rules, and how early it is invoiced.
    early: Option<(String, String)>,
}

impl Cycle {
    fn new(row: CycleRow) -> Self {
        let days =
            row.invoice_days.map_or_else(|| "As in the settings".to_owned(), |days| format!("{days} days before"));
        let early = row.cycle.is_recurring().then(|| (format!("/admin/cycles/{}", row.id), days));
        Self { name: row.name, charged: row.cycle.to_string(), early }
    }
}

struct Row {
    code: String,
    name: String,
    state: Badge,
    rate: Option<Rate>,
    /// Where its rate is set by hand.
    set: Option<String>,
    actions: Vec<PostButton>,
}

/// What one of the default currency is.
struct Rate {
    is: String,
    from: String,
    /// The last 90 days.
    line: Sparkline,
    is_old: bool,
}

pub(super) async fn list(staff: Staff) -> PageResult {
    page(&view(&staff, Form::new().with("count", 1)).await?)
}

pub(super) async fn add(staff: Staff, posted: Posted) -> PageResult {
    let mut form = posted.form();
    match posted.text("code").to_uppercase().parse() {
        Ok(code) => {
            let result = catalogue::enable_currency(&staff.app, &staff.actor, code, true).await;
            back(PAGE, result, "The currency is there. Give your products prices in it.")
        }
        Err(_) => {
            form.fail("code", "Enter the three letters of a currency, such as CHF.");
            refused(&view(&staff, form).await?)
        }
    }
}

pub(super) async fn enable(staff: Staff, Path(code): Path<String>) -> PageResult {
    let result = catalogue::enable_currency(&staff.app, &staff.actor, known(&code)?, true).await;
    back(PAGE, result, "The currency is on.")
}

pub(super) async fn disable(staff: Staff, Path(code): Path<String>) -> PageResult {
    let result = catalogue::enable_currency(&staff.app, &staff.actor, known(&code)?, false).await;
    back(PAGE, result, "The currency is off: nothing new is sold in it.")
}

pub(super) async fn make_default(staff: Staff, Path(code): Path<String>) -> PageResult {
    let result = catalogue::make_default_currency(&staff.app, &staff.actor, known(&code)?).await;
    back(PAGE, result, "Visitors now see this currency first.")
}

pub(super) async fn add_cycle(staff: Staff, posted: Posted) -> PageResult {
    let mut form = posted.form();
    let (count, unit) = (number(&posted, &mut form, "count"), choice(&posted, &mut form, "unit"));
    if let (Some(count), Some(unit)) = (count, unit) {
        let new = NewCycle { name: posted.text("name"), count, unit };
        match catalogue::create_cycle(&staff.app, &staff.actor, new).await {
            Ok(_) => {
                return see_other(PAGE)
                    .flash(Flash::success("The cycle is there. Give your products prices for it."))
                    .ok();
            }
            Err(error) => form.refuse(error)?,
        }
    }
    refused(&view(&staff, form).await?)
}

fn known(code: &str) -> Result<Currency, Failure> {
    code.parse().map_err(|_| Failure::missing())
}

pub(super) async fn fetch_rates(staff: Staff) -> PageResult {
    let result = exchange::fetch(&staff.app, &staff.actor).await;
    let text = result.as_ref().map(said).unwrap_or_default();
    back(PAGE, result, &text)
}

fn said(fetched: &Fetched) -> String {
    let rates = match fetched.new {
        0 => format!("There is nothing newer than the rates of {}.", fetched.day),
        _ => format!("The rates of {} are recorded.", fetched.day),
    };
    match fetched.missing.as_slice() {
        [] => rates,
        missing => {
            let codes: Vec<&str> = missing.iter().map(|currency| currency.code()).collect();
            format!("{rates} The European Central Bank publishes none of {}: set them by hand.", codes.join(", "))
        }
    }
}

async fn view(staff: &Staff, form: Form) -> Result<Money, Failure> {
    let may_write = staff.may(Permission::CatalogueWrite);
    let currencies = catalogue::list_currencies(&staff.app, &staff.actor).await?;
    let cycles = catalogue::list_cycles(&staff.app, &staff.actor).await?;
    let rates = Rates::load(staff).await?;
    Ok(Money {
        chrome: staff.chrome().await.title("Currencies and cycles").in_admin(AdminSection::Products),
        tabs: sections::catalogue(PAGE),
        home: currencies.iter().find(|c| c.is_default).map(|c| c.code.code()).unwrap_or_default(),
        has_several: currencies.iter().filter(|c| c.enabled).count() > 1,
        currencies: currencies.iter().map(|c| row(c, &rates, may_write)).collect(),
        cycles: cycles.into_iter().map(Cycle::new).collect(),
        form,
        units: ["month", "year", "week", "day"].map(|u| Choice::new(u, format!("{u}s"))).to_vec(),
        may_write,
    })
}

struct Rates {
    today: NaiveDate,
    latest: Vec<RateRow>,
    history: Vec<RateRow>,
}

impl Rates {
    async fn load(staff: &Staff) -> Result<Self, Failure> {
        Ok(Self {
            today: calendar::today(&staff.app).await?,
            latest: exchange::rates(&staff.app, &staff.actor).await?,
            history: exchange::history(&staff.app, &staff.actor).await?,
        })
    }

    fn of(&self, currency: Currency) -> Option<Rate> {
        let latest = self.latest.iter().find(|rate| *rate.currency == currency)?;
        let past = self.history.iter().filter(|rate| *rate.currency == currency);
        let values: Vec<i64> = past.filter_map(|rate| (rate.rate * Decimal::from(1_000_000)).to_i64()).collect();
        let source = if latest.source == "ecb" { "European Central Bank" } else { "by hand" };
        Some(Rate {
            is: format!("{} {currency}", latest.rate.normalize()),
            from: format!("{}, {source}", date(latest.day)),
            line: Sparkline::new(format!("{currency} in the last 90 days"), &values),
            is_old: self.today - latest.day > OLD,
        })
    }
}

fn row(currency: &CurrencyRow, rates: &Rates, may_write: bool) -> Row {
    let code = *currency.code;
    let button = |verb: &str, label: &str| {
        PostButton::new(&format!("/admin/currencies/{code}/{verb}"), label).small().about(code.code())
    };
    let actions = match (may_write, currency.is_default, currency.enabled) {
        (false, ..) | (_, true, _) => vec![],
        (true, false, true) => vec![button("default", "Make default"), button("disable", "Switch off")],
        (true, false, false) => vec![button("enable", "Switch on")],
    };
    Row {
        code: code.code().to_owned(),
        name: code.name(),
        rate: rates.of(code),
        set: (may_write && currency.enabled && !currency.is_default).then(|| format!("/admin/currencies/{code}/rate")),
        state: match (currency.is_default, currency.enabled) {
            (true, _) => Badge::state("ok").saying("Default"),
            (false, true) => Badge::state("enabled").saying("On"),
            (false, false) => Badge::state("disabled").saying("Off"),
        },
        actions,
    }
}
