//! What is sold.

use super::{period, settlement};
use crate::{
    amount::{bare, written},
    model::Line,
    xml::Xml,
};

pub(super) fn write(xml: &mut Xml, number: usize, line: &Line) {
    let unit = [("unitCode", line.unit.code())];
    xml.within("ram:IncludedSupplyChainTradeLineItem", |xml| {
        xml.within("ram:AssociatedDocumentLineDocument", |xml| xml.text("ram:LineID", &number.to_string()));
        xml.within("ram:SpecifiedTradeProduct", |xml| {
            xml.text("ram:Name", &line.name);
            xml.optional("ram:Description", &line.description);
        });
        xml.within("ram:SpecifiedLineTradeAgreement", |xml| {
            xml.within("ram:NetPriceProductTradePrice", |xml| {
                xml.text("ram:ChargeAmount", &written(line.price));
                xml.text_with("ram:BasisQuantity", &unit, &bare(line.per));
            });
        });
        xml.within("ram:SpecifiedLineTradeDelivery", |xml| {
            xml.text_with("ram:BilledQuantity", &unit, &bare(line.quantity));
        });
        xml.within("ram:SpecifiedLineTradeSettlement", |xml| {
            xml.within("ram:ApplicableTradeTax", |xml| settlement::vat(xml, line.vat));
            if let Some(days) = line.period {
                period(xml, days);
            }
            for adjustment in &line.adjustments {
                xml.within("ram:SpecifiedTradeAllowanceCharge", |xml| {
                    settlement::adjustment(xml, adjustment.change, adjustment.amount, &adjustment.reason);
                });
            }
            xml.within("ram:SpecifiedTradeSettlementLineMonetarySummation", |xml| {
                xml.text("ram:LineTotalAmount", &written(line.net));
            });
        });
    });
}
