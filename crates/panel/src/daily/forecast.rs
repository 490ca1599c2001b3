//! What the business will invoice in the months to come, by turning the clock on the data as it is.

use askama::Template;
use axum::extract::Query;
use chrono::{Months, NaiveDate};
use innkeeper_app::billing::{self, Month};
use innkeeper_app::calendar;
use innkeeper_domain::{Currency, Money};
use innkeeper_web::charts::{Chart, Series, Shape};
use innkeeper_web::extract::Staff;
use innkeeper_web::reply::{PageResult, page};
use innkeeper_web::view::{AdminSection, Chrome, Empty};
use serde::Deserialize;
use std::collections::BTreeMap;

use crate::amount::{chart, shown};
use crate::listing::Tab;
use crate::sections;

/// How far one may look: months, and what people read.
const SPANS: [(u32, &str); 3] = [(3, "3 months"), (12, "12 months"), (36, "3 years")];

#[derive(Deserialize)]
pub(super) struct Span {
    months: Option<u32>,
}

#[derive(Template)]
#[template(path = "admin/daily/forecast.html")]
struct Page {
    chrome: Chrome,
    tabs: Vec<Tab>,
    spans: Vec<Tab>,
    currencies: Vec<Forecast>,
    empty: Empty,
}

struct Forecast {
    code: String,
    total: String,
    chart: Chart,
}

pub(super) async fn show(staff: Staff, Query(span): Query<Span>) -> PageResult {
    let chosen = span.months.filter(|m| SPANS.iter().any(|(n, _)| n == m)).unwrap_or(12);
    let today = calendar::today(&staff.app).await?;
    let until = today.checked_add_months(Months::new(chosen)).unwrap_or(today);
    let months = billing::forecast(&staff.app, &staff.actor, until).await?;
    let mut by_currency: BTreeMap<Currency, Vec<Month>> = BTreeMap::new();
    for month in months {
        by_currency.entry(month.income.currency()).or_default().push(month);
    }
    let spans = SPANS.iter().map(|(n, label)| Tab {
        href: format!("/admin/forecast?months={n}"),
        label: (*label).to_owned(),
        current: *n == chosen,
    });
    page(&Page {
        chrome: staff
            .chrome()
            .await
            .title("Forecast")
            .subtitle("What will be invoiced, without tax, if everybody stays and pays on time.")
            .in_admin(AdminSection::Daily),
        tabs: sections::daily("/admin/forecast"),
        spans: spans.collect(),
        currencies: by_currency.into_iter().map(|(currency, months)| drawn(currency, &months)).collect(),
        empty: Empty::new("calendar", "Nothing recurs yet", "Services and domains that renew appear here."),
    })
}

fn drawn(currency: Currency, months: &[Month]) -> Forecast {
    let code = currency.code();
    let named = |day: NaiveDate| day.format("%b %Y").to_string();
    let labels = months.iter().map(|m| named(m.month)).collect();
    let series = [Series::new("Invoiced", months.iter().map(|m| m.income.minor()).collect())];
    let title = format!("Invoices to come in {code}, by month of their due date");
    let total = Money::sum(currency, months.iter().map(|m| m.income)).map(shown).unwrap_or_default();
    Forecast {
        code: code.to_owned(),
        total,
        chart: chart(Shape::Bars, &format!("forecast-{code}"), &title, labels, &series, currency),
    }
}
