//! How the life of a service begins and ends: free days first, days up to the billing day, and so many periods.

use chrono::{Datelike, Days, Months, NaiveDate};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{BillingCycle, Currency, Exact, Money, MoneyError, Period, TimeUnit, words::AfterTerm};

/// The terms on which a product is sold. They are the service's own once it is ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Terms {
    /// Days that cost nothing, 1 to 365; none: the first period begins at once.
    pub trial_days: Option<u16>,
    /// After so many periods nothing more is invoiced, 1 to 600; none: until somebody ends it.
    pub periods: Option<u16>,
    /// What becomes of the service then.
    pub afterwards: AfterTerm,
    /// Periods of months and years begin on this day of the month, 1 to 28; the days before the first one are charged by
    /// the day. None: they begin on the day of the order.
    pub billing_day: Option<u8>,
    /// If fewer days than this, 1 to 31, are left until then, the first whole period is charged with them.
    pub join_days: Option<u8>,
}

/// The days from an order to the day on which the periods begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FirstDays {
    /// They are charged as a part …
    pub days: Period,
    /// … of a period of so many days, which ends with them.
    pub of: i64,
    /// The first whole period is charged at once, too.
    pub with_next: bool,
}

impl FirstDays {
    /// What they cost of a period's price, rounded half away from zero.
    pub fn part(self, price: Money) -> Result<Money, MoneyError> {
        let currency: Currency = price.currency();
        Exact::zero(currency).with(price, self.days.days(), self.of)?.more_than(Exact::zero(currency))
    }
}

impl Default for Terms {
    fn default() -> Self {
        Self { trial_days: None, periods: None, afterwards: AfterTerm::End, billing_day: None, join_days: None }
    }
}

impl Terms {
    /// The first day that costs something, of what is ordered on `today`. `None`: nothing is free, or a cycle that does
    /// not recur, of which nothing would be left to pay.
    pub fn trial_until(self, cycle: BillingCycle, today: NaiveDate) -> Option<NaiveDate> {
        let days = self.trial_days.filter(|_| cycle.is_recurring())?;
        today.checked_add_days(Days::new(days.into()))
    }

    /// The days from an order on `today` to the billing day. `None`: periods begin at once, as on the billing day itself,
    /// of cycles of days and weeks, and of what begins with free days.
    pub fn first_days(self, cycle: BillingCycle, today: NaiveDate) -> Option<FirstDays> {
        let BillingCycle::Every { unit: TimeUnit::Month | TimeUnit::Year, .. } = cycle else { return None };
        let day = self.billing_day.filter(|_| self.trial_days.is_none())?;
        let this_month = today.with_day(day.into())?;
        if this_month == today {
            return None;
        }
        let end = if this_month > today { this_month } else { this_month.checked_add_months(Months::new(1))? };
        let days = Period { start: today, end };
        let whole = Period { start: end.checked_sub_months(Months::new(cycle.months()?))?, end };
        let with_next = self.join_days.is_some_and(|least| days.days() < i64::from(least));
        Some(FirstDays { days, of: whole.days(), with_next })
    }

    /// The first day that the periods do not cover. `None`: they do not end.
    pub fn until(self, cycle: BillingCycle, anchor: NaiveDate) -> Option<NaiveDate> {
        cycle.start_of(anchor, self.periods?.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TimeUnit;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_term_is_counted_from_the_anchor() {
        let monthly = BillingCycle::Every { count: 1, unit: TimeUnit::Month };
        let terms = Terms { trial_days: Some(14), periods: Some(3), ..Terms::default() };
        let anchor = terms.trial_until(monthly, day("2026-01-17")).unwrap();
        assert_eq!(anchor, day("2026-01-31"));
        // 31 January, 28 February, 31 March: three periods, each of the anchor's day.
        assert_eq!(terms.until(monthly, anchor), Some(day("2026-04-30")));
    }

    #[test]
    fn the_days_before_the_billing_day_are_a_part_of_a_period() {
        let monthly = BillingCycle::Every { count: 1, unit: TimeUnit::Month };
        let weekly = BillingCycle::Every { count: 1, unit: TimeUnit::Week };
        let terms = Terms { billing_day: Some(1), join_days: Some(7), ..Terms::default() };
        let first = terms.first_days(monthly, day("2027-01-17")).unwrap();
        assert_eq!((first.days.days(), first.of, first.with_next), (15, 31, false));
        assert_eq!(first.days.end, day("2027-02-01"));
        let last = terms.first_days(monthly, day("2027-01-26")).unwrap();
        assert_eq!((last.days.days(), last.with_next), (6, true));
        assert_eq!(terms.first_days(monthly, day("2027-02-01")), None, "on the day itself");
        assert_eq!(terms.first_days(weekly, day("2027-01-17")), None);
        let free = Terms { trial_days: Some(7), ..terms };
        assert_eq!(free.first_days(monthly, day("2027-01-17")), None);
    }

    #[test]
    fn what_does_not_recur_has_neither() {
        let terms = Terms { trial_days: Some(14), periods: Some(3), ..Terms::default() };
        assert_eq!(terms.trial_until(BillingCycle::OneTime, day("2026-01-17")), None);
        assert_eq!(terms.until(BillingCycle::Free, day("2026-01-17")), None);
        assert_eq!(
            Terms::default().until(BillingCycle::Every { count: 1, unit: TimeUnit::Year }, day("2026-01-17")),
            None
        );
    }
}
