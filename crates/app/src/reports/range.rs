//! Time ranges of reports.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, TimeZone, Utc};
use chrono_tz::Tz;
use innkeeper_db::reports::Span;

use crate::{App, Checks, Result, settings};

/// The longest range.
pub const YEARS: u32 = 10;
/// The first and the last year that anybody keeps books of.
const KNOWN: std::ops::RangeInclusive<i32> = 1900..=2199;

/// Days from the first to the last, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub until: NaiveDate,
}

impl Range {
    /// The month of `today` and the eleven before it.
    pub fn last_year(today: NaiveDate) -> Self {
        let first = today.with_day(1).unwrap_or(today);
        Self { from: first.checked_sub_months(Months::new(11)).unwrap_or(first), until: today }
    }
    /// Fails with `from` or `until` if it ends before it begins or is longer than [`YEARS`].
    pub(super) fn check(self) -> Result<()> {
        let mut checks = Checks::default();
        for (field, day) in [("from", self.from), ("until", self.until)] {
            let known = KNOWN.contains(&day.year());
            checks.require(known, field, format_args!("must be between {} and {}", KNOWN.start(), KNOWN.end()));
        }
        checks.require(self.from <= self.until, "until", "must not be before the first day");
        let longest = self.from.checked_add_months(Months::new(12 * YEARS));
        let short = longest.is_none_or(|day| self.until < day);
        checks.require(short, "until", format_args!("must be within {YEARS} years of the first day"));
        checks.finish()
    }
    /// The same for the database.
    pub(super) fn span(self, zone: Tz) -> Span<'static> {
        Span {
            from: self.from,
            until: self.until,
            start: begin(self.from, zone),
            end: end(self.until, zone),
            zone: zone.name(),
        }
    }
}

/// Where the company is.
pub(super) async fn zone(app: &App) -> Result<Tz> {
    Ok(settings::company(app).await?.time_zone.parse().unwrap_or(Tz::UTC))
}

/// When a day begins. In some zones a day of the year has no midnight: it begins an hour later.
fn begin(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    let midnight = day.and_hms_opt(0, 0, 0).unwrap_or_default();
    let local = zone.from_local_datetime(&midnight).earliest();
    let later = || zone.from_local_datetime(&(midnight + chrono::TimeDelta::hours(1))).earliest();
    local.or_else(later).map_or(midnight.and_utc(), |t| t.with_timezone(&Utc))
}

/// When a day is over.
pub(super) fn end(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    begin(day.checked_add_days(Days::new(1)).unwrap_or(day), zone)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::AppError;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn refused(from: &str, until: &str) -> Option<String> {
        match (Range { from: day(from), until: day(until) }).check() {
            Err(AppError::Invalid(fields)) => fields.into_iter().next().map(|f| f.field),
            _ => None,
        }
    }

    #[test]
    fn a_range_begins_before_it_ends_and_is_not_too_long() {
        assert_eq!(refused("2026-01-01", "2026-01-01"), None);
        assert_eq!(refused("2016-01-01", "2025-12-31"), None);
        assert_eq!(refused("2016-01-01", "2026-01-01").as_deref(), Some("until"));
        assert_eq!(refused("2026-02-01", "2026-01-31").as_deref(), Some("until"));
        assert_eq!(refused("1026-02-01", "1026-02-02").as_deref(), Some("from"));
        assert_eq!(refused("2026-02-01", "9026-02-02").as_deref(), Some("until"));
    }

    #[test]
    fn days_begin_where_the_company_is() {
        let span = Range { from: day("2026-03-29"), until: day("2026-03-29") }.span(Tz::Europe__Vienna);
        assert_eq!((span.end - span.start).num_hours(), 23, "the clocks go forward");
        assert_eq!(span.start.to_rfc3339(), "2026-03-28T23:00:00+00:00");
        // Beirut has no midnight on that day.
        assert_eq!(begin(day("2026-03-29"), Tz::Asia__Beirut).to_rfc3339(), "2026-03-28T22:00:00+00:00");
    }

    #[test]
    fn the_last_year_has_twelve_months() {
        let range = Range::last_year(day("2026-11-22"));
        assert_eq!(range, Range { from: day("2025-12-01"), until: day("2026-11-22") });
    }
}
