//! Dates and times as text, and the `<time>` element.

use std::fmt::Display;

use askama::Template;
use chrono::{DateTime, NaiveDate, TimeZone, Utc};

/// `21 Nov 2026`.
pub fn date(day: NaiveDate) -> String {
    day.format("%-d %b %Y").to_string()
}

/// A period that ends on `last` inclusive: `1 – 30 Nov 2026`,
/// `15 Nov – 14 Dec 2026`, `1 Dec 2026 – 30 Nov 2027`.
pub fn date_range(first: NaiveDate, last: NaiveDate) -> String {
    use chrono::Datelike as _;
    let start = if first.year() != last.year() {
        "%-d %b %Y"
    } else if first.month() != last.month() {
        "%-d %b"
    } else {
        "%-d"
    };
    format!("{}\u{a0}– {}", first.format(start), date(last))
}

/// `21 Nov 2026, 23:24` in the zone the moment was put into by the caller.
pub fn datetime<Tz>(at: &DateTime<Tz>) -> String
where
    Tz: TimeZone,
    Tz::Offset: Display,
{
    at.format("%-d %b %Y, %H:%M").to_string()
}

/// How far `then` lies from `now`: `just now`, `5 min ago`, `in 3 days`.
///
/// Whole units, rounded down; beyond 60 days the caller's date says more, so
/// months and years are only rough.
pub fn relative(then: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let seconds = now.signed_duration_since(then).num_seconds();
    let distance = seconds.unsigned_abs();
    let (count, unit) = match distance {
        0..45 => return "just now".to_owned(),
        45..3600 => ((distance / 60).max(1), "min"),
        3600..86_400 => (distance / 3600, "hour"),
        86_400..5_184_000 => (distance / 86_400, "day"),
        5_184_000..31_536_000 => (distance / 2_592_000, "month"),
        _ => (distance / 31_536_000, "year"),
    };
    let plural = if count == 1 || unit == "min" { "" } else { "s" };
    if seconds >= 0 { format!("{count} {unit}{plural} ago") } else { format!("in {count} {unit}{plural}") }
}

/// A `<time>` element: relative for the eye, exact on hover and for machines.
#[derive(Debug, Clone, Template)]
#[template(ext = "html", source = r#"<time datetime="{{ machine }}" title="{{ exact }}">{{ shown }}</time>"#)]
pub struct Moment {
    machine: String,
    exact: String,
    shown: String,
}

component!(Moment);

impl Moment {
    /// Shows the distance from `now` ('5 min ago'), the exact time on hover.
    pub fn ago<Tz>(at: &DateTime<Tz>, now: DateTime<Utc>) -> Self
    where
        Tz: TimeZone,
        Tz::Offset: Display,
    {
        Self {
            machine: at.to_rfc3339(),
            exact: format!("{} {}", datetime(at), at.format("%:z")),
            shown: relative(at.to_utc(), now),
        }
    }

    /// Shows date and time, the offset on hover.
    pub fn exact<Tz>(at: &DateTime<Tz>) -> Self
    where
        Tz: TimeZone,
        Tz::Offset: Display,
    {
        Self { machine: at.to_rfc3339(), exact: format!("{} {}", datetime(at), at.format("%:z")), shown: datetime(at) }
    }

    /// Shows a civil date.
    pub fn day(day: NaiveDate) -> Self {
        Self { machine: day.to_string(), exact: day.format("%A, %-d %B %Y").to_string(), shown: date(day) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_period_names_each_part_once() {
        let range = |a, b| date_range(day(a), day(b)).replace('\u{a0}', " ");
        assert_eq!(range("2026-11-01", "2026-11-30"), "1 – 30 Nov 2026");
        assert_eq!(range("2026-11-15", "2026-12-14"), "15 Nov – 14 Dec 2026");
        assert_eq!(range("2026-12-01", "2027-11-30"), "1 Dec 2026 – 30 Nov 2027");
    }

    #[test]
    fn distance_is_told_in_the_largest_whole_unit() {
        let now: DateTime<Utc> = "2026-11-21T12:00:00Z".parse().unwrap();
        for (seconds, expected) in [
            (3, "just now"),
            (50, "1 min ago"),
            (3599, "59 min ago"),
            (3600, "1 hour ago"),
            (90_000, "1 day ago"),
            (86_400 * 59, "59 days ago"),
            (86_400 * 61, "2 months ago"),
            (86_400 * 800, "2 years ago"),
            (-7200, "in 2 hours"),
        ] {
            let then = now - TimeDelta::seconds(seconds);
            assert_eq!(relative(then, now), expected);
        }
    }

    #[test]
    fn the_element_carries_the_exact_time() {
        let at: DateTime<Utc> = "2026-11-21T12:00:00Z".parse().unwrap();
        let html = Moment::ago(&at, at + TimeDelta::minutes(5)).to_string();
        assert!(html.contains(r#"datetime="2026-11-21T12:00:00+00:00""#));
        assert!(html.contains(">5 min ago<"));
        assert!(html.contains("21 Nov 2026, 12:00 +00:00"));
    }
}
