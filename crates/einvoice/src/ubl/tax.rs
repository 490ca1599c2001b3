//! VAT.

use super::amount;
use crate::{
    amount::bare,
    codes::Category,
    model::{Draft, Reason, Vat},
    xml::Xml,
};

pub(super) fn total(xml: &mut Xml, draft: &Draft) {
    xml.within("cac:TaxTotal", |xml| {
        amount(xml, "cbc:TaxAmount", draft.totals.tax);
        for part in &draft.breakdown {
            xml.within("cac:TaxSubtotal", |xml| {
                amount(xml, "cbc:TaxableAmount", part.base);
                amount(xml, "cbc:TaxAmount", part.tax);
                category(xml, "cac:TaxCategory", part.vat, part.reason.as_ref());
            });
        }
    });
    if let Some(tax) = draft.tax_in_books {
        xml.within("cac:TaxTotal", |xml| amount(xml, "cbc:TaxAmount", tax));
    }
}

/// How something is taxed. What is out of scope has no rate, not even one of zero.
pub(super) fn category(xml: &mut Xml, tag: &str, vat: Vat, reason: Option<&Reason>) {
    xml.within(tag, |xml| {
        xml.text("cbc:ID", vat.category.code());
        if vat.category != Category::OutOfScope {
            xml.text("cbc:Percent", &bare(vat.percent()));
        }
        if let Some(reason) = reason {
            xml.optional("cbc:TaxExemptionReasonCode", &reason.code);
            xml.optional("cbc:TaxExemptionReason", &reason.text);
        }
        xml.within("cac:TaxScheme", |xml| xml.text("cbc:ID", "VAT"));
    });
}
