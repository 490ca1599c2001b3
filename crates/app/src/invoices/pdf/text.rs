//! From text to glyphs: cleaning, direction, choice of font, shaping, line breaking.

use krilla::text::{GlyphId, KrillaGlyph};
use rustybuzz::{Direction, Feature, UnicodeBuffer, ttf_parser::Tag};
use std::ops::Range;
use unicode_bidi::BidiInfo;

use super::fonts::{Face, Fonts, Weight};

/// Characters of one text that are printed; an ellipsis follows.
const LONGEST: usize = 4000;
/// The same of a text that has one line.
const LONGEST_LINE: usize = 200;
const ELLIPSIS: char = '…';
/// Printed for what no font has. An archivable PDF must not use the glyph that fonts have for this purpose.
const MISSING: char = '\u{fffd}';

/// Looks of a text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    pub weight: Weight,
    /// In points.
    pub size: f32,
}

impl Style {
    pub const fn regular(size: f32) -> Self {
        Self { weight: Weight::Regular, size }
    }
    pub const fn bold(size: f32) -> Self {
        Self { weight: Weight::Bold, size }
    }
}

/// Glyphs of one font, side by side.
pub(super) struct Run {
    pub text: String,
    pub glyphs: Vec<KrillaGlyph>,
    /// Which font of the weight.
    pub face: usize,
    /// From the start of the line, in points.
    pub x: f32,
}

/// A line, ready to be drawn.
pub(super) struct Shaped {
    pub runs: Vec<Run>,
    pub width: f32,
    pub style: Style,
    /// Does it read from right to left?
    pub rtl: bool,
}

impl Fonts {
    /// One line, set smaller if it is wider than `width`. Line breaks become spaces.
    pub fn fitted(&self, text: &str, style: Style, width: f32) -> Shaped {
        self.within(&clean(text, LONGEST_LINE).replace('\n', " "), style, width)
    }

    fn within(&self, text: &str, style: Style, width: f32) -> Shaped {
        let line = self.shape(text, style);
        if line.width <= width {
            return line;
        }
        self.shape(text, Style { size: style.size * width / line.width, ..style })
    }

    /// Lines no wider than `width`, at most `most`; an ellipsis tells that there was more.
    pub fn wrapped(&self, text: &str, style: Style, width: f32, most: usize) -> Vec<Shaped> {
        let text = clean(text, LONGEST);
        let mut lines = Vec::new();
        for paragraph in text.trim_end().split('\n') {
            self.break_paragraph(paragraph, style, width, most, &mut lines);
            if lines.len() > most {
                break;
            }
        }
        if lines.len() > most {
            lines.truncate(most);
            if let Some(last) = lines.last_mut() {
                last.push(ELLIPSIS);
            }
        }
        lines.iter().map(|line| self.within(line, style, width)).collect()
    }

