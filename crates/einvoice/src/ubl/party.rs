//! Seller and buyer.

use crate::{model::Party, xml::Xml};

/// A party; `creditor` is the seller's identifier as a collector of direct debits.
pub(super) fn write(xml: &mut Xml, party: &Party, creditor: &str) {
    xml.within("cac:Party", |xml| {
        if let Some(electronic) = &party.electronic {
            xml.text_with("cbc:EndpointID", &[("schemeID", &electronic.scheme)], &electronic.id);
        }
        if !creditor.is_empty() {
            xml.within("cac:PartyIdentification", |xml| {
                xml.text_with("cbc:ID", &[("schemeID", "SEPA")], creditor);
            });
        }
        address(xml, party);
        for (scheme, id) in [("VAT", &party.vat_id), ("TAX", &party.tax_id)] {
            if !id.is_empty() {
                xml.within("cac:PartyTaxScheme", |xml| {
                    xml.text("cbc:CompanyID", id);
                    xml.within("cac:TaxScheme", |xml| xml.text("cbc:ID", scheme));
                });
            }
        }
        xml.within("cac:PartyLegalEntity", |xml| {
            xml.text("cbc:RegistrationName", &party.name);
            xml.optional("cbc:CompanyID", &party.legal_id);
        });
        if !party.contact.is_empty() {
            xml.within("cac:Contact", |xml| xml.text("cbc:Name", &party.contact));
        }
    });
}

fn address(xml: &mut Xml, party: &Party) {
    let address = &party.address;
    let mut lines = address.lines.iter();
    xml.within("cac:PostalAddress", |xml| {
        for (tag, line) in ["cbc:StreetName", "cbc:AdditionalStreetName"].into_iter().zip(lines.by_ref()) {
            xml.text(tag, line);
        }
        xml.optional("cbc:CityName", &address.city);
        xml.optional("cbc:PostalZone", &address.postcode);
        xml.optional("cbc:CountrySubentity", &address.region);
        if let Some(third) = lines.next() {
            xml.within("cac:AddressLine", |xml| xml.text("cbc:Line", third));
        }
        xml.within("cac:Country", |xml| xml.text("cbc:IdentificationCode", &address.country));
    });
}
