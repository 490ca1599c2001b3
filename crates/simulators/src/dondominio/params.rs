//! The form fields of one request, and the checks every action shares.

use chrono::NaiveDate;

use super::fault::{Fault, Outcome};

/// The fields of a request in the order they came. Of a repeated field the
/// last one counts, as on the vendor's side.
#[derive(Debug, Default, Clone)]
pub(crate) struct Params(Vec<(String, String)>);

impl Params {
    pub(crate) fn new(fields: Vec<(String, String)>) -> Self {
        Self(fields)
    }

    /// The field as sent, even when it is empty.
    fn sent(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().rev().find(|(key, _)| key == name);
        found.map(|(_, value)| value.trim())
    }

    /// The field when it holds something.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.sent(name).filter(|value| !value.is_empty())
    }

    pub(crate) fn require(&self, name: &str) -> Outcome<&str> {
        self.get(name).ok_or_else(|| Fault::missing(name))
    }

    /// Whether any field begins with `prefix` and holds something.
    pub(crate) fn any_with_prefix(&self, prefix: &str) -> bool {
        let mut fields = self.0.iter();
        fields.any(|(key, value)| key.starts_with(prefix) && !value.trim().is_empty())
    }

    /// A flag. PHP's `false` arrives as an empty string, so an empty field is
    /// `false` and only an absent one is `None`.
    pub(crate) fn flag(&self, name: &str) -> Outcome<Option<bool>> {
        match self.sent(name) {
            None => Ok(None),
            Some("1" | "true" | "on") => Ok(Some(true)),
            Some("" | "0" | "false") => Ok(Some(false)),
            Some(_) => Err(Fault::invalid(name, "not a boolean")),
        }
    }

    pub(crate) fn require_flag(&self, name: &str) -> Outcome<bool> {
        self.flag(name)?.ok_or_else(|| Fault::missing(name))
    }

    /// A whole number of at least `least`.
    pub(crate) fn number(&self, name: &str, least: u32) -> Outcome<Option<u32>> {
        let Some(text) = self.get(name) else {
            return Ok(None);
        };
        match text.parse::<u32>() {
            Ok(number) if number >= least => Ok(Some(number)),
            _ => Err(Fault::invalid(name, &format!("not a whole number from {least} up"))),
        }
    }

    pub(crate) fn require_number(&self, name: &str, least: u32) -> Outcome<u32> {
        self.number(name, least)?.ok_or_else(|| Fault::missing(name))
    }

    /// A date in either of the two spellings the API takes.
    pub(crate) fn date(&self, name: &str) -> Outcome<Option<NaiveDate>> {
        let Some(text) = self.get(name) else {
            return Ok(None);
        };
        let parsed = NaiveDate::parse_from_str(text, "%Y-%m-%d").or_else(|_| NaiveDate::parse_from_str(text, "%Y%m%d"));
        match parsed {
            Ok(date) => Ok(Some(date)),
            Err(_) => Err(Fault::invalid(name, "not YYYY-MM-DD or YYYYMMDD")),
        }
    }

    /// One of a fixed list of words.
    pub(crate) fn one_of<'a>(&'a self, name: &str, words: &[&str]) -> Outcome<Option<&'a str>> {
        match self.get(name) {
            None => Ok(None),
            Some(word) if words.contains(&word) => Ok(Some(word)),
            Some(_) => Err(Fault::invalid(name, &format!("not one of {}", words.join(", ")))),
        }
    }

    /// A comma-separated list, without empty entries.
    pub(crate) fn list(&self, name: &str) -> Vec<String> {
        let text = self.get(name).unwrap_or_default();
        let entries = text.split(',').map(str::trim).filter(|entry| !entry.is_empty());
        entries.map(str::to_lowercase).collect()
    }
}

#[cfg(test)]
impl<const N: usize> From<[(&str, &str); N]> for Params {
    fn from(fields: [(&str, &str); N]) -> Self {
        Self(fields.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_both_spellings_of_a_flag() {
        let params = Params::from([("a", "true"), ("b", "1"), ("c", ""), ("d", "0"), ("e", "yes")]);
        assert_eq!(params.flag("a"), Ok(Some(true)));
        assert_eq!(params.flag("b"), Ok(Some(true)));
        assert_eq!(params.flag("c"), Ok(Some(false)));
        assert_eq!(params.flag("d"), Ok(Some(false)));
        assert_eq!(params.flag("e").map_err(|fault| fault.code), Err(105));
        assert_eq!(params.flag("f"), Ok(None));
    }

    #[test]
    fn reads_both_spellings_of_a_date() {
        let params = Params::from([("a", "20310514"), ("b", "2031-05-14"), ("c", "14/05/2031")]);
        let day = NaiveDate::from_ymd_opt(2031, 5, 14);
        assert_eq!(params.date("a"), Ok(day));
        assert_eq!(params.date("b"), Ok(day));
        assert_eq!(params.date("c").map_err(|fault| fault.code), Err(105));
    }
}
