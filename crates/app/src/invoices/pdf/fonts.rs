//! The fonts, from this program itself.

use krilla::text::Font;
use std::sync::OnceLock;

use super::RenderError;

/// A font: to shape with and to embed.
pub(super) struct Face {
    pub shaper: rustybuzz::Face<'static>,
    pub font: Font,
}

/// The fonts of each weight. The first is the main one; the others have what it lacks.
pub(super) struct Fonts {
    regular: Vec<Face>,
    bold: Vec<Face>,
}

/// How dark a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    Regular,
    Bold,
}

macro_rules! file {
    ($name:literal) => {
        ($name, include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/fonts/", $name)).as_slice())
    };
}

type File = (&'static str, &'static [u8]);

const REGULAR: [File; 5] = [
    file!("NotoSans-Regular.ttf"),
    file!("NotoSansArabic-Regular.ttf"),
    file!("NotoSansHebrew-Regular.ttf"),
    file!("NotoSansArmenian-Regular.ttf"),
    file!("NotoSansGeorgian-Regular.ttf"),
];
const BOLD: [File; 5] = [
    file!("NotoSans-Bold.ttf"),
    file!("NotoSansArabic-Regular.ttf"),
    file!("NotoSansHebrew-Bold.ttf"),
    file!("NotoSansArmenian-Bold.ttf"),
    file!("NotoSansGeorgian-Bold.ttf"),
];

/// The fonts, read once.
pub(super) fn fonts() -> Result<&'static Fonts, RenderError> {
    static FONTS: OnceLock<Result<Fonts, RenderError>> = OnceLock::new();
    let read = || Ok(Fonts { regular: faces(&REGULAR)?, bold: faces(&BOLD)? });
    FONTS.get_or_init(read).as_ref().map_err(Clone::clone)
}

fn faces(files: &[File]) -> Result<Vec<Face>, RenderError> {
    let face = |(name, bytes): &File| {
        let shaper = rustybuzz::Face::from_slice(bytes, 0).ok_or(RenderError::Font(name))?;
        let font = Font::new((*bytes).into(), 0).ok_or(RenderError::Font(name))?;
        Ok(Face { shaper, font })
    };
    files.iter().map(face).collect()
}

impl Fonts {
    pub fn of(&self, weight: Weight) -> &[Face] {
        match weight {
            Weight::Regular => &self.regular,
            Weight::Bold => &self.bold,
        }
    }

    /// The index of the first font that has `c`.
    pub fn covering(&self, weight: Weight, c: char) -> Option<usize> {
        self.of(weight).iter().position(|face| face.shaper.glyph_index(c).is_some())
    }
}
