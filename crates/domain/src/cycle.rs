//! Billing cycles and the periods they make. Period n runs from `anchor + n cycles` to
//! `anchor + (n + 1) cycles`, always computed from the anchor, so that a service bought on the 31st
//! is due on the last day of shorter months and returns to the 31st.

use chrono::{Days, Months, NaiveDate};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A unit of time of a billing cycle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TimeUnit {
    /// Civil days.
    Day,
    /// Seven days.
    Week,
    /// Calendar months.
    Month,
    /// Twelve calendar months.
    Year,
}

/// How often something is charged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum BillingCycle {
    /// Every `count` units; `count` is at least 1.
    Every {
        /// How many units.
        count: u16,
        /// Which unit.
        unit: TimeUnit,
    },
    /// Once, when ordered.
    OneTime,
    /// Never.
    Free,
}

/// The days `[start, end)`: the end is the first day that is not part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Period {
    /// First day.
    pub start: NaiveDate,
    /// First day after.
    pub end: NaiveDate,
}

impl Period {
    /// Length in days.
    pub fn days(self) -> i64 {
        (self.end - self.start).num_days()
    }
}

impl fmt::Display for Period {
    /// `2026-01-31 to 2026-02-27`: both days inclusive, as people read it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} to {}", self.start, self.end.pred_opt().unwrap_or(self.end))
    }
}

impl BillingCycle {
    /// Charged again and again?
    pub fn is_recurring(self) -> bool {
        matches!(self, Self::Every { .. })
    }

    /// The day on which period `n` starts. `None` if the cycle does not recur or the calendar ends.
    pub fn start_of(self, anchor: NaiveDate, n: u32) -> Option<NaiveDate> {
        let Self::Every { count, unit } = self else {
            return None;
        };
        let units = n.checked_mul(u32::from(count))?;
        match unit {
            TimeUnit::Day => anchor.checked_add_days(Days::new(u64::from(units))),
            TimeUnit::Week => anchor.checked_add_days(Days::new(u64::from(units) * 7)),
            TimeUnit::Month => anchor.checked_add_months(Months::new(units)),
            TimeUnit::Year => anchor.checked_add_months(Months::new(units.checked_mul(12)?)),
        }
    }

    /// Period `n` counted from the anchor, which is the first day of period 0.
    pub fn period(self, anchor: NaiveDate, n: u32) -> Option<Period> {
        let next = n.checked_add(1)?;
        Some(Period { start: self.start_of(anchor, n)?, end: self.start_of(anchor, next)? })
    }

    /// The period that starts at `paid_through`, or period 0 if nothing is paid yet.
    /// `None` if no period of this anchor starts on that day.
    pub fn next_period(self, anchor: NaiveDate, paid_through: Option<NaiveDate>) -> Option<Period> {
        let Some(start) = paid_through else {
            return self.period(anchor, 0);
        };
        let n = self.index_of(anchor, start)?;
        self.period(anchor, n)
    }

    /// Which period starts on a day, the anchor's being number 0. `None` if none does.
    pub fn index_of(self, anchor: NaiveDate, start: NaiveDate) -> Option<u32> {
        let Self::Every { count, unit } = self else {
            return None;
        };
        let days = (start - anchor).num_days();
        let shortest = match unit {
            TimeUnit::Day => 1,
            TimeUnit::Week => 7,
            TimeUnit::Month => 28,
            TimeUnit::Year => 365,
        };
        let longest = match unit {
            TimeUnit::Month => 31,
            TimeUnit::Year => 366,
            TimeUnit::Day | TimeUnit::Week => shortest,
        };
        let from = u32::try_from(days / (longest * i64::from(count))).ok()?;
        let to = u32::try_from(days / (shortest * i64::from(count)) + 1).ok()?;
        (from.saturating_sub(1)..=to).find(|n| self.start_of(anchor, *n) == Some(start))
    }

    /// The number of months, for importers and formats that count so.
    pub fn months(self) -> Option<u32> {
        match self {
            Self::Every { count, unit: TimeUnit::Month } => Some(u32::from(count)),
            Self::Every { count, unit: TimeUnit::Year } => Some(u32::from(count) * 12),
            _ => None,
        }
    }
}

impl TimeUnit {
    /// The word stored in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Year => "year",
        }
    }
}

impl FromStr for TimeUnit {
    type Err = crate::Invalid;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        match s {
            "day" => Ok(Self::Day),
            "week" => Ok(Self::Week),
            "month" => Ok(Self::Month),
            "year" => Ok(Self::Year),
            _ => Err(crate::Invalid("must be day, week, month or year")),
        }
    }
}

impl FromStr for BillingCycle {
    type Err = crate::Invalid;
    /// As the database stores it: `3 month`, `one_time`, `free`.
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        const WRONG: crate::Invalid = crate::Invalid("must be a number and a unit, one_time or free");
        match s.split_once(' ') {
            None if s == "one_time" => Ok(Self::OneTime),
            None if s == "free" => Ok(Self::Free),
            None => Err(WRONG),
            Some((count, unit)) => {
                let count = count.parse().ok().filter(|n| *n > 0).ok_or(WRONG)?;
                Ok(Self::Every { count, unit: unit.parse()? })
            }
        }
    }
}

impl fmt::Display for BillingCycle {
    /// `monthly`, `every 3 months`, `yearly`, `one time`, `free`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Every { count: 1, unit } => f.write_str(match unit {
                TimeUnit::Day => "daily",
                TimeUnit::Week => "weekly",
                TimeUnit::Month => "monthly",
                TimeUnit::Year => "yearly",
            }),
            Self::Every { count, unit } => write!(f, "every {count} {}s", unit.as_str()),
            Self::OneTime => f.write_str("one time"),
            Self::Free => f.write_str("free"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MONTHLY: BillingCycle = BillingCycle::Every { count: 1, unit: TimeUnit::Month };

    fn day(s: &str) -> NaiveDate {
        s.parse().unwrap()
    }

    #[test]
    fn the_31st_returns_after_short_months() {
        let starts: Vec<String> = (0..5).map(|n| MONTHLY.start_of(day("2026-01-31"), n).unwrap().to_string()).collect();
        assert_eq!(starts, ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"]);
    }

    #[test]
    fn a_day_that_starts_no_period_is_refused() {
        assert_eq!(MONTHLY.next_period(day("2026-01-31"), Some(day("2026-03-30"))), None);
        assert_eq!(BillingCycle::OneTime.next_period(day("2026-01-31"), None), None);
    }

    #[test]
    fn reads_what_the_database_stores() {
        assert_eq!("1 month".parse(), Ok(MONTHLY));
        assert_eq!(("one_time".parse(), "free".parse()), (Ok(BillingCycle::OneTime), Ok(BillingCycle::Free)));
        for wrong in ["", "0 month", "month", "1 moon", "-1 day"] {
            assert!(wrong.parse::<BillingCycle>().is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn periods_join_without_gap_and_are_found_again(
            offset in 0_u64..3000, count in 1_u16..40, n in 0_u32..60,
            unit in prop::sample::select(vec![TimeUnit::Day, TimeUnit::Week, TimeUnit::Month, TimeUnit::Year]),
        ) {
            let anchor = day("2023-01-01").checked_add_days(Days::new(offset)).unwrap();
            let cycle = BillingCycle::Every { count, unit };
            let (this, next) = (cycle.period(anchor, n).unwrap(), cycle.period(anchor, n + 1).unwrap());
            prop_assert_eq!(this.end, next.start);
            prop_assert_eq!(cycle.next_period(anchor, Some(this.end)), Some(next));
        }
    }
}
