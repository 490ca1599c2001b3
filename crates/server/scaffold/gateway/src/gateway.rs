//! How clients pay, and how payments stand.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use innkeeper_plugin_api::{
    Gateway, Page, PaymentPage, PaymentRequest, PaymentState, PluginCtx, PluginError, RemotePayment, domain::Money,
    gateway::Payments,
};

use crate::{
    api::{Api, Payment, State},
    settings::Settings,
};

/// Payments on the gateway's page.
pub(crate) struct Checkout;

#[async_trait]
impl Gateway for Checkout {
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
        let payment = Api::new(ctx)?.payment_of(request).await?;
        if !payment.page.starts_with("https://") {
            return Err(PluginError::temporary("the gateway named a page that does not begin with https://"));
        }
        Ok(PaymentPage::Redirect { url: payment.page, payment: Some(payment.id) })
    }

    fn recorded_by_staff(&self) -> bool {
        // The host asks, and records what it is told.
        false
    }

    fn payments(&self) -> Option<&dyn Payments> {
        Some(self)
    }
}

#[async_trait]
impl Payments for Checkout {
    async fn payment(&self, ctx: &PluginCtx, id: &str) -> Result<RemotePayment, PluginError> {
        remote(Api::new(ctx)?.payment(id).await?)
    }

    async fn changed_since(
        &self,
        ctx: &PluginCtx,
        since: DateTime<Utc>,
        cursor: Option<&str>,
    ) -> Result<Page<RemotePayment>, PluginError> {
        let part = Api::new(ctx)?.changed_since(since, cursor).await?;
        let items: Result<_, _> = part.payments.into_iter().map(remote).collect();
        Ok(Page { items: items?, next: part.next })
    }
}

/// A payment in our words.
fn remote(payment: Payment) -> Result<RemotePayment, PluginError> {
    let amount = payment.amount()?;
    let state = match payment.state {
        State::Open => PaymentState::ActionNeeded { url: Some(payment.page) },
        State::Paid => PaymentState::Paid,
        State::GivenUp => PaymentState::Rejected { reason: "The payment was given up.".to_owned() },
    };
    Ok(RemotePayment {
        id: payment.id,
        reference: payment.reference,
        amount,
        state,
        refunded: Money::new(0, amount.currency()),
        fee: None,
        paid_at: payment.paid_at,
        method: None,
        subscription: None,
        disputes: vec![],
    })
}
