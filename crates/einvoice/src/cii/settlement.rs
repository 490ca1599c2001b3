//! Payment, tax and sums.

use innkeeper_domain::Money;

use super::{date, digits, period};
use crate::{
    amount::{bare, written},
    codes::Category,
    model::{Breakdown, Change, Draft, PaymentMeans, Totals, Vat},
    xml::Xml,
};

pub(super) fn write(xml: &mut Xml, draft: &Draft) {
    xml.within("ram:ApplicableHeaderTradeSettlement", |xml| {
        if let Some(PaymentMeans::DirectDebit { creditor, .. }) = &draft.payment {
            xml.text("ram:CreditorReferenceID", creditor);
        }
        xml.optional("ram:PaymentReference", &draft.remittance);
        if let Some(tax) = draft.tax_in_books {
            xml.text("ram:TaxCurrencyCode", tax.currency().code());
        }
        xml.text("ram:InvoiceCurrencyCode", draft.currency.code());
        if let Some(means) = &draft.payment {
            xml.within("ram:SpecifiedTradeSettlementPaymentMeans", |xml| payment(xml, means));
        }
        for part in &draft.breakdown {
            xml.within("ram:ApplicableTradeTax", |xml| breakdown(xml, part));
        }
        if let Some(days) = draft.period {
            period(xml, days);
        }
        for one in &draft.adjustments {
            xml.within("ram:SpecifiedTradeAllowanceCharge", |xml| {
                adjustment(xml, one.change, one.amount, &one.reason);
                xml.within("ram:CategoryTradeTax", |xml| vat(xml, one.vat));
            });
        }
        terms(xml, draft);
        totals(xml, draft);
        for earlier in &draft.preceding {
            xml.within("ram:InvoiceReferencedDocument", |xml| {
                xml.text("ram:IssuerAssignedID", &earlier.number);
                if let Some(day) = earlier.issued {
                    xml.within("ram:FormattedIssueDateTime", |xml| {
                        xml.text_with("qdt:DateTimeString", &[("format", "102")], &digits(day));
                    });
                }
            });
        }
    });
}

fn payment(xml: &mut Xml, means: &PaymentMeans) {
    match means {
        PaymentMeans::SepaTransfer { iban, bic, holder } => {
            xml.text("ram:TypeCode", "58");
            xml.within("ram:PayeePartyCreditorFinancialAccount", |xml| {
                xml.text("ram:IBANID", iban);
                xml.optional("ram:AccountName", holder);
            });
            if !bic.is_empty() {
                xml.within("ram:PayeeSpecifiedCreditorFinancialInstitution", |xml| xml.text("ram:BICID", bic));
            }
        }
        PaymentMeans::Card { last_digits, holder, .. } => {
            xml.text("ram:TypeCode", "48");
            xml.within("ram:ApplicableTradeSettlementFinancialCard", |xml| {
                xml.text("ram:ID", last_digits);
                xml.optional("ram:CardholderName", holder);
            });
        }
        PaymentMeans::DirectDebit { iban, .. } => {
            xml.text("ram:TypeCode", "59");
            if !iban.is_empty() {
                xml.within("ram:PayerPartyDebtorFinancialAccount", |xml| xml.text("ram:IBANID", iban));
            }
        }
    }
}

fn breakdown(xml: &mut Xml, part: &Breakdown) {
    let (text, code) = part.reason.as_ref().map_or(("", ""), |reason| (&reason.text, &reason.code));
    xml.text("ram:CalculatedAmount", &written(part.tax));
    xml.text("ram:TypeCode", "VAT");
    xml.optional("ram:ExemptionReason", text);
    xml.text("ram:BasisAmount", &written(part.base));
    xml.text("ram:CategoryCode", part.vat.category.code());
    xml.optional("ram:ExemptionReasonCode", code);
    rate(xml, part.vat);
}

/// How something is taxed.
pub(super) fn vat(xml: &mut Xml, vat: Vat) {
    xml.text("ram:TypeCode", "VAT");
    xml.text("ram:CategoryCode", vat.category.code());
    rate(xml, vat);
}

/// What is out of scope has no rate, not even one of zero.
fn rate(xml: &mut Xml, vat: Vat) {
    if vat.category != Category::OutOfScope {
        xml.text("ram:RateApplicablePercent", &bare(vat.percent()));
    }
}

/// What is taken off or added.
pub(super) fn adjustment(xml: &mut Xml, change: Change, amount: Money, reason: &str) {
    let added = if change == Change::Charge { "true" } else { "false" };
    xml.within("ram:ChargeIndicator", |xml| xml.text("udt:Indicator", added));
    xml.text("ram:ActualAmount", &written(amount));
    xml.text("ram:Reason", reason);
}

fn terms(xml: &mut Xml, draft: &Draft) {
    let mandate = match &draft.payment {
        Some(PaymentMeans::DirectDebit { mandate, .. }) => mandate,
        _ => "",
    };
    if draft.due.is_none() && draft.terms.is_empty() && mandate.is_empty() {
        return;
    }
    xml.within("ram:SpecifiedTradePaymentTerms", |xml| {
        xml.optional("ram:Description", &draft.terms);
        if let Some(day) = draft.due {
            date(xml, "ram:DueDateDateTime", day);
        }
        xml.optional("ram:DirectDebitMandateID", mandate);
    });
}

fn totals(xml: &mut Xml, draft: &Draft) {
    let Totals { lines, allowances, charges, net, tax, gross, prepaid, due } = draft.totals;
    xml.within("ram:SpecifiedTradeSettlementHeaderMonetarySummation", |xml| {
        xml.text("ram:LineTotalAmount", &written(lines));
        xml.text("ram:ChargeTotalAmount", &written(charges));
        xml.text("ram:AllowanceTotalAmount", &written(allowances));
        xml.text("ram:TaxBasisTotalAmount", &written(net));
        for tax in [Some(tax), draft.tax_in_books].into_iter().flatten() {
            xml.text_with("ram:TaxTotalAmount", &[("currencyID", tax.currency().code())], &written(tax));
        }
        xml.text("ram:GrandTotalAmount", &written(gross));
        xml.text("ram:TotalPrepaidAmount", &written(prepaid));
        xml.text("ram:DuePayableAmount", &written(due));
    });
}
