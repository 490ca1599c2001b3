//! Days and times in JSON: ISO 8601, within the years that the database knows.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::{Deserialize, Deserializer, de::Error};

/// Years that make sense in a business, and that every part of it can hold.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2199;

/// For `#[serde(deserialize_with)]`: a day such as `2026-01-31`.
pub(super) fn day<'de, D: Deserializer<'de>>(input: D) -> Result<NaiveDate, D::Error> {
    let day = NaiveDate::deserialize(input)?;
    if YEARS.contains(&day.year()) { Ok(day) } else { Err(D::Error::custom("must be a day between 1900 and 2199")) }
}

/// The same for an optional moment such as `2026-01-31T12:00:00Z`.
pub(super) fn optional_moment<'de, D: Deserializer<'de>>(input: D) -> Result<Option<DateTime<Utc>>, D::Error> {
    let moment = Option::<DateTime<Utc>>::deserialize(input)?;
    match moment {
        Some(moment) if !YEARS.contains(&moment.year()) => Err(D::Error::custom("must be between 1900 and 2199")),
        moment => Ok(moment),
    }
}

/// The same for an optional day.
pub(super) fn optional_day<'de, D: Deserializer<'de>>(input: D) -> Result<Option<NaiveDate>, D::Error> {
    let day = Option::<NaiveDate>::deserialize(input)?;
    match day {
        Some(day) if !YEARS.contains(&day.year()) => Err(D::Error::custom("must be a day between 1900 and 2199")),
        day => Ok(day),
    }
}
