//! Ids: bigint identities of the database, each its own type so that one cannot stand for another.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{fmt, num::ParseIntError, str::FromStr};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl $name {
            /// The bare number, for the database and for foreign systems.
            pub const fn get(self) -> i64 { self.0 }
        }
        impl From<i64> for $name { fn from(id: i64) -> Self { Self(id) } }
        impl From<$name> for i64 { fn from(id: $name) -> Self { id.0 } }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { self.0.fmt(f) }
        }
        impl FromStr for $name {
            type Err = ParseIntError;
            fn from_str(s: &str) -> Result<Self, ParseIntError> { s.parse().map(Self) }
        }
    )*};
}

ids! {
    /// A client: the party that is billed.
    ClientId,
    /// A person who logs in to the portal for one or more clients.
    UserId,
    /// A contact of a client: receives mail, does not log in.
    ContactId,
    /// A member of staff.
    StaffId,
    /// A staff role.
    RoleId,
    /// A product group of the catalogue.
    ProductGroupId,
    /// A product.
    ProductId,
    /// A price of a product in one currency and cycle.
    PriceId,
    /// A new price for services that are charged an old one.
    PriceChangeId,
    /// A group of options, of one or several products.
    OptionGroupId,
    /// An option: what a buyer chooses with a product.
    OptionId,
    /// What may be chosen of an option, or a tier of its prices.
    OptionValueId,
    /// What is measured of a product's services.
    MeterId,
    /// What was measured of a service in a month.
    UsageId,
    /// A billing cycle.
    CycleId,
    /// A tax rule.
    TaxRuleId,
    /// A promotion.
    PromotionId,
    /// Products that are sold together.
    BundleId,
    /// Credit that staff gave or took.
    CreditAdjustmentId,
    /// Something that staff charge by hand.
    BillableItemId,
    /// A top-level domain that is sold.
    TldId,
    /// A group of servers.
    ServerGroupId,
    /// A server: one machine or account on which a server plugin provisions.
    ServerId,
    /// A shopping cart.
    CartId,
    /// A line of a cart.
    CartItemId,
    /// An order.
    OrderId,
    /// A line of an order.
    OrderItemId,
    /// A service: what a client bought from a product.
    ServiceId,
    /// A domain of a client.
    DomainId,
    /// Domains of a registrar's account that are taken over together.
    DomainImportId,
    /// A domain of such an import.
    ImportedDomainId,
    /// An invoice.
    InvoiceId,
    /// An offer to a client.
    QuoteId,
    /// What staff compose before it is an invoice.
    InvoiceDraftId,
    /// A line of an invoice.
    InvoiceLineId,
    /// A payment received.
    PaymentId,
    /// Several invoices that are paid together, or money ahead.
    CollectionId,
    /// A payment as its gateway tells of it.
    GatewayPaymentId,
    /// A payment that its payer's bank takes back.
    DisputeId,
    /// A refund.
    RefundId,
    /// An event of the outbox.
    EventId,
    /// A delivery of an event to one subscriber.
    DeliveryId,
    /// A job of the queue.
    JobId,
    /// A mail, queued or sent.
    MailId,
    /// An effect on an outside system.
    EffectId,
    /// A token of the REST API.
    ApiTokenId,
    /// A site that may sign autologin links.
    AutologinSiteId,
    /// A custom field.
    CustomFieldId,
    /// A login session.
    SessionId,
    /// A call of a plugin.
    PluginCallId,
    /// Something that a plugin wants staff to do.
    TodoId,
}
