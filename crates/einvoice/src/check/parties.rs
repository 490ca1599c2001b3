//! Seller, buyer and the place of delivery.

use crate::{
    codes::{is_address_scheme, is_country, is_vat_prefix},
    model::{Draft, Party},
    rules::{Rule, Violations},
};

pub(super) fn check(draft: &Draft, found: &mut Violations) {
    let Draft { seller, buyer, .. } = draft;
    party(seller, "the seller", [Rule::SellerName, Rule::SellerCountry, Rule::SellerAddressScheme], found);
    party(buyer, "the buyer", [Rule::BuyerName, Rule::BuyerCountry, Rule::BuyerAddressScheme], found);
    let identified = !seller.vat_id.is_empty() || !seller.legal_id.is_empty();
    found.require(identified, Rule::SellerIdentity, "neither is given");
    if !draft.delivered_to.is_empty() {
        found.require(is_country(&draft.delivered_to), Rule::DeliveryCountry, quoted(&draft.delivered_to));
    }
}

fn party(party: &Party, who: &str, [name, country, scheme]: [Rule; 3], found: &mut Violations) {
    found.require(!party.name.is_empty(), name, "none is given");
    let code = &party.address.country;
    if code.is_empty() {
        found.add(country, "none is given");
    } else {
        found.require(is_country(code), Rule::CountryCode, format!("{who}: {}", quoted(code)));
    }
    if !party.vat_id.is_empty() {
        let prefix = party.vat_id.get(..2).unwrap_or_default();
        found.require(is_vat_prefix(prefix), Rule::VatPrefix, format!("{who}: {}", quoted(&party.vat_id)));
    }
    if let Some(address) = &party.electronic {
        found.require(is_address_scheme(&address.scheme), scheme, quoted(&address.scheme));
    }
}

fn quoted(text: &str) -> String {
    format!("{text:?}")
}
