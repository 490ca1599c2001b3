//! What invoices and pages say of the reasons.

use chrono::{DateTime, Utc};
use innkeeper_domain::TaxReason;
use serde_json::Value;

/// `Reverse charge` in the languages of the Union (directive 2006/112/EC, article 226, 11a). Not compared with its texts.
const REVERSE_CHARGE: [(&str, &str); 22] = [
    ("bg", "обратно начисляване"),
    ("cs", "daň odvede zákazník"),
    ("da", "omvendt betalingspligt"),
    ("de", "Steuerschuldnerschaft des Leistungsempfängers"),
    ("el", "Αντίστροφη επιβάρυνση"),
    ("es", "inversión del sujeto pasivo"),
    ("et", "pöördmaksustamine"),
    ("fi", "käännetty verovelvollisuus"),
    ("fr", "Autoliquidation"),
    ("hr", "prijenos porezne obveze"),
    ("hu", "fordított adózás"),
    ("it", "inversione contabile"),
    ("lt", "Atvirkštinis apmokestinimas"),
    ("lv", "nodokļa apgrieztā maksāšana"),
    ("mt", "Inverżjoni tal-ħlas"),
    ("nl", "Btw verlegd"),
    ("pl", "odwrotne obciążenie"),
    ("pt", "Autoliquidação"),
    ("ro", "taxare inversă"),
    ("sk", "prenesenie daňovej povinnosti"),
    ("sl", "obrnjena davčna obveznost"),
    ("sv", "Omvänd betalningsskyldighet"),
];

/// What is printed on an invoice for this reason, also in the client's language; often nothing.
pub fn printed(reason: TaxReason, language: &str) -> String {
    match reason {
        TaxReason::ReverseCharge => {
            let tag = language.split('-').next().unwrap_or_default();
            let own = REVERSE_CHARGE.iter().find(|(known, _)| *known == tag).map(|(_, words)| format!(" / {words}"));
            format!("Reverse charge{}", own.unwrap_or_default())
        }
        TaxReason::OutsideUnion => "Not subject to VAT: the place of supply is outside the European Union".to_owned(),
        _ => String::new(),
    }
}

/// Why an invoice was taxed as it was, in a sentence; none: that was not kept yet.
pub fn sentence(basis: Option<&Value>) -> Option<String> {
    let basis = basis?;
    let text = |key: &str| basis.get(key).and_then(Value::as_str).unwrap_or_default();
    let (country, number) = (text("country"), text("number"));
    let reason: TaxReason = text("reason").parse().ok()?;
    let number_said =
        || if number.is_empty() { ", who gave no VAT number" } else { ", whose VAT number was not confirmed" };
    let is_business = basis.get("business") == Some(&Value::Bool(true));
    let who = || if is_business { "a business" } else { "a consumer" };
    Some(match reason {
        TaxReason::Rule if text("region").is_empty() => format!("Taxed by the rule of {country}."),
        TaxReason::Rule => format!("Taxed by the rule of {}, {country}.", text("region")),
        TaxReason::NoRule => format!("Not taxed: there was no rule for {country}."),
        TaxReason::Exempt => "Not taxed: the client was marked as exempt.".to_owned(),
        TaxReason::Domestic => format!("Taxed at home: the client was in {country}, as the seller."),
        TaxReason::Consumer => format!("Taxed as in {country}: sold to {} there{}.", who(), number_said()),
        TaxReason::BelowThreshold => format!(
            "Taxed at home: sold to {} in {country}{}, while the seller was below the threshold of the Union.",
            who(),
            number_said()
        ),
        TaxReason::OutsideUnion => format!("Not taxed: {country} is outside the European Union."),
        TaxReason::ReverseCharge => format!("Reverse charge: {number} of {country} was {}.", checked(basis)),
    })
}

/// How and when a number was checked.
fn checked(basis: &Value) -> String {
    let text = |key: &str| basis.get(key).and_then(Value::as_str).unwrap_or_default();
    let at = text("checked_at").parse::<DateTime<Utc>>().map(|at| at.format("%Y-%m-%d").to_string());
    let at = at.unwrap_or_default();
    match (text("number_state"), text("reference")) {
        ("confirmed", who) => format!("confirmed by {who} on {at}"),
        (_, "") => format!("valid in the register of the Union on {at}"),
        (_, reference) => format!("valid in the register of the Union on {at} (consultation {reference})"),
    }
}
