//! An invoice for machines: from its stored snapshots to a document after EN 16931.
//!
//! Nothing is guessed. Where the snapshots do not say what the norm asks for, there is no such document, and
//! the reasons are listed for staff.

mod line;
mod party;
#[cfg(test)]
mod tests;
mod vat;

use innkeeper_domain::{Currency, InvoiceId, Money, state::InvoiceState};
use innkeeper_einvoice::{Breakdown, Document, Draft, Kind, PaymentMeans, Preceding, Totals, cii, ubl};
use serde_json::Value;

use super::{InvoiceView, LineRow, get};
use crate::{Actor, App, AppError, Result, settings::Company};

/// The way a document for machines is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// Cross Industry Invoice: what is attached to the PDF.
    Cii,
    /// UBL 2.1.
    Ubl,
}

/// The invoice as XML and the name of its file. Fails if it cannot be an e-invoice; only staff read why.
pub async fn xml(app: &App, actor: &Actor, id: InvoiceId, syntax: Syntax) -> Result<(String, String)> {
    let view = get(app, actor, id).await?;
    let document = document(&view).map_err(|reasons| {
        let why = if actor.is_staff() { format!(": {}", reasons.join("; ")) } else { String::new() };
        AppError::conflict(format!("this invoice cannot be an e-invoice{why}"))
    })?;
    let number = &document.contents().number;
    Ok(match syntax {
        Syntax::Cii => (format!("{number}-cii.xml"), cii::write(&document)),
        Syntax::Ubl => (format!("{number}-ubl.xml"), ubl::write(&document)),
    })
}

/// Why the invoice cannot be an e-invoice; empty if it is one.
pub fn obstacles(view: &InvoiceView) -> Vec<String> {
    document(view).err().unwrap_or_default()
}

/// What the company must fill in before its invoices can be e-invoices; empty if nothing is missing.
pub fn company_gaps(company: &Company) -> Vec<String> {
    serde_json::to_value(company).map_or_else(|error| vec![error.to_string()], |seller| party::gaps(&seller))
}

/// The document, or why there is none.
pub(super) fn document(view: &InvoiceView) -> std::result::Result<Document, Vec<String>> {
    Document::new(draft(view)?).map_err(|violations| violations.0.iter().map(ToString::to_string).collect())
}

fn draft(view: &InvoiceView) -> std::result::Result<Draft, Vec<String>> {
    let invoice = &view.invoice;
    let (Some(seller), Some(client), Some(number), Some(issued)) =
        (&invoice.seller_snapshot, &invoice.client_snapshot, &invoice.number_text, invoice.issued_on)
    else {
        return Err(vec!["it is a draft: issue it first".into()]);
    };
    if invoice.state.0 == InvoiceState::Void {
        return Err(vec!["it is void".into()]);
    }
    if invoice.is_proforma {
        return Err(vec!["it is a proforma: the invoice follows once it is paid".into()]);
    }
    let kind = if invoice.state.0 == InvoiceState::Credit { Kind::CreditNote } else { Kind::Invoice };
    // What a credit note takes back is negative here, and positive there.
    let amount = |minor: i64| if kind == Kind::CreditNote { minor.saturating_neg() } else { minor };
    let rows: Vec<LineRow> = view.lines.iter().map(|row| signed(row, amount)).collect();
    let total = amount(invoice.total);
    let currency: Currency = invoice.currency.parse().map_err(|_| vec!["its currency is unknown".to_owned()])?;
    let treated = vat::treat(&rows, &vat::Sides::new(seller, client, invoice.tax_basis.as_ref()))?;
    let out_of_scope = treated.iter().any(vat::Treatment::is_out_of_scope);
    let sold = rows.iter().zip(&treated).map(|(row, treatment)| line::sold(row, treatment.vat, currency));
    let lines = sold.collect::<Option<Vec<_>>>().ok_or_else(|| vec!["an amount is too large".to_owned()])?;
    let is_open = matches!(invoice.state.0, InvoiceState::Unpaid | InvoiceState::WrittenOff);
    let owed = if is_open { invoice.total - invoice.paid } else { 0 };
    let money = |minor| Money::new(minor, currency);
    Ok(Draft {
        kind,
        number: number.clone(),
        issued,
        due: invoice.due_on.filter(|_| kind == Kind::Invoice),
        currency,
        notes: vec![invoice.notes.clone()],
        buyer_reference: String::new(),
        preceding: preceding(view, kind),
        seller: party::seller(seller, out_of_scope),
        buyer: party::buyer(client, out_of_scope),
        delivered: None,
        delivered_to: String::new(),
        period: None,
        payment: account(seller).filter(|_| owed > 0),
        remittance: if owed > 0 { number.clone() } else { String::new() },
        terms: if owed > 0 { text(seller, "payment_instructions") } else { String::new() },
        lines,
        adjustments: vec![],
        breakdown: breakdown(&rows, &treated, currency)?,
        totals: Totals {
            lines: money(amount(invoice.subtotal)),
            allowances: money(0),
            charges: money(0),
            net: money(amount(invoice.subtotal)),
            tax: money(amount(invoice.tax)),
            gross: money(total),
            // What is not owed any more: in part before the last day, or all of it. Nobody waits for the money of a
            // credit note: it takes the place of what is owed, or is the client's credit.
            prepaid: money(total - owed),
            due: money(owed),
        },
        tax_in_books: view.in_books(money(amount(invoice.tax))).map(|(tax, _)| tax).filter(|tax| !tax.is_zero()),
    })
}

/// The line with its amounts as the document has them.
fn signed(row: &LineRow, amount: impl Fn(i64) -> i64) -> LineRow {
    LineRow { net: amount(row.net), tax: amount(row.tax), tax2: amount(row.tax2), ..row.clone() }
}

/// The invoices that a credit note corrects, or in whose place an invoice is.
fn preceding(view: &InvoiceView, kind: Kind) -> Vec<Preceding> {
    let of_note = view.related.iter().filter(|_| kind == Kind::CreditNote).map(|(_, number)| number);
    let older = view.moved.iter().filter(|other| !other.is_newer).map(|other| &other.number);
    of_note.chain(older).map(|number| Preceding { number: number.clone(), issued: None }).collect()
}

/// The tax as it was charged, summed for each treatment.
fn breakdown(
    lines: &[LineRow],
    treated: &[vat::Treatment],
    currency: Currency,
) -> std::result::Result<Vec<Breakdown>, Vec<String>> {
    let mut parts: Vec<Breakdown> = vec![];
    let too_large = |_| vec!["its amounts cannot be added up".to_owned()];
    for (row, treatment) in lines.iter().zip(treated) {
        let (base, tax) = (Money::new(row.net, currency), Money::new(row.tax, currency));
        if let Some(part) = parts.iter_mut().find(|part| part.vat == treatment.vat) {
            part.base = part.base.checked_add(base).map_err(too_large)?;
            part.tax = part.tax.checked_add(tax).map_err(too_large)?;
        } else {
            parts.push(Breakdown { vat: treatment.vat, base, tax, reason: treatment.reason.clone() });
        }
    }
    Ok(parts)
}

/// The seller's account.
fn account(seller: &Value) -> Option<PaymentMeans> {
    let iban = text(seller, "iban");
    let means =
        PaymentMeans::SepaTransfer { iban: iban.clone(), bic: text(seller, "bic"), holder: text(seller, "name") };
    (!iban.trim().is_empty()).then_some(means)
}

fn text(snapshot: &Value, key: &str) -> String {
    snapshot.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}
