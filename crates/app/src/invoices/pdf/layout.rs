//! The flow of a document down its pages.

use super::{
    Document,
    fonts::Fonts,
    paper::{Color, HEIGHT, Mark, Page, WIDTH},
    text::{Shaped, Style},
};

/// The edges of what is printed.
pub(super) const LEFT: f32 = 48.0;
pub(super) const RIGHT: f32 = WIDTH - 48.0;
/// Where the content ends; the foot is below.
const BOTTOM: f32 = HEIGHT - 72.0;
/// Where the content of the second and later pages begins.
const TOP: f32 = 72.0;

pub(super) const INK: Color = [31, 41, 55];
pub(super) const GREY: Color = [107, 114, 128];
pub(super) const HAIRLINE: Color = [225, 228, 233];
pub(super) const WHITE: Color = [255, 255, 255];

/// All pages of a document.
pub(super) fn pages(document: &Document, fonts: &Fonts) -> Vec<Page> {
    let mut flow = Flow { document, fonts, pages: vec![Page::default()], y: 0.0 };
    super::head::letterhead(&mut flow);
    super::blocks::introduction(&mut flow);
    super::table::table(&mut flow);
    super::blocks::totals(&mut flow);
    super::blocks::payment(&mut flow);
    super::blocks::notes(&mut flow);
    flow.feet();
    flow.pages
}

/// A text in a column.
pub(super) struct Column {
    pub style: Style,
    pub color: Color,
    pub x: f32,
    pub width: f32,
    /// Height of a line.
    pub leading: f32,
    /// Most lines.
    pub most: usize,
}

/// The document while it is laid out.
pub(super) struct Flow<'a> {
    pub document: &'a Document,
    pub fonts: &'a Fonts,
    pages: Vec<Page>,
    /// Where the next thing begins on the last page.
    pub y: f32,
}

impl Flow<'_> {
    fn put(&mut self, mark: Mark) {
        if let Some(page) = self.pages.last_mut() {
            page.marks.push(mark);
        }
    }

    /// A line whose baseline begins at `x`, `y`.
    pub fn text(&mut self, line: Shaped, x: f32, y: f32, color: Color) {
        self.put(Mark::Text { line, x, y, color });
    }

    /// A line that ends at `right`.
    pub fn text_to(&mut self, line: Shaped, right: f32, y: f32, color: Color) {
        let x = right - line.width;
        self.text(line, x, y, color);
    }

    pub fn area(&mut self, (x, y): (f32, f32), (width, height): (f32, f32), radius: f32, color: Color) {
        self.put(Mark::Area { x, y, width, height, radius, color });
    }

    /// A thin line across.
    pub fn rule(&mut self, from: f32, to: f32, y: f32, thickness: f32, color: Color) {
        self.area((from, y), (to - from, thickness), 0.0, color);
    }

    /// Makes room for something of this height; true: on a new page.
    pub fn room(&mut self, height: f32) -> bool {
        if self.y + height <= BOTTOM {
            return false;
        }
        self.pages.push(Page::default());
        self.y = TOP;
        let name = format!("{} {}", self.document.labels.title, self.document.number);
        let name = self.fonts.fitted(&name, Style::bold(9.0), 240.0);
        let seller = self.fonts.fitted(&self.document.seller.name, Style::regular(9.0), 240.0);
        self.text(name, LEFT, 46.0, INK);
        self.text_to(seller, RIGHT, 46.0, GREY);
        self.rule(LEFT, RIGHT, 55.0, 0.75, HAIRLINE);
        true
    }

    /// Lines from the top at `y` down, on this page; gives where they end. Right-to-left text keeps to the right.
    pub fn block(&mut self, text: &str, column: &Column, y: f32) -> f32 {
        let lines = self.fonts.wrapped(text, column.style, column.width, column.most);
        let mut top = y;
        for line in lines {
            self.column_line(line, column, top);
            top += column.leading;
        }
        top
    }

    pub fn column_line(&mut self, line: Shaped, column: &Column, top: f32) {
        let y = baseline(top, column.leading);
        if line.rtl {
            self.text_to(line, column.x + column.width, y, column.color);
        } else {
            self.text(line, column.x, y, column.color);
        }
    }

    /// Lines from where the flow is, over as many pages as it takes.
    pub fn paragraph(&mut self, text: &str, column: &Column) {
        for line in self.fonts.wrapped(text, column.style, column.width, column.most) {
            self.room(column.leading);
            self.column_line(line, column, self.y);
            self.y += column.leading;
        }
    }

    /// The foot of every page, now that their number is known.
    fn feet(&mut self) {
        let of = self.pages.len().to_string();
        let style = Style::regular(7.5);
        let (fonts, document) = (self.fonts, self.document);
        for (i, page) in self.pages.iter_mut().enumerate() {
            let number = document.labels.page.replace("{n}", &(i + 1).to_string()).replace("{m}", &of);
            let number = fonts.fitted(&number, style, 100.0);
            page.marks.push(Mark::Area {
                x: LEFT,
                y: HEIGHT - 54.0,
                width: RIGHT - LEFT,
                height: 0.75,
                radius: 0.0,
                color: HAIRLINE,
            });
            let x = RIGHT - number.width;
            page.marks.push(Mark::Text { line: number, x, y: HEIGHT - 40.0, color: GREY });
            let small = fonts.wrapped(&document.footer, style, RIGHT - LEFT - 110.0, 2);
            for (line, y) in small.into_iter().zip([HEIGHT - 40.0, HEIGHT - 30.0]) {
                page.marks.push(Mark::Text { line, x: LEFT, y, color: GREY });
            }
        }
    }
}

/// Where letters stand in a line of this height.
pub(super) fn baseline(top: f32, leading: f32) -> f32 {
    top + leading * 0.76
}

/// The brand's colour where letters must be read on white: dark ink if it is too light.
pub(super) fn readable(accent: Color) -> Color {
    if lightness(accent) > 150 { INK } else { accent }
}

/// The colour of letters on the brand's colour.
pub(super) fn on(accent: Color) -> Color {
    if lightness(accent) > 150 { INK } else { WHITE }
}

/// The brand's colour, hardly visible.
pub(super) fn tint(accent: Color) -> Color {
    accent.map(|part| u8::try_from((u32::from(part) + 255 * 11) / 12).unwrap_or(u8::MAX))
}

/// How bright a colour looks, 0 to 255.
fn lightness([red, green, blue]: Color) -> u32 {
    (299 * u32::from(red) + 587 * u32::from(green) + 114 * u32::from(blue)) / 1000
}
