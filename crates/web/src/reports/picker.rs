//! Choosing a time range: what people ask for often as links, any days as a form.

use askama::Template;
use chrono::{Datelike, Days, Months, NaiveDate};
use innkeeper_app::AppError;
use innkeeper_app::reports::Range;
use innkeeper_domain::Currency;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use crate::error::Failure;
use crate::view::Form;

/// What is asked for often: the word in the address, and what people read.
const PRESETS: [(&str, &str); 5] = [
    ("month", "This month"),
    ("last-month", "Last month"),
    ("last-quarter", "Last quarter"),
    ("year", "This year"),
    ("12-months", "Last 12 months"),
];
/// If nothing is asked for.
const USUAL: &str = "12-months";

/// What a report is asked for, in the address.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct RangeQuery {
    range: String,
    from: String,
    until: String,
    currency: String,
}

impl RangeQuery {
    /// The days asked for. Fails with `from` or `until` if one of them is no day.
    pub fn range(&self, today: NaiveDate) -> Result<Range, AppError> {
        if self.from.is_empty() && self.until.is_empty() {
            return Ok(preset(self.named(), today));
        }
        let day = |field: &str, text: &str| {
            text.trim().parse::<NaiveDate>().map_err(|_| AppError::invalid(field, "must be a day such as 2026-01-31"))
        };
        Ok(Range { from: day("from", &self.from)?, until: day("until", &self.until)? })
    }
    /// The currency asked for if it is one of these, else the first.
    pub fn currency(&self, all: &[Currency]) -> Option<Currency> {
        all.iter().find(|c| c.code() == self.currency).or(all.first()).copied()
    }
    /// The part of an address that asks for the same, in this currency.
    pub fn address(&self, currency: Option<Currency>) -> String {
        let code = currency.map(Currency::code).unwrap_or_default();
        let pairs = [("range", self.range.as_str()), ("from", &self.from), ("until", &self.until), ("currency", code)];
        let pairs = pairs.iter().filter(|(_, value)| !value.is_empty());
        let query: Vec<String> =
            pairs.map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC))).collect();
        format!("?{}", query.join("&"))
    }
    /// The links and the form, with the days that are shown and the currencies to choose from.
    pub fn picker(&self, today: NaiveDate, currencies: &[Currency]) -> RangePicker {
        let chosen = self.currency(currencies);
        let by_days = !(self.from.is_empty() && self.until.is_empty());
        let presets = PRESETS.iter().map(|(word, label)| {
            let query = Self { range: (*word).to_owned(), ..Self::default() };
            let is_current = !by_days && self.named() == *word;
            (query.address(self.asked_currency()), (*label).to_owned(), is_current)
        });
        let currencies = currencies.iter().map(|c| (self.address(Some(*c)), c.code().to_owned(), chosen == Some(*c)));
        let form = match self.range(today) {
            Ok(range) if !by_days => Form::new().with("from", range.from).with("until", range.until),
            _ => Form::new().with("from", &self.from).with("until", &self.until),
        };
        RangePicker {
            presets: presets.collect(),
            currencies: currencies.collect(),
            form: form.with("currency", &self.currency),
            keeps_currency: self.asked_currency().is_some(),
        }
    }

    fn named(&self) -> &str {
        if PRESETS.iter().any(|(word, _)| *word == self.range) { &self.range } else { USUAL }
    }
    fn asked_currency(&self) -> Option<Currency> {
        self.currency.parse().ok()
    }
}

fn preset(word: &str, today: NaiveDate) -> Range {
    let month = today.with_day(1).unwrap_or(today);
    let back = |months| month.checked_sub_months(Months::new(months)).unwrap_or(month);
    let before = |day: NaiveDate| day.checked_sub_days(Days::new(1)).unwrap_or(day);
    match word {
        "month" => Range { from: month, until: today },
        "last-month" => Range { from: back(1), until: before(month) },
        "last-quarter" => {
            let into = today.month0() % 3;
            Range { from: back(into + 3), until: before(back(into)) }
        }
        "year" => Range { from: month.with_month(1).unwrap_or(month), until: today },
        _ => Range::last_year(today),
    }
}

/// Links for what is asked for often, a form for any days, and links for the currencies.
#[derive(Debug, Clone, Template)]
#[template(path = "components/range_picker.html")]
pub struct RangePicker {
    presets: Vec<(String, String, bool)>,
    currencies: Vec<(String, String, bool)>,
    form: Form,
    keeps_currency: bool,
}

component!(RangePicker);

impl RangePicker {
    /// Says at its field what is wrong with the range. What is not about the range comes back.
    pub fn refuse(mut self, error: AppError) -> Result<Self, Failure> {
        self.form.refuse(error)?;
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn what_is_asked_for_often_has_a_name() {
        let today = day("2026-02-28");
        for (word, from, until) in [
            ("month", "2026-02-01", "2026-02-28"),
            ("last-month", "2026-01-01", "2026-01-31"),
            ("last-quarter", "2025-10-01", "2025-12-31"),
            ("year", "2026-01-01", "2026-02-28"),
            ("12-months", "2025-03-01", "2026-02-28"),
            ("<b>", "2025-03-01", "2026-02-28"),
        ] {
            let query = RangeQuery { range: word.into(), ..RangeQuery::default() };
            assert_eq!(query.range(today).unwrap(), Range { from: day(from), until: day(until) }, "{word}");
        }
    }

    #[test]
    fn days_are_taken_before_names_and_have_to_be_days() {
        let query = |from: &str, until: &str| RangeQuery {
            range: "month".into(),
            from: from.into(),
            until: until.into(),
            currency: "USD".into(),
        };
        let today = day("2026-02-28");
        let asked = query("2026-01-05", "2026-01-06");
        assert_eq!(asked.range(today).unwrap(), Range { from: day("2026-01-05"), until: day("2026-01-06") });
        assert_eq!(asked.address(None), "?range=month&from=2026%2D01%2D05&until=2026%2D01%2D06");
        let odd = query("2026-02-30", "");
        let error = odd.range(today).unwrap_err();
        let html = odd.picker(today, &[]).refuse(error).unwrap().to_string();
        assert!(html.contains("Must be a day such as") && html.contains("value=\"2026-02-30\""), "{html}");
    }

    #[test]
    fn a_currency_that_does_not_occur_is_the_first() {
        let query = RangeQuery { currency: "CHF".into(), ..RangeQuery::default() };
        assert_eq!(query.currency(&[Currency::EUR, Currency::USD]), Some(Currency::EUR));
        assert_eq!(query.currency(&[]), None);
    }
}
