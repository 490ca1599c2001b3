//! How payments stand, hints at them, and refunds.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use innkeeper_plugin_api::{
    Callback, Hint, Outcome, Page, PluginCtx, PluginError, PluginResult, Protection, Refund, RemotePayment,
    gateway::{Callbacks, HostedForms, Payments, Refunds, Returns},
};
use std::collections::BTreeSet;
use url::form_urlencoded;

use crate::{
    client::{Client, Form},
    convert::{self, intent_of, is_id, is_intent},
    gateway::Stripe,
    intents::under_way,
    money::to_stripe,
    settings::StripeSettings,
    signature,
    wire::{Dispute, Event, Intent, KEY, List, Status},
};

/// Events that change how a payment stands: all that the webhook needs, too.
const EVENTS: [&str; 11] = [
    "payment_intent.succeeded",
    "payment_intent.processing",
    "payment_intent.payment_failed",
    "payment_intent.requires_action",
    "payment_intent.canceled",
    "charge.refunded",
    "charge.refund.updated",
    "charge.dispute.created",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
    "charge.dispute.closed",
];
/// Events read at a time: the intent of each is asked for.
const PART: usize = 20;

impl Client<'_> {
    /// An intent as the host sees it.
    pub async fn told(&self, intent: &Intent) -> Result<RemotePayment, PluginError> {
        let mut disputes = vec![];
        if intent.charge().is_some_and(|charge| charge.disputed) {
            let query = vec![("payment_intent", intent.id.clone()), ("limit", "10".to_owned())];
            disputes = self.get::<List<Dispute>>("/v1/disputes", query).await?.data;
        }
        convert::payment(intent, &disputes)
    }
}

#[async_trait]
impl Payments for Stripe {
    async fn payment(&self, ctx: &PluginCtx, id: &str) -> Result<RemotePayment, PluginError> {
        let client = Client::new(ctx)?;
        let intent = client.intent(id).await?;
        client.told(&intent).await
    }

    /// By Stripe's events of the last thirty days, each intent once and as it is now. Intents without a
    /// reference are not ours: the account serves others, too.
    async fn changed_since(
        &self,
        ctx: &PluginCtx,
        since: DateTime<Utc>,
        cursor: Option<&str>,
    ) -> Result<Page<RemotePayment>, PluginError> {
        let client = Client::new(ctx)?;
        let mut query: Form = vec![("created[gte]", since.timestamp().to_string()), ("limit", PART.to_string())];
        query.extend(EVENTS.map(|kind| ("types[]", kind.to_owned())));
        query.extend(cursor.map(|cursor| ("starting_after", cursor.to_owned())));
        let events: List<Event> = client.get("/v1/events", query).await?;
        let ids: BTreeSet<String> = events.data.iter().filter_map(intent_of).collect();
        let mut items = vec![];
        for id in ids {
            let intent = client.intent(&id).await?;
            if intent.reference().is_some() {
                items.push(client.told(&intent).await?);
            }
        }
        let next = events.data.last().filter(|_| events.has_more).map(|event| event.id.clone());
        Ok(Page { items, next })
    }

    async fn give_up(&self, ctx: &PluginCtx, id: &str) -> Result<(), PluginError> {
        let client = Client::new(ctx)?;
        let intent = client.intent(id).await?;
        match intent.status {
            Status::Canceled => Ok(()),
            Status::RequiresPaymentMethod | Status::RequiresConfirmation | Status::RequiresAction => {
                client.give_up(&intent).await
            }
            _ => Err(under_way(id)),
        }
    }
}

impl Callbacks for Stripe {
    fn verify(&self, ctx: &PluginCtx, callback: &Callback) -> Result<Vec<Hint>, PluginError> {
        let settings = StripeSettings::read(ctx)?;
        signature::check(callback, settings.webhook_secrets(), ctx.now)?;
        let event: Event = serde_json::from_slice(&callback.body)
            .map_err(|e| PluginError::declined(format!("the webhook is no event: {e}")))?;
        Ok(intent_of(&event).map(Hint::Payment).into_iter().collect())
    }
}

#[async_trait]
impl Returns for Stripe {
    async fn returned(&self, _: &PluginCtx, query: &str) -> Result<Vec<Hint>, PluginError> {
        let named = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "payment_intent");
        Ok(named.map(|(_, id)| id.into_owned()).filter(|id| is_intent(id)).map(Hint::Payment).into_iter().collect())
    }
}

impl HostedForms for Stripe {
    fn script(&self) -> &'static str {
        include_str!("form.js")
    }
}

#[async_trait]
impl Refunds for Stripe {
    fn protection(&self) -> Protection {
        Protection::ProviderKey
    }

    async fn refund(&self, ctx: &PluginCtx, refund: &Refund) -> PluginResult<String> {
        let client = Client::new(ctx)?;
        let form: Form = vec![
            ("payment_intent", refund.payment.clone()),
            ("amount", to_stripe(refund.amount)?.to_string()),
            ("metadata[innkeeper_key]", ctx.idempotency_key.clone()),
        ];
        let made = client.post("/v1/refunds", &form, &ctx.idempotency_key).await;
        convert::refund(made.map_err(PluginError::from)?)
    }

    async fn refunded(&self, ctx: &PluginCtx, refund: &Refund) -> Result<Option<Outcome<String>>, PluginError> {
        let client = Client::new(ctx)?;
        if let Some(id) = refund.pending.as_ref().filter(|id| is_id(id)) {
            return convert::refund(client.get(&format!("/v1/refunds/{id}"), vec![]).await?).map(Some);
        }
        let query = vec![("payment_intent", refund.payment.clone()), ("limit", "100".to_owned())];
        let known: List<crate::wire::Refund> = client.get("/v1/refunds", query).await?;
        let ours = |made: &crate::wire::Refund| made.metadata.get(KEY) == Some(&ctx.idempotency_key);
        match known.data.into_iter().find(ours) {
            Some(made) => convert::refund(made).map(Some),
            None if known.has_more => Err(PluginError::unsupported("there are more than 100 refunds of this payment")),
            None => Ok(None),
        }
    }
}
