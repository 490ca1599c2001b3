//! What the norm forbids is refused, and the rule is named.

use innkeeper_domain::{Currency, Money};
use innkeeper_einvoice::*;
use rust_decimal::Decimal;

use crate::corpus::*;

fn plain() -> Draft {
    draft(vec![line("Hosting", euros(4999), taxed(2100))])
}

/// A good document, changed, and the one rule that it breaks then.
fn breaks(rule: Rule, from: Draft, change: impl FnOnce(&mut Draft)) {
    let mut draft = from;
    assert!(Document::new(draft.clone()).is_ok(), "{} begins with a bad document", rule.id());
    change(&mut draft);
    let violations = Document::new(draft).expect_err(&rule.id());
    assert!(violations.contains(rule), "{} is missing: {violations}", rule.id());
    assert_eq!(violations.0.len(), 1, "{}: {violations}", rule.id());
}

#[test]
fn what_a_head_needs() {
    breaks(Rule::Number, plain(), |d| d.number = " \u{0}\n".into());
    breaks(Rule::DueDate, plain(), |d| (d.due, d.terms) = (None, String::new()));
    let backwards = Period { first: day(5, 2), last: day(5, 1) };
    breaks(Rule::PeriodOrder, plain(), |d| d.period = Some(backwards));
    breaks(Rule::Preceding, plain(), |d| d.preceding = vec![Preceding { number: " ".into(), issued: None }]);
    let violations = Document::new(Draft { lines: vec![], ..plain() }).unwrap_err();
    assert!(violations.contains(Rule::Lines), "{violations}");
}

#[test]
fn what_parties_need() {
    breaks(Rule::SellerName, plain(), |d| d.seller.name.clear());
    breaks(Rule::BuyerName, plain(), |d| d.buyer.name.clear());
    breaks(Rule::SellerCountry, plain(), |d| d.seller.address.country.clear());
    breaks(Rule::BuyerCountry, plain(), |d| d.buyer.address.country.clear());
    breaks(Rule::CountryCode, plain(), |d| d.buyer.address.country = "XX".into());
    breaks(Rule::VatPrefix, plain(), |d| d.seller.vat_id = "B12345674".into());
    breaks(Rule::VatPrefix, plain(), |d| d.buyer.vat_id = "ñ1".into());
    breaks(Rule::DeliveryCountry, plain(), |d| d.delivered_to = "Spain".into());
    let odd = || Some(ElectronicAddress { scheme: "MAIL".into(), id: "a@b.example".into() });
    breaks(Rule::SellerAddressScheme, plain(), |d| d.seller.electronic = odd());
    breaks(Rule::BuyerAddressScheme, plain(), |d| d.buyer.electronic = odd());
    let unknown = |d: &mut Draft| {
        d.seller.tax_id = "12/345/67890".into();
        (d.seller.vat_id, d.seller.legal_id) = (String::new(), String::new());
    };
    breaks(Rule::SellerIdentity, plain(), unknown);
}

#[test]
fn what_payments_need() {
    let account =
        |iban: &str| Some(PaymentMeans::SepaTransfer { iban: iban.into(), bic: String::new(), holder: String::new() });
    breaks(Rule::PaymentAccount, plain(), |d| d.payment = account("ES92 2100 0418 4502 0005 1332"));
    breaks(Rule::PaymentAccount, plain(), |d| d.payment = account(""));
    let card = |digits: &str, network: &str| {
        Some(PaymentMeans::Card { last_digits: digits.into(), network: network.into(), holder: String::new() })
    };
    breaks(Rule::CardDigits, plain(), |d| d.payment = card("4242424242424242", "VISA"));
    breaks(Rule::CardDigits, plain(), |d| d.payment = card("42a2", "VISA"));
    breaks(Rule::CardNetwork, plain(), |d| d.payment = card("4242", ""));
    let debit = || PaymentMeans::DirectDebit { mandate: "M".into(), creditor: String::new(), iban: String::new() };
    breaks(Rule::Mandate, plain(), |d| d.payment = Some(debit()));
}

