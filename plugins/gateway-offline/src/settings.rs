//! The settings.

use innkeeper_plugin_api::{Level, PluginCtx, PluginError, domain::Currency};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::iban;

/// Where clients send the money.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BankTransfer {
    /// Name of the method as clients see it.
    #[serde(default = "method_name")]
    #[schemars(title = "Name")]
    pub method_name: String,
    /// What clients read above the bank details.
    #[serde(default = "instructions")]
    #[schemars(title = "Instructions", extend("format" = "multiline"))]
    pub instructions: String,
    /// Who owns the bank account.
    #[schemars(title = "Account holder")]
    pub account_holder: String,
    /// The account's IBAN, with or without spaces. Leave empty where there are none and use the lines below.
    #[schemars(title = "IBAN")]
    pub iban: Option<String>,
    /// The bank's BIC (SWIFT code).
    #[schemars(title = "BIC")]
    pub bic: Option<String>,
    /// The bank's name.
    #[schemars(title = "Bank")]
    pub bank: Option<String>,
    /// Put before the invoice's number in the reference, such as `ACME-`, to tell apart what arrives on a shared account.
    #[serde(default)]
    #[schemars(title = "Reference prefix")]
    pub reference_prefix: String,
    /// Other lines to show, such as an account number and a routing number.
    #[serde(default)]
    #[schemars(title = "Other lines")]
    pub other_lines: Vec<Line>,
    /// Currencies that the account takes, as three-letter codes. None listed: all of them.
    #[serde(default)]
    #[schemars(title = "Currencies")]
    pub currencies: Vec<Currency>,
}

/// One more line of bank details.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// What it is.
    #[schemars(title = "Label")]
    pub label: String,
    /// Its value.
    #[schemars(title = "Value")]
    pub value: String,
}

fn method_name() -> String {
    "Bank transfer".to_owned()
}

fn instructions() -> String {
    "Please transfer the amount to this account and give the reference, so that we can tell whose payment it is."
        .to_owned()
}

impl BankTransfer {
    /// Reads and checks the settings.
    pub(crate) fn read(ctx: &PluginCtx) -> Result<Self, PluginError> {
        let settings: Self = ctx.settings(Level::Plugin)?;
        settings.check().map_err(|reason| PluginError::config(format!("plugin settings: {reason}")))?;
        Ok(settings)
    }

    fn check(&self) -> Result<(), &'static str> {
        if self.method_name.trim().is_empty() || self.account_holder.trim().is_empty() {
            return Err("method_name and account_holder must not be empty");
        }
        if self.other_lines.iter().any(|line| line.label.trim().is_empty() || line.value.trim().is_empty()) {
            return Err("each of other_lines needs a label and a value");
        }
        if self.bic().is_some_and(|bic| !is_bic(bic)) {
            return Err("bic must be 8 or 11 letters and digits, the country's letters in the fifth and sixth place");
        }
        match self.iban() {
            Some(iban) if !iban::is_valid(iban) => Err("iban is mistyped: its check digits do not fit"),
            None if self.other_lines.is_empty() => Err("give an iban, or the account in other_lines"),
            _ => Ok(()),
        }
    }

    /// The IBAN, if one is set.
    pub(crate) fn iban(&self) -> Option<&str> {
        filled(self.iban.as_deref())
    }

    /// The BIC, if one is set.
    pub(crate) fn bic(&self) -> Option<&str> {
        filled(self.bic.as_deref())
    }

    /// The bank's name, if it is set.
    pub(crate) fn bank(&self) -> Option<&str> {
        filled(self.bank.as_deref())
    }
}

/// Whether the shape is a BIC's (ISO 9362).
fn is_bic(text: &str) -> bool {
    let country = text.get(4..6).unwrap_or_default();
    matches!(text.len(), 8 | 11)
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && country.bytes().all(|byte| byte.is_ascii_alphabetic())
}

fn filled(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}
