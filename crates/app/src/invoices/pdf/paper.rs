//! Pages with marks on them, and their way into a PDF.

use chrono::Datelike;
use krilla::{
    SerializeSettings,
    color::rgb,
    configure::{Archival, ConfigurationBuilder},
    geom::{Path, PathBuilder, Point, Rect},
    metadata::{DateTime, Metadata},
    num::NormalizedF32,
    page::PageSettings,
    paint::Fill,
    surface::Surface,
};

use super::{Document, RenderError, factur_x, fonts::Fonts, text::Shaped};

/// A4, in points.
pub(super) const WIDTH: f32 = 595.28;
pub(super) const HEIGHT: f32 = 841.89;

/// Red, green, blue.
pub(super) type Color = [u8; 3];

/// Something printed.
pub(super) enum Mark {
    /// A line of text whose left end of the baseline is at `x`, `y`.
    Text { line: Shaped, x: f32, y: f32, color: Color },
    /// A filled rectangle with rounded corners.
    Area { x: f32, y: f32, width: f32, height: f32, radius: f32, color: Color },
}

/// A page: y grows downwards.
#[derive(Default)]
pub(super) struct Page {
    pub marks: Vec<Mark>,
}

/// Writes the PDF: one for archives (PDF/A-3b), which may have files attached.
pub(super) fn print(document: &Document, fonts: &Fonts, pages: &[Page]) -> Result<Vec<u8>, RenderError> {
    let archive = ConfigurationBuilder::new().with_archival_validator(Archival::A3_B).finish();
    let configuration = archive.map_err(|_| RenderError::Write("no version of PDF fits PDF/A-3b".into()))?;
    let mut pdf = krilla::Document::new_with(SerializeSettings { configuration, ..SerializeSettings::default() });
    pdf.set_metadata(metadata(document));
    if let Some(xml) = &document.e_invoice {
        factur_x::attach(&mut pdf, xml, date(document))?;
    }
    for page in pages {
        let size =
            PageSettings::from_wh(WIDTH, HEIGHT).ok_or_else(|| RenderError::Write("the page has no size".into()))?;
        let mut sheet = pdf.start_page_with(size);
        let mut surface = sheet.surface();
        for mark in &page.marks {
            draw(&mut surface, fonts, mark);
        }
        surface.finish();
        sheet.finish();
    }
    let bytes = pdf.finish().map_err(|e| RenderError::Write(e.to_string()))?;
    if document.e_invoice.is_some() { factur_x::declare(bytes) } else { Ok(bytes) }
}

fn date(document: &Document) -> DateTime {
    let month = u8::try_from(document.issued.month()).unwrap_or(1);
    let day = u8::try_from(document.issued.day()).unwrap_or(1);
    DateTime::new(u16::try_from(document.issued.year()).unwrap_or(0)).month(month).day(day)
}

fn metadata(document: &Document) -> Metadata {
    let metadata = Metadata::new()
        .title(short(&format!("{} {}", document.labels.title, document.number)))
        .authors(vec![short(&document.seller.name)])
        .creator("Innkeeper".into())
        .creation_date(date(document));
    let tag = |c: char| c.is_ascii_alphanumeric() || c == '-';
    if document.language.is_empty() || document.language.len() > 35 || !document.language.chars().all(tag) {
        return metadata;
    }
    metadata.language(document.language.clone())
}

fn short(text: &str) -> String {
    super::text::clean(text, 200).replace('\n', " ")
}

fn draw(surface: &mut Surface<'_>, fonts: &Fonts, mark: &Mark) {
    let fill = |[red, green, blue]: Color| {
        let paint = rgb::Color::new(red, green, blue).into();
        Some(Fill { paint, opacity: NormalizedF32::ONE, rule: Default::default() })
    };
    match mark {
        Mark::Text { line, x, y, color } => {
            surface.set_fill(fill(*color));
            for run in &line.runs {
                if let Some(face) = fonts.of(line.style.weight).get(run.face) {
                    let start = Point::from_xy(x + run.x, *y);
                    surface.draw_glyphs(start, &run.glyphs, face.font.clone(), &run.text, line.style.size, false);
                }
            }
        }
        Mark::Area { x, y, width, height, radius, color } => {
            if let Some(path) = rounded(*x, *y, *width, *height, *radius) {
                surface.set_fill(fill(*color));
                surface.draw_path(&path);
            }
        }
    }
}

fn rounded(x: f32, y: f32, width: f32, height: f32, radius: f32) -> Option<Path> {
    let mut path = PathBuilder::new();
    let (right, bottom) = (x + width, y + height);
    if radius <= 0.0 {
        path.push_rect(Rect::from_ltrb(x, y, right, bottom)?);
        return path.finish();
    }
    path.move_to(x + radius, y);
    path.line_to(right - radius, y);
    path.quad_to(right, y, right, y + radius);
    path.line_to(right, bottom - radius);
    path.quad_to(right, bottom, right - radius, bottom);
    path.line_to(x + radius, bottom);
    path.quad_to(x, bottom, x, bottom - radius);
    path.line_to(x, y + radius);
    path.quad_to(x, y, x + radius, y);
    path.close();
    path.finish()
}
