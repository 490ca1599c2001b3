//! What a gateway must do.

use async_trait::async_trait;
use innkeeper_plugin_api::{
    Gateway, HostedForm, PaymentPage, PaymentRequest, PluginCtx, PluginError,
    domain::Money,
    gateway::{Callbacks, Customers, HostedForms, Payments, Refunds, Returns, StoredMethods},
};

use crate::{
    client::Client,
    convert::label,
    money::to_stripe,
    settings::StripeSettings,
    wire::{Intent, Status},
};

/// Where Stripe's script comes from, where its frames are, and where they and it talk to.
const ORIGINS: [&str; 4] =
    ["https://js.stripe.com", "https://*.js.stripe.com", "https://hooks.stripe.com", "https://api.stripe.com"];

/// Stripe.
pub(crate) struct Stripe;

#[async_trait]
impl Gateway for Stripe {
    fn method_name(&self, ctx: &PluginCtx) -> Result<String, PluginError> {
        Ok(StripeSettings::read(ctx)?.method_name)
    }

    fn accepts(&self, ctx: &PluginCtx, amount: Money) -> Result<(), PluginError> {
        let (settings, currency) = (StripeSettings::read(ctx)?, amount.currency());
        if !settings.currencies.is_empty() && !settings.currencies.contains(&currency) {
            let text = format!("Payments in {currency} are not taken this way.");
            return Err(PluginError::declined(text.clone()).public(text));
        }
        to_stripe(amount).map(|_| ())
    }

    async fn payment_page(&self, ctx: &PluginCtx, request: &PaymentRequest) -> Result<PaymentPage, PluginError> {
        let client = Client::new(ctx)?;
        let intent = client.to_be_paid(request).await?;
        let secret = intent.client_secret.as_ref();
        let secret = secret.ok_or_else(|| PluginError::unknown(format!("{} has no client secret", intent.id)))?;
        let mut page = form(&client.settings, "payment", secret.reveal());
        page.data.extend(to_confirm(&intent));
        page.payment = Some(intent.id);
        Ok(PaymentPage::Hosted(page))
    }

    fn recorded_by_staff(&self) -> bool {
        false
    }
    fn payments(&self) -> Option<&dyn Payments> {
        Some(self)
    }
    fn callbacks(&self) -> Option<&dyn Callbacks> {
        Some(self)
    }
    fn returns(&self) -> Option<&dyn Returns> {
        Some(self)
    }
    fn hosted_forms(&self) -> Option<&dyn HostedForms> {
        Some(self)
    }
    fn refunds(&self) -> Option<&dyn Refunds> {
        Some(self)
    }
    fn customers(&self) -> Option<&dyn Customers> {
        Some(self)
    }
    fn stored_methods(&self) -> Option<&dyn StoredMethods> {
        Some(self)
    }
}

/// Stripe's fields, for a payment or for storing a method.
pub(crate) fn form(settings: &StripeSettings, what: &str, client_secret: &str) -> HostedForm {
    let data = [("what", what), ("publishable_key", &settings.publishable_key), ("client_secret", client_secret)];
    HostedForm {
        origins: ORIGINS.map(str::to_owned).to_vec(),
        data: data.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        payment: None,
    }
}

/// The stored method whose charge the payer's bank wants confirmed: the page asks for that first.
fn to_confirm(intent: &Intent) -> Vec<(String, String)> {
    let error = intent.last_payment_error.as_ref().filter(|error| error.wants_authentication());
    let method =
        error.filter(|_| intent.status == Status::RequiresPaymentMethod).and_then(|e| e.payment_method.as_ref());
    let Some((method, id)) = method.and_then(|method| Some((method, method.id.clone()?))) else { return vec![] };
    vec![("method".to_owned(), id), ("method_label".to_owned(), label(method))]
}
