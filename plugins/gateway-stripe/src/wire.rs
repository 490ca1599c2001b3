//! What goes over the wire: the parts of Stripe's objects that matter to us.

use innkeeper_plugin_api::Secret;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Metadata: our reference of what is paid.
pub(crate) const REFERENCE: &str = "innkeeper_reference";
/// Metadata: our key of the effect that made it.
pub(crate) const KEY: &str = "innkeeper_key";

/// A part of a list, newest first.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct List<T> {
    pub data: Vec<T>,
    #[serde(default)]
    pub has_more: bool,
}

/// An object, or its id alone.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Expandable<T> {
    /// Its id.
    Id(String),
    /// The whole.
    Object(Box<T>),
}

impl<T> Expandable<T> {
    /// The object, if it came.
    pub fn object(&self) -> Option<&T> {
        match self {
            Self::Object(object) => Some(object),
            Self::Id(_) => None,
        }
    }
}

/// Anything with an id.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Identified {
    pub id: String,
}

/// A payment intent.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Intent {
    pub id: String,
    pub status: Status,
    /// What is asked for, as Stripe counts it.
    pub amount: i64,
    /// What was taken of it; none: older answers do not tell.
    pub amount_received: Option<i64>,
    /// In small letters.
    pub currency: String,
    /// Lets a browser confirm this intent.
    pub client_secret: Option<Secret>,
    #[serde(default)]
    pub metadata: BTreeMap<String, String>,
    /// The latest attempt.
    pub latest_charge: Option<Expandable<Charge>>,
    pub last_payment_error: Option<ApiError>,
}

/// How an intent stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Status {
    RequiresPaymentMethod,
    RequiresConfirmation,
    RequiresAction,
    Processing,
    RequiresCapture,
    Succeeded,
    Canceled,
    /// A state of a later version of the API.
    #[serde(other)]
    Other,
}

impl Intent {
    /// The reference of the request that it was made for.
    pub fn reference(&self) -> Option<&str> {
        self.metadata.get(REFERENCE).map(String::as_str).filter(|reference| !reference.is_empty())
    }
    /// Whether the effect with this key made it.
    pub fn is_of(&self, key: &str) -> bool {
        self.metadata.get(KEY).is_some_and(|known| known == key)
    }
    /// The latest attempt, if it came along.
    pub fn charge(&self) -> Option<&Charge> {
        self.latest_charge.as_ref().and_then(Expandable::object)
    }
}

/// An attempt to take the money of an intent.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Charge {
    /// Unix seconds.
    pub created: i64,
    #[serde(default)]
    pub amount_refunded: i64,
    /// There is, or was, a dispute.
    #[serde(default)]
    pub disputed: bool,
    pub payment_method_details: Option<Method>,
    pub balance_transaction: Option<Expandable<BalanceTransaction>>,
}

/// What a charge did to the account's balance.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct BalanceTransaction {
    /// In the currency of the balance.
    pub fee: i64,
    pub currency: String,
}

/// A way to pay, stored or used.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Method {
    /// None in the details of a charge.
    pub id: Option<String>,
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// Whose it is.
    pub customer: Option<String>,
    pub card: Option<Card>,
    pub sepa_debit: Option<Last4>,
}

/// A card.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Card {
    pub brand: Option<String>,
    pub last4: Option<String>,
    pub exp_month: Option<u8>,
    pub exp_year: Option<u16>,
}

/// An account at a bank.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Last4 {
    pub last4: Option<String>,
}

/// A refund.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Refund {
    pub id: String,
    pub status: Option<String>,
    pub failure_reason: Option<String>,
    #[serde(default)]
    pub metadata: BTreeMap<String, String>,
}

/// A dispute.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Dispute {
    pub id: String,
    pub status: String,
    /// As Stripe counts it; none: the whole payment.
    pub amount: Option<i64>,
    pub reason: Option<String>,
    /// What it did to the account's balance.
    #[serde(default)]
    pub balance_transactions: Vec<BalanceTransaction>,
}

/// A setup intent.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct SetupIntent {
    pub client_secret: Secret,
}

/// An event: as the body of a webhook, and in the list of events.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Event {
    pub id: String,
    pub data: EventData,
}

/// What an event is about, as it was then.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct EventData {
    pub object: EventObject,
}

/// An intent, a charge, a refund, a dispute or something that does not concern us.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct EventObject {
    pub id: Option<String>,
    #[serde(default)]
    pub object: String,
    pub payment_intent: Option<Expandable<Identified>>,
    #[serde(default)]
    pub metadata: Option<BTreeMap<String, String>>,
}

/// An error.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct ApiError {
    #[serde(rename = "type")]
    pub kind: Option<String>,
    pub code: Option<String>,
    pub decline_code: Option<String>,
    pub message: Option<String>,
    pub param: Option<String>,
    pub payment_method: Option<Method>,
    /// The intent that a refused confirmation leaves behind.
    pub payment_intent: Option<Box<Intent>>,
}

impl ApiError {
    /// The payer's bank wants a word of the payer.
    pub fn wants_authentication(&self) -> bool {
        let code = |code: &Option<String>| code.as_deref() == Some("authentication_required");
        code(&self.code) || code(&self.decline_code)
    }
    /// The payer's bank, or Stripe for it, refused.
    pub fn is_of_card(&self) -> bool {
        self.kind.as_deref() == Some("card_error")
    }
}

/// The body of a refused request.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct ErrorBody {
    #[serde(default)]
    pub error: ApiError,
}
