//! MT940: SWIFT's statements as lines of text.

use chrono::{Datelike, NaiveDate};
use innkeeper_domain::Currency;

use crate::{
    MAX_ENTRIES, ReadError,
    amount::{amount, currency},
    entry::{Direction, Draft, Entry},
    narrative,
};

/// Whether a text begins like one: with a tag, or with the header of a message.
pub(crate) fn looks_like(text: &str) -> bool {
    text.starts_with("{1:") || text.starts_with(":20:") || text.lines().take(20).any(|line| line.starts_with(":20:"))
}

/// A field: `:61:…` and the lines that continue it.
struct Field<'a> {
    tag: &'a str,
    line: usize,
    lines: Vec<&'a str>,
}

/// `:86:text` as tag and text.
fn tagged(line: &str) -> Option<(&str, &str)> {
    let (tag, text) = line.strip_prefix(':')?.split_once(':')?;
    let digits = tag.get(..2)?.bytes().all(|byte| byte.is_ascii_digit());
    let letter = tag.get(2..)?;
    (digits && letter.len() <= 1 && letter.bytes().all(|byte| byte.is_ascii_uppercase())).then_some((tag, text))
}

fn fields(text: &str) -> Vec<Field<'_>> {
    let mut fields: Vec<Field<'_>> = vec![];
    for (index, line) in text.lines().enumerate() {
        if let Some((tag, text)) = tagged(line) {
            fields.push(Field { tag, line: index + 1, lines: vec![text] });
        } else if line.starts_with(['{', '}']) || line.starts_with("-}") || line.trim() == "-" {
            // Around a message: what follows continues nothing.
            fields.push(Field { tag: "", line: index + 1, lines: vec![] });
        } else if let Some(field) = fields.last_mut().filter(|field| !field.tag.is_empty()) {
            field.lines.push(line);
        }
    }
    fields
}

pub(crate) fn read(text: &str) -> Result<Vec<Draft>, ReadError> {
    let mut drafts: Vec<Draft> = vec![];
    let (mut account, mut money) = (None, None);
    let mut open = false;
    for field in fields(text) {
        let first = field.lines.first().copied().unwrap_or_default();
        match field.tag {
            "20" => (account, money) = (None, None),
            "25" => account = Some(first.trim().to_owned()).filter(|text| !text.is_empty()),
            "60F" | "60M" => money = Some(balance_currency(field.line, first)?),
            "61" => {
                let money = money.ok_or_else(|| {
                    ReadError::at(field.line, "an entry before the opening balance (:60F:), which tells the currency")
                })?;
                drafts.push(entry(&field, money, account.clone())?);
            }
            "86" if open => {
                if let Some(draft) = drafts.last_mut() {
                    narrative::add(&mut draft.entry, &field.lines);
                }
            }
            _ => {}
        }
        open = field.tag == "61";
        if drafts.len() > MAX_ENTRIES {
            return Err(ReadError::whole(format!("there are more than {MAX_ENTRIES} entries")));
        }
    }
    Ok(drafts)
}

/// `C240501EUR123,45`: the currency.
fn balance_currency(line: usize, text: &str) -> Result<Currency, ReadError> {
    let code = text.get(7..10).ok_or_else(|| ReadError::at(line, format!("{text:?} is no balance")))?;
    currency(line, code)
}

/// What is left of a line, read from its beginning.
struct Rest<'a> {
    line: usize,
    whole: &'a str,
    text: &'a str,
}

impl<'a> Rest<'a> {
    fn bad(&self, what: &str) -> ReadError {
        ReadError::at(self.line, format!("the entry {:?} {what}", self.whole))
    }
    fn take(&mut self, count: usize, what: &str) -> Result<&'a str, ReadError> {
        let (taken, rest) = self.text.split_at_checked(count).ok_or_else(|| self.bad(what))?;
        self.text = rest;
        Ok(taken)
    }
    fn take_while(&mut self, fits: impl Fn(char) -> bool) -> &'a str {
        let end = self.text.find(|c| !fits(c)).unwrap_or(self.text.len());
        let (taken, rest) = self.text.split_at(end);
        self.text = rest;
        taken
    }
}

