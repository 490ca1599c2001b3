//! The extra fields some extensions ask for.

use innkeeper_plugin_api::PluginError;
use std::collections::BTreeMap;

use super::{correct, field};
use crate::client::Fields;

/// A field: the vendor's name and the label of older systems' order forms, which may stand for it.
struct Extra {
    name: &'static str,
    label: &'static str,
}

const fn extra(name: &'static str, label: &'static str) -> Extra {
    Extra { name, label }
}

static EXTRAS: &[Extra] = &[
    extra("aeroId", "Aero ID"),
    extra("aeroPass", "Aero Password"),
    extra("domainIntendedUse", "Intended Use"),
    extra("frTradeMark", "Trade Mark"),
    extra("frSirenNumber", "SIREN Number"),
    extra("ownerDateOfBirth", "Date of Birth"),
    extra("ownerPlaceOfBirth", "Place of Birth"),
    extra("jobsOwnerIsAssocMember", "Association Member"),
    extra("jobsOwnerWebsite", "Registrant Website"),
    extra("jobsAdminWebsite", "Admin Website"),
    extra("jobsTechWebsite", "Tech Website"),
    extra("jobsBillingWebsite", "Billing Website"),
    extra("coreContactInfo", "Contact Info"),
    extra("ltdaAuthority", "Authority"),
    extra("ltdaLicenseNumber", "License Number"),
    extra("proProfession", "Profession"),
    extra("proAuthority", "Professional Authority"),
    extra("proAuthorityWebsite", "Professional Authority Website"),
    extra("proLicenseNumber", "Professional License Number"),
    extra("ruIssuer", "Issuer"),
    extra("ruIssuerDate", "Issue Date"),
    extra("travelUIN", "UIN"),
    extra("xxxClass", "Class"),
    extra("xxxName", "Name"),
    extra("xxxEmail", "Email"),
    extra("xxxId", "ID"),
    extra("lawaccid", "Accreditation ID"),
    extra("lawaccbody", "Accreditation Body"),
    extra("lawaccyear", "Accreditation Year"),
    extra("lawaccjurcc", "Accreditation Country"),
    extra("lawaccjurst", "Accreditation State"),
];

/// The fields without which an order below `tld` is refused.
fn required(tld: &str) -> &'static [&'static str] {
    match tld {
        "aero" => &["aeroId", "aeroPass"],
        "cat" | "barcelona" | "madrid" | "eus" | "gal" | "scot" | "quebec" | "radio" => &["domainIntendedUse"],
        "hk" | "ee" | "fi" | "moscow" | "my" | "vn" => &["ownerDateOfBirth"],
        "ru" => &["ownerDateOfBirth", "ruIssuer", "ruIssuerDate"],
        "jobs" => &["jobsOwnerWebsite"],
        "pro" => &["proProfession"],
        "travel" => &["travelUIN"],
        "xxx" => &["xxxClass"],
        _ => &[],
    }
}

fn known(key: &str) -> Option<&'static Extra> {
    // "Aero Pass" is how one form spells it, "Aero Password" another.
    let key = if key.eq_ignore_ascii_case("Aero Pass") { "aeroPass" } else { key };
    EXTRAS.iter().find(|extra| extra.name.eq_ignore_ascii_case(key) || extra.label.eq_ignore_ascii_case(key))
}

/// The extras as they are sent: only fields that are extras (so that no order can smuggle in another parameter),
/// under the vendor's names. `Invalid` if one is unknown or a required one is missing.
pub(crate) fn extra_fields(tld: &str, extra: &BTreeMap<String, String>) -> Result<Fields, PluginError> {
    let mut fields = Fields::new();
    for (key, value) in extra.iter().filter(|(_, value)| !value.trim().is_empty()) {
        let found = known(key.trim())
            .ok_or_else(|| PluginError::invalid(format!("the registrar knows no extra field {key}")))?;
        fields.push(field(found.name, value.trim()));
    }
    let has = |name: &str| fields.iter().any(|(key, _)| key == name);
    let missing: Vec<&str> = required(tld)
        .iter()
        .filter(|name| !has(name))
        .map(|name| known(name).map_or(*name, |extra| extra.label))
        .collect();
    if missing.is_empty() {
        return Ok(fields);
    }
    Err(correct(format!("For .{tld} domains these details are needed, too: {}.", missing.join(", "))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(tld: &str, given: &[(&str, &str)]) -> Result<Fields, String> {
        let given = given.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        extra_fields(tld, &given).map_err(|e| e.detail)
    }

    #[test]
    fn labels_and_names_mean_the_same() {
        let fields = vec![field("aeroId", "1"), field("aeroPass", "2")];
        assert_eq!(sent("aero", &[("aeroId", "1"), ("aeroPass", "2")]), Ok(fields.clone()));
        assert_eq!(sent("aero", &[("Aero ID", "1"), ("Aero Pass", "2")]), Ok(fields.clone()));
        assert_eq!(sent("aero", &[("Aero ID", "1"), ("Aero Password", " 2 ")]), Ok(fields));
    }

    #[test]
    fn says_what_is_missing_and_lets_nothing_else_through() {
        assert!(sent("ru", &[("Issuer", "x")]).is_err_and(|e| e.contains("Date of Birth, Issue Date")));
        assert!(sent("cat", &[("domainIntendedUse", " ")]).is_err_and(|e| e.contains("Intended Use")));
        assert!(sent("com", &[("apipasswd", "x")]).is_err_and(|e| e.contains("apipasswd")));
        assert_eq!(sent("com", &[]), Ok(vec![]));
    }

    #[test]
    fn every_required_field_is_a_known_one() {
        for tld in ["aero", "cat", "hk", "ru", "jobs", "pro", "travel", "xxx"] {
            assert!(required(tld).iter().all(|name| known(name).is_some_and(|extra| extra.name == *name)), "{tld}");
        }
    }
}
