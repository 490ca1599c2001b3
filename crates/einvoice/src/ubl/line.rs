//! What is sold.

use super::{Schema, adjustment, amount, period, tax};
use crate::{amount::bare, model::Line, xml::Xml};

pub(super) fn write(xml: &mut Xml, number: usize, line: &Line, schema: Schema) {
    let unit = [("unitCode", line.unit.code())];
    let (tag, quantity) = match schema {
        Schema::Invoice => ("cac:InvoiceLine", "cbc:InvoicedQuantity"),
        Schema::CreditNote => ("cac:CreditNoteLine", "cbc:CreditedQuantity"),
    };
    xml.within(tag, |xml| {
        xml.text("cbc:ID", &number.to_string());
        xml.text_with(quantity, &unit, &bare(line.quantity));
        amount(xml, "cbc:LineExtensionAmount", line.net);
        if let Some(days) = line.period {
            period(xml, days);
        }
        for one in &line.adjustments {
            xml.within("cac:AllowanceCharge", |xml| adjustment(xml, one.change, one.amount, &one.reason));
        }
        xml.within("cac:Item", |xml| {
            xml.optional("cbc:Description", &line.description);
            xml.text("cbc:Name", &line.name);
            tax::category(xml, "cac:ClassifiedTaxCategory", line.vat, None);
        });
        xml.within("cac:Price", |xml| {
            amount(xml, "cbc:PriceAmount", line.price);
            xml.text_with("cbc:BaseQuantity", &unit, &bare(line.per));
        });
    });
}
