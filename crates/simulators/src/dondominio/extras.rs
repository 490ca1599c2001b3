//! The extra fields some extensions ask for.

use std::collections::BTreeMap;

use super::fault::{Fault, Outcome};
use super::params::Params;
use super::syntax;

/// Every extra field of the API.
const NAMES: &[&str] = &[
    "aeroId",
    "aeroPass",
    "coreContactInfo",
    "domainIntendedUse",
    "frSirenNumber",
    "frTradeMark",
    "jobsAdminWebsite",
    "jobsBillingWebsite",
    "jobsOwnerIsAssocMember",
    "jobsOwnerWebsite",
    "jobsTechWebsite",
    "lawaccbody",
    "lawaccid",
    "lawaccjurcc",
    "lawaccjurst",
    "lawaccyear",
    "ltdaAuthority",
    "ltdaLicenseNumber",
    "ownerDateOfBirth",
    "proAuthority",
    "proAuthorityWebsite",
    "proLicenseNumber",
    "proProfession",
    "ruIssuer",
    "ruIssuerDate",
    "travelUIN",
    "xxxClass",
    "xxxEmail",
    "xxxId",
    "xxxName",
];

/// The fields without which a registration below `tld` is refused.
///
/// Only fields the vendor's own plugins still ask for are required; the other
/// extras of the API are accepted and not looked at.
pub(crate) fn required(tld: &str) -> &'static [&'static str] {
    match tld {
        "aero" => &["aeroId", "aeroPass"],
        "cat" | "barcelona" | "madrid" | "eus" | "gal" | "pl" | "scot" | "quebec" | "radio" => &["domainIntendedUse"],
        "hk" | "ee" | "fi" | "moscow" | "my" | "vn" => &["ownerDateOfBirth"],
        "ru" => &["ownerDateOfBirth", "ruIssuer", "ruIssuerDate"],
        "jobs" => &["jobsOwnerWebsite"],
        "pro" => &["proProfession"],
        "travel" => &["travelUIN"],
        "xxx" => &["xxxClass"],
        _ => &[],
    }
}

/// Checks the extras of a registration or transfer.
pub(crate) fn check(tld: &str, params: &Params) -> Outcome<()> {
    for field in required(tld) {
        params.require(field)?;
    }
    params.date("ownerDateOfBirth")?;
    params.date("ruIssuerDate")?;
    params.flag("jobsOwnerIsAssocMember")?;
    if params.get("xxxEmail").is_some_and(|text| !syntax::email(text)) {
        return Err(Fault::invalid("xxxEmail", "not an e-mail address"));
    }
    let class = params.one_of("xxxClass", &["default", "membership", "nonResolver"])?;
    if tld == "xxx" && class == Some("membership") && params.get("xxxId").is_none() {
        return Err(Fault::missing("xxxId"));
    }
    Ok(())
}

/// The extras of an order, as sent.
pub(crate) fn given(params: &Params) -> BTreeMap<String, String> {
    let one = |name: &&str| Some(((*name).to_owned(), params.get(name)?.to_owned()));
    NAMES.iter().filter_map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code<const N: usize>(tld: &str, fields: [(&str, &str); N]) -> Option<i32> {
        check(tld, &Params::from(fields)).err().map(|fault| fault.code)
    }

    #[test]
    fn asks_for_what_the_extension_needs() {
        assert_eq!(code("com", []), None);
        assert_eq!(code("cat", []), Some(101));
        assert_eq!(code("cat", [("domainIntendedUse", "A blog")]), None);
        assert_eq!(code("xxx", [("xxxClass", "other")]), Some(105));
        assert_eq!(code("xxx", [("xxxClass", "membership")]), Some(101));
        let born = [("ownerDateOfBirth", "1980-13-01")];
        assert_eq!(code("hk", born), Some(105));
    }
}
