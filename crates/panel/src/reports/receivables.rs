//! What clients owe, by how late it is.

use askama::Template;
use axum::extract::Query;
use chrono::NaiveDate;
use innkeeper_app::reports::{self, Ageing, Debtor, DebtorQuery, Owed};
use innkeeper_app::{AppError, calendar};
use innkeeper_domain::{ClientId, Currency, Money};
use innkeeper_web::charts::{Chart, Series, Shape};
use innkeeper_web::extract::Staff;
use innkeeper_web::reply::{self, PageResult, page, refused};
use innkeeper_web::reports::{Cell, Sheet};
use innkeeper_web::view::{Chrome, Empty, Form, Pager, Stat, Tone, date};
use serde::Deserialize;

use super::{chrome, split};
use crate::amount::{chart, shown};
use crate::listing::Tab;
use crate::sections;

/// Rows of the page, and of what a file is read in.
const ROWS: usize = 50;
const PART: i64 = 5000;
const BUCKETS: [&str; 5] = ["Not due", "1–30 days late", "31–60 days", "61–90 days", "Over 90 days"];

/// What is asked for, in the address.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    day: String,
    currency: String,
    /// Owed by the last client of the page before, and its id.
    after: String,
}

#[derive(Template)]
#[template(path = "admin/reports/receivables.html")]
struct Page {
    chrome: Chrome,
    tabs: Vec<Tab>,
    form: Form,
    currencies: Vec<Tab>,
    report: Option<Report>,
    query: String,
    empty: Option<Empty>,
}

struct Report {
    code: &'static str,
    stats: Vec<Stat>,
    chart: Chart,
    rows: Vec<Row>,
    total: [String; 6],
    pager: Pager,
}

struct Row {
    id: ClientId,
    name: String,
    amounts: [String; 6],
}

impl Asked {
    fn day(&self, today: NaiveDate) -> Result<NaiveDate, AppError> {
        let day = self.day.trim();
        if day.is_empty() {
            return Ok(today);
        }
        day.parse().map_err(|_| AppError::invalid("day", "must be a day such as 2026-01-31"))
    }
    fn after(&self) -> Option<(i64, ClientId)> {
        let (total, id) = self.after.split_once('-')?;
        Some((total.parse().ok()?, id.parse().ok()?))
    }
    fn address(day: NaiveDate, currency: Currency, after: Option<&Debtor>) -> String {
        let after = after.map(|d| format!("&after={}-{}", d.owed.total, d.client_id)).unwrap_or_default();
        format!("?day={day}&currency={currency}{after}")
    }
}

pub(super) async fn show(staff: Staff, Query(asked): Query<Asked>) -> PageResult {
    let today = calendar::today(&staff.app).await?;
    let day = asked.day(today);
    let shown_day = day.as_ref().map_or(today, |day| *day);
    let (found, error) = split(totals(&staff, day).await);
    let all = found.unwrap_or_default();
    let chosen = all.iter().find(|a| a.currency.code() == asked.currency).or(all.first());
    let report = match chosen {
        Some(ageing) => Some(report(&staff, &asked, shown_day, ageing).await?),
        None => None,
    };
    let day_typed = if asked.day.is_empty() { today.to_string() } else { asked.day.clone() };
    let mut view = Page {
        chrome: chrome(&staff, "Receivables", format!("What clients owed at the end of {}.", date(shown_day))).await,
        tabs: sections::reports("/admin/reports/receivables"),
        form: Form::new().with("day", day_typed).with("currency", &asked.currency),
        currencies: all
            .iter()
            .map(|a| Tab {
                href: Asked::address(shown_day, a.currency, None),
                label: a.currency.code().to_owned(),
                current: chosen.is_some_and(|c| c.currency == a.currency),
            })
            .collect(),
        report,
        query: format!("?day={shown_day}"),
        empty: error.is_none().then(|| Empty::new("circle-check", "Nobody owed anything", "Every invoice was paid.")),
    };
    let Some(error) = error else { return page(&view) };
    view.form.refuse(error)?;
    refused(&view)
}

