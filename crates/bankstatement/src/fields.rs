//! Dates as banks write them.

use chrono::NaiveDate;

use crate::ReadError;

/// A date with its format, of chrono's kind.
pub(crate) fn date(line: usize, text: &str, format: &str) -> Result<NaiveDate, ReadError> {
    let bad = || ReadError::at(line, format!("{text:?} is no date"));
    NaiveDate::parse_from_str(text.trim(), format).map_err(|_| bad())
}