    /// Adds the lines of a paragraph, measured character by character, which is quick and nearly exact; stops as soon as there is one more than `most`.
    fn break_paragraph(&self, text: &str, style: Style, width: f32, most: usize, lines: &mut Vec<String>) {
        let space = self.advance(' ', style);
        let (mut line, mut used) = (String::new(), 0.0);
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            for (i, part) in self.parts(word, style, width).into_iter().enumerate() {
                let wide = part.chars().map(|c| self.advance(c, style)).sum::<f32>();
                let joined = i == 0 && !line.is_empty();
                if !line.is_empty() && (i > 0 || used + space + wide > width) {
                    lines.push(std::mem::take(&mut line));
                    used = 0.0;
                } else if joined {
                    line.push(' ');
                    used += space;
                }
                line.push_str(part);
                used += wide;
            }
            if lines.len() > most {
                return;
            }
        }
        lines.push(line);
    }

    /// A word in pieces that fit; most words are one.
    fn parts<'a>(&self, word: &'a str, style: Style, width: f32) -> Vec<&'a str> {
        let mut parts = Vec::new();
        let (mut start, mut used) = (0, 0.0);
        for (at, c) in word.char_indices() {
            let wide = self.advance(c, style);
            if at > start && used + wide > width {
                parts.extend(word.get(start..at));
                (start, used) = (at, 0.0);
            }
            used += wide;
        }
        parts.extend(word.get(start..));
        parts
    }

    /// The width of a character that stands alone.
    fn advance(&self, c: char, style: Style) -> f32 {
        let face = self.of(style.weight).get(self.covering(style.weight, c).unwrap_or(0));
        let glyph = |face: &Face| face.shaper.glyph_index(c).or_else(|| face.shaper.glyph_index(MISSING));
        let units = face.and_then(|face| face.shaper.glyph_hor_advance(glyph(face)?));
        let em = face.map_or(1000, |face| face.shaper.units_per_em());
        f32::from(units.unwrap_or(600)) / em as f32 * style.size
    }

    /// Puts a clean line in visual order and shapes each stretch of one direction and font.
    fn shape(&self, text: &str, style: Style) -> Shaped {
        let mut shaped = Shaped { runs: Vec::new(), width: 0.0, style, rtl: false };
        let bidi = BidiInfo::new(text, None);
        let Some(paragraph) = bidi.paragraphs.first() else {
            return shaped;
        };
        shaped.rtl = paragraph.level.is_rtl();
        let (levels, stretches) = bidi.visual_runs(paragraph, paragraph.range.clone());
        for stretch in stretches {
            let rtl = levels.get(stretch.start).is_some_and(unicode_bidi::Level::is_rtl);
            let mut pieces = self.by_font(text, stretch, style.weight);
            if rtl {
                pieces.reverse();
            }
            for (face, range) in pieces {
                let piece = text.get(range).unwrap_or_default();
                let Some(font) = self.of(style.weight).get(face) else { continue };
                let glyphs = shape_piece(font, piece, rtl);
                let width = glyphs.iter().map(|glyph| glyph.x_advance).sum::<f32>() * style.size;
                shaped.runs.push(Run { text: piece.to_owned(), glyphs, face, x: shaped.width });
                shaped.width += width;
            }
        }
        shaped
    }

    /// Cuts a stretch where the font changes. Spaces go with their neighbours; what no font has goes to the main one.
    fn by_font(&self, text: &str, stretch: Range<usize>, weight: Weight) -> Vec<(usize, Range<usize>)> {
        let mut pieces: Vec<(Option<usize>, Range<usize>)> = Vec::new();
        for (offset, c) in text.get(stretch.clone()).unwrap_or_default().char_indices() {
            let at = stretch.start + offset;
            let end = at + c.len_utf8();
            let known = if c.is_whitespace() { None } else { self.covering(weight, c).or(Some(0)) };
            match pieces.last_mut() {
                Some((face, range)) if known.is_none() || face.is_none() || known == *face => {
                    *face = face.or(known);
                    range.end = end;
                }
                _ => pieces.push((known, at..end)),
            }
        }
        pieces.into_iter().map(|(face, range)| (face.unwrap_or(0), range)).collect()
    }
}

fn shape_piece(face: &Face, text: &str, rtl: bool) -> Vec<KrillaGlyph> {
    let mut buffer = UnicodeBuffer::new();
    buffer.push_str(text);
    buffer.set_direction(if rtl { Direction::RightToLeft } else { Direction::LeftToRight });
    buffer.guess_segment_properties();
    // Figures of one width, so that columns of amounts line up.
    let tabular = Feature::new(Tag::from_bytes(b"tnum"), 1, ..);
    let shaped = rustybuzz::shape(&face.shaper, &[tabular], buffer);
    let mut starts: Vec<usize> = shaped.glyph_infos().iter().map(|info| info.cluster as usize).collect();
    starts.sort_unstable();
    starts.dedup();
    let em = face.shaper.units_per_em() as f32;
    let ems = |units: i32| units as f32 / em;
    let missing = face.shaper.glyph_index(MISSING).or_else(|| face.shaper.glyph_index(' '));
    let glyphs = shaped.glyph_infos().iter().zip(shaped.glyph_positions());
    glyphs
        .map(|(info, at)| {
            let start = info.cluster as usize;
            let next = starts.partition_point(|other| *other <= start);
            let end = starts.get(next).copied().unwrap_or(text.len());
            let substitute = missing.filter(|_| info.glyph_id == 0);
            let advance = substitute.and_then(|glyph| face.shaper.glyph_hor_advance(glyph));
            KrillaGlyph::new(
                GlyphId::new(substitute.map_or(info.glyph_id, |glyph| glyph.0.into())),
                ems(advance.map_or(at.x_advance, i32::from)),
                ems(at.x_offset),
                ems(at.y_offset),
                ems(at.y_advance),
                start..end,
                None,
            )
        })
        .collect()
}

/// Leaves what can be printed: control characters become spaces, those that turn the direction of
/// text are dropped (they can make a document read differently than it is), and what is beyond `longest` characters is cut.
pub(super) fn clean(text: &str, longest: usize) -> String {
    let mut out = String::new();
    for (count, c) in text.chars().enumerate() {
        if count >= longest {
            out.push(ELLIPSIS);
            break;
        }
        match c {
            '\n' | '\u{85}' | '\u{2028}' | '\u{2029}' => out.push('\n'),
            '\r'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{61c}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
            | '\u{feff}' => {}
            // The fonts have no minus sign; this one is as wide.
            '\u{2212}' => out.push('\u{2013}'),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
