//! Bank statements: reading the files that banks hand out (CAMT.053, MT940, CSV), and finding out which invoice
//! an entry pays. Pure: no clock, no database, no network.
//!
//! Files come from outside and may be anything: their size and number of entries are limited, XML may not
//! declare entities, and what cannot be read says in which line.

mod amount;
mod camt;
mod csv_file;
mod entry;
mod fields;
mod matching;
mod mt940;
mod narrative;
mod text;

pub use csv_file::{Amounts, Columns, CsvLayout};
pub use entry::{Direction, Entry};
pub use matching::{Open, Proposal, Verdict, propose};

/// The longest file that is read, in bytes.
pub const MAX_BYTES: usize = 8 << 20;
/// The most entries that are read of one file.
pub const MAX_ENTRIES: usize = 20_000;

/// Why a file cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{what}", .line.map_or_else(String::new, |line| format!("line {line}: ")))]
pub struct ReadError {
    /// The line in the file, from 1; none: it is about the whole file.
    pub line: Option<usize>,
    /// What is wrong with it.
    pub what: String,
}

impl ReadError {
    pub(crate) fn at(line: usize, what: impl Into<String>) -> Self {
        Self { line: Some(line), what: what.into() }
    }
    pub(crate) fn whole(what: impl Into<String>) -> Self {
        Self { line: None, what: what.into() }
    }
}

/// Reads a statement. XML is CAMT.053, a text with `:61:` lines MT940; anything else is CSV, for which the
/// layout of its columns must be known. Entries that are not booked yet are left out.
///
/// # Errors
/// The file is too long, of no known format, or not well formed: nothing of it is taken.
pub fn read(file: &[u8], layout: Option<&CsvLayout>) -> Result<Vec<Entry>, ReadError> {
    if file.len() > MAX_BYTES {
        return Err(ReadError::whole(format!("the file is longer than {} MiB", MAX_BYTES >> 20)));
    }
    let text = text::decode(file);
    let start = text.trim_start();
    let drafts = if start.starts_with('<') {
        camt::read(&text)?
    } else if mt940::looks_like(start) {
        mt940::read(&text)?
    } else if start.is_empty() {
        return Err(ReadError::whole("the file is empty"));
    } else {
        let layout = layout.ok_or_else(|| {
            ReadError::whole("this is neither CAMT.053 nor MT940; for CSV say first which column holds what")
        })?;
        csv_file::read(&text, layout)?
    };
    Ok(entry::finished(drafts))
}
