//! How the life of a service begins and ends: free days first, and so many periods.

use chrono::{Days, NaiveDate};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{BillingCycle, words::AfterTerm};

/// The terms on which a product is sold. They are the service's own once it is ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Terms {
    /// Days that cost nothing, 1 to 365; none: the first period begins at once.
    pub trial_days: Option<u16>,
    /// After so many periods nothing more is invoiced, 1 to 600; none: until somebody ends it.
    pub periods: Option<u16>,
    /// What becomes of the service then.
    pub afterwards: AfterTerm,
}

impl Default for Terms {
    fn default() -> Self {
        Self { trial_days: None, periods: None, afterwards: AfterTerm::End }
    }
}

impl Terms {
    /// The first day that costs something, of what is ordered on `today`. `None`: nothing is free, or a cycle that does
    /// not recur, of which nothing would be left to pay.
    pub fn trial_until(self, cycle: BillingCycle, today: NaiveDate) -> Option<NaiveDate> {
        let days = self.trial_days.filter(|_| cycle.is_recurring())?;
        today.checked_add_days(Days::new(days.into()))
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
