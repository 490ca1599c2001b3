use super::*;
use proptest::prelude::*;
use rust_decimal::Decimal;

fn rate(hundred_thousandths: i64) -> Rate {
    Rate::from_fraction(Decimal::new(hundred_thousandths, 5)).unwrap()
}

fn euro(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

fn computed(rounding: TaxRounding, lines: &[Line]) -> Totals {
    totals(Currency::EUR, rounding, lines).unwrap()
}

#[test]
fn three_lines_of_five_cents_at_ten_percent_make_two_cents_of_tax() {
    let line = Line { amount: euro(5), tax: Treatment::one(rate(10_000)) };
    let together = computed(TaxRounding::Invoice, &[line; 3]);
    assert_eq!((together.tax.minor(), together.total.minor()), (2, 17));
    assert_eq!(computed(TaxRounding::Line, &[line; 3]).tax.minor(), 3);
}

#[test]
fn a_second_tax_may_be_on_the_first() {
    let both = |compound| Treatment::two(rate(5000), rate(10_000), compound).unwrap();
    let of = |compound| computed(TaxRounding::Invoice, &[Line { amount: euro(10_000), tax: both(compound) }]);
    assert_eq!((of(false).tax.minor(), of(false).lines[0].second.minor()), (1500, 1000));
    assert_eq!((of(true).tax.minor(), of(true).lines[0].second.minor()), (1550, 1050));
}

#[test]
fn a_price_that_includes_tax_stays_what_it_is() {
    let line = Line { amount: euro(999), tax: Treatment::one(rate(21_000)).included(true) };
    let one = computed(TaxRounding::Invoice, &[line]);
    assert_eq!((one.subtotal.minor(), one.tax.minor(), one.total.minor()), (826, 173, 999));
    // 29.97 less 21 % is 24.7686; three lines of 8.26 make 24.78.
    let three = computed(TaxRounding::Invoice, &[line; 3]);
    assert_eq!((three.subtotal.minor(), three.tax.minor(), three.total.minor()), (2477, 520, 2997));
    assert_eq!(computed(TaxRounding::Line, &[line; 3]).subtotal.minor(), 2478);
}

/// Lines of a few treatments, as an invoice may have.
fn lines(least: i64) -> impl Strategy<Value = Vec<Line>> {
    prop::collection::vec((least..1_000_000, 0_usize..8), 0..30).prop_map(|lines| {
        let two = |compound| Treatment::two(rate(5000), rate(9975), compound).unwrap();
        let kinds = [
            Treatment::NONE,
            Treatment::one(rate(10_000)),
            Treatment::one(rate(21_000)),
            two(false),
            two(true),
            Treatment::one(rate(21_000)).included(true),
            two(false).included(true),
            two(true).included(true),
        ];
        lines.into_iter().map(|(amount, kind)| Line { amount: euro(amount), tax: kinds[kind] }).collect()
    })
}

fn sum(amounts: impl Iterator<Item = Money>) -> i64 {
    amounts.map(|a| a.minor()).sum()
}

proptest! {
    #[test]
    fn tax_is_rounded_once_for_each_treatment(lines in lines(-100_000)) {
        let totals = computed(TaxRounding::Invoice, &lines);
        for line in &lines {
            let same = || lines.iter().zip(&totals.lines).filter(|(l, _)| l.tax == line.tax);
            let amount = sum(same().map(|(l, _)| l.amount));
            let (tax, second) = (sum(same().map(|(_, t)| t.tax)), sum(same().map(|(_, t)| t.second)));
            if line.tax.is_included() {
                prop_assert_eq!(amount - tax, line.tax.taken_out_of(euro(amount)).unwrap().minor());
            } else {
                let first = line.tax.first().of(amount).unwrap();
                let base = if line.tax.is_compound() { amount + first } else { amount };
                prop_assert_eq!((tax - second, second), (first, line.tax.second().of(base).unwrap()));
            }
        }
    }

    #[test]
    fn sums_agree_and_prices_stay(lines in lines(-100_000), by_line: bool) {
        let rounding = if by_line { TaxRounding::Line } else { TaxRounding::Invoice };
        let totals = computed(rounding, &lines);
        prop_assert_eq!(totals.subtotal.minor(), sum(totals.lines.iter().map(|l| l.net)));
        prop_assert_eq!(totals.tax.minor(), sum(totals.lines.iter().map(|l| l.tax)));
        prop_assert_eq!(totals.total.minor(), totals.subtotal.minor() + totals.tax.minor());
        for (line, taxed) in lines.iter().zip(&totals.lines) {
            let shown = if line.tax.is_included() { taxed.net.checked_add(taxed.tax).unwrap() } else { taxed.net };
            prop_assert_eq!(shown, line.amount);
            prop_assert!(!line.tax.second().is_zero() || taxed.second.is_zero());
        }
    }

    #[test]
    fn rounded_on_each_line_a_line_is_an_invoice_of_its_own(lines in lines(-100_000)) {
        let all = computed(TaxRounding::Line, &lines);
        for (line, taxed) in lines.iter().zip(&all.lines) {
            prop_assert_eq!(computed(TaxRounding::Invoice, &[*line]).lines[0], *taxed);
        }
    }

    #[test]
    fn no_tax_is_negative_on_what_is_sold(lines in lines(1), by_line: bool) {
        let rounding = if by_line { TaxRounding::Line } else { TaxRounding::Invoice };
        for taxed in computed(rounding, &lines).lines {
            prop_assert!(taxed.tax.minor() >= 0 && taxed.second.minor() >= 0, "{:?}", taxed);
            prop_assert!(taxed.second.minor() <= taxed.tax.minor(), "{:?}", taxed);
        }
    }
}
