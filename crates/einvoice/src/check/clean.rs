//! Every text of a draft, cleaned.

use crate::{
    model::{Address, Draft, Party, PaymentMeans},
    text::{line, paragraphs},
};

/// How many lines of an address the norm has room for.
const ADDRESS_LINES: usize = 3;

/// Cleans every text.
pub(super) fn clean(draft: &mut Draft) {
    for text in [&mut draft.number, &mut draft.buyer_reference, &mut draft.delivered_to, &mut draft.remittance] {
        *text = line(text);
    }
    draft.terms = paragraphs(&draft.terms);
    draft.notes = draft.notes.iter().map(|note| paragraphs(note)).filter(|note| !note.is_empty()).collect();
    for earlier in &mut draft.preceding {
        earlier.number = line(&earlier.number);
    }
    for side in [&mut draft.seller, &mut draft.buyer] {
        party(side);
    }
    for sold in &mut draft.lines {
        sold.name = line(&sold.name);
        sold.description = paragraphs(&sold.description);
        for adjustment in &mut sold.adjustments {
            adjustment.reason = line(&adjustment.reason);
        }
    }
    for adjustment in &mut draft.adjustments {
        adjustment.reason = line(&adjustment.reason);
    }
    for reason in draft.breakdown.iter_mut().filter_map(|part| part.reason.as_mut()) {
        reason.text = line(&reason.text);
        reason.code = line(&reason.code);
    }
    draft.payment.as_mut().map_or_else(Vec::new, payment).into_iter().for_each(|text| *text = line(text));
    if let Some(PaymentMeans::SepaTransfer { iban, .. } | PaymentMeans::DirectDebit { iban, .. }) = &mut draft.payment {
        *iban = code(iban);
    }
}

fn party(party: &mut Party) {
    for text in [&mut party.name, &mut party.contact, &mut party.legal_id, &mut party.tax_id] {
        *text = line(text);
    }
    party.vat_id = code(&party.vat_id);
    if let Some(electronic) = &mut party.electronic {
        electronic.scheme = line(&electronic.scheme);
        electronic.id = line(&electronic.id);
    }
    party.electronic = party.electronic.take().filter(|address| !address.id.is_empty());
    let Address { lines, city, postcode, region, country } = &mut party.address;
    for text in [city, postcode, region, country] {
        *text = line(text);
    }
    let mut kept: Vec<String> = lines.iter().map(|text| line(text)).filter(|text| !text.is_empty()).collect();
    if kept.len() > ADDRESS_LINES {
        let rest = kept.split_off(ADDRESS_LINES - 1);
        kept.push(rest.join(", "));
    }
    *lines = kept;
}

fn payment(payment: &mut PaymentMeans) -> Vec<&mut String> {
    match payment {
        PaymentMeans::SepaTransfer { iban, bic, holder } => vec![iban, bic, holder],
        PaymentMeans::Card { last_digits, network, holder } => vec![last_digits, network, holder],
        PaymentMeans::DirectDebit { mandate, creditor, iban } => vec![mandate, creditor, iban],
    }
}

/// Numbers that people write with spaces.
fn code(text: &str) -> String {
    line(text).chars().filter(|c| !c.is_whitespace()).flat_map(char::to_uppercase).collect()
}
