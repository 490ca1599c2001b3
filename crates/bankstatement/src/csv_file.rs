//! CSV: every bank's is different, so the layout says which column holds what.

use csv::{ReaderBuilder, StringRecord};
use innkeeper_domain::Currency;
use serde::{Deserialize, Serialize};

use crate::{
    MAX_ENTRIES, ReadError,
    amount::amount,
    entry::{Direction, Draft, Entry},
    fields::date,
};

/// How a bank writes its CSV. Columns are named as in the line of headings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CsvLayout {
    /// What stands between columns: `;`, `,` or a tab.
    pub delimiter: char,
    /// Lines before the headings.
    #[serde(default)]
    pub skip: usize,
    /// What stands before the decimals.
    pub decimal: char,
    /// How dates are written, such as `%d.%m.%Y`.
    pub date_format: String,
    /// The currency, where no column tells it.
    pub currency: Option<Currency>,
    /// The columns.
    pub columns: Columns,
}

/// The headings of the columns. None: there is no such column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Columns {
    /// Date of booking.
    pub booked_on: String,
    /// Date of value.
    pub valued_on: Option<String>,
    /// Where amounts are.
    pub amount: Amounts,
    /// Currency.
    pub currency: Option<String>,
    /// Our account.
    pub account: Option<String>,
    /// Who paid, or was paid.
    pub counterparty: Option<String>,
    /// Its IBAN.
    pub iban: Option<String>,
    /// What it is for: these columns, one after the other.
    pub remittance: Vec<String>,
    /// The bank's reference.
    pub reference: Option<String>,
}

/// Where amounts are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Amounts {
    /// In one column, with a minus before, or after, what left the account.
    Signed(String),
    /// In two columns, of which one is filled.
    Split {
        /// What came.
        credit: String,
        /// What went.
        debit: String,
    },
}

/// The place of a column.
type Place = Option<usize>;

struct Places {
    booked_on: usize,
    valued_on: Place,
    credit: usize,
    debit: Place,
    currency: Place,
    account: Place,
    counterparty: Place,
    iban: Place,
    remittance: Vec<usize>,
    reference: Place,
}

impl Places {
    fn find(columns: &Columns, headings: &StringRecord, line: usize) -> Result<Self, ReadError> {
        let place = |name: &String| {
            let found = headings.iter().position(|heading| heading.trim().eq_ignore_ascii_case(name.trim()));
            found.ok_or_else(|| ReadError::at(line, format!("there is no column {name:?}")))
        };
        let perhaps = |name: &Option<String>| name.as_ref().map(place).transpose();
        let (credit, debit) = match &columns.amount {
            Amounts::Signed(name) => (place(name)?, None),
            Amounts::Split { credit, debit } => (place(credit)?, Some(place(debit)?)),
        };
        Ok(Self {
            booked_on: place(&columns.booked_on)?,
            valued_on: perhaps(&columns.valued_on)?,
            credit,
            debit,
            currency: perhaps(&columns.currency)?,
            account: perhaps(&columns.account)?,
            counterparty: perhaps(&columns.counterparty)?,
            iban: perhaps(&columns.iban)?,
            remittance: columns.remittance.iter().map(place).collect::<Result<_, _>>()?,
            reference: perhaps(&columns.reference)?,
        })
    }
}

pub(crate) fn read(text: &str, layout: &CsvLayout) -> Result<Vec<Draft>, ReadError> {
    let delimiter =
        u8::try_from(layout.delimiter).map_err(|_| ReadError::whole("the delimiter is no plain character"))?;
    let start = text.match_indices('\n').map(|(at, _)| at + 1).take(layout.skip).last().unwrap_or(0);
    let body = text.get(start..).unwrap_or_default();
    let mut reader =
        ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(body.as_bytes());
    let mut places = None;
    let mut drafts = vec![];
    for record in reader.records() {
        let record = record.map_err(|e| {
            let line = e.position().map_or(0, csv::Position::line);
            ReadError::at(layout.skip + usize::try_from(line).unwrap_or(0), "this is no CSV")
        })?;
        let line = record.position().map_or(0, csv::Position::line);
        let line = layout.skip + usize::try_from(line).unwrap_or(0);
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        match &places {
            None => places = Some(Places::find(&layout.columns, &record, line)?),
            Some(places) => drafts.extend(draft(&record, places, layout, line)?),
        }
        if drafts.len() > MAX_ENTRIES {
            return Err(ReadError::whole(format!("there are more than {MAX_ENTRIES} entries")));
        }
    }
    if places.is_none() {
        return Err(ReadError::whole("there is no line of headings"));
    }
    Ok(drafts)
}

