//! All that a gateway may offer besides.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use innkeeper_plugin_api::{
    Callback, Charge, Hint, Outcome, Page, Payer, PaymentPage, PluginCtx, PluginError, PluginResult, Protection,
    Refund, RemotePayment, StoredMethod, TestConnection,
    gateway::{Callbacks, Customers, HostedForms, Payments, Refunds, Returns, StoredMethods, Subscriptions},
};
use std::collections::BTreeMap;

use super::{gateway::CardGateway, settings::CardSettings, signature, vendor::Card};

#[async_trait]
impl Payments for CardGateway {
    async fn payment(&self, _: &PluginCtx, id: &str) -> Result<RemotePayment, PluginError> {
        self.vendor.payment(id)
    }
    async fn changed_since(
        &self,
        _: &PluginCtx,
        since: DateTime<Utc>,
        cursor: Option<&str>,
    ) -> Result<Page<RemotePayment>, PluginError> {
        const PART: usize = 50;
        let from = cursor.and_then(|cursor| cursor.parse().ok()).unwrap_or(0);
        let changed = self.vendor.changed_since(since)?;
        let next = (changed.len() > from + PART).then(|| (from + PART).to_string());
        Ok(Page { items: changed.into_iter().skip(from).take(PART).collect(), next })
    }
    async fn give_up(&self, ctx: &PluginCtx, id: &str) -> Result<(), PluginError> {
        self.vendor.give_up(id, ctx.now)
    }
}

impl Callbacks for CardGateway {
    fn verify(&self, ctx: &PluginCtx, callback: &Callback) -> Result<Vec<Hint>, PluginError> {
        let settings = CardSettings::read(ctx)?;
        Ok(vec![Hint::Payment(signature::payment_of(settings.signing_key.reveal(), ctx.now, callback)?)])
    }
}

#[async_trait]
impl Returns for CardGateway {
    /// Our script brings the number back in the query, where a real vendor's fields would have sent it to
    /// the vendor: no number of a real card may ever come here.
    async fn returned(&self, ctx: &PluginCtx, query: &str) -> Result<Vec<Hint>, PluginError> {
        let settings = CardSettings::read(ctx)?;
        let fields: BTreeMap<&str, &str> = query.split('&').filter_map(|pair| pair.split_once('=')).collect();
        let field = |name: &str| fields.get(name).copied().unwrap_or_default();
        let (what, id) = (field("what"), field("id"));
        if !signature::fits(settings.signing_key.reveal(), format!("{what}:{id}").as_bytes(), field("token"))? {
            return Ok(vec![]);
        }
        let card = Card::of(field("number")).ok_or_else(|| PluginError::declined("that is no test card"))?;
        match what {
            "payment" => {
                self.vendor.fill_in(id, card, ctx.now)?;
                Ok(vec![Hint::Payment(id.to_owned())])
            }
            _ => self.vendor.add_card(id, card).map(|_| vec![]),
        }
    }
}

impl HostedForms for CardGateway {
    fn script(&self) -> &'static str {
        include_str!("form.js")
    }
}

#[async_trait]
impl Refunds for CardGateway {
    fn protection(&self) -> Protection {
        Protection::ProviderKey
    }
    async fn refund(&self, ctx: &PluginCtx, refund: &Refund) -> PluginResult<String> {
        self.vendor.refund(&refund.payment, refund.amount, &ctx.idempotency_key, ctx.now).map(Outcome::Done)
    }
    async fn refunded(&self, ctx: &PluginCtx, _: &Refund) -> Result<Option<Outcome<String>>, PluginError> {
        Ok(self.vendor.refund_by_key(&ctx.idempotency_key)?.map(Outcome::Done))
    }
}

#[async_trait]
impl Customers for CardGateway {
    async fn put(&self, ctx: &PluginCtx, payer: &Payer) -> PluginResult<String> {
        self.vendor.put_customer(payer.customer.as_deref(), &ctx.idempotency_key).map(Outcome::Done)
    }
    async fn remove(&self, _: &PluginCtx, customer: &str) -> PluginResult<()> {
        self.vendor.remove_customer(customer).map(Outcome::Done)
    }
}

#[async_trait]
impl StoredMethods for CardGateway {
    fn protection(&self) -> Protection {
        Protection::ProviderKey
    }
    async fn setup_page(&self, ctx: &PluginCtx, payer: &Payer, _: &str) -> Result<PaymentPage, PluginError> {
        let customer = payer.customer.as_deref().ok_or_else(|| PluginError::invalid("the payer is no customer yet"))?;
        Self::form(&CardSettings::read(ctx)?, ("customer", customer), None)
    }
    async fn methods(&self, _: &PluginCtx, customer: &str) -> Result<Vec<StoredMethod>, PluginError> {
        self.vendor.cards(customer)
    }
    async fn charge(&self, ctx: &PluginCtx, charge: &Charge) -> Result<RemotePayment, PluginError> {
        let customer = charge.request.payer.customer.as_deref().unwrap_or_default();
        let whose = (customer, charge.method.as_str());
        self.vendor.charge(&charge.request.reference, charge.request.amount, whose, &ctx.idempotency_key, ctx.now)
    }
    async fn charged(&self, ctx: &PluginCtx, _: &Charge) -> Result<Option<RemotePayment>, PluginError> {
        self.vendor.by_key(&ctx.idempotency_key)
    }
    async fn forget(&self, _: &PluginCtx, customer: &str, method: &str) -> PluginResult<()> {
        self.vendor.forget_card(customer, method).map(Outcome::Done)
    }
}

#[async_trait]
impl Subscriptions for CardGateway {
    async fn cancel(&self, _: &PluginCtx, subscription: &str) -> PluginResult<()> {
        self.vendor.cancel(subscription).map(Outcome::Done)
    }
}

#[async_trait]
impl TestConnection for CardGateway {
    async fn test_connection(&self, ctx: &PluginCtx) -> Result<String, PluginError> {
        CardSettings::read(ctx)?;
        let known = self.vendor.known()?;
        Ok(format!("the vendor of test cards knows {known} payment{}", if known == 1 { "" } else { "s" }))
    }
}
