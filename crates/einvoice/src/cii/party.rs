//! Seller and buyer.

use crate::{model::Party, xml::Xml};

pub(super) fn write(xml: &mut Xml, tag: &str, party: &Party) {
    xml.within(tag, |xml| {
        xml.text("ram:Name", &party.name);
        if !party.legal_id.is_empty() {
            xml.within("ram:SpecifiedLegalOrganization", |xml| xml.text("ram:ID", &party.legal_id));
        }
        if !party.contact.is_empty() {
            xml.within("ram:DefinedTradeContact", |xml| xml.text("ram:PersonName", &party.contact));
        }
        address(xml, party);
        if let Some(electronic) = &party.electronic {
            xml.within("ram:URIUniversalCommunication", |xml| {
                xml.text_with("ram:URIID", &[("schemeID", &electronic.scheme)], &electronic.id);
            });
        }
        for (scheme, id) in [("VA", &party.vat_id), ("FC", &party.tax_id)] {
            if !id.is_empty() {
                xml.within("ram:SpecifiedTaxRegistration", |xml| {
                    xml.text_with("ram:ID", &[("schemeID", scheme)], id);
                });
            }
        }
    });
}

fn address(xml: &mut Xml, party: &Party) {
    let address = &party.address;
    xml.within("ram:PostalTradeAddress", |xml| {
        xml.optional("ram:PostcodeCode", &address.postcode);
        for (tag, line) in ["ram:LineOne", "ram:LineTwo", "ram:LineThree"].into_iter().zip(&address.lines) {
            xml.text(tag, line);
        }
        xml.optional("ram:CityName", &address.city);
        xml.text("ram:CountryID", &address.country);
        xml.optional("ram:CountrySubDivisionName", &address.region);
    });
}
