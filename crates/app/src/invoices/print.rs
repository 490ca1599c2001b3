//! An invoice as a PDF: its stored snapshots, never today's names and addresses.

use chrono::NaiveDate;
use innkeeper_db::invoices::LineRow;
use innkeeper_domain::{Currency, InvoiceId, Money, Rate, TaxRounding, state::InvoiceState};
use innkeeper_plugin_api::Country;
use rust_decimal::Decimal;
use serde_json::Value;

use super::{
    InvoiceRow, InvoiceView, einvoice, get,
    pdf::{Document, Labels, Line, Party, Payment, Stamp, TaxTotal, Tone, Words, render},
};
use crate::{Actor, App, AppError, Result, calendar, mail_templates};
use innkeeper_einvoice::cii;

/// Blue of the design system.
pub(crate) const ACCENT: [u8; 3] = [6, 111, 209];
/// The PDF of an issued invoice, in the client's language, and the name of its file. A draft has none. If the invoice can be an e-invoice,
/// it is attached.
pub async fn pdf(app: &App, actor: &Actor, id: InvoiceId) -> Result<(String, Vec<u8>)> {
    let view = get(app, actor, id).await?;
    let languages = mail_templates::languages_of(&mut *app.conn().await?, view.invoice.client_id).await?;
    let document = document(&view, Words::of(&languages), calendar::today(app).await?)?;
    let name = format!("{}.pdf", document.number);
    Ok((name, on_paper(document).await?))
}

/// A document as a PDF.
pub(crate) async fn on_paper(document: Document) -> Result<Vec<u8>> {
    let bytes = tokio::task::spawn_blocking(move || render(&document)).await.map_err(AppError::internal)?;
    bytes.map_err(AppError::internal)
}

pub(super) fn document(view: &InvoiceView, words: &Words, today: NaiveDate) -> Result<Document> {
    let invoice = &view.invoice;
    let draft = || AppError::conflict("a draft has no PDF: issue it first");
    let currency: Currency = invoice.currency.parse()?;
    let money = |minor| Money::new(minor, currency);
    let snapshot = invoice.seller_snapshot.as_ref().ok_or_else(draft)?;
    let owed = if invoice.state.0 == InvoiceState::Unpaid { invoice.total - invoice.paid } else { 0 };
    let instructions = text(snapshot, "payment_instructions");
    Ok(Document {
        language: words.language.into(),
        labels: labels(invoice, words),
        format: words.format,
        accent: ACCENT,
        seller: seller(snapshot),
        client: client(invoice.client_snapshot.as_ref().ok_or_else(draft)?),
        number: invoice.number_text.clone().ok_or_else(draft)?,
        issued: invoice.issued_on.ok_or_else(draft)?,
        due: invoice.due_on.filter(|_| owed > 0),
        stamp: stamp(invoice.state.0, words, invoice.due_on, today),
        introduction: String::new(),
        lines: view.lines.iter().map(|line| printed(line, currency)).collect(),
        subtotal: money(invoice.subtotal),
        taxes: taxes(&view.lines, currency)?,
        total: money(invoice.total),
        paid: money(invoice.paid),
        balance: money(owed),
        payment: payment(instructions, snapshot, invoice.number_text.as_deref(), words).filter(|_| owed > 0),
        notes: remarks(view, words),
        footer: text(snapshot, "vat_exemption"),
        e_invoice: einvoice::document(view).ok().map(|document| cii::write(&document)),
    })
}

fn labels(invoice: &InvoiceRow, words: &Words) -> Labels {
    words.labels(match invoice.state.0 {
        InvoiceState::Credit => words.credit_note,
        _ if invoice.is_proforma => words.proforma,
        _ => words.invoice,
    })
}

/// The company's own words, and its account.
fn payment(instructions: String, seller: &Value, number: Option<&str>, words: &Words) -> Option<Payment> {
    let account = [("IBAN", text(seller, "iban")), ("BIC", text(seller, "bic"))];
    let mut lines: Vec<(String, String)> =
        account.into_iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| (name.into(), value)).collect();
    if let Some(number) = number.filter(|_| !lines.is_empty()) {
        lines.push((words.reference.into(), number.to_owned()));
    }
    (!instructions.is_empty() || !lines.is_empty()).then_some(Payment { text: instructions, lines })
}

