//! What happens with a domain after its expiry: it is renewed for some days, then restored for some, then it is lost.

use chrono::{Days, NaiveDate};

use crate::LatePhase;

/// For how long an expired domain can be had back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LateDays {
    /// Days after the expiry in which it is renewed.
    pub grace: u16,
    /// Days after these in which it is restored.
    pub redemption: u16,
}

impl LateDays {
    /// The days as they are stored; none if nobody said.
    pub fn stored(grace: Option<i32>, redemption: Option<i32>) -> Option<Self> {
        Some(Self { grace: u16::try_from(grace?).ok()?, redemption: u16::try_from(redemption?).ok()? })
    }
    /// The last day of grace.
    pub fn grace_until(self, expires_on: NaiveDate) -> NaiveDate {
        after(expires_on, self.grace)
    }
    /// The last day of redemption.
    pub fn redemption_until(self, expires_on: NaiveDate) -> NaiveDate {
        after(self.grace_until(expires_on), self.redemption)
    }
    /// Where a domain stands on `day`; none: it has not expired. On the day of its expiry it has not.
    pub fn phase(self, expires_on: NaiveDate, day: NaiveDate) -> Option<LatePhase> {
        if day <= expires_on {
            None
        } else if day <= self.grace_until(expires_on) {
            Some(LatePhase::Grace)
        } else if day <= self.redemption_until(expires_on) {
            Some(LatePhase::Redemption)
        } else {
            Some(LatePhase::Lost)
        }
    }
}

fn after(day: NaiveDate, days: u16) -> NaiveDate {
    day.checked_add_days(Days::new(days.into())).unwrap_or(NaiveDate::MAX)
}

/// What being late costs besides the renewal, in minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LateFees {
    /// In grace.
    pub grace: i64,
    /// In redemption; none: it is not restored.
    pub redemption: Option<i64>,
}

impl LateFees {
    /// The fee of a phase; none: it cannot be had. A grace fee that was invoiced counts towards that of redemption.
    pub fn fee(self, phase: LatePhase, has_grace_fee: bool) -> Option<i64> {
        match phase {
            LatePhase::Grace => Some(self.grace),
            LatePhase::Redemption if has_grace_fee => Some(self.redemption?.saturating_sub(self.grace).max(0)),
            LatePhase::Redemption => self.redemption,
            LatePhase::Lost => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn phases_follow_each_other(grace in 0_u16..=365, redemption in 0_u16..=365, offset in 0_u64..800) {
            let expiry = NaiveDate::from_ymd_opt(2027, 1, 31).unwrap();
            let days = LateDays { grace, redemption };
            let phase = days.phase(expiry, expiry + Days::new(offset));
            let expected = match offset {
                0 => None,
                n if n <= u64::from(grace) => Some(LatePhase::Grace),
                n if n <= u64::from(grace) + u64::from(redemption) => Some(LatePhase::Redemption),
                _ => Some(LatePhase::Lost),
            };
            prop_assert_eq!(phase, expected);
        }

        #[test]
        fn both_fees_are_never_more_than_the_higher(grace in 0_i64..100_000, redemption in 0_i64..100_000) {
            let fees = LateFees { grace, redemption: Some(redemption) };
            let second = fees.fee(LatePhase::Redemption, true).unwrap();
            prop_assert_eq!(grace + second, grace.max(redemption));
        }
    }

    #[test]
    fn what_is_lost_has_no_price() {
        let fees = LateFees { grace: 500, redemption: None };
        assert_eq!(fees.fee(LatePhase::Lost, false), None);
        assert_eq!(fees.fee(LatePhase::Redemption, false), None);
        assert_eq!(fees.fee(LatePhase::Grace, false), Some(500));
    }
}
