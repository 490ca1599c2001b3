//! Payment gateways.

use async_trait::async_trait;
use innkeeper_domain::{InvoiceId, Money};

use crate::{PluginCtx, PluginError};

/// What is to be paid.
#[derive(Clone, Debug)]
pub struct PaymentRequest {
    /// The invoice.
    pub invoice_id: InvoiceId,
    /// Its printed number: what the payer quotes.
    pub number: String,
    /// The balance still owed.
    pub amount: Money,
    /// Who pays.
    pub payer: String,
}

/// How the client pays.
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
    },
}

/// A payment gateway.
#[async_trait]
pub trait Gateway: Send + Sync {
    /// Name of the method as clients see it, from the plugin's settings.
    fn method_name(&self, ctx: &PluginCtx) -> Result<String, PluginError>;
    /// May this amount be paid this way? A public `Declined` says why not.
    fn accepts(&self, ctx: &PluginCtx, amount: Money) -> Result<(), PluginError>;
    /// How to pay `request`. Must be harmless to call again.
    async fn payment_page(&self, ctx: &PluginCtx, request: &PaymentRequest) -> Result<PaymentPage, PluginError>;
    /// Do staff record the payments of this gateway by hand?
    fn recorded_by_staff(&self) -> bool;
}

/// The abilities that a gateway offers, by the names of their accessors: none are defined yet.
pub(crate) fn offered(_: &dyn Gateway) -> Vec<&'static str> {
    vec![]
}
