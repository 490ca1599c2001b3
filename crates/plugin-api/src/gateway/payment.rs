//! Payments as a gateway has them, and what passes between it and the host about them.

use chrono::{DateTime, Utc};
use innkeeper_domain::{DisputeState, Money};

use super::PaymentRequest;

/// State of a payment at the gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PaymentState {
    /// Money is on its way to us and cannot fail any more by itself.
    Paid,
    /// It may still fail: a bank debit, a check under way.
    Pending,
    /// The payer has to do something: enter a card, confirm in the bank's app.
    ActionNeeded {
        /// Where; none: on our page, with the form again.
        url: Option<String>,
    },
    /// It failed or was given up; nothing was taken.
    Rejected {
        /// Why, for the payer.
        reason: String,
    },
    /// It was paid and the payer's bank took it back, for now or for good. A gateway that knows more says so in
    /// [`RemotePayment::disputes`]; of one that does not, the payment is `Paid` again if the money comes back.
    ChargedBack,
}

/// A payment, as the gateway has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemotePayment {
    /// The gateway's id: unique for each payment, the same for all of its life.
    pub id: String,
    /// The reference of the request it was made for, as the vendor kept it. None: it names none of ours.
    pub reference: Option<String>,
    /// How much, in the currency that was charged.
    pub amount: Money,
    /// How it stands.
    pub state: PaymentState,
    /// How much of it was given back, whoever did it.
    pub refunded: Money,
    /// The gateway's fee, once known.
    pub fee: Option<Money>,
    /// When it was paid.
    pub paid_at: Option<DateTime<Utc>>,
    /// What it was paid with, as people recognise it: `Visa •••• 4242`.
    pub method: Option<String>,
    /// The gateway's subscription that made it.
    pub subscription: Option<String>,
    /// Every dispute over it in which money was taken back, also those that are closed.
    pub disputes: Vec<Dispute>,
}

/// A dispute: the payer's bank takes money of a payment back until it is decided who keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dispute {
    /// The gateway's id: the same for all of its life.
    pub id: String,
    /// How it stands. Won and lost are final.
    pub state: DisputeState,
    /// How much of the payment was taken back.
    pub amount: Money,
    /// Why, in the gateway's words; may be empty.
    pub reason: String,
    /// What the gateway charges for it, once known.
    pub fee: Option<Money>,
}

/// A way to pay that the gateway keeps for a client: a card, a mandate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredMethod {
    /// The gateway's id.
    pub id: String,
    /// What people recognise it by: `Visa •••• 4242`.
    pub label: String,
    /// Last month it is good for, as (year, month).
    pub expires: Option<(u16, u8)>,
}

/// A charge of a stored method. `request.payer.customer` says whose it is.
#[derive(Clone, Debug)]
pub struct Charge {
    /// What is to be paid.
    pub request: PaymentRequest,
    /// The gateway's id of the method.
    pub method: String,
}

/// A refund to make.
#[derive(Clone, Debug)]
pub struct Refund {
    /// The gateway's id of the payment.
    pub payment: String,
    /// How much of it.
    pub amount: Money,
    /// The gateway's handle of this refund, if it was pending before.
    pub pending: Option<String>,
}

/// A callback as it came in.
#[derive(Clone, Debug)]
pub struct Callback {
    /// Header names in lower case, and their values.
    pub headers: Vec<(String, String)>,
    /// The query string, without `?`.
    pub query: String,
    /// The body, unread.
    pub body: Vec<u8>,
}

impl Callback {
    /// The first header of this name (in lower case).
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// What a callback or a returning browser is about: the host asks the gateway for the truth.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Hint {
    /// A payment, by the gateway's id.
    Payment(String),
}
