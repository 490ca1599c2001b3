//! A quote as a PDF, made of the parts of an invoice's.

use chrono::NaiveDate;
use innkeeper_db::{clients, settings};
use innkeeper_domain::{ClientId, Money, QuoteId, Rate, state::QuoteState};
use serde_json::{Value, json};

use super::{NOT_FOUND, QuoteView, get};
use crate::{
    Actor, App, Result, calendar,
    clients::{ClientRow, Details},
    invoices::{
        pdf::{Document, Line, Stamp, TaxTotal, Tone, Words},
        print::{ACCENT, client, on_paper, seller},
    },
    mail_templates,
};

/// The PDF of a quote and the name of its file: as it is kept, with the tax of today.
pub async fn pdf(app: &App, actor: &Actor, id: QuoteId) -> Result<(String, Vec<u8>)> {
    printed(app, get(app, actor, id).await?).await
}

/// The same of what was read.
pub(super) async fn printed(app: &App, view: QuoteView) -> Result<(String, Vec<u8>)> {
    let mut conn = app.conn().await?;
    let company = settings::get(&mut conn, "company").await?.unwrap_or_else(|| json!({}));
    let buyer = match (view.row.client_id, &view.prospect) {
        (Some(id), _) => of_client(&clients::get(&mut conn, None, ClientId(id)).await?.ok_or(NOT_FOUND)?),
        (None, Some(known)) => of_prospect(known),
        (None, None) => json!({}),
    };
    let issued = calendar::on(&mut conn, view.row.sent_at.unwrap_or_else(|| app.now())).await?;
    let languages = match view.row.client_id {
        Some(id) => mail_templates::languages_of(&mut conn, ClientId(id)).await?,
        None => mail_templates::languages(&mut conn).await?,
    };
    drop(conn);
    let name = format!("quote-{}.pdf", view.row.id);
    let document = document(view, Words::of(&languages), (&company, &buyer), issued)?;
    Ok((name, on_paper(document).await?))
}

pub(super) fn document(
    view: QuoteView,
    words: &Words,
    (company, buyer): (&Value, &Value),
    issued: NaiveDate,
) -> Result<Document> {
    let QuoteView { row, lines, preview, tax_rate, .. } = view;
    let printed = |line: &super::ComposedLine| {
        let unit = Money::new(line.amount, *row.currency);
        Ok(Line {
            description: line.description.clone(),
            period: None,
            quantity: i64::from(line.quantity),
            unit: Some(unit),
            tax_rate: Some(if line.taxable { tax_rate } else { Rate::ZERO }),
            net: unit.checked_mul(i64::from(line.quantity))?,
        })
    };
    let tax = |tax: crate::invoices::compose::TaxSum| TaxTotal {
        name: tax.name,
        rate: tax.rate,
        base: tax.base,
        tax: tax.amount,
    };
    Ok(Document {
        language: words.language.into(),
        labels: words.labels(words.quote),
        format: words.format,
        accent: ACCENT,
        seller: seller(company),
        client: client(buyer),
        number: format!("{} \u{2013} {}", row.id, row.subject),
        issued,
        due: Some(row.valid_until),
        stamp: stamp(*row.state, words),
        introduction: row.introduction,
        lines: lines.iter().map(printed).collect::<Result<_>>()?,
        subtotal: preview.subtotal,
        taxes: preview.taxes.into_iter().map(tax).collect(),
        total: preview.total,
        paid: row.currency.zero(),
        balance: preview.total,
        payment: None,
        notes: row.terms,
        footer: crate::invoices::print::text(company, "vat_exemption"),
        e_invoice: None,
    })
}

fn stamp(state: QuoteState, words: &Words) -> Option<Stamp> {
    let (word, tone) = match state {
        QuoteState::Sent => return None,
        QuoteState::Draft => (words.stamps.draft, Tone::Quiet),
        QuoteState::Accepted => (words.stamps.accepted, Tone::Good),
        QuoteState::Declined => (words.stamps.declined, Tone::Quiet),
        QuoteState::Expired => (words.stamps.expired, Tone::Quiet),
    };
    Some(Stamp { text: word.into(), tone })
}

fn of_client(row: &ClientRow) -> Value {
    json!({
        "name": format!("{} {}", row.first_name, row.last_name), "company": row.company, "address1": row.address1,
        "address2": row.address2, "city": row.city, "postcode": row.postcode, "region": row.region,
        "country": row.country, "tax_number": row.tax_number,
    })
}

fn of_prospect(known: &Details) -> Value {
    json!({
        "name": format!("{} {}", known.first_name, known.last_name), "company": known.company,
        "address1": known.address1, "address2": known.address2, "city": known.city, "postcode": known.postcode,
        "region": known.region, "country": known.country, "tax_number": known.tax_number,
    })
}
