//! The operations: none of them asks anybody.

use async_trait::async_trait;
use innkeeper_plugin_api::{Gateway, PaymentPage, PaymentRequest, PluginCtx, PluginError, domain::Money};

use crate::{iban, settings::BankTransfer};

/// Bank transfer.
pub(crate) struct Offline;

#[async_trait]
impl Gateway for Offline {
    fn method_name(&self, ctx: &PluginCtx) -> Result<String, PluginError> {
        Ok(BankTransfer::read(ctx)?.method_name)
    }

    fn accepts(&self, ctx: &PluginCtx, amount: Money) -> Result<(), PluginError> {
        let settings = BankTransfer::read(ctx)?;
        let currency = amount.currency();
        let refusal = if amount.minor() <= 0 {
            format!("{amount} is nothing to transfer.")
        } else if !settings.currencies.is_empty() && !settings.currencies.contains(&currency) {
            format!("Transfers in {currency} are not accepted.")
        } else {
            return Ok(());
        };
        Err(PluginError::declined(refusal.clone()).public(refusal))
    }

    async fn payment_page(&self, ctx: &PluginCtx, request: &PaymentRequest) -> Result<PaymentPage, PluginError> {
        let settings = BankTransfer::read(ctx)?;
        Ok(PaymentPage::Instructions { text: settings.instructions.clone(), lines: lines(&settings, request) })
    }

    fn recorded_by_staff(&self) -> bool {
        true
    }
}

fn lines(settings: &BankTransfer, request: &PaymentRequest) -> Vec<(String, String)> {
    let own = [
        ("Amount", Some(request.amount.to_string())),
        ("Reference", Some(format!("{}{}", settings.reference_prefix.trim_start(), request.number))),
        ("Account holder", Some(settings.account_holder.clone())),
        ("IBAN", settings.iban().map(iban::grouped)),
        ("BIC", settings.bic().map(str::to_ascii_uppercase)),
        ("Bank", settings.bank().map(str::to_owned)),
    ];
    let own = own.into_iter().filter_map(|(label, value)| Some((label.to_owned(), value?)));
    own.chain(settings.other_lines.iter().map(|line| (line.label.clone(), line.value.clone()))).collect()
}
