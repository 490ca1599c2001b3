//! Languages: which text a client gets, and how amounts and days are written in it.

use chrono::NaiveDate;
use innkeeper_db::PgConnection;
use innkeeper_domain::{ClientId, Money};

use crate::Result;

/// The languages that every notice ships in, with their names. The first is the last resort.
pub const SHIPPED: [(&str, &str); 3] = [("en", "English"), ("de", "German"), ("es", "Spanish")];

/// Languages that hosts may write in, with their names: the others are shown by their tag.
const KNOWN: [(&str, &str); 24] = [
    ("bg", "Bulgarian"),
    ("ca", "Catalan"),
    ("cs", "Czech"),
    ("da", "Danish"),
    ("el", "Greek"),
    ("et", "Estonian"),
    ("eu", "Basque"),
    ("fi", "Finnish"),
    ("fr", "French"),
    ("gl", "Galician"),
    ("hr", "Croatian"),
    ("hu", "Hungarian"),
    ("it", "Italian"),
    ("lt", "Lithuanian"),
    ("lv", "Latvian"),
    ("nl", "Dutch"),
    ("no", "Norwegian"),
    ("pl", "Polish"),
    ("pt", "Portuguese"),
    ("ro", "Romanian"),
    ("sk", "Slovak"),
    ("sl", "Slovenian"),
    ("sv", "Swedish"),
    ("tr", "Turkish"),
];

/// The name of a language, or its tag.
pub fn language_name(tag: &str) -> String {
    let known = SHIPPED.iter().chain(&KNOWN).find(|(known, _)| *known == tag);
    known.map_or_else(|| tag.to_owned(), |(_, name)| (*name).to_owned())
}

/// The one form of a tag: `de`, `pt-br`. None: it is none.
pub fn parse(tag: &str) -> Option<String> {
    let tag = tag.trim().to_lowercase();
    let (language, region) = tag.split_once('-').map_or((tag.as_str(), None), |(l, r)| (l, Some(r)));
    let is_language = (2..=3).contains(&language.len()) && language.bytes().all(|b| b.is_ascii_lowercase());
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let is_region = region.is_none_or(|r| (2..=8).contains(&r.len()) && r.bytes().all(plain));
    (is_language && is_region).then_some(tag)
}

/// The languages whose text may stand for one in `wanted`, best first: it, the language without its region, the
/// same of the company, English.
pub(crate) fn chain(wanted: &str, company: &str) -> Vec<String> {
    let mut all: Vec<String> = vec![];
    for tag in [wanted, company] {
        let tag = tag.to_lowercase();
        let base = tag.split('-').next().unwrap_or_default().to_owned();
        all.extend([tag, base]);
    }
    all.push(SHIPPED[0].0.to_owned());
    let mut seen: Vec<String> = vec![];
    for tag in all {
        if !tag.is_empty() && !seen.contains(&tag) {
            seen.push(tag);
        }
    }
    seen
}

/// The same for a client, by what the client chose.
pub(crate) async fn languages_of(conn: &mut PgConnection, client: ClientId) -> Result<Vec<String>> {
    let wanted = innkeeper_db::clients::language(conn, client).await?.unwrap_or_default();
    Ok(chain(&wanted, &company_language(conn).await?))
}

/// The same for somebody who is no client yet.
pub(crate) async fn languages(conn: &mut PgConnection) -> Result<Vec<String>> {
    Ok(chain("", &company_language(conn).await?))
}

async fn company_language(conn: &mut PgConnection) -> Result<String> {
    let mail = innkeeper_db::settings::get(conn, "mail").await?.unwrap_or_default();
    Ok(mail.get("language").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned())
}

/// How amounts and days are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// `2027-03-31`, `1234.50 EUR`.
    Plain,
    /// `31.03.2027`, `1.234,50 EUR`.
    German,
    /// `31/03/2027`, `1.234,50 EUR`.
    Spanish,
}

impl Style {
    /// That of a language.
    pub fn of(tag: &str) -> Self {
        match tag.split('-').next() {
            Some("de") => Self::German,
            Some("es") => Self::Spanish,
            _ => Self::Plain,
        }
    }
    /// A day.
    pub fn date(self, day: NaiveDate) -> String {
        match self {
            Self::Plain => day.to_string(),
            Self::German => day.format("%d.%m.%Y").to_string(),
            Self::Spanish => day.format("%d/%m/%Y").to_string(),
        }
    }
    /// An amount with its currency.
    pub fn amount(self, money: Money) -> String {
        if self == Self::Plain {
            return money.to_string();
        }
        let plain = money.to_decimal();
        let (sign, digits) = plain.strip_prefix('-').map_or(("", plain.as_str()), |rest| ("-", rest));
        let (whole, cents) = digits.split_once('.').map_or((digits, None), |(w, c)| (w, Some(c)));
        let mut grouped = String::new();
        for (place, digit) in whole.chars().enumerate() {
            if place > 0 && (whole.len() - place) % 3 == 0 {
                grouped.push('.');
            }
            grouped.push(digit);
        }
        let cents = cents.map(|cents| format!(",{cents}")).unwrap_or_default();
        format!("{sign}{grouped}{cents} {}", money.currency().code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use innkeeper_domain::Currency;

    #[test]
    fn a_text_is_looked_for_from_the_clients_language_to_english() {
        assert_eq!(chain("es-mx", "de"), ["es-mx", "es", "de", "en"]);
        assert_eq!(chain("EN", "en"), ["en"]);
        assert_eq!(chain("", "pt-br"), ["pt-br", "pt", "en"]);
    }

    #[test]
    fn a_tag_has_one_form() {
        assert_eq!(parse(" pt-BR ").as_deref(), Some("pt-br"));
        for odd in ["", "e", "english", "de-", "de_AT", "../de", "de-at-1996", "é1"] {
            assert_eq!(parse(odd), None, "{odd}");
        }
    }

    #[test]
    fn amounts_and_days_are_written_as_the_language_does() {
        let day = NaiveDate::from_ymd_opt(2027, 3, 31).unwrap();
        let euro = |minor| Money::new(minor, Currency::EUR);
        assert_eq!(
            (Style::of("en").date(day), Style::of("de-at").date(day)),
            ("2027-03-31".into(), "31.03.2027".into())
        );
        assert_eq!(Style::of("es").date(day), "31/03/2027");
        assert_eq!(Style::of("fr").amount(euro(123_450)), "1234.50 EUR");
        let written = [5, 99_999, 123_456_789, -250_000].map(|minor| Style::German.amount(euro(minor)));
        assert_eq!(written, ["0,05 EUR", "999,99 EUR", "1.234.567,89 EUR", "-2.500,00 EUR"]);
        assert_eq!(Style::Spanish.amount(Money::new(1_234_567, "JPY".parse().unwrap())), "1.234.567 JPY");
    }
}
