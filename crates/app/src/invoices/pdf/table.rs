//! What was sold, line by line.

use super::{
    document::Line,
    layout::{Column, Flow, GREY, HAIRLINE, INK, LEFT, RIGHT, baseline, tint},
    text::Style,
};

const PAD: f32 = 8.0;
/// Right ends of the columns of figures, and the room each has.
const AMOUNT: (f32, f32) = (RIGHT - PAD, 86.0);
const TAX: (f32, f32) = (RIGHT - 102.0, 42.0);
const UNIT: (f32, f32) = (RIGHT - 152.0, 74.0);
const QUANTITY: (f32, f32) = (RIGHT - 234.0, 36.0);
const DESCRIPTION: f32 = RIGHT - 282.0 - LEFT - PAD;

const LEADING: f32 = 13.5;
const HEAD: f32 = 22.0;
/// A line of the table up to this height is not torn apart.
const TOGETHER: f32 = 220.0;

pub(super) fn table(flow: &mut Flow<'_>) {
    flow.room(HEAD + 40.0);
    head(flow);
    for line in &flow.document.lines {
        row(flow, line);
    }
    flow.y += 10.0;
}

/// The names of the columns.
fn head(flow: &mut Flow<'_>) {
    let document = flow.document;
    let labels = &document.labels;
    flow.area((LEFT, flow.y), (RIGHT - LEFT, HEAD), 3.0, tint(document.accent));
    let y = baseline(flow.y, HEAD) - 1.5;
    let style = Style::bold(8.5);
    let description = flow.fonts.fitted(&labels.description, style, DESCRIPTION);
    flow.text(description, LEFT + PAD, y, INK);
    let figures = [(&labels.quantity, QUANTITY), (&labels.unit, UNIT), (&labels.tax, TAX), (&labels.amount, AMOUNT)];
    for (label, (right, width)) in figures {
        let label = flow.fonts.fitted(label, style, width);
        flow.text_to(label, right, y, INK);
    }
    flow.y += HEAD + 3.0;
}

/// Makes room in the table; a new page repeats the names of the columns.
fn room(flow: &mut Flow<'_>, height: f32) {
    if flow.room(height) {
        head(flow);
    }
}

fn row(flow: &mut Flow<'_>, line: &Line) {
    let format = &flow.document.format;
    let texts = Column {
        style: Style::regular(9.5),
        color: INK,
        x: LEFT + PAD,
        width: DESCRIPTION,
        leading: LEADING,
        most: 60,
    };
    let description = flow.fonts.wrapped(&line.description, texts.style, texts.width, texts.most);
    let period = line.period.map(|(first, last)| format!("{} – {}", format.date(first), format.date(last)));
    let lines = if period.is_some() { description.len() + 1 } else { description.len() };
    let height = lines as f32 * LEADING + 11.0;
    room(flow, if height <= TOGETHER { height } else { LEADING * 4.0 });
    flow.y += 5.0;
    figures(flow, line);
    for text in description {
        room(flow, LEADING);
        flow.column_line(text, &texts, flow.y);
        flow.y += LEADING;
    }
    if let Some(period) = period {
        room(flow, LEADING);
        let period = flow.fonts.fitted(&period, Style::regular(8.0), DESCRIPTION);
        flow.text(period, LEFT + PAD, baseline(flow.y, LEADING) - 0.5, GREY);
        flow.y += LEADING;
    }
    flow.y += 5.0;
    flow.rule(LEFT, RIGHT, flow.y, 0.6, HAIRLINE);
    flow.y += 1.0;
}

/// Quantity, price, tax and amount, on the first line of a row.
fn figures(flow: &mut Flow<'_>, line: &Line) {
    let format = &flow.document.format;
    let cells = [
        (Some(format.count(line.quantity)), QUANTITY),
        (line.unit.map(|unit| format.money(unit)), UNIT),
        (line.tax_rate.map(|rate| format.rate(rate)), TAX),
        (Some(format.money(line.net)), AMOUNT),
    ];
    let y = baseline(flow.y, LEADING);
    for (text, (right, width)) in cells {
        if let Some(text) = text {
            let text = flow.fonts.fitted(&text, Style::regular(9.5), width);
            flow.text_to(text, right, y, INK);
        }
    }
}