async fn totals(staff: &Staff, day: Result<NaiveDate, AppError>) -> Result<Vec<Ageing>, AppError> {
    reports::ageing(&staff.app, &staff.actor, day?).await
}

async fn report(staff: &Staff, asked: &Asked, day: NaiveDate, ageing: &Ageing) -> Result<Report, AppError> {
    let (currency, owed) = (ageing.currency, ageing.owed);
    let limit = i64::try_from(ROWS + 1).unwrap_or(i64::MAX);
    let query = DebtorQuery { day, currency, after: asked.after(), limit };
    let mut debtors = reports::debtors(&staff.app, &staff.actor, query).await?;
    let more = debtors.len() > ROWS;
    debtors.truncate(ROWS);
    let older = debtors.last().filter(|_| more).map(|last| Asked::address(day, currency, Some(last)));
    let newest = asked.after().map(|_| Asked::address(day, currency, None));
    let series = [Series::new("Owed", vec![owed.not_due, owed.to_30, owed.to_60, owed.to_90, owed.older])];
    let title = format!("Owed in {currency} by how late it is");
    Ok(Report {
        code: currency.code(),
        stats: stats(currency, owed),
        chart: chart(Shape::Bars, "receivables", &title, BUCKETS.map(str::to_owned).to_vec(), &series, currency),
        rows: debtors
            .into_iter()
            .map(|d| Row { id: d.client_id, name: d.name, amounts: amounts(currency, d.owed) })
            .collect(),
        total: amounts(currency, owed),
        pager: Pager::from_newest(newest, older),
    })
}

fn stats(currency: Currency, owed: Owed) -> Vec<Stat> {
    let money = |minor| shown(Money::new(minor, currency));
    let late = owed.total - owed.not_due;
    let tone = |minor, tone| if minor > 0 { tone } else { Tone::Success };
    vec![
        Stat::new("file-invoice", "Owed", money(owed.total)).note("on all invoices"),
        Stat::new("clock", "Not due yet", money(owed.not_due)).note("nothing to do"),
        Stat::new("hourglass", "Late", money(late)).tone(tone(late, Tone::Warning)).note("past its due date"),
        Stat::new("alert-triangle", "Over 90 days late", money(owed.older))
            .tone(tone(owed.older, Tone::Danger))
            .note("of what is late"),
    ]
}

fn amounts(currency: Currency, owed: Owed) -> [String; 6] {
    [owed.not_due, owed.to_30, owed.to_60, owed.to_90, owed.older, owed.total]
        .map(|minor| if minor == 0 { "–".to_owned() } else { shown(Money::new(minor, currency)) })
}

/// All clients that owe, in all currencies, as a file.
pub(super) async fn file(staff: Staff, Query(asked): Query<Asked>) -> PageResult {
    let day = asked.day(calendar::today(&staff.app).await?)?;
    let head = [
        "client_id",
        "client",
        "currency",
        "not_due",
        "late_1_30",
        "late_31_60",
        "late_61_90",
        "late_over_90",
        "total",
    ];
    let mut sheet = Sheet::new(&head)?;
    for ageing in reports::ageing(&staff.app, &staff.actor, day).await? {
        let currency = ageing.currency;
        let mut after = None;
        loop {
            let query = DebtorQuery { day, currency, after, limit: PART };
            let debtors = reports::debtors(&staff.app, &staff.actor, query).await?;
            let Some(last) = debtors.last() else { break };
            after = Some((last.owed.total, last.client_id));
            for debtor in debtors {
                let o = debtor.owed;
                let amounts = [o.not_due, o.to_30, o.to_60, o.to_90, o.older, o.total];
                let first = [Cell::plain(debtor.client_id), Cell::text(debtor.name), Cell::plain(currency)];
                sheet.row(first.into_iter().chain(amounts.map(|minor| Cell::amount(Money::new(minor, currency)))))?;
            }
        }
    }
    Ok(reply::csv(&format!("receivables_{day}"), sheet.finish()?))
}
