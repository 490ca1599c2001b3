//! How and when to pay.

use super::Schema;
use crate::{
    model::{Draft, PaymentMeans},
    xml::Xml,
};

/// The identifier of a seller that collects direct debits; else empty.
pub(super) fn creditor(draft: &Draft) -> &str {
    match &draft.payment {
        Some(PaymentMeans::DirectDebit { creditor, .. }) => creditor,
        _ => "",
    }
}

pub(super) fn write(xml: &mut Xml, draft: &Draft, schema: Schema) {
    if let Some(payment) = &draft.payment {
        xml.within("cac:PaymentMeans", |xml| means(xml, payment, &draft.remittance));
    }
    // A credit note of UBL has no place for its day of payment but its terms.
    let terms = match draft.due.filter(|_| schema == Schema::CreditNote && draft.terms.is_empty()) {
        Some(due) => due.format("%Y-%m-%d").to_string(),
        None => draft.terms.clone(),
    };
    if !terms.is_empty() {
        xml.within("cac:PaymentTerms", |xml| xml.text("cbc:Note", &terms));
    }
}

fn means(xml: &mut Xml, payment: &PaymentMeans, remittance: &str) {
    match payment {
        PaymentMeans::SepaTransfer { iban, bic, holder } => {
            xml.text("cbc:PaymentMeansCode", "58");
            xml.optional("cbc:PaymentID", remittance);
            xml.within("cac:PayeeFinancialAccount", |xml| {
                xml.text("cbc:ID", iban);
                xml.optional("cbc:Name", holder);
                if !bic.is_empty() {
                    xml.within("cac:FinancialInstitutionBranch", |xml| xml.text("cbc:ID", bic));
                }
            });
        }
        PaymentMeans::Card { last_digits, network, holder } => {
            xml.text("cbc:PaymentMeansCode", "48");
            xml.optional("cbc:PaymentID", remittance);
            xml.within("cac:CardAccount", |xml| {
                xml.text("cbc:PrimaryAccountNumberID", last_digits);
                xml.text("cbc:NetworkID", network);
                xml.optional("cbc:HolderName", holder);
            });
        }
        PaymentMeans::DirectDebit { mandate, iban, .. } => {
            xml.text("cbc:PaymentMeansCode", "59");
            xml.optional("cbc:PaymentID", remittance);
            xml.within("cac:PaymentMandate", |xml| {
                xml.text("cbc:ID", mandate);
                if !iban.is_empty() {
                    xml.within("cac:PayerFinancialAccount", |xml| xml.text("cbc:ID", iban));
                }
            });
        }
    }
}
