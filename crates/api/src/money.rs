//! Money in JSON.

use innkeeper_app::AppError;
use innkeeper_domain::{Currency, Money};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::problem::{Answer, Problem};

/// An amount of money.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"amount": "12.10", "minor": 1210, "currency": "EUR"}))]
pub(super) struct Amount {
    /// In units of the currency, with its decimals.
    amount: String,
    /// In its smallest units.
    minor: i64,
    /// ISO 4217.
    currency: &'static str,
}

impl From<Money> for Amount {
    fn from(money: Money) -> Self {
        Self { amount: money.to_decimal(), minor: money.minor(), currency: money.currency().code() }
    }
}

impl Amount {
    /// Minor units of a stored currency.
    pub(super) fn of(minor: i64, currency: &str) -> Result<Self, AppError> {
        Ok(Money::new(minor, currency.parse()?).into())
    }
}

/// An amount of money: either `amount` or `minor`.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"amount": "12.10", "currency": "EUR"}))]
pub(super) struct AmountInput {
    /// In units of the currency, at most with its decimals: `12`, `12.1`, `12.10`.
    #[serde(default)]
    amount: Option<String>,
    /// In its smallest units.
    #[serde(default)]
    minor: Option<i64>,
    /// ISO 4217.
    currency: String,
}

impl AmountInput {
    /// The amount; refusals name `field`.
    pub(super) fn money(&self, field: &str) -> Answer<Money> {
        let currency = currency(&self.currency, &format!("{field}.currency"))?;
        match (&self.amount, self.minor) {
            (Some(text), None) => {
                Money::parse(text, currency).map_err(|e| Problem::field(field, format_args!("is {e}")))
            }
            (None, Some(minor)) => Ok(Money::new(minor, currency)),
            _ => Err(Problem::field(field, "must have either amount or minor")),
        }
    }
}

/// A currency code.
pub(super) fn currency(code: &str, field: &str) -> Answer<Currency> {
    code.parse().map_err(|_| Problem::field(field, "must be an ISO 4217 code such as EUR"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(json: &str) -> Answer<Money> {
        serde_json::from_str::<AmountInput>(json).unwrap().money("amount")
    }

    #[test]
    fn an_amount_is_given_in_one_of_two_ways() {
        let euros = Money::new(1210, Currency::EUR);
        assert_eq!(input(r#"{"amount":"12.1","currency":"EUR"}"#).unwrap(), euros);
        assert_eq!(input(r#"{"minor":1210,"currency":"EUR"}"#).unwrap(), euros);
        for odd in [
            r#"{"currency":"EUR"}"#,
            r#"{"amount":"12.1","minor":1210,"currency":"EUR"}"#,
            r#"{"amount":"12.101","currency":"EUR"}"#,
            r#"{"amount":"1e3","currency":"EUR"}"#,
            r#"{"amount":"99999999999999999999","currency":"EUR"}"#,
            r#"{"minor":1,"currency":"XXQ"}"#,
        ] {
            assert!(input(odd).is_err(), "{odd}");
        }
    }
}
