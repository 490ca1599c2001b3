//! Reading numbers and amounts that were typed into a form. What is none is marked at its field.

use std::str::FromStr;

use chrono::NaiveDate;
use innkeeper_domain::{Currency, Money};
use innkeeper_web::extract::Posted;
use innkeeper_web::view::{Choice, Form};

/// A whole number, or the refusal of the field.
pub(super) fn number<T: FromStr>(posted: &Posted, form: &mut Form, name: &str) -> Option<T> {
    let number = posted.text(name).parse().ok();
    if number.is_none() {
        form.fail(name, "Enter a whole number.");
    }
    number
}

/// A whole number if something was typed.
pub(super) fn optional_number<T: FromStr>(posted: &Posted, form: &mut Form, name: &str) -> Option<T> {
    if posted.text(name).is_empty() { None } else { number(posted, form, name) }
}

/// One of the choices of a list.
pub(super) fn choice<T: FromStr>(posted: &Posted, form: &mut Form, name: &str) -> Option<T> {
    let chosen = posted.text(name).parse().ok();
    if chosen.is_none() {
        form.fail(name, "Choose one.");
    }
    chosen
}

/// A day if something was typed.
pub(super) fn optional_day(posted: &Posted, form: &mut Form, name: &str) -> Option<NaiveDate> {
    let day = posted.optional(name)?.parse().ok();
    if day.is_none() {
        form.fail(name, "Enter a date such as 2027-03-31.");
    }
    day
}

/// An amount in minor units, if something was typed.
pub(super) fn optional_amount(posted: &Posted, form: &mut Form, name: &str, currency: Currency) -> Option<i64> {
    let typed = posted.optional(name)?;
    match Money::parse(&typed, currency) {
        Ok(money) => Some(money.minor()),
        Err(error) => {
            form.fail(name, format!("Enter an amount such as {}: this is {error}.", sample(currency)));
            None
        }
    }
}

fn sample(currency: Currency) -> String {
    Money::new(1250, currency).to_decimal()
}

/// `— choose —` and the choices.
pub(super) fn with_none(label: &str, choices: impl IntoIterator<Item = Choice>) -> Vec<Choice> {
    std::iter::once(Choice::new("", label)).chain(choices).collect()
}
