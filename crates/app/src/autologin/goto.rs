//! Where a link leads after the login: only ever to a page of this site.

use crate::{AppError, Result};

/// Longest path in bytes.
const LONGEST: usize = 2000;

/// The path to go to. Empty, and Clientexec's `index.php?…`, mean the start page.
pub(super) fn local_path(goto: &str) -> Result<String> {
    const BAD: &str = "must be a path on this site such as /invoices";
    let script = goto.strip_prefix('/').unwrap_or(goto).strip_prefix("index.php");
    if goto.is_empty() || script.is_some_and(|rest| rest.is_empty() || rest.starts_with('?')) {
        return Ok("/".to_owned());
    }
    let path = goto.split(['?', '#']).next().unwrap_or_default();
    let printable = goto.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    if goto.len() <= LONGEST && printable && path.starts_with('/') && !path.contains("//") {
        Ok(goto.to_owned())
    } else {
        Err(AppError::invalid("goto", BAD))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_site() {
        for (given, path) in [
            ("", "/"),
            ("index.php?fuse=support&controller=ticket", "/"),
            ("/index.php?fuse=support", "/"),
            ("/portal/invoices/9?a=b#c", "/portal/invoices/9?a=b#c"),
            ("/portal?next=https://x.example//y", "/portal?next=https://x.example//y"),
        ] {
            assert_eq!(local_path(given).unwrap(), path, "{given}");
        }
        for bad in [
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "portal",
            "/a//evil.example",
            "/a\r\nSet-Cookie: x=y",
            "/\t/evil.example",
            "/\u{ff0f}evil.example",
            " /portal",
            "index.phpx",
        ] {
            assert!(local_path(bad).is_err(), "{bad:?}");
        }
        assert!(local_path(&format!("/{}", "a".repeat(LONGEST))).is_err());
    }
}