/// None: nothing was moved.
fn draft(row: &StringRecord, places: &Places, layout: &CsvLayout, line: usize) -> Result<Option<Draft>, ReadError> {
    let cell = |place: usize| row.get(place).map(str::trim).filter(|text| !text.is_empty());
    let perhaps = |place: Place| place.and_then(cell);
    let currency = match perhaps(places.currency) {
        Some(code) => crate::amount::currency(line, code)?,
        None => layout.currency.ok_or_else(|| ReadError::at(line, "no column tells the currency"))?,
    };
    let (text, direction) = match (cell(places.credit), perhaps(places.debit)) {
        (Some(_), Some(_)) => return Err(ReadError::at(line, "both credit and debit are filled")),
        (Some(text), None) => signed(text),
        (None, Some(text)) => (signed(text).0, Direction::Debit),
        (None, None) => return Err(ReadError::at(line, "there is no amount")),
    };
    let amount = amount(line, &without_groups(text, layout.decimal), layout.decimal, currency)?;
    if amount.is_zero() {
        return Ok(None);
    }
    let day = |text: &str| date(line, text, &layout.date_format);
    let booked_on = cell(places.booked_on).ok_or_else(|| ReadError::at(line, "there is no date of booking"))?;
    let remittance: Vec<&str> = places.remittance.iter().filter_map(|place| cell(*place)).collect();
    Ok(Some(Draft {
        entry: Entry {
            line,
            account: perhaps(places.account).map(str::to_owned),
            booked_on: day(booked_on)?,
            valued_on: perhaps(places.valued_on).map(day).transpose()?,
            amount,
            direction,
            reversal: false,
            counterparty: perhaps(places.counterparty).map(str::to_owned),
            iban: perhaps(places.iban).map(str::to_owned),
            remittance: remittance.join(" "),
            reference: String::new(),
        },
        bank_ref: perhaps(places.reference).unwrap_or_default().to_owned(),
        part: 0,
    }))
}

/// The amount without its sign, and which way it says that the money went.
fn signed(text: &str) -> (&str, Direction) {
    let minus = |text: &'_ str| text.strip_prefix(['-', '−']).or_else(|| text.strip_suffix('-')).map(str::len);
    match minus(text) {
        Some(_) => (text.trim_matches(['-', '−']).trim(), Direction::Debit),
        None => (text.trim_start_matches('+').trim(), Direction::Credit),
    }
}

/// Without what groups thousands, if every group has three digits: `1.234.567,89`, `1'234.50`, `1 234,50`.
fn without_groups(text: &str, decimal: char) -> String {
    let (whole, fraction) = text.split_once(decimal).map_or((text, None), |(whole, rest)| (whole, Some(rest)));
    let is_mark = |c: char| c != decimal && (matches!(c, '.' | ',' | '\'' | '’' | '\u{a0}' | '\u{202f}' | ' '));
    let groups: Vec<&str> = whole.split(is_mark).collect();
    let grouped = groups.iter().skip(1).all(|group| group.len() == 3) && groups.first().is_some_and(|g| g.len() <= 3);
    let whole = if groups.len() > 1 && grouped { groups.concat() } else { whole.to_owned() };
    fraction.map_or_else(|| whole.clone(), |fraction| format!("{whole}{decimal}{fraction}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_and_groups_are_read() {
        assert_eq!(signed("-12,50"), ("12,50", Direction::Debit));
        assert_eq!(signed("12,50-"), ("12,50", Direction::Debit));
        assert_eq!(signed("+12,50"), ("12,50", Direction::Credit));
        assert_eq!(without_groups("1.234.567,89", ','), "1234567,89");
        assert_eq!(without_groups("1'234.50", '.'), "1234.50");
        assert_eq!(without_groups("1\u{a0}234,50", ','), "1234,50");
        // Half a group is a mistake in the layout, not a thousand.
        assert_eq!(without_groups("12.50", ','), "12.50");
    }
}
