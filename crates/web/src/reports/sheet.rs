//! Comma-separated values, as spreadsheets read them.

use csv::{Terminator, Writer, WriterBuilder};
use innkeeper_app::AppError;
use innkeeper_domain::Money;

/// Tells spreadsheets that the text is UTF-8.
const MARK: &str = "\u{feff}";

/// A cell.
#[derive(Debug, Clone)]
pub enum Cell {
    /// Text that may come from anybody: never a formula for the spreadsheet that opens it.
    Text(String),
    /// A number, a day, a code of ours: written as it is.
    Plain(String),
}

impl Cell {
    /// Text that may come from anybody.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }
    /// A number, a day, a code of ours.
    pub fn plain(value: impl ToString) -> Self {
        Self::Plain(value.to_string())
    }
    /// An amount without its currency: `-12.10`.
    pub fn amount(amount: Money) -> Self {
        Self::Plain(amount.to_decimal())
    }

    fn written(self) -> String {
        match self {
            Self::Text(text) if is_formula(&text) => format!("'{text}"),
            Self::Text(text) | Self::Plain(text) => text,
        }
    }
}

/// Whether a spreadsheet could take a text for a formula. Wide forms of the signs are signs to some.
fn is_formula(text: &str) -> bool {
    let first = text.trim_start_matches(' ').chars().next();
    first.is_some_and(|c| matches!(c, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠'))
}

/// Rows of a file.
pub struct Sheet {
    writer: Writer<Vec<u8>>,
}

impl Sheet {
    /// A file that begins with the names of its columns.
    pub fn new(head: &[&str]) -> Result<Self, AppError> {
        let mut sheet = Self { writer: writer(MARK.as_bytes().to_vec()) };
        sheet.row(head.iter().map(Cell::plain))?;
        Ok(sheet)
    }
    /// Further rows of a file that is written in parts.
    pub fn more() -> Self {
        Self { writer: writer(vec![]) }
    }
    /// Adds a row.
    pub fn row(&mut self, cells: impl IntoIterator<Item = Cell>) -> Result<(), AppError> {
        self.writer.write_record(cells.into_iter().map(Cell::written)).map_err(AppError::internal)
    }
    /// The bytes.
    pub fn finish(self) -> Result<Vec<u8>, AppError> {
        self.writer.into_inner().map_err(|error| AppError::internal(error.to_string()))
    }
}

fn writer(bytes: Vec<u8>) -> Writer<Vec<u8>> {
    WriterBuilder::new().terminator(Terminator::CRLF).from_writer(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use innkeeper_domain::Currency;

    #[test]
    fn what_people_typed_is_never_a_formula() {
        let evil = ["=cmd|'/c calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1"];
        for text in evil {
            let mut sheet = Sheet::more();
            sheet.row([Cell::text(text), Cell::amount(Money::new(-1210, Currency::EUR))]).unwrap();
            let bytes = sheet.finish().unwrap();
            let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes.as_slice());
            let row = reader.records().next().unwrap().unwrap();
            assert_eq!((row[0].to_owned(), &row[1]), (format!("'{text}"), "-12.10"), "{text:?}");
        }
    }

    #[test]
    fn ordinary_text_stays_as_it_is() {
        let mut sheet = Sheet::new(&["name", "day"]).unwrap();
        sheet.row([Cell::text("Böhm, \"Söhne\" & Co=1"), Cell::plain("2026-01-31")]).unwrap();
        let text = String::from_utf8(sheet.finish().unwrap()).unwrap();
        assert_eq!(text, "\u{feff}name,day\r\n\"Böhm, \"\"Söhne\"\" & Co=1\",2026-01-31\r\n");
    }
}