/// `:61:` value date, entry date, mark, third letter of the currency, amount, kind, references.
fn entry(field: &Field<'_>, money: Currency, account: Option<String>) -> Result<Draft, ReadError> {
    let whole = field.lines.first().copied().unwrap_or_default();
    let mut rest = Rest { line: field.line, whole, text: whole };
    let value = rest.take(6, "has no date")?;
    let valued_on = value_date(value).ok_or_else(|| rest.bad("has no date of the form YYMMDD"))?;
    let booked = if rest.text.starts_with(|c: char| c.is_ascii_digit()) {
        let text = rest.take(4, "is cut off")?;
        booking_date(text, valued_on).ok_or_else(|| rest.bad("has no booking date of the form MMDD"))?
    } else {
        valued_on
    };
    let (direction, reversal) = match rest.take_while(|c| c.is_ascii_uppercase()) {
        // Besides the mark, the third letter of the currency may stand here.
        mark if mark.starts_with("RC") => (Direction::Debit, true),
        mark if mark.starts_with("RD") => (Direction::Credit, true),
        mark if mark.starts_with('C') && mark.len() <= 2 => (Direction::Credit, false),
        mark if mark.starts_with('D') && mark.len() <= 2 => (Direction::Debit, false),
        _ => return Err(rest.bad("says neither C nor D, RC nor RD")),
    };
    let digits = rest.take_while(|c| c.is_ascii_digit() || c == ',');
    let amount = amount(field.line, digits, ',', money)?;
    rest.take(4, "has no kind, such as NTRF, after its amount")?;
    let (own, bank) = rest.text.split_once("//").unwrap_or((rest.text, ""));
    let mut remittance = String::new();
    if !own.trim().is_empty() && own.trim() != "NONREF" {
        remittance.push_str(own.trim());
    }
    Ok(Draft {
        entry: Entry {
            line: field.line,
            account,
            booked_on: booked,
            valued_on: Some(valued_on),
            amount,
            direction,
            reversal,
            counterparty: None,
            iban: None,
            remittance,
            reference: String::new(),
        },
        bank_ref: bank.trim().to_owned(),
        part: 0,
    })
}

fn value_date(text: &str) -> Option<NaiveDate> {
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let part = |from: usize| text.get(from..from + 2)?.parse::<u32>().ok();
    let year = i32::try_from(part(0)?).ok()?;
    NaiveDate::from_ymd_opt(if year < 80 { 2000 + year } else { 1900 + year }, part(2)?, part(4)?)
}

/// The day of the month and year that is nearest to the value date: around New Year they differ.
fn booking_date(text: &str, valued_on: NaiveDate) -> Option<NaiveDate> {
    let part = |from: usize| text.get(from..from + 2)?.parse::<u32>().ok();
    let (month, day) = (part(0)?, part(2)?);
    let years = [valued_on.year() - 1, valued_on.year(), valued_on.year() + 1];
    let days = years.into_iter().filter_map(|year| NaiveDate::from_ymd_opt(year, month, day));
    days.min_by_key(|date| (*date - valued_on).num_days().abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_year_of_a_booking_is_the_nearest() {
        assert_eq!(booking_date("0102", day("2025-12-31")), Some(day("2026-01-02")));
        assert_eq!(booking_date("1231", day("2026-01-02")), Some(day("2025-12-31")));
        assert_eq!(booking_date("0229", day("2024-03-01")), Some(day("2024-02-29")));
        assert_eq!(booking_date("1332", day("2024-03-01")), None);
        assert_eq!(value_date("991231"), Some(day("1999-12-31")));
        assert_eq!(value_date("+91231"), None);
    }
}