#[test]
fn what_lines_need() {
    breaks(Rule::LineName, plain(), |d| d.lines[0].name.clear());
    breaks(Rule::LinePrice, plain(), |d| {
        (d.lines[0].price, d.lines[0].quantity) = (euros(-4999), Decimal::NEGATIVE_ONE);
    });
    breaks(Rule::LinePeriodOrder, plain(), |d| {
        d.lines[0].period = Some(Period { first: day(5, 2), last: day(5, 1) });
    });
    breaks(Rule::LineNet, plain(), |d| d.lines[0].quantity = Decimal::TWO);
    breaks(Rule::BaseQuantity, plain(), |d| d.lines[0].per = Decimal::ZERO);
    let unexplained = LineAdjustment { change: Change::Allowance, amount: euros(0), reason: String::new() };
    breaks(Rule::LineAdjustmentReason, plain(), |d| d.lines[0].adjustments = vec![unexplained]);
    let adjustment = Adjustment { change: Change::Charge, amount: euros(0), reason: String::new(), vat: taxed(2100) };
    breaks(Rule::AdjustmentReason, plain(), |d| d.adjustments = vec![adjustment.clone()]);
    let negative = summed(Draft {
        adjustments: vec![Adjustment { amount: euros(-5), reason: "Odd".into(), ..adjustment }],
        ..plain()
    });
    assert!(Document::new(negative).unwrap_err().contains(Rule::Sign));
}

#[test]
fn sums_that_are_wrong() {
    let cent = |money: &mut Money| *money = money.checked_add(euros(1)).unwrap();
    let first = |rule, change: fn(&mut Draft, fn(&mut Money))| {
        let mut draft = plain();
        change(&mut draft, |money| *money = money.checked_add(euros(1)).unwrap());
        let violations = Document::new(draft).unwrap_err();
        assert!(violations.contains(rule), "{}: {violations}", rule.id());
    };
    first(Rule::SumOfLines, |d, cent| cent(&mut d.totals.lines));
    first(Rule::SumOfAllowances, |d, cent| cent(&mut d.totals.allowances));
    first(Rule::SumOfCharges, |d, cent| cent(&mut d.totals.charges));
    first(Rule::Net, |d, cent| cent(&mut d.totals.net));
    first(Rule::Tax, |d, cent| cent(&mut d.totals.tax));
    first(Rule::Gross, |d, cent| cent(&mut d.totals.gross));
    breaks(Rule::Due, plain(), |d| cent(&mut d.totals.due));
    breaks(Rule::Due, plain(), |d| cent(&mut d.totals.prepaid));
    let wrong_tax = |d: &mut Draft| {
        for money in [&mut d.breakdown[0].tax, &mut d.totals.tax, &mut d.totals.gross, &mut d.totals.due] {
            cent(money);
        }
    };
    breaks(Rule::TaxOfRate, plain(), wrong_tax);
    let dollars = Money::new(4999, Currency::USD);
    breaks(Rule::OneCurrency, plain(), |d| d.totals.due = dollars);
    let most = || line("All", euros(i64::MAX), Vat::untaxed(Category::ZeroRated));
    let mut too_much = draft(vec![most()]);
    too_much.lines.push(most());
    assert!(Document::new(too_much).unwrap_err().contains(Rule::TooLarge));
}

#[test]
fn three_decimals_are_refused_unless_the_third_is_zero() {
    let dinars = |minor| draft(vec![line("Hosting", Money::new(minor, "KWD".parse().unwrap()), taxed(0))]);
    let untaxed = |minor| {
        let mut draft = dinars(minor);
        draft.lines[0].vat = Vat::untaxed(Category::ZeroRated);
        summed(draft)
    };
    assert!(Document::new(untaxed(12_340)).is_ok());
    let violations = Document::new(untaxed(12_345)).unwrap_err();
    assert!(violations.0.iter().all(|violation| violation.rule == Rule::Decimals), "{violations}");
    assert!(violations.contains(Rule::Decimals));
    // A price of one may be as fine as it likes.
    let mut fine = untaxed(12_340);
    fine.lines[0].price = Money::new(1_234, "KWD".parse().unwrap());
    fine.lines[0].quantity = Decimal::TEN;
    assert!(Document::new(fine).is_ok());
}

