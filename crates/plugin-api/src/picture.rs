//! Pictures that a plugin brings of itself.

use std::fmt;

/// A picture of a plugin at work, for its page in the panel: PNG, JPEG or WebP. What it is, its first bytes say.
/// Anything that a browser could run, SVG among it, is none.
#[derive(Clone)]
pub struct Picture {
    /// What it shows, in a line: for those who do not see it, too.
    pub caption: String,
    bytes: &'static [u8],
}

impl Picture {
    /// Most bytes that a picture may have.
    pub const LARGEST: usize = 1024 * 1024;
    /// Most pictures that are shown.
    pub const MOST: usize = 8;

    /// A picture inside the program: `Picture::new("The list", include_bytes!("list.png"))`.
    pub fn new(caption: impl Into<String>, bytes: &'static [u8]) -> Self {
        Self { caption: caption.into(), bytes }
    }
    /// The file.
    pub const fn bytes(&self) -> &'static [u8] {
        self.bytes
    }
    /// `image/png`, `image/jpeg` or `image/webp`. None: it is no picture that is shown, or too large.
    pub fn content_type(&self) -> Option<&'static str> {
        match self.bytes {
            bytes if bytes.len() > Self::LARGEST => None,
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some("image/png"),
            [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
            _ => None,
        }
    }
}

impl fmt::Debug for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Picture").field("caption", &self.caption).field("bytes", &self.bytes.len()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_cannot_run_is_a_picture() {
        let kind = |bytes: &'static [u8]| Picture::new("it", bytes).content_type();
        assert_eq!(kind(b"\x89PNG\r\n\x1a\n...."), Some("image/png"));
        assert_eq!(kind(b"\xff\xd8\xff\xe0...."), Some("image/jpeg"));
        assert_eq!(kind(b"RIFF\x10\0\0\0WEBPVP8 "), Some("image/webp"));
        for other in [
            &b""[..],
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            b"<html>",
            b"GIF89a",
            b"RIFF\0\0\0\0WAVE",
            b"\x89PN",
        ] {
            assert_eq!(kind(other), None, "{other:?}");
        }
        static LARGE: [u8; Picture::LARGEST + 1] = {
            let mut bytes = [0; Picture::LARGEST + 1];
            (bytes[0], bytes[1], bytes[2]) = (0xff, 0xd8, 0xff);
            bytes
        };
        assert_eq!(kind(&LARGE), None, "too large");
    }
}
