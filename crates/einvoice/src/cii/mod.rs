//! The syntax of UN/CEFACT: Cross Industry Invoice D22B, as Factur-X and ZUGFeRD attach it to PDF files, in
//! their profile EN 16931 (once called COMFORT).

mod line;
mod party;
mod settlement;

use chrono::{Datelike, NaiveDate};

use crate::{
    check::Document,
    model::{Draft, Period},
    xml::Xml,
};

/// The namespaces, which the schemas fix.
const NAMESPACES: [(&str, &str); 4] = [
    ("xmlns:rsm", "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"),
    ("xmlns:ram", "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"),
    ("xmlns:qdt", "urn:un:unece:uncefact:data:standard:QualifiedDataType:100"),
    ("xmlns:udt", "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100"),
];

/// BT-24: which rules the document keeps.
const SPECIFICATION: &str = "urn:cen.eu:en16931:2017";

/// The document as an XML text in UTF-8.
pub fn write(document: &Document) -> String {
    let draft = document.contents();
    Xml::document("rsm:CrossIndustryInvoice", &NAMESPACES, |xml| {
        xml.within("rsm:ExchangedDocumentContext", |xml| {
            xml.within("ram:GuidelineSpecifiedDocumentContextParameter", |xml| xml.text("ram:ID", SPECIFICATION));
        });
        head(xml, draft);
        xml.within("rsm:SupplyChainTradeTransaction", |xml| {
            for (i, sold) in draft.lines.iter().enumerate() {
                line::write(xml, i + 1, sold);
            }
            agreement(xml, draft);
            delivery(xml, draft);
            settlement::write(xml, draft);
        });
    })
}

fn head(xml: &mut Xml, draft: &Draft) {
    xml.within("rsm:ExchangedDocument", |xml| {
        xml.text("ram:ID", &draft.number);
        xml.text("ram:TypeCode", draft.kind.code());
        date(xml, "ram:IssueDateTime", draft.issued);
        for note in &draft.notes {
            xml.within("ram:IncludedNote", |xml| xml.text("ram:Content", note));
        }
    });
}

fn agreement(xml: &mut Xml, draft: &Draft) {
    xml.within("ram:ApplicableHeaderTradeAgreement", |xml| {
        xml.optional("ram:BuyerReference", &draft.buyer_reference);
        party::write(xml, "ram:SellerTradeParty", &draft.seller);
        party::write(xml, "ram:BuyerTradeParty", &draft.buyer);
    });
}

fn delivery(xml: &mut Xml, draft: &Draft) {
    xml.within("ram:ApplicableHeaderTradeDelivery", |xml| {
        if !draft.delivered_to.is_empty() {
            xml.within("ram:ShipToTradeParty", |xml| {
                xml.within("ram:PostalTradeAddress", |xml| xml.text("ram:CountryID", &draft.delivered_to));
            });
        }
        if let Some(day) = draft.delivered {
            xml.within("ram:ActualDeliverySupplyChainEvent", |xml| date(xml, "ram:OccurrenceDateTime", day));
        }
    });
}

/// A day, in the format that the code 102 means.
fn date(xml: &mut Xml, tag: &str, day: NaiveDate) {
    xml.within(tag, |xml| xml.text_with("udt:DateTimeString", &[("format", "102")], &digits(day)));
}

/// `20260501`.
fn digits(day: NaiveDate) -> String {
    format!("{:04}{:02}{:02}", day.year(), day.month(), day.day())
}

fn period(xml: &mut Xml, period: Period) {
    xml.within("ram:BillingSpecifiedPeriod", |xml| {
        date(xml, "ram:StartDateTime", period.first);
        date(xml, "ram:EndDateTime", period.last);
    });
}