#[test]
fn what_each_treatment_needs() {
    let find = |name: &str| corpus().into_iter().find(|(known, _)| *known == name).unwrap().1;
    let rule = Rule::Vat;
    let number = |d: &mut Draft| d.seller.vat_id.clear();
    breaks(rule(Category::Standard, VatRule::Numbers), plain(), number);
    breaks(rule(Category::Export, VatRule::Numbers), find("export"), number);
    breaks(rule(Category::ReverseCharge, VatRule::Numbers), find("reverse-charge"), |d| d.buyer.vat_id.clear());
    breaks(rule(Category::IntraCommunity, VatRule::Numbers), find("intra-community"), |d| d.buyer.vat_id.clear());
    breaks(rule(Category::IntraCommunity, VatRule::Eleven), find("intra-community"), |d| d.delivered = None);
    breaks(rule(Category::IntraCommunity, VatRule::Destination), find("intra-community"), |d| d.delivered_to.clear());
    breaks(rule(Category::OutOfScope, VatRule::Numbers), find("out-of-scope"), |d| {
        d.seller.vat_id = "ESB12345674".into();
    });
    breaks(rule(Category::OutOfScope, VatRule::Numbers), find("out-of-scope"), |d| {
        d.buyer.vat_id = "ESB12345674".into();
    });
    breaks(rule(Category::Exempt, VatRule::Reason), find("exempt"), |d| d.breakdown[0].reason = None);
    let why = Reason { text: "No reason".into(), code: String::new() };
    breaks(rule(Category::Standard, VatRule::Reason), plain(), |d| d.breakdown[0].reason = Some(why));
    let odd = Reason { text: String::new(), code: "VATEX-XX".into() };
    breaks(Rule::ExemptionCode, find("exempt"), |d| d.breakdown[0].reason = Some(odd));
    breaks(rule(Category::Standard, VatRule::Base), plain(), |d| d.breakdown[0].base = euros(4998));
    breaks(rule(Category::ZeroRated, VatRule::NoTax), find("zero-rated"), |d| {
        for money in [&mut d.breakdown[0].tax, &mut d.totals.tax, &mut d.totals.gross, &mut d.totals.due] {
            *money = money.checked_add(euros(1)).unwrap();
        }
    });
    let broken = |change: fn(&mut Draft)| {
        let mut draft = plain();
        change(&mut draft);
        Document::new(draft).unwrap_err()
    };
    let unlisted = broken(|d| d.lines[0].vat = Vat::untaxed(Category::ZeroRated));
    assert!(unlisted.contains(rule(Category::ZeroRated, VatRule::Listed)), "{unlisted}");
    let zero_standard = Document::new(draft(vec![line("Hosting", euros(1), taxed(0))])).unwrap_err();
    assert!(zero_standard.contains(rule(Category::Standard, VatRule::Rate)), "{zero_standard}");
    let mixed = vec![line("A", euros(1), Vat::untaxed(Category::OutOfScope)), line("B", euros(100), taxed(2100))];
    let mixed = Document::new(draft(mixed)).unwrap_err();
    assert!(mixed.contains(rule(Category::OutOfScope, VatRule::Eleven)), "{mixed}");
    assert!(broken(|d| d.breakdown.clear()).contains(Rule::HasBreakdown));
}

#[test]
fn every_broken_rule_is_named_and_readable() {
    let violations = Document::new(Draft { number: String::new(), seller: Party::default(), ..plain() }).unwrap_err();
    let said = violations.to_string();
    for id in ["BR-02", "BR-06", "BR-09", "BR-CO-26", "BR-S-02"] {
        assert!(said.contains(id), "{id} in {said}");
    }
    assert!(said.contains("the seller is identified by a VAT number or a registration number"), "{said}");
    assert_eq!(Rule::Vat(Category::IntraCommunity, VatRule::Destination).id(), "BR-IC-12");
}
