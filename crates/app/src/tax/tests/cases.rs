//! The worked cases of `docs/cases/vat.csv`.

use chrono::Utc;
use innkeeper_db::{Text, tax_rules::TaxRuleRow, taxpayers::TaxpayerRow};
use innkeeper_domain::{ClientId, Currency, Money, TaxReason, TaxRuleId, VatState, invoice};
use rust_decimal::Decimal;

use crate::{
    settings::Tax,
    tax::{
        ClientTax, Rules,
        decide::{Seller, decide},
        union_rates,
    },
};

/// The Union's rates and some of the world.
fn rules() -> Rules {
    let rule = |country: &str, region: &str, level, compound, rate| TaxRuleRow {
        id: TaxRuleId(1),
        country: country.to_owned(),
        region: region.to_owned(),
        level,
        compound,
        name: format!("{country} {level}"),
        rate,
    };
    let world = [
        ("CA", "", 1, false, 5000),
        ("CA", "Quebec", 2, false, 9975),
        ("CA", "Oldland", 2, true, 10_000),
        ("CA", "Manitoba", 2, false, 7000),
        ("XX", "", 2, false, 4000),
        ("US", "Texas", 1, false, 8250),
    ];
    let union = union_rates().unwrap();
    assert_eq!(union.len(), 27);
    let union = union.iter().map(|r| rule(&r.country, "", 1, false, r.rate.fraction()));
    Rules(union.chain(world.map(|(c, r, level, over, rate)| rule(c, r, level, over, Decimal::new(rate, 5)))).collect())
}

fn client(country: &str, region: &str, number: &str) -> TaxpayerRow {
    let prefix = if country == "GR" { "EL" } else { country };
    let state: Option<VatState> = number.parse().ok();
    TaxpayerRow {
        client_id: ClientId(1),
        country: country.to_owned(),
        region: region.to_owned(),
        is_business: state.is_some(),
        is_exempt: number == "exempt",
        language: "de".to_owned(),
        vat_number: state.map(|_| format!("{prefix}123456789")),
        vat_state: state.map(Text),
        vat_reference: None,
        vat_checked_at: state.map(|_| Utc::now()),
    }
}

fn decided(row: &csv::StringRecord) -> ClientTax {
    let tax = Tax {
        prices_include_tax: &row[5] == "gross",
        rounding: row[6].parse().unwrap(),
        union_vat: &row[1] != "rules",
        below_threshold: &row[1] == "below",
        ..Tax::default()
    };
    let seller = Seller { country: row[0].to_owned(), tax };
    decide(&rules(), &seller, &client(&row[2], &row[3], &row[4])).unwrap()
}

fn reason(tax: &ClientTax) -> TaxReason {
    serde_json::from_value(tax.basis["reason"].clone()).unwrap()
}

fn cents(text: &str) -> i64 {
    Money::parse(text, Currency::EUR).unwrap().minor()
}

/// `5 + 9.975`, or `5 ^ 10` where the second is also on the first.
fn said(tax: &ClientTax) -> String {
    let percent = |rate: innkeeper_domain::Rate| rate.to_string().trim_end_matches('%').to_owned();
    let (first, second) = (percent(tax.treatment.first()), percent(tax.treatment.second()));
    let sign = if tax.treatment.is_compound() { "^" } else { "+" };
    match (first.as_str(), second.as_str()) {
        ("0", "0") => String::new(),
        (_, "0") => first,
        _ => format!("{first} {sign} {second}"),
    }
}

#[test]
fn worked_cases_of_vat() {
    let path = format!("{}/../../docs/cases/vat.csv", env!("CARGO_MANIFEST_DIR"));
    let rows: Vec<_> = csv::Reader::from_path(path).unwrap().records().map(Result::unwrap).collect();
    assert!(rows.len() >= 50);
    for row in rows {
        let tax = decided(&row);
        assert_eq!((reason(&tax).as_str(), said(&tax).as_str()), (&row[8], &row[9]), "{row:?}");
        let line = |amount: &str| {
            let (amount, _, treatment) = tax.price(Money::new(cents(amount), Currency::EUR), 0, true).unwrap();
            invoice::Line { amount, tax: treatment }
        };
        let lines: Vec<_> = row[7].split(" + ").map(line).collect();
        let totals = invoice::totals(Currency::EUR, tax.rounding, &lines).unwrap();
        let second: i64 = totals.lines.iter().map(|line| line.second.minor()).sum();
        let found = [totals.subtotal.minor(), totals.tax.minor(), second, totals.total.minor()];
        assert_eq!(found, [&row[10], &row[11], &row[12], &row[13]].map(cents), "{row:?}");
    }
}

#[test]
fn a_number_counts_in_its_own_country_only() {
    let seller = Seller { country: "AT".to_owned(), tax: Tax { union_vat: true, ..Tax::default() } };
    let moved = TaxpayerRow { country: "FR".to_owned(), ..client("DE", "", "valid") };
    let northern = TaxpayerRow { vat_number: Some("XI123456789".to_owned()), ..client("GB", "", "valid") };
    let word = |who: &TaxpayerRow| reason(&decide(&rules(), &seller, who).unwrap());
    assert_eq!((word(&moved), word(&northern)), (TaxReason::Consumer, TaxReason::OutsideUnion));
    // A member state whose rule is gone is taxed as at home.
    let mut fewer = rules();
    fewer.0.retain(|rule| rule.country != "FR");
    let tax = decide(&fewer, &seller, &client("FR", "", "none")).unwrap();
    assert_eq!((reason(&tax), tax.treatment.rate().to_string()), (TaxReason::Consumer, "20%".to_owned()));
}

#[test]
fn what_is_not_taxable_is_its_price() {
    let tax = decided(&csv::StringRecord::from(vec!["AT", "union", "DE", "", "valid", "gross", "invoice"]));
    let price = |taxable| tax.price(Money::new(1200, Currency::EUR), 240, taxable).unwrap();
    assert_eq!((price(true).0.minor(), price(true).1), (1000, 200));
    assert_eq!((price(false).0.minor(), price(false).1), (1200, 240));
}
