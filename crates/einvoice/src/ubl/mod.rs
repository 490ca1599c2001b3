//! The syntax of OASIS: UBL 2.1. A credit note has a root element of its own.

mod line;
mod party;
mod payment;
mod tax;

use chrono::NaiveDate;
use innkeeper_domain::Money;

use crate::{
    amount::written,
    check::Document,
    codes::Kind,
    model::{Adjustment, Change, Draft, Period, Totals},
    xml::Xml,
};

/// BT-24: which rules the document keeps.
const SPECIFICATION: &str = "urn:cen.eu:en16931:2017";

const COMMON: [(&str, &str); 2] = [
    ("xmlns:cac", "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"),
    ("xmlns:cbc", "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"),
];

/// Which of the two schemas.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Schema {
    Invoice,
    CreditNote,
}

/// The document as an XML text in UTF-8.
pub fn write(document: &Document) -> String {
    let draft = document.contents();
    let (schema, root, namespace) = match draft.kind {
        Kind::Invoice | Kind::Corrective => {
            (Schema::Invoice, "Invoice", "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2")
        }
        Kind::CreditNote => {
            (Schema::CreditNote, "CreditNote", "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2")
        }
    };
    let [aggregate, basic] = COMMON;
    Xml::document(root, &[("xmlns", namespace), aggregate, basic], |xml| {
        head(xml, draft, schema);
        xml.within("cac:AccountingSupplierParty", |xml| {
            party::write(xml, &draft.seller, payment::creditor(draft));
        });
        xml.within("cac:AccountingCustomerParty", |xml| party::write(xml, &draft.buyer, ""));
        delivery(xml, draft);
        payment::write(xml, draft, schema);
        for adjustment in &draft.adjustments {
            document_adjustment(xml, adjustment);
        }
        tax::total(xml, draft);
        totals(xml, &draft.totals);
        for (i, sold) in draft.lines.iter().enumerate() {
            line::write(xml, i + 1, sold, schema);
        }
    })
}

fn head(xml: &mut Xml, draft: &Draft, schema: Schema) {
    xml.text("cbc:CustomizationID", SPECIFICATION);
    xml.text("cbc:ID", &draft.number);
    day(xml, "cbc:IssueDate", draft.issued);
    if schema == Schema::Invoice {
        if let Some(due) = draft.due {
            day(xml, "cbc:DueDate", due);
        }
        xml.text("cbc:InvoiceTypeCode", draft.kind.code());
    } else {
        xml.text("cbc:CreditNoteTypeCode", draft.kind.code());
    }
    for note in &draft.notes {
        xml.text("cbc:Note", note);
    }
    xml.text("cbc:DocumentCurrencyCode", draft.currency.code());
    if let Some(tax) = draft.tax_in_books {
        xml.text("cbc:TaxCurrencyCode", tax.currency().code());
    }
    xml.optional("cbc:BuyerReference", &draft.buyer_reference);
    if let Some(days) = draft.period {
        period(xml, days);
    }
    for earlier in &draft.preceding {
        xml.within("cac:BillingReference", |xml| {
            xml.within("cac:InvoiceDocumentReference", |xml| {
                xml.text("cbc:ID", &earlier.number);
                if let Some(issued) = earlier.issued {
                    day(xml, "cbc:IssueDate", issued);
                }
            });
        });
    }
}

fn delivery(xml: &mut Xml, draft: &Draft) {
    if draft.delivered.is_none() && draft.delivered_to.is_empty() {
        return;
    }
    xml.within("cac:Delivery", |xml| {
        if let Some(delivered) = draft.delivered {
            day(xml, "cbc:ActualDeliveryDate", delivered);
        }
        if !draft.delivered_to.is_empty() {
            xml.within("cac:DeliveryLocation", |xml| {
                xml.within("cac:Address", |xml| {
                    xml.within("cac:Country", |xml| xml.text("cbc:IdentificationCode", &draft.delivered_to));
                });
            });
        }
    });
}

fn document_adjustment(xml: &mut Xml, one: &Adjustment) {
    xml.within("cac:AllowanceCharge", |xml| {
        adjustment(xml, one.change, one.amount, &one.reason);
        tax::category(xml, "cac:TaxCategory", one.vat, None);
    });
}

/// What is taken off or added.
fn adjustment(xml: &mut Xml, change: Change, money: Money, reason: &str) {
    xml.text("cbc:ChargeIndicator", if change == Change::Charge { "true" } else { "false" });
    xml.text("cbc:AllowanceChargeReason", reason);
    amount(xml, "cbc:Amount", money);
}

fn totals(xml: &mut Xml, totals: &Totals) {
    xml.within("cac:LegalMonetaryTotal", |xml| {
        amount(xml, "cbc:LineExtensionAmount", totals.lines);
        amount(xml, "cbc:TaxExclusiveAmount", totals.net);
        amount(xml, "cbc:TaxInclusiveAmount", totals.gross);
        amount(xml, "cbc:AllowanceTotalAmount", totals.allowances);
        amount(xml, "cbc:ChargeTotalAmount", totals.charges);
        amount(xml, "cbc:PrepaidAmount", totals.prepaid);
        amount(xml, "cbc:PayableAmount", totals.due);
    });
}

fn amount(xml: &mut Xml, tag: &str, money: Money) {
    xml.text_with(tag, &[("currencyID", money.currency().code())], &written(money));
}

/// `2026-05-01`.
fn day(xml: &mut Xml, tag: &str, date: NaiveDate) {
    xml.text(tag, &date.format("%Y-%m-%d").to_string());
}

fn period(xml: &mut Xml, period: Period) {
    xml.within("cac:InvoicePeriod", |xml| {
        day(xml, "cbc:StartDate", period.first);
        day(xml, "cbc:EndDate", period.last);
    });
}
