//! What stands around the table: an introduction, sums, how to pay, remarks.

use super::{
    layout::{Column, Flow, GREY, HAIRLINE, INK, LEFT, RIGHT, baseline, on},
    text::Style,
};

/// The sums begin here.
const SUMS: f32 = RIGHT - 250.0;
const PAD: f32 = 8.0;
const ROW: f32 = 17.0;

/// The sums, kept together on one page.
pub(super) fn totals(flow: &mut Flow<'_>) {
    let document = flow.document;
    let (format, labels) = (&document.format, &document.labels);
    // Rates beyond these are an attack, not an invoice; their sum is part of the total all the same.
    let taxes = document.taxes.iter().take(20).map(|tax| {
        let label = format!("{} {} {} {}", tax.name, format.rate(tax.rate), labels.tax_on, format.money(tax.base));
        (label, format.money(tax.tax))
    });
    let rows: Vec<(String, String)> =
        std::iter::once((labels.subtotal.clone(), format.money(document.subtotal))).chain(taxes).collect();
    flow.room(rows.len() as f32 * ROW + 90.0);
    for (label, value) in rows {
        sum(flow, &label, &value, Style::regular(9.5));
    }
    flow.rule(SUMS, RIGHT, flow.y + 2.0, 0.75, HAIRLINE);
    flow.y += 5.0;
    sum(flow, &labels.total, &format.money(document.total), Style::bold(10.5));
    if !document.paid.is_zero() {
        sum(flow, &labels.paid, &format.money(document.paid), Style::regular(9.5));
    }
    flow.y += 4.0;
    let (top, high) = (flow.y, 28.0);
    flow.area((SUMS, top), (RIGHT - SUMS, high), 4.0, document.accent);
    let color = on(document.accent);
    let label = flow.fonts.fitted(&labels.balance, Style::bold(10.5), 100.0);
    let value = flow.fonts.fitted(&format.money(document.balance), Style::bold(12.5), 125.0);
    flow.text(label, SUMS + PAD, baseline(top, high) - 2.5, color);
    flow.text_to(value, RIGHT - PAD, baseline(top, high) - 2.0, color);
    flow.y += high + 24.0;
}

fn sum(flow: &mut Flow<'_>, label: &str, value: &str, style: Style) {
    let y = baseline(flow.y, ROW);
    let label = flow.fonts.fitted(label, style, 145.0);
    let value = flow.fonts.fitted(value, style, 85.0);
    flow.text(label, SUMS + PAD, y, INK);
    flow.text_to(value, RIGHT - PAD, y, INK);
    flow.y += ROW;
}

const WHOLE: f32 = RIGHT - LEFT;
const LEADING: f32 = 13.5;

fn plain(most: usize) -> Column {
    Column { style: Style::regular(9.5), color: INK, x: LEFT, width: WHOLE, leading: LEADING, most }
}

/// A heading that stays with the first lines below it.
fn heading(flow: &mut Flow<'_>, text: &str) {
    flow.room(60.0);
    let text = flow.fonts.fitted(text, Style::bold(10.5), WHOLE);
    flow.text(text, LEFT, baseline(flow.y, 18.0), INK);
    flow.y += 20.0;
}

/// What is said before the lines.
pub(super) fn introduction(flow: &mut Flow<'_>) {
    let document = flow.document;
    if !document.introduction.trim().is_empty() {
        flow.paragraph(&document.introduction, &plain(80));
        flow.y += 14.0;
    }
}

/// How to pay.
pub(super) fn payment(flow: &mut Flow<'_>) {
    let document = flow.document;
    let Some(payment) = &document.payment else { return };
    heading(flow, &document.labels.payment);
    if !payment.text.trim().is_empty() {
        flow.paragraph(&payment.text, &plain(20));
        flow.y += 5.0;
    }
    let value = Column { x: LEFT + 116.0, width: WHOLE - 116.0, ..plain(3) };
    for (name, text) in payment.lines.iter().take(30) {
        flow.room(LEADING * 2.0);
        let name = flow.fonts.fitted(name, Style::regular(9.5), 106.0);
        flow.text(name, LEFT, baseline(flow.y, LEADING), GREY);
        flow.paragraph(text, &value);
        flow.y += 1.5;
    }
    flow.y += 14.0;
}

/// Remarks.
pub(super) fn notes(flow: &mut Flow<'_>) {
    let document = flow.document;
    if !document.notes.trim().is_empty() {
        heading(flow, &document.labels.notes);
        flow.paragraph(&document.notes, &plain(80));
    }
}
