//! Invoices on paper: a pure function from a [`Document`] to the bytes of a PDF. The same document
//! gives the same bytes.
//!
//! Texts may be in any script that the fonts in `crates/app/fonts` cover: Latin (with Vietnamese),
//! Greek, Cyrillic, Arabic (always in its regular weight), Hebrew, Armenian and Georgian, also mixed,
//! right-to-left where it belongs. Not covered, and printed as a question mark in a box: Thai, the scripts of
//! India, Chinese, Japanese, Korean, emoji, arrows and most symbols. Long texts are cut with an
//! ellipsis, so that no field can blow up a document.
//!
//! Every PDF is one for archives (PDF/A-3b). With the same invoice for machines attached it is a Factur-X
//! file, also known as ZUGFeRD.

#![expect(clippy::float_arithmetic, reason = "lengths on paper; money is formatted from integers")]

mod blocks;
mod document;
mod factur_x;
mod fonts;
mod format;
mod head;
mod layout;
mod paper;
mod table;
#[cfg(test)]
mod tests;
mod text;
mod words;

pub use document::{Document, Labels, Line, Party, Payment, Stamp, TaxTotal, Tone};
pub use format::{DateOrder, Format, SignPlace};
pub(crate) use words::Words;

/// Why there is no PDF. Neither depends on the document's content.
#[derive(Clone, Debug, thiserror::Error)]
pub enum RenderError {
    /// A font that is part of this program cannot be read.
    #[error("the font {0} cannot be read")]
    Font(&'static str),
    /// The PDF could not be written.
    #[error("the PDF cannot be written: {0}")]
    Write(String),
}

/// The PDF of a document: A4, PDF/A-3b, its fonts embedded as subsets.
pub fn render(document: &Document) -> Result<Vec<u8>, RenderError> {
    let fonts = fonts::fonts()?;
    paper::print(document, fonts, &layout::pages(document, fonts))
}
