//! What some days cost more as another product. What was charged for these days is taken from the lines themselves, so
//! that earlier changes, discounts and credit notes count.

use chrono::NaiveDate;
use innkeeper_db::plan_changes::Charged;
use innkeeper_domain::{BillingCycle, Exact, Money};

use crate::{AppError, Result};

/// A price from now on.
pub(crate) struct Price<'a> {
    pub amount: Money,
    /// What it is in the period of a line, if something is taken off that.
    pub less: &'a dyn Fn(&Charged) -> Result<Option<Money>>,
    /// The rhythm that it is for, if that is another one than the periods have.
    pub other_cycle: Option<BillingCycle>,
}

impl Price<'_> {
    fn of(&self, line: &Charged) -> Result<Money> {
        Ok((self.less)(line)?.unwrap_or(self.amount))
    }
}

/// A difference over some days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Difference {
    /// Without tax; negative: to be given back.
    pub amount: Money,
    /// How it comes about: `13 of 30 days of 40.00 instead of 20.00`.
    pub why: String,
}

/// What the days from `from` on, as far as they are invoiced, cost more at `price` than was charged for them.
pub(crate) fn difference(price: &Price<'_>, charged: &[Charged], from: NaiveDate) -> Result<Difference> {
    let currency = price.amount.currency();
    let (mut wanted, mut had) = (Exact::zero(currency), Exact::zero(currency));
    let mut days = 0;
    for line in charged {
        let (period, net) = (line.period(), Money::new(line.net, currency));
        let left = period.days_from(from);
        had = had.with(net, left, period.days())?;
        if line.kind == "recurring" {
            wanted = wanted.with(price.of(line)?, left, length(price, line.of.into(), from)?)?;
            days += left;
        }
    }
    Ok(Difference { amount: wanted.more_than(had)?, why: why(price, charged, days, wanted, had)? })
}

/// Days that the price is for.
fn length(price: &Price<'_>, own: i64, from: NaiveDate) -> Result<i64> {
    let Some(cycle) = price.other_cycle else { return Ok(own) };
    let period = cycle.period(from, 0).ok_or_else(|| AppError::conflict("the new billing cycle does not recur"))?;
    Ok(period.days())
}

fn why(price: &Price<'_>, charged: &[Charged], days: i64, wanted: Exact, had: Exact) -> Result<String> {
    if let ([only], None) = (charged, price.other_cycle)
        && only.period().days() == i64::from(only.of)
    {
        let (old, of) = (Money::new(only.net, price.amount.currency()), only.of);
        let new = price.of(only)?.to_decimal();
        return Ok(format!("{days} of {of} days of {new} instead of {}", old.to_decimal()));
    }
    let rounded = |sum: Exact| sum.more_than(Exact::zero(price.amount.currency())).map(Money::to_decimal);
    Ok(format!("{days} days, {} instead of {}", rounded(wanted)?, rounded(had)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use innkeeper_db::Text;
    use innkeeper_domain::{Currency, InvoiceLineId, TimeUnit, state::InvoiceState};

    const MONTHLY: BillingCycle = BillingCycle::Every { count: 1, unit: TimeUnit::Month };

    fn line(kind: &str, net: i64, start: &str, end: &str) -> Charged {
        let (start, end): (NaiveDate, NaiveDate) = (start.parse().unwrap(), end.parse().unwrap());
        let state = Text(InvoiceState::Paid);
        let of = i32::try_from((end - start).num_days()).unwrap();
        Charged {
            id: InvoiceLineId(1),
            kind: kind.to_owned(),
            net,
            left: net,
            state,
            start,
            end,
            of,
            discount_kind: None,
            discount_percent: None,
            discount_amount: None,
        }
    }

    fn of(amount: i64, other_cycle: Option<BillingCycle>, charged: &[Charged], from: &str) -> (i64, String) {
        let price = Price { amount: Money::new(amount, Currency::EUR), less: &|_| Ok(None), other_cycle };
        let found = difference(&price, charged, from.parse().unwrap()).unwrap();
        (found.amount.minor(), found.why)
    }

    #[test]
    fn one_period() {
        let june = [line("recurring", 2000, "2027-06-01", "2027-07-01")];
        let why = "13 of 30 days of 40.00 instead of 20.00".to_owned();
        assert_eq!(of(4000, None, &june, "2027-06-18"), (867, why));
        assert_eq!(of(0, None, &june, "2027-06-18").0, -867);
        assert_eq!(of(4000, None, &june, "2027-07-01").0, 0, "nothing is left of it");
    }

    #[test]
    fn after_an_earlier_change_what_was_charged_counts() {
        let up = [line("change", 867, "2027-06-18", "2027-07-01"), line("recurring", 2000, "2027-06-01", "2027-07-01")];
        assert_eq!(of(2000, None, &up, "2027-06-18").0, -867, "there and back");
        let back = [line("credit", -867, "2027-06-18", "2027-07-01"), up[0].clone(), up[1].clone()];
        assert_eq!(of(2000, None, &back, "2027-06-25"), (0, "6 days, 4.00 instead of 4.00".to_owned()));
    }

    #[test]
    fn periods_that_are_paid_ahead_count_too() {
        let ahead =
            [line("recurring", 2000, "2027-07-01", "2027-08-01"), line("recurring", 2000, "2027-06-01", "2027-07-01")];
        assert_eq!(of(4000, None, &ahead, "2027-06-16").0, 1000 + 2000);
    }

    #[test]
    fn the_first_days_of_a_service_count_as_a_part_of_its_price() {
        // 15 of 31 days of 31.00; with 5 days left, 62.00 a month is 5.00 more.
        let first = Charged { of: 31, ..line("recurring", 1500, "2027-01-17", "2027-02-01") };
        assert_eq!(of(6200, None, &[first], "2027-01-27").0, 500);
    }

    #[test]
    fn a_price_for_another_rhythm_counts_by_the_day() {
        let year = [line("recurring", 36_500, "2027-01-01", "2028-01-01")];
        // 31 days of December at 62.00 for a month of 31 days, instead of 1.00 a day.
        let (amount, why) = of(6200, Some(MONTHLY), &year, "2027-12-01");
        assert_eq!((amount, why.as_str()), (6200 - 3100, "31 days, 62.00 instead of 31.00"));
    }
}
