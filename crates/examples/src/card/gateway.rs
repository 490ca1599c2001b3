//! What a gateway must do.

use async_trait::async_trait;
use innkeeper_plugin_api::{
    Gateway, HostedForm, PaymentPage, PaymentRequest, PluginCtx, PluginError, TestConnection,
    domain::Money,
    gateway::{Callbacks, Customers, HostedForms, Payments, Refunds, Returns, StoredMethods, Subscriptions},
};

use super::{settings::CardSettings, signature, vendor::CardVendor};

/// The most that a test card takes, in minor units.
const MOST: i64 = 1_000_000;

pub(super) struct CardGateway {
    pub(super) vendor: CardVendor,
}

impl CardGateway {
    /// A form for one payment or one customer; the browser proves with the token that we gave it out.
    pub(super) fn form(
        settings: &CardSettings,
        (what, id): (&str, &str),
        payment: Option<String>,
    ) -> Result<PaymentPage, PluginError> {
        if settings.at_vendor {
            return Ok(PaymentPage::Redirect { url: format!("https://pay.card.example/{what}/{id}"), payment });
        }
        let token = signature::sign(settings.signing_key.reveal(), format!("{what}:{id}").as_bytes())?;
        let data = [("what", what), ("id", id), ("token", token.as_str())];
        let data = data.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Ok(PaymentPage::Hosted(HostedForm { origins: vec![], data, payment }))
    }
}

#[async_trait]
impl Gateway for CardGateway {
    fn method_name(&self, ctx: &PluginCtx) -> Result<String, PluginError> {
        Ok(CardSettings::read(ctx)?.method_name)
    }
    fn accepts(&self, _: &PluginCtx, amount: Money) -> Result<(), PluginError> {
        if (1..=MOST).contains(&amount.minor()) {
            return Ok(());
        }
        let text = format!("Test cards take up to {}.", Money::new(MOST, amount.currency()));
        Err(PluginError::declined(text.clone()).public(text))
    }
    async fn payment_page(&self, ctx: &PluginCtx, request: &PaymentRequest) -> Result<PaymentPage, PluginError> {
        let settings = CardSettings::read(ctx)?;
        let id = self.vendor.open(&request.reference, request.amount, &ctx.idempotency_key, ctx.now)?;
        Self::form(&settings, ("payment", &id), Some(id.clone()))
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
    fn subscriptions(&self) -> Option<&dyn Subscriptions> {
        Some(self)
    }
    fn connection_test(&self) -> Option<&dyn TestConnection> {
        Some(self)
    }
}
