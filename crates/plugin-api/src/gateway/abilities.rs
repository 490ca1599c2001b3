//! What a gateway may offer besides.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::{Callback, Charge, Hint, Payer, PaymentPage, Refund, RemotePayment, StoredMethod};
use crate::{Outcome, Page, PluginCtx, PluginError, PluginResult, Protection};

/// Ability: tell how payments stand. Nothing is recorded but what it says.
#[async_trait]
pub trait Payments: Send + Sync {
    /// The payment with this id; `NotFound` only if the gateway said so.
    async fn payment(&self, ctx: &PluginCtx, id: &str) -> Result<RemotePayment, PluginError>;
    /// Payments made or changed since then, those of other installations included: finds those whose
    /// callback was lost.
    async fn changed_since(
        &self,
        ctx: &PluginCtx,
        since: DateTime<Utc>,
        cursor: Option<&str>,
    ) -> Result<Page<RemotePayment>, PluginError>;
    /// Ends a payment that nobody has made yet, so that it cannot be made any more. Ended already is `Ok`. `Declined` if
    /// it was made, or is being made. `Unsupported`: this gateway cannot end payments.
    async fn give_up(&self, _: &PluginCtx, id: &str) -> Result<(), PluginError> {
        Err(PluginError::unsupported(format!("this gateway cannot end the payment {id}")))
    }
}

/// Ability: callbacks. They come to `<site>/callbacks/<plugin>`.
pub trait Callbacks: Send + Sync {
    /// Checks that it is the vendor's and fresh, without asking anybody, and says what it is about; nothing
    /// that concerns us is an empty list. `Declined` if it is forged or stale.
    fn verify(&self, ctx: &PluginCtx, callback: &Callback) -> Result<Vec<Hint>, PluginError>;
}

/// Ability: read what the payer's browser brings back, and finish what waits for it (a capture).
#[async_trait]
pub trait Returns: Send + Sync {
    /// What `query` (without `?`) is about. Anybody can write an address: it proves nothing. Must be harmless
    /// to call again.
    async fn returned(&self, ctx: &PluginCtx, query: &str) -> Result<Vec<Hint>, PluginError>;
}

/// Ability: fields on our own page.
pub trait HostedForms: Send + Sync {
    /// The script that mounts them into `#hosted-form`, always the same; the host serves it from its own
    /// address.
    fn script(&self) -> &'static str;
}

/// Ability: refunds.
#[async_trait]
pub trait Refunds: Send + Sync {
    /// What keeps a repeated refund from paying back twice.
    fn protection(&self) -> Protection;
    /// Pays back; the gateway's id of the refund. The same idempotency key pays back once.
    async fn refund(&self, ctx: &PluginCtx, refund: &Refund) -> PluginResult<String>;
    /// What became of the refund under the idempotency key of `ctx`, or under `refund.pending`. None: the
    /// gateway says that there is none. `Unsupported`: it cannot tell.
    async fn refunded(&self, ctx: &PluginCtx, refund: &Refund) -> Result<Option<Outcome<String>>, PluginError>;
}

/// Ability: the life of a customer.
#[async_trait]
pub trait Customers: Send + Sync {
    /// Makes it, or updates that of `payer.customer`; the gateway's id. The same idempotency key makes one.
    async fn put(&self, ctx: &PluginCtx, payer: &Payer) -> PluginResult<String>;
    /// Removes it with everything stored. Gone already is `Done`.
    async fn remove(&self, ctx: &PluginCtx, customer: &str) -> PluginResult<()>;
}

/// Ability: stored ways to pay. Goes with [`Customers`].
#[async_trait]
pub trait StoredMethods: Send + Sync {
    /// What keeps a repeated charge from charging twice.
    fn protection(&self) -> Protection;
    /// How the client stores one. Must be harmless to call again.
    async fn setup_page(&self, ctx: &PluginCtx, payer: &Payer, return_url: &str) -> Result<PaymentPage, PluginError>;
    /// Those of a customer.
    async fn methods(&self, ctx: &PluginCtx, customer: &str) -> Result<Vec<StoredMethod>, PluginError>;
    /// Charges one while the client is away. The same idempotency key charges once. A refusal is a payment
    /// that is `Rejected`, or `Declined` where the gateway keeps no trace of it.
    async fn charge(&self, ctx: &PluginCtx, charge: &Charge) -> Result<RemotePayment, PluginError>;
    /// The payment made under the idempotency key of `ctx`. None: the gateway says that there is none.
    /// `Unsupported`: it cannot tell.
    async fn charged(&self, ctx: &PluginCtx, charge: &Charge) -> Result<Option<RemotePayment>, PluginError>;
    /// Forgets one. Gone already is `Done`.
    async fn forget(&self, ctx: &PluginCtx, customer: &str, method: &str) -> PluginResult<()>;
}

/// Ability: subscriptions of the gateway's own. [`RemotePayment::subscription`] tells which one made a
/// payment; the host keeps its id with what was paid.
#[async_trait]
pub trait Subscriptions: Send + Sync {
    /// Ends one: it charges no more. Ended already is `Done`.
    async fn cancel(&self, ctx: &PluginCtx, subscription: &str) -> PluginResult<()>;
}
