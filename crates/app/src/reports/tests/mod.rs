//! Reports over small histories, compared with what a person computes.

mod access;
mod ageing;
mod books;
mod history;
mod income;
mod recurring;
mod statement;
mod tax;

use chrono::NaiveDate;

use super::Range;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn range(from: &str, until: &str) -> Range {
    Range { from: day(from), until: day(until) }
}
