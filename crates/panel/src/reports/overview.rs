//! All reports, each with its figure of today.

use askama::Template;
use chrono::{Datelike as _, NaiveDate};
use innkeeper_app::calendar;
use innkeeper_app::reports::{self, Range};
use innkeeper_domain::{Money, Permission};
use innkeeper_web::extract::Staff;
use innkeeper_web::reply::{PageResult, page};
use innkeeper_web::view::{Chrome, Stat, Tone};

use super::{chrome, count};
use crate::amount::shown;
use crate::listing::Tab;
use crate::sections;

#[derive(Template)]
#[template(path = "admin/reports/overview.html")]
struct Page {
    chrome: Chrome,
    tabs: Vec<Tab>,
    stats: Vec<Stat>,
}

pub(super) async fn show(staff: Staff) -> PageResult {
    let today = calendar::today(&staff.app).await?;
    page(&Page {
        stats: stats(&staff, today).await?,
        chrome: chrome(&staff, "Reports", "What was sold, what recurs, what is owed.").await,
        tabs: sections::reports("/admin/reports"),
    })
}

async fn stats(staff: &Staff, today: NaiveDate) -> Result<Vec<Stat>, innkeeper_app::AppError> {
    let (app, actor) = (&staff.app, &staff.actor);
    let month = Range { from: today.with_day(1).unwrap_or(today), until: today };
    let (_, income) = reports::income(app, actor, month).await?;
    let recurring = reports::recurring(app, actor, month).await?;
    let owed = reports::ageing(app, actor, today).await?;
    let tax = reports::tax(app, actor, month).await?;
    let books = reports::books(app, actor, month).await?;
    let late = owed.iter().filter_map(|a| {
        let late = Money::new(a.owed.total - a.owed.not_due, a.currency);
        late.is_positive().then(|| shown(late))
    });
    let late: Vec<String> = late.collect();
    let invoices: i64 = income.iter().map(|i| i.total.invoices).sum();
    let services: i64 = recurring.iter().map(|r| r.now.services).sum();
    let mut stats = vec![
        Stat::new("chart-bar", "Income", sum(income.iter().map(|i| i.total.received)))
            .note(format!("received this month; {} issued", count(invoices, "invoice")))
            .href("/admin/reports/income"),
        Stat::new("refresh", "Recurring", sum(recurring.iter().map(|r| r.now.monthly)))
            .note(format!("a month from {}", count(services, "service")))
            .href("/admin/reports/recurring"),
        Stat::new("hourglass", "Receivables", sum(owed.iter().map(|a| Money::new(a.owed.total, a.currency))))
            .tone(if late.is_empty() { Tone::Success } else { Tone::Warning })
            .note(if late.is_empty() {
                "nothing is late".to_owned()
            } else {
                format!("of it {} late", late.join(" · "))
            })
            .href("/admin/reports/receivables"),
        Stat::new("percentage", "Tax", sum(tax.iter().map(|t| t.tax)))
            .note("on this month's invoices")
            .href("/admin/reports/tax"),
        Stat::new("database", "Ledger", books.transactions.to_string())
            .note("transactions booked this month")
            .href("/admin/reports/ledger"),
    ];
    if staff.may(Permission::InvoicesRead) {
        stats
            .push(Stat::new("calendar", "Forecast", "12 months").note("what will be invoiced").href("/admin/forecast"));
    }
    Ok(stats)
}

/// Amounts of several currencies side by side.
fn sum(amounts: impl Iterator<Item = Money>) -> String {
    let shown: Vec<String> = amounts.filter(|amount| !amount.is_zero()).map(shown).collect();
    if shown.is_empty() { "0".to_owned() } else { shown.join(" · ") }
}
