//! Numbers and dates as people of a place write them.

use chrono::{Datelike, NaiveDate};
use innkeeper_domain::{Money, Rate};

/// How numbers and dates are written.
#[derive(Clone, Copy, Debug)]
pub struct Format {
    /// Order and separator of dates.
    pub dates: DateOrder,
    /// Between units and decimals.
    pub decimal: char,
    /// Between thousands. None: nothing.
    pub group: Option<char>,
    /// Where the currency's sign stands.
    pub sign: SignPlace,
}

/// Order of a date, with the separator.
#[derive(Clone, Copy, Debug)]
pub enum DateOrder {
    /// 2026-05-01.
    YearMonthDay(char),
    /// 01/05/2026.
    DayMonthYear(char),
    /// 05/01/2026.
    MonthDayYear(char),
}

/// Where the sign of a currency stands.
#[derive(Clone, Copy, Debug)]
pub enum SignPlace {
    /// €12.10
    Before,
    /// 12.10 €
    After,
}

/// Keeps a number and its sign on one line.
const NO_BREAK: char = '\u{a0}';

impl Format {
    /// A date.
    pub fn date(&self, date: NaiveDate) -> String {
        let (year, month, day) = (date.year(), date.month(), date.day());
        match self.dates {
            DateOrder::YearMonthDay(s) => format!("{year:04}{s}{month:02}{s}{day:02}"),
            DateOrder::DayMonthYear(s) => format!("{day:02}{s}{month:02}{s}{year:04}"),
            DateOrder::MonthDayYear(s) => format!("{month:02}{s}{day:02}{s}{year:04}"),
        }
    }

    /// An amount with the sign of its currency.
    pub fn money(&self, money: Money) -> String {
        let bare = self.bare(money);
        // A plain hyphen: the fonts have no U+2212, and it can be copied into a spreadsheet.
        let (minus, digits) = bare.strip_prefix('-').map_or(("", bare.as_str()), |digits| ("-", digits));
        let sign = money.currency().symbol();
        match self.sign {
            // A sign of letters ("Kč", "CHF") needs a space where "€" needs none.
            SignPlace::Before if sign.chars().all(char::is_alphabetic) => format!("{minus}{sign}{NO_BREAK}{digits}"),
            SignPlace::Before => format!("{minus}{sign}{digits}"),
            SignPlace::After => format!("{minus}{digits}{NO_BREAK}{sign}"),
        }
    }

    /// An amount without a sign of its currency.
    pub fn bare(&self, money: Money) -> String {
        let bare = money.to_decimal();
        let (minus, digits) = bare.strip_prefix('-').map_or(("", bare.as_str()), |digits| ("-", digits));
        format!("{minus}{}", self.number(digits))
    }

    /// A count.
    pub fn count(&self, count: i64) -> String {
        let digits = self.number(&count.unsigned_abs().to_string());
        if count < 0 { format!("-{digits}") } else { digits }
    }

    /// A rate in percent.
    pub fn rate(&self, rate: Rate) -> String {
        let percent = rate.to_string();
        format!("{}{NO_BREAK}%", self.number(percent.trim_end_matches('%')))
    }

    /// Digits with a point, written with this format's separators.
    fn number(&self, plain: &str) -> String {
        let (whole, fraction) = plain.split_once('.').unwrap_or((plain, ""));
        let mut out = String::new();
        for (i, digit) in whole.chars().enumerate() {
            if i > 0 && (whole.len() - i) % 3 == 0 {
                out.extend(self.group);
            }
            out.push(digit);
        }
        if !fraction.is_empty() {
            out.push(self.decimal);
            out.push_str(fraction);
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use innkeeper_domain::Currency;

    #[test]
    fn amounts_dates_and_rates_as_in_spain_and_in_america() {
        let spain =
            Format { dates: DateOrder::DayMonthYear('/'), decimal: ',', group: Some('.'), sign: SignPlace::After };
        let america =
            Format { dates: DateOrder::MonthDayYear('/'), decimal: '.', group: Some(','), sign: SignPlace::Before };
        let day = NaiveDate::from_ymd_opt(2026, 5, 1).unwrap();
        assert_eq!((spain.date(day), america.date(day)), ("01/05/2026".into(), "05/01/2026".into()));
        let money = |minor| Money::new(minor, Currency::EUR);
        assert_eq!(spain.money(money(123_456_789)), "1.234.567,89\u{a0}€");
        assert_eq!(spain.money(money(-5)), "-0,05\u{a0}€");
        assert_eq!(america.money(money(99_900)), "€999.00");
        assert_eq!(america.money(money(i64::MIN)), "-€92,233,720,368,547,758.08");
        assert_eq!(america.money(Money::new(1200, "CZK".parse().unwrap())), "Kč\u{a0}12.00");
        assert_eq!(spain.money(Money::new(1200, "JPY".parse().unwrap())), "1.200\u{a0}¥");
        let rate = Rate::from_percent("5.2".parse().unwrap()).unwrap();
        assert_eq!(spain.rate(rate), "5,2\u{a0}%");
        assert_eq!((spain.count(-1500), spain.count(7)), ("-1.500".into(), "7".into()));
    }
}