pub(crate) fn text(snapshot: &Value, key: &str) -> String {
    snapshot.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// Who sells, as printed.
pub(crate) fn seller(snapshot: &Value) -> Party {
    let address = text(snapshot, "address");
    let numbers = [text(snapshot, "tax_number"), text(snapshot, "registration_number"), text(snapshot, "email")];
    let facts = address.lines().map(str::to_owned).chain(numbers);
    Party { name: text(snapshot, "name"), lines: facts.filter(|line| !line.trim().is_empty()).collect() }
}

/// Who buys, as printed.
pub(crate) fn client(snapshot: &Value) -> Party {
    let (person, company) = (text(snapshot, "name"), text(snapshot, "company"));
    let town = format!("{} {}", text(snapshot, "postcode"), text(snapshot, "city"));
    let country = text(snapshot, "country");
    let facts = [
        text(snapshot, "address1"),
        text(snapshot, "address2"),
        town.trim().to_owned(),
        text(snapshot, "region"),
        Country::of(&country).map_or(country, |known| known.name.to_owned()),
        text(snapshot, "tax_number"),
    ];
    let (name, first) = if company.is_empty() { (person, String::new()) } else { (company, person) };
    Party { name, lines: [first].into_iter().chain(facts).filter(|line| !line.trim().is_empty()).collect() }
}

fn stamp(state: InvoiceState, words: &Words, due: Option<NaiveDate>, today: NaiveDate) -> Option<Stamp> {
    let (word, tone) = match state {
        InvoiceState::Paid => (words.stamps.paid, Tone::Good),
        InvoiceState::Unpaid if due.is_some_and(|due| due < today) => (words.stamps.overdue, Tone::Bad),
        InvoiceState::Void => (words.stamps.void, Tone::Quiet),
        InvoiceState::Refunded => (words.stamps.refunded, Tone::Quiet),
        InvoiceState::Unpaid | InvoiceState::Draft | InvoiceState::Credit | InvoiceState::WrittenOff => return None,
    };
    Some(Stamp { text: word.into(), tone })
}

fn printed(line: &LineRow, currency: Currency) -> Line {
    let last = line.period_end.and_then(|end| end.pred_opt());
    let whole = line.discount == 0 && line.net % i64::from(line.quantity) == 0;
    Line {
        description: line.description.clone(),
        period: line.period_start.zip(last),
        quantity: i64::from(line.quantity),
        unit: whole.then(|| Money::new(line.net / i64::from(line.quantity), currency)),
        tax_rate: Rate::from_fraction(line.tax_rate),
        net: Money::new(line.net, currency),
    }
}

/// One total for each tax that was charged; a line may have two.
pub fn taxes(lines: &[LineRow], currency: Currency) -> Result<Vec<TaxTotal>> {
    let mut totals: Vec<TaxTotal> = vec![];
    for (name, rate, base, tax) in lines.iter().flat_map(parts) {
        let rate = Rate::from_fraction(rate).ok_or_else(|| AppError::internal("a stored rate out of range"))?;
        let (base, tax) = (Money::new(base, currency), Money::new(tax, currency));
        match totals.iter_mut().find(|t| t.rate == rate && t.name == name) {
            Some(total) => {
                total.base = total.base.checked_add(base)?;
                total.tax = total.tax.checked_add(tax)?;
            }
            None => totals.push(TaxTotal { name: name.to_owned(), rate, base, tax }),
        }
    }
    Ok(totals)
}

/// The taxes of a line: name, rate, what it is on, amount.
fn parts(line: &LineRow) -> impl Iterator<Item = (&str, Decimal, i64, i64)> {
    let first = line.tax - line.tax2;
    let on_first = if line.tax2_compound { first } else { 0 };
    let one = (line.tax_name.as_str(), line.tax1_rate.unwrap_or(line.tax_rate), line.net, first);
    let two = (line.tax2_name.as_str(), line.tax2_rate, line.net + on_first, line.tax2);
    [one, two].into_iter().filter(|(_, rate, ..)| !rate.is_zero())
}

/// The tax in the currency of the books.
fn in_books(view: &InvoiceView, words: &Words) -> Option<String> {
    let (tax, rate) = view.tax_in_books().filter(|(tax, _)| !tax.is_zero())?;
    let text = words.remarks.tax_in_books.replace("{currency}", tax.currency().code());
    Some(text.replace("{tax}", &words.format.bare(tax)).replace("{rate}", &rate))
}

/// What is printed of the tax besides its amounts, and the remarks.
fn remarks(view: &InvoiceView, words: &Words) -> String {
    let known = &words.remarks;
    let basis = view.invoice.tax_basis.as_ref();
    let printed = basis.map(|basis| text(basis, "printed")).unwrap_or_default();
    let by_line = view.invoice.tax_rounding.0 == TaxRounding::Line;
    let rounding = match basis.filter(|_| view.invoice.tax != 0) {
        Some(_) if by_line => known.by_line,
        Some(_) => known.by_rate,
        None => "",
    };
    let in_books = in_books(view, words).unwrap_or_default();
    let older: Vec<&str> = view.moved.iter().filter(|o| !o.is_newer).map(|o| o.number.as_str()).collect();
    let proforma = match &view.proforma {
        Some(before) => {
            let day = words.format.date(before.issued_on);
            known.for_proforma.replace("{number}", &before.number).replace("{day}", &day)
        }
        None if view.invoice.is_proforma => known.no_invoice.to_owned(),
        None => String::new(),
    };
    let moved = match older.as_slice() {
        [] => String::new(),
        older => known.in_place_of.replace("{numbers}", &older.join(", ")),
    };
    let all = [&proforma, &printed, rounding, &in_books, &moved, &view.invoice.notes];
    all.into_iter().filter(|text| !text.trim().is_empty()).collect::<Vec<_>>().join("\n")
}
