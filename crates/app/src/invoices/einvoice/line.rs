//! What is sold.

use innkeeper_domain::{Currency, Money};
use innkeeper_einvoice::{Change, Line, LineAdjustment, Period, Unit, Vat};
use rust_decimal::Decimal;

use super::LineRow;

/// A line of the invoice; none if its amounts are beyond all bounds.
pub(super) fn sold(row: &LineRow, vat: Vat, currency: Currency) -> Option<Line> {
    let money = |minor| Money::new(minor, currency);
    let (name, description) = row.description.trim().split_once('\n').unwrap_or((&row.description, ""));
    let discount = if row.discount > 0 && row.net >= 0 { row.discount } else { 0 };
    let (quantity, price, per) = priced(row.net.checked_add(discount)?, row.quantity)?;
    let taken_off =
        LineAdjustment { change: Change::Allowance, amount: money(discount), reason: "Discount".to_owned() };
    Some(Line {
        name: name.to_owned(),
        description: description.to_owned(),
        quantity,
        // Domains are counted by the year.
        unit: if row.kind.starts_with("domain_") { Unit::Year } else { Unit::One },
        price: money(price),
        per,
        adjustments: if discount > 0 { vec![taken_off] } else { vec![] },
        net: money(row.net),
        vat,
        period: days(row),
    })
}

/// Quantity, price and what the price is for. No price is negative: what is given back has a negative
/// quantity. An amount that cannot be divided is the price of all of it.
fn priced(amount: i64, quantity: i32) -> Option<(Decimal, i64, Decimal)> {
    let count = i64::from(quantity).max(1);
    let sign = if amount < 0 { -1 } else { 1 };
    let whole = amount.checked_abs()?;
    let (price, per) = if whole % count == 0 { (whole / count, 1) } else { (whole, count) };
    Some((Decimal::from(count * sign), price, Decimal::from(per)))
}

fn days(row: &LineRow) -> Option<Period> {
    let (first, end) = row.period_start.zip(row.period_end)?;
    Some(Period { first, last: end.pred_opt()? })
}

#[cfg(test)]
mod tests {
    use super::priced;
    use rust_decimal::Decimal;

    #[test]
    fn a_price_times_its_quantity_is_the_amount() {
        for (amount, quantity) in [(1000, 1), (1000, 3), (999, 3), (-1000, 3), (0, 5), (5, 0), (i64::MAX, 7)] {
            let (count, price, per) = priced(amount, quantity).unwrap();
            assert_eq!(count * Decimal::from(price) / per, Decimal::from(amount), "{amount} for {quantity}");
            assert!(price >= 0 && per > Decimal::ZERO);
        }
        assert_eq!(priced(i64::MIN, 1), None);
    }
}
