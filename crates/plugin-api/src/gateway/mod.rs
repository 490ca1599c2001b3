//! Payment gateways.
//!
//! What a gateway must do is little: say its name, say which amounts it takes, tell how to pay. All else
//! is an ability. Money is never booked on the word of a callback or of the payer's browser: they are
//! hints, upon which the host asks [`Payments::payment`].

mod abilities;
mod payment;

use async_trait::async_trait;
use innkeeper_domain::{ClientId, InvoiceId, Money};

use crate::{PluginCtx, PluginError, TestConnection};

pub use abilities::{Callbacks, Customers, HostedForms, Payments, Refunds, Returns, StoredMethods, Subscriptions};
pub use payment::{Callback, Charge, Dispute, Hint, PaymentState, Refund, RemotePayment, StoredMethod};

/// What is to be paid.
#[derive(Clone, Debug)]
pub struct PaymentRequest {
    /// Names the invoice, or what is paid otherwise, unique over all installations: hand it to the vendor, so that
    /// [`RemotePayment::reference`] can give it back.
    pub reference: String,
    /// The invoice; none: several are paid together, or money comes ahead.
    pub invoice_id: Option<InvoiceId>,
    /// Its printed number, or one for this payment: what the payer quotes.
    pub number: String,
    /// The balance still owed.
    pub amount: Money,
    /// Who pays.
    pub payer: Payer,
    /// Where the browser comes back to when it is done or has given up. The vendor may add to its query.
    pub return_url: String,
}

/// Who pays.
#[derive(Clone, Debug)]
pub struct Payer {
    /// Names the client, unique over all installations.
    pub reference: String,
    /// The client.
    pub client_id: ClientId,
    /// Display name.
    pub name: String,
    /// Where its mail goes.
    pub email: String,
    /// ISO 3166 alpha-2.
    pub country: String,
    /// The gateway's id of it, if [`Customers::put`] gave one.
    pub customer: Option<String>,
}

/// How the client pays, or stores a way to pay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PaymentPage {
    /// By hand, outside: show these lines.
    Instructions {
        /// An introduction.
        text: String,
        /// Label and value, such as IBAN.
        lines: Vec<(String, String)>,
    },
    /// At the gateway: send the browser there.
    Redirect {
        /// An `https:` address.
        url: String,
        /// The gateway's id of the payment, if it has one by now: the host asks for it until it is settled.
        payment: Option<String>,
    },
    /// On our page, in fields that the gateway draws itself, so that card numbers never reach us.
    Hosted(HostedForm),
}

/// Fields that the gateway draws, mounted by the script of [`HostedForms`]. The page's content policy lets
/// in these origins and nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostedForm {
    /// Origins (`https://js.vendor.example`) that scripts, frames and requests may come from or go to. A vendor
    /// that spreads its frames over names below one of three labels or more says `https://*.js.vendor.example`.
    pub origins: Vec<String>,
    /// What the script needs, such as a publishable key and a client secret of this one payment. It finds
    /// them as a JSON object in `data-settings` of the element `#hosted-form`, with `return_url` among them.
    pub data: Vec<(String, String)>,
    /// The gateway's id of the payment, if it has one by now.
    pub payment: Option<String>,
}

/// A payment gateway.
#[async_trait]
pub trait Gateway: Send + Sync {
    /// Name of the method as clients see it, from the plugin's settings.
    fn method_name(&self, ctx: &PluginCtx) -> Result<String, PluginError>;
    /// May this amount be paid this way? A public `Declined` says why not.
    fn accepts(&self, ctx: &PluginCtx, amount: Money) -> Result<(), PluginError>;
    /// How to pay `request`. Asked each time the page is drawn, with the same idempotency key as long as
    /// invoice and amount are the same: it makes no second payment while the first can still be paid.
    async fn payment_page(&self, ctx: &PluginCtx, request: &PaymentRequest) -> Result<PaymentPage, PluginError>;
    /// Do staff record the payments of this gateway by hand? If not, it offers [`Gateway::payments`].
    fn recorded_by_staff(&self) -> bool;

    /// Ability: tell how payments stand.
    fn payments(&self) -> Option<&dyn Payments> {
        None
    }
    /// Ability: call back.
    fn callbacks(&self) -> Option<&dyn Callbacks> {
        None
    }
    /// Ability: read what the payer's browser brings back.
    fn returns(&self) -> Option<&dyn Returns> {
        None
    }
    /// Ability: fields on our own page.
    fn hosted_forms(&self) -> Option<&dyn HostedForms> {
        None
    }
    /// Ability: give money back.
    fn refunds(&self) -> Option<&dyn Refunds> {
        None
    }
    /// Ability: keep customers.
    fn customers(&self) -> Option<&dyn Customers> {
        None
    }
    /// Ability: keep ways to pay and charge them.
    fn stored_methods(&self) -> Option<&dyn StoredMethods> {
        None
    }
    /// Ability: subscriptions of its own, which charge by themselves.
    fn subscriptions(&self) -> Option<&dyn Subscriptions> {
        None
    }
    /// Ability: try the settings out.
    fn connection_test(&self) -> Option<&dyn TestConnection> {
        None
    }
}

/// The abilities that a gateway offers, by the names of their accessors.
pub(crate) fn offered(plugin: &dyn Gateway) -> Vec<&'static str> {
    let all = [
        ("payments", plugin.payments().is_some()),
        ("callbacks", plugin.callbacks().is_some()),
        ("returns", plugin.returns().is_some()),
        ("hosted_forms", plugin.hosted_forms().is_some()),
        ("refunds", plugin.refunds().is_some()),
        ("customers", plugin.customers().is_some()),
        ("stored_methods", plugin.stored_methods().is_some()),
        ("subscriptions", plugin.subscriptions().is_some()),
        ("connection_test", plugin.connection_test().is_some()),
    ];
    all.into_iter().filter_map(|(name, offered)| offered.then_some(name)).collect()
}
