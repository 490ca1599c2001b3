//! How clients pay.

use async_trait::async_trait;
use innkeeper_plugin_api::{Gateway, PaymentPage, PaymentRequest, PluginCtx, PluginError, domain::Money};

use crate::{api::Api, settings::Settings};

/// Payments on the gateway's page.
pub(crate) struct Payments;

#[async_trait]
impl Gateway for Payments {
    fn method_name(&self, ctx: &PluginCtx) -> Result<String, PluginError> {
        Ok(Settings::read(ctx)?.method_name)
    }

    fn accepts(&self, ctx: &PluginCtx, amount: Money) -> Result<(), PluginError> {
        let (settings, currency) = (Settings::read(ctx)?, amount.currency());
        let refusal = if !amount.is_positive() {
            format!("{amount} is nothing to pay.")
        } else if !settings.currencies.is_empty() && !settings.currencies.contains(&currency) {
            format!("Payments in {currency} are not accepted.")
        } else {
            return Ok(());
        };
        Err(PluginError::declined(refusal.clone()).public(refusal))
    }

    async fn payment_page(&self, ctx: &PluginCtx, request: &PaymentRequest) -> Result<PaymentPage, PluginError> {
        let url = Api::new(ctx)?.payment_of(request).await?.page;
        if !url.starts_with("https://") {
            return Err(PluginError::temporary("the gateway named a page that does not begin with https://"));
        }
        // A gateway that is asked about its payments says which one this is.
        Ok(PaymentPage::Redirect { url, payment: None })
    }

    fn recorded_by_staff(&self) -> bool {
        // This plugin leads clients to the page and no further: staff record what the gateway's panel
        // shows. A gateway that is asked about its payments answers `false`.
        true
    }
}
