//! Figures over time: pages with a chart and a table, and the same as files.

mod income;
mod ledger;
mod oss;
mod overview;
mod promotions;
mod receivables;
mod recurring;
mod statement;
mod tax;

use axum::Router;
use axum::routing::get;
use chrono::{Datelike as _, NaiveDate};
use innkeeper_app::AppError;
use innkeeper_app::reports::{Range, Step};
use innkeeper_web::AppState;
use innkeeper_web::extract::Staff;
use innkeeper_web::reply::{self, PageResult};
use innkeeper_web::reports::Sheet;
use innkeeper_web::view::{AdminSection, Chrome, date_range};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/reports", get(overview::show))
        .route("/reports/income", get(income::show))
        .route("/reports/income.csv", get(income::steps_file))
        .route("/reports/sold.csv", get(income::sold_file))
        .route("/reports/gateways.csv", get(income::gateways_file))
        .route("/reports/recurring", get(recurring::show))
        .route("/reports/recurring.csv", get(recurring::file))
        .route("/reports/receivables", get(receivables::show))
        .route("/reports/receivables.csv", get(receivables::file))
        .route("/reports/promotions", get(promotions::show))
        .route("/reports/promotions.csv", get(promotions::file))
        .route("/reports/tax", get(tax::show))
        .route("/reports/tax.csv", get(tax::file))
        .route("/reports/oss", get(oss::show))
        .route("/reports/oss.csv", get(oss::consumers))
        .route("/reports/reverse-charge.csv", get(oss::businesses))
        .route("/reports/ledger", get(ledger::show))
        .route("/reports/ledger.csv", get(ledger::file))
        .route("/clients/{id}/statement", get(statement::show))
        .route("/clients/{id}/statement.csv", get(statement::file))
}

async fn chrome(staff: &Staff, title: &str, subtitle: impl Into<String>) -> Chrome {
    staff.chrome().await.title(title).subtitle(subtitle).in_admin(AdminSection::Reports)
}

/// What was found, or why nothing was.
fn split<T>(found: Result<T, AppError>) -> (Option<T>, Option<AppError>) {
    match found {
        Ok(found) => (Some(found), None),
        Err(error) => (None, Some(error)),
    }
}

/// A file of a report over a time range.
fn saved(what: &str, range: Range, sheet: Sheet) -> PageResult {
    Ok(reply::csv(&format!("{what}_{}_{}", range.from, range.until), sheet.finish()?))
}

/// The days of a report, as people read them.
fn days(range: Option<Range>) -> String {
    range.map(|range| date_range(range.from, range.until)).unwrap_or_default()
}

/// What stands below a chart: the year is said once, and where it changes.
fn labels(step: Step, days: impl IntoIterator<Item = NaiveDate>) -> Vec<String> {
    let mut year = None;
    let mut month = None;
    let mut label = |day: NaiveDate| {
        let (new_year, new_month) =
            (year.replace(day.year()) != Some(day.year()), month.replace(day.month()) != Some(day.month()));
        let format = match step {
            Step::Year => "%Y",
            Step::Month if new_year => "%b %Y",
            Step::Month => "%b",
            Step::Day if new_month => "%-d %b",
            Step::Day => "%-d",
        };
        day.format(format).to_string()
    };
    days.into_iter().map(&mut label).collect()
}

/// A step in a table.
fn named(step: Step, day: NaiveDate) -> String {
    let format = match step {
        Step::Year => "%Y",
        Step::Month => "%B %Y",
        Step::Day => "%-d %b %Y",
    };
    day.format(format).to_string()
}

/// Hundredths of a percent as text: `2.5 %`; a dash for none.
fn percent(basis_points: Option<i64>) -> String {
    let Some(points) = basis_points else { return "–".to_owned() };
    let (whole, rest) = (points.div_euclid(100), points.rem_euclid(100));
    match rest {
        0 => format!("{whole}\u{a0}%"),
        rest if rest % 10 == 0 => format!("{whole}.{}\u{a0}%", rest / 10),
        rest => format!("{whole}.{rest:02}\u{a0}%"),
    }
}

/// `1 invoice`, `3 invoices`.
fn count(number: i64, one: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {one}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_is_said_once() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let months = ["2025-11-01", "2025-12-01", "2026-01-01", "2026-02-01"].map(day);
        assert_eq!(labels(Step::Month, months), ["Nov 2025", "Dec", "Jan 2026", "Feb"]);
        let days = ["2026-01-30", "2026-01-31", "2026-02-01"].map(day);
        assert_eq!(labels(Step::Day, days), ["30 Jan", "31", "1 Feb"]);
    }

    #[test]
    fn hundredths_of_a_percent_are_written_short() {
        let texts = [Some(250), Some(0), Some(1205), Some(10_000), None].map(percent);
        assert_eq!(texts.map(|t| t.replace('\u{a0}', " ")), ["2.5 %", "0 %", "12.05 %", "100 %", "–"]);
    }
}
