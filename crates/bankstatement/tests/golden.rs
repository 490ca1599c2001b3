//! Golden files: `tests/golden/<case>` is a statement, `<case>.json` what must be read from it (or the error);
//! `<case>.layout.json` says how a CSV is laid out. After a wanted change, `UPDATE_GOLDEN=1 cargo test -p
//! innkeeper-bankstatement` writes them anew; the diff is then read by a person.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use innkeeper_bankstatement::{CsvLayout, MAX_BYTES, read};
use std::{fs, path::Path};

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden"))
}

fn read_case(path: &Path) -> String {
    let layout = fs::read_to_string(path.with_extension("layout.json")).ok();
    let layout: Option<CsvLayout> = layout.map(|text| serde_json::from_str(&text).unwrap());
    let came_out = match read(&fs::read(path).unwrap(), layout.as_ref()) {
        Ok(entries) => serde_json::to_string_pretty(&entries).unwrap(),
        Err(error) => serde_json::to_string_pretty(&error.to_string()).unwrap(),
    };
    came_out + "\n"
}

#[test]
fn every_statement_is_read_as_written_down() {
    let mut cases: Vec<_> = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.retain(|path| path.extension().is_some_and(|extension| extension != "json"));
    cases.sort();
    assert!(cases.len() >= 10, "the golden cases are gone");
    for path in cases {
        let expected = path.with_extension("json");
        let came_out = read_case(&path);
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            fs::write(&expected, &came_out).unwrap();
        }
        assert_eq!(came_out, fs::read_to_string(&expected).unwrap_or_default(), "{}", path.display());
    }
}

#[test]
fn entities_are_not_expanded() {
    let laughs = "<?xml version=\"1.0\"?>\n<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]>\n<Document>&b;</Document>";
    let outside = "<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><Document>&a;</Document>";
    for text in [laughs, outside, "<Document>&a;</Document>"] {
        let error = read(text.as_bytes(), None).unwrap_err();
        assert!(error.line.is_some() && error.what.contains("no XML that is read here"), "{error}");
    }
}

#[test]
fn what_is_too_much_is_refused_at_once() {
    let error = read(&vec![b'<'; MAX_BYTES + 1], None).unwrap_err();
    assert_eq!(error.to_string(), "the file is longer than 8 MiB");
    let deep = "<a>".repeat(100_000);
    assert!(read(deep.as_bytes(), None).unwrap_err().what.contains("nested too deeply"));
    let entry = ":61:2405010501C1,00NTRFNONREF\n";
    let many = format!(":20:1\n:60F:C240501EUR0,00\n{}", entry.repeat(20_001));
    assert!(read(many.as_bytes(), None).unwrap_err().what.contains("more than 20000 entries"));
}

#[test]
fn whatever_the_file_reading_it_ends_without_a_panic() {
    let mut cases: Vec<_> = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.retain(|path| path.extension().is_some_and(|extension| extension != "json"));
    for path in cases {
        let layout = fs::read_to_string(path.with_extension("layout.json")).ok();
        let layout: Option<CsvLayout> = layout.map(|text| serde_json::from_str(&text).unwrap());
        let whole = fs::read(&path).unwrap();
        for end in (0..whole.len()).step_by(7) {
            read(&whole[..end], layout.as_ref()).ok();
        }
        for (at, byte) in [(3, 0), (7, 0xff), (11, b'<'), (13, b':'), (17, b'"'), (19, b'?'), (23, b',')] {
            for start in (at..whole.len()).step_by(29) {
                let mut broken = whole.clone();
                broken[start] = byte;
                read(&broken, layout.as_ref()).ok();
            }
        }
    }
}

#[test]
fn a_reference_is_the_same_in_an_overlapping_file() {
    let head = ":20:1\n:25:AT611904300234573201\n:60F:C240501EUR0,00\n";
    let (one, two) = (":61:2405010501C1,00NTRFNONREF//B-1\n:86:Invoice 1\n", ":61:2405020502C1,00NTRFNONREF\n:86:x\n");
    let read = |text: &str| read(text.as_bytes(), None).unwrap();
    let refs = |text: &str| read(text).into_iter().map(|entry| entry.reference).collect::<Vec<_>>();
    let both = refs(&format!("{head}{one}{two}"));
    assert_eq!(refs(&format!("{head}{one}")), both[..1]);
    assert_eq!(refs(&format!("{head}{two}")), both[1..]);
    // With the bank's reference the same entry told twice is one; without it there are two that look alike.
    assert_eq!(refs(&format!("{head}{one}{one}")).len(), 1);
    let alike = refs(&format!("{head}{two}{two}"));
    assert!(alike.len() == 2 && alike[0] != alike[1] && alike[0] == both[1]);
}
