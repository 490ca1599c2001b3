//! How VAT treats each line. The invoice says which tax was charged; where none was, the facts on it must say
//! why, or there is no e-invoice.

use innkeeper_domain::{Rate, vat_number::in_union};
use innkeeper_einvoice::{Category, Reason, Vat};
use serde_json::Value;

use super::{
    LineRow,
    party::{country, numbers},
    text,
};

/// Countries whose tax on sales is no VAT, so that the norm has no word for it.
const SALES_TAX: [&str; 1] = ["US"];

/// How a line is treated.
pub(super) struct Treatment {
    pub vat: Vat,
    pub reason: Option<Reason>,
}

impl Treatment {
    pub fn is_out_of_scope(&self) -> bool {
        self.vat.category == Category::OutOfScope
    }

    fn untaxed(category: Category, text: &str, code: &str) -> Self {
        let reason = Reason { text: text.to_owned(), code: code.to_owned() };
        Self { vat: Vat::untaxed(category), reason: Some(reason) }
    }

    fn out_of_scope() -> Self {
        Self::untaxed(Category::OutOfScope, "Not subject to VAT", "VATEX-EU-O")
    }
}

/// The facts that decide.
pub(super) struct Sides {
    seller_country: String,
    seller_has_number: bool,
    /// Why the seller charges no VAT at all; may be empty.
    exemption: String,
    buyer_country: String,
    buyer_has_number: bool,
    /// The number that the buyer gave was not confirmed.
    is_consumer: bool,
}

impl Sides {
    /// `basis` is what decided the tax, if that was kept.
    pub fn new(seller: &Value, buyer: &Value, basis: Option<&Value>) -> Self {
        let (seller_country, buyer_country) = (country(seller), country(buyer));
        let has_number = |side: &Value, country: &str| !numbers(&text(side, "tax_number"), country).0.is_empty();
        Self {
            seller_has_number: has_number(seller, &seller_country),
            is_consumer: basis.is_some_and(|basis| matches!(&*text(basis, "reason"), "consumer" | "below_threshold")),
            buyer_has_number: has_number(buyer, &buyer_country),
            exemption: text(seller, "vat_exemption").trim().to_owned(),
            seller_country,
            buyer_country,
        }
    }

    /// What an untaxed line is; `named` if a tax of no percent was charged.
    fn untaxed(&self, named: bool) -> Result<Treatment, &'static str> {
        let seller_in = in_union(&self.seller_country);
        let never = !seller_in && !self.seller_has_number;
        if !self.exemption.is_empty() {
            return Ok(Treatment::untaxed(Category::Exempt, &self.exemption, ""));
        }
        if self.buyer_country == self.seller_country {
            return match (named, never) {
                (true, _) => Ok(Treatment { vat: Vat::untaxed(Category::ZeroRated), reason: None }),
                (false, true) => Ok(Treatment::out_of_scope()),
                (false, false) => Err("is not taxed, and nothing says why"),
            };
        }
        if !(seller_in && in_union(&self.buyer_country)) {
            return Ok(Treatment::out_of_scope());
        }
        if self.buyer_has_number && !self.is_consumer {
            return Ok(Treatment::untaxed(Category::ReverseCharge, "Reverse charge", "VATEX-EU-AE"));
        }
        Err("is not taxed, although the client is in another member state without a VAT number")
    }
}

/// The treatment of every line, or what is unclear.
pub(super) fn treat(lines: &[LineRow], sides: &Sides) -> Result<Vec<Treatment>, Vec<String>> {
    let mut unclear = vec![];
    let mut treated = vec![];
    for (i, line) in lines.iter().enumerate() {
        match one(line, sides) {
            Ok(treatment) => treated.push(treatment),
            Err(why) => unclear.push(format!("line {} {why}", i + 1)),
        }
    }
    if unclear.is_empty() { Ok(treated) } else { Err(unclear) }
}

fn one(line: &LineRow, sides: &Sides) -> Result<Treatment, &'static str> {
    if !line.tax2_rate.is_zero() {
        return Err("has two taxes: an e-invoice knows VAT only, which is one");
    }
    let rate = Rate::from_fraction(line.tax_rate).ok_or("has a rate that is out of range")?;
    if rate.is_zero() {
        return sides.untaxed(!line.tax_name.trim().is_empty());
    }
    if SALES_TAX.contains(&sides.seller_country.as_str()) {
        return Err("has a tax on sales, which is no VAT");
    }
    Ok(Treatment { vat: Vat::standard(rate), reason: None })
}

/// Does the seller charge no VAT, and says why or is where there is none?
pub(super) fn never_taxes(seller: &Value) -> bool {
    let sides = Sides::new(seller, seller, None);
    !sides.exemption.is_empty() || SALES_TAX.contains(&sides.seller_country.as_str())
}
