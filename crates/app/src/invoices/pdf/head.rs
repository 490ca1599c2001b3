//! The top of the first page: who, to whom, number and dates.

use super::{
    document::{Party, Tone},
    layout::{Column, Flow, GREY, INK, LEFT, RIGHT, WHITE, baseline, readable},
    paper::{Color, WIDTH},
    text::Style,
};

/// The right-hand block begins here.
const FACTS: f32 = 352.0;

pub(super) fn letterhead(flow: &mut Flow<'_>) {
    let document = flow.document;
    flow.area((0.0, 0.0), (WIDTH, 7.0), 0.0, document.accent);
    let left = seller(flow, &document.seller);
    let right = title(flow);
    flow.y = left.max(right) + 26.0;
    let top = flow.y;
    let label = flow.fonts.fitted(&document.labels.billed_to, Style::bold(8.0), 240.0);
    flow.text(label, LEFT, baseline(top, 12.0), GREY);
    let client = party(flow, &document.client, top + 15.0);
    flow.y = client.max(facts(flow, top)) + 24.0;
}

fn seller(flow: &mut Flow<'_>, seller: &Party) -> f32 {
    let color = readable(flow.document.accent);
    let name = Column { style: Style::bold(14.0), color, x: LEFT, width: 270.0, leading: 18.0, most: 2 };
    let y = flow.block(&seller.name, &name, 38.0);
    small_lines(flow, &seller.lines, y + 3.0, GREY)
}

fn party(flow: &mut Flow<'_>, party: &Party, top: f32) -> f32 {
    let name = Column { style: Style::bold(10.5), color: INK, x: LEFT, width: 270.0, leading: 15.0, most: 2 };
    let y = flow.block(&party.name, &name, top);
    small_lines(flow, &party.lines, y, INK)
}

fn small_lines(flow: &mut Flow<'_>, lines: &[String], mut y: f32, color: Color) -> f32 {
    let column = Column { style: Style::regular(9.0), color, x: LEFT, width: 270.0, leading: 12.5, most: 2 };
    // An address has at most this many lines; the rest would push the table off the page.
    for line in lines.iter().take(10) {
        y = flow.block(line, &column, y);
    }
    y
}

/// What it is, its number, and its mark.
fn title(flow: &mut Flow<'_>) -> f32 {
    let document = flow.document;
    let width = RIGHT - 330.0;
    let title = flow.fonts.fitted(&document.labels.title, Style::bold(24.0), width);
    flow.text_to(title, RIGHT, 57.0, INK);
    let number = flow.fonts.fitted(&document.number, Style::regular(12.0), width);
    flow.text_to(number, RIGHT, 76.0, GREY);
    let Some(stamp) = &document.stamp else {
        return 82.0;
    };
    let word = flow.fonts.fitted(&stamp.text, Style::bold(9.0), width - 20.0);
    let (wide, high) = (word.width + 20.0, 18.0);
    flow.area((RIGHT - wide, 86.0), (wide, high), 9.0, color(stamp.tone));
    flow.text_to(word, RIGHT - 10.0, 98.3, WHITE);
    86.0 + high
}

fn color(tone: Tone) -> Color {
    match tone {
        Tone::Good => [21, 128, 61],
        Tone::Open => [180, 83, 9],
        Tone::Bad => [185, 28, 28],
        Tone::Quiet => GREY,
    }
}

/// Dates, and what is owed.
fn facts(flow: &mut Flow<'_>, top: f32) -> f32 {
    let document = flow.document;
    let (format, labels) = (&document.format, &document.labels);
    let mut rows = vec![(&labels.issued, format.date(document.issued))];
    rows.extend(document.due.map(|due| (&labels.due, format.date(due))));
    let mut y = top;
    for (label, value) in rows {
        let label = flow.fonts.fitted(label, Style::regular(9.0), 90.0);
        flow.text(label, FACTS, baseline(y, 16.0), GREY);
        let value = flow.fonts.fitted(&value, Style::regular(9.5), 90.0);
        flow.text_to(value, RIGHT, baseline(y, 16.0), INK);
        y += 16.0;
    }
    let label = flow.fonts.fitted(&labels.balance, Style::bold(9.0), 80.0);
    let owed = flow.fonts.fitted(&format.money(document.balance), Style::bold(15.0), RIGHT - FACTS - 90.0);
    y += 6.0;
    flow.text(label, FACTS, baseline(y, 22.0), GREY);
    flow.text_to(owed, RIGHT, baseline(y, 22.0), readable(document.accent));
    y + 22.0
}
