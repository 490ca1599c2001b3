//! Figures over time, for reports. Each statement groups by currency, and reads only the days asked for.

pub mod ageing;
pub mod books;
pub mod income;
pub mod promotions;
pub mod recurring;
pub mod statement;
pub mod tax;
pub mod union;

use chrono::{DateTime, NaiveDate, Utc};

/// A time range: its days where the company is, and the same as moments.
#[derive(Clone, Copy, Debug)]
pub struct Span<'a> {
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub until: NaiveDate,
    /// When the first day begins.
    pub start: DateTime<Utc>,
    /// When the day after the last begins.
    pub end: DateTime<Utc>,
    /// The company's time zone, as the database knows it.
    pub zone: &'a str,
}
