//! Seller and buyer, as they were when the invoice was issued.

use innkeeper_domain::{Currency, Money, Rate};
use innkeeper_einvoice::{
    Address, Breakdown, Document, Draft, ElectronicAddress, Kind, Line, Party, Rule, Totals, Unit, Vat,
};
use rust_decimal::Decimal;
use serde_json::Value;

use super::text;

/// The seller. A document out of the scope of VAT names no VAT number.
pub(super) fn seller(snapshot: &Value, out_of_scope: bool) -> Party {
    let address = text(snapshot, "address");
    let country = country(snapshot);
    let (vat_id, tax_id) = numbers(&text(snapshot, "tax_number"), &country);
    Party {
        name: text(snapshot, "name"),
        contact: String::new(),
        address: Address { lines: address.lines().map(str::to_owned).collect(), country, ..Address::default() },
        vat_id: if out_of_scope { String::new() } else { vat_id },
        tax_id,
        legal_id: text(snapshot, "registration_number"),
        electronic: email(snapshot),
    }
}

/// The buyer: the company if there is one, with the person there.
pub(super) fn buyer(snapshot: &Value, out_of_scope: bool) -> Party {
    let (person, company) = (text(snapshot, "name"), text(snapshot, "company"));
    let (name, contact) = if company.trim().is_empty() { (person, String::new()) } else { (company, person) };
    let country = country(snapshot);
    let (vat_id, _) = numbers(&text(snapshot, "tax_number"), &country);
    Party {
        name,
        contact,
        address: Address {
            lines: vec![text(snapshot, "address1"), text(snapshot, "address2")],
            city: text(snapshot, "city"),
            postcode: text(snapshot, "postcode"),
            region: text(snapshot, "region"),
            country,
        },
        vat_id: if out_of_scope { String::new() } else { vat_id },
        tax_id: String::new(),
        legal_id: String::new(),
        electronic: email(snapshot),
    }
}

pub(super) fn country(snapshot: &Value) -> String {
    text(snapshot, "country").trim().to_uppercase()
}

fn email(snapshot: &Value) -> Option<ElectronicAddress> {
    let address = text(snapshot, "email");
    (!address.trim().is_empty()).then(|| ElectronicAddress::email(&address))
}

/// A tax number as the norm tells them apart: one that begins with the letters of its country is a VAT number,
/// any other is a number that the tax office gave besides. No letters are added: whether a national number is
/// valid for VAT, only its owner knows.
pub(super) fn numbers(number: &str, country: &str) -> (String, String) {
    let bare: String = number.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_uppercase).collect();
    let prefix = match country {
        "GR" => "EL",
        country => country,
    };
    let is_vat = !prefix.is_empty() && bare.len() > prefix.len() && bare.starts_with(prefix);
    if is_vat { (bare, String::new()) } else { (String::new(), number.trim().to_owned()) }
}

/// What a seller lacks for any e-invoice at all: judged on an invoice over one taxed thing to somebody complete.
pub(super) fn gaps(snapshot: &Value) -> Vec<String> {
    let Some(rate) = Rate::from_percent(Decimal::from(20)) else { return vec![] };
    let money = |minor| Money::new(minor, Currency::EUR);
    let vat = Vat::standard(rate);
    let Some(issued) = chrono::NaiveDate::from_ymd_opt(2026, 1, 1) else { return vec![] };
    let line = Line {
        name: "One".into(),
        description: String::new(),
        quantity: Decimal::ONE,
        unit: Unit::One,
        price: money(1000),
        per: Decimal::ONE,
        adjustments: vec![],
        net: money(1000),
        vat,
        period: None,
    };
    let buyer = Party {
        name: "Somebody".into(),
        address: Address { country: "FR".into(), ..Address::default() },
        ..Party::default()
    };
    let draft = Draft {
        kind: Kind::Invoice,
        number: "1".into(),
        issued,
        due: Some(issued),
        currency: Currency::EUR,
        notes: vec![],
        buyer_reference: String::new(),
        preceding: vec![],
        seller: seller(snapshot, false),
        buyer,
        delivered: None,
        delivered_to: String::new(),
        period: None,
        payment: super::account(snapshot),
        remittance: String::new(),
        terms: String::new(),
        lines: vec![line],
        adjustments: vec![],
        breakdown: vec![Breakdown { vat, base: money(1000), tax: money(200), reason: None }],
        totals: Totals {
            lines: money(1000),
            allowances: money(0),
            charges: money(0),
            net: money(1000),
            tax: money(200),
            gross: money(1200),
            prepaid: money(0),
            due: money(1200),
        },
        tax_in_books: None,
    };
    let broken = Document::new(draft).err().map(|violations| violations.0).unwrap_or_default();
    // Whoever says why no VAT is charged, or charges none, needs no number for it.
    let untaxed = |rule: Rule| matches!(rule, Rule::Vat(..)) && super::vat::never_taxes(snapshot);
    broken.iter().filter(|violation| !untaxed(violation.rule)).map(ToString::to_string).collect()
}
