//! The decision: rules of places, and the place where a service to somebody in the European Union is taxed.

use innkeeper_db::{tax_rules::TaxRuleRow, taxpayers::TaxpayerRow};
use innkeeper_domain::{Rate, TaxReason, Treatment, VatNumber, VatState, vat_number::in_union};
use serde_json::{Value, json};

use super::{ClientTax, words};
use crate::{AppError, Result, settings::Tax};

/// All rules.
pub(crate) struct Rules(pub Vec<TaxRuleRow>);

/// The taxes of a place.
#[derive(Clone, Default)]
struct Taxes {
    first_name: String,
    second_name: String,
    treatment: Option<Treatment>,
}

impl Rules {
    /// At each level the most specific rule of a place.
    fn best(&self, level: i16, country: &str, region: &str) -> Option<&TaxRuleRow> {
        let fits = |r: &&TaxRuleRow| {
            r.level == level
                && (r.country.is_empty() || r.country == country)
                && (r.region.is_empty() || r.region.to_lowercase() == region.to_lowercase())
        };
        self.0.iter().filter(fits).max_by_key(|r| (!r.country.is_empty(), !r.region.is_empty()))
    }

    /// The taxes of a place; none without a rule.
    fn at(&self, country: &str, region: &str) -> Result<Taxes> {
        let rate = |rule: &TaxRuleRow| {
            Rate::from_fraction(rule.rate).ok_or_else(|| AppError::internal("a stored rate is out of range"))
        };
        let (first, second) = match (self.best(1, country, region), self.best(2, country, region)) {
            (None, None) => return Ok(Taxes::default()),
            (Some(first), Some(second)) if first.rate.is_zero() && !second.rate.is_zero() => (second, None),
            (Some(first), second) => (first, second.filter(|second| !second.rate.is_zero())),
            (None, Some(only)) => (only, None),
        };
        let over = second.map_or(Ok(Rate::ZERO), rate)?;
        let treatment = Treatment::two(rate(first)?, over, second.is_some_and(|rule| rule.compound))
            .ok_or_else(|| AppError::conflict(format!("the taxes of {country} are more than 1000 % together")))?;
        let second_name = second.map(|rule| rule.name.clone()).unwrap_or_default();
        Ok(Taxes { first_name: first.name.clone(), second_name, treatment: Some(treatment) })
    }

    /// Has each of these countries a rule of its own?
    pub(crate) fn knows(&self, country: &str) -> bool {
        self.0.iter().any(|rule| rule.level == 1 && rule.country == country && rule.region.is_empty())
    }
}

/// Who sells.
pub(super) struct Seller {
    pub country: String,
    pub tax: Tax,
}

/// How a client is taxed, and why.
pub(super) fn decide(rules: &Rules, seller: &Seller, who: &TaxpayerRow) -> Result<ClientTax> {
    let home = rules.at(&seller.country, "")?;
    let (reason, taxes) = reason(rules, seller, who, &home)?;
    let treatment = taxes.treatment.unwrap_or(Treatment::NONE);
    let home = seller.tax.prices_include_tax.then(|| home.treatment.unwrap_or(Treatment::NONE));
    let mut basis = basis(seller, who, reason);
    if let Some(home) = home.filter(|_| treatment.rate().is_zero()) {
        basis["taken_out"] = json!(home.share().to_string());
    }
    let (first_name, second_name) = (taxes.first_name, taxes.second_name);
    Ok(ClientTax { basis, first_name, second_name, treatment, home, rounding: seller.tax.rounding })
}

fn reason(rules: &Rules, seller: &Seller, who: &TaxpayerRow, home: &Taxes) -> Result<(TaxReason, Taxes)> {
    if who.is_exempt {
        return Ok((TaxReason::Exempt, Taxes::default()));
    }
    let local = || rules.at(&who.country, &who.region);
    if !seller.tax.union_vat {
        let taxes = local()?;
        let reason = if taxes.treatment.is_some() { TaxReason::Rule } else { TaxReason::NoRule };
        return Ok((reason, taxes));
    }
    if who.country == seller.country {
        return Ok((TaxReason::Domestic, local()?));
    }
    if !in_union(&who.country) {
        return Ok((TaxReason::OutsideUnion, Taxes::default()));
    }
    if confirmed(who).is_some() {
        return Ok((TaxReason::ReverseCharge, Taxes::default()));
    }
    if seller.tax.below_threshold {
        return Ok((TaxReason::BelowThreshold, home.clone()));
    }
    // A member state without a rule is taxed as at home rather than not at all.
    let taxes = Some(local()?).filter(|taxes| taxes.treatment.is_some()).unwrap_or_else(|| home.clone());
    Ok((TaxReason::Consumer, taxes))
}

/// The client's number, if it is known to be valid and one of its own country.
fn confirmed(who: &TaxpayerRow) -> Option<VatNumber> {
    let known = matches!(who.vat_state.as_ref()?.0, VatState::Valid | VatState::Confirmed);
    // What staff have confirmed need not have the form that is known here.
    let letters = VatNumber::letters(who.vat_number.as_deref()?)?;
    let country = letters.get(..2).map(|prefix| if prefix == "EL" { "GR" } else { prefix })?;
    (known && country == who.country).then(|| VatNumber::trusted(letters))
}

/// What is kept with an invoice.
fn basis(seller: &Seller, who: &TaxpayerRow, reason: TaxReason) -> Value {
    json!({
        "reason": reason,
        "seller_country": seller.country,
        "country": who.country,
        "region": who.region,
        "business": who.is_business,
        "number": who.vat_number,
        "number_state": who.vat_state.as_ref().map(|state| state.0),
        "reference": who.vat_reference,
        "checked_at": who.vat_checked_at,
        "printed": words::printed(reason, &who.language),
    })
}
