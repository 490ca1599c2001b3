//! What a plugin call may answer.

use std::time::Duration;

/// Decides what the host does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The vendor said no, for good (taken, refused, out of quota). Nothing happened. A person decides.
    Declined,
    /// What we sent is wrong (bad name, weak password). Nothing happened. Somebody corrects it.
    Invalid,
    /// The settings are wrong (credentials, unknown mail domain, no balance). Nothing happened. Staff correct them.
    Config,
    /// This plugin or vendor does not do that.
    Unsupported,
    /// The vendor answered that the thing is not there. Never used for a failed connection.
    NotFound,
    /// Nothing happened and trying again later may help (unreachable, overloaded, rate-limited).
    Temporary,
    /// The request may have been carried out: no answer came. Never retried blind; the host asks `status`.
    Unknown,
}

/// A refusal or failure.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{detail}")]
pub struct PluginError {
    /// What happens next.
    pub kind: ErrorKind,
    /// For staff: everything useful, no secrets.
    pub detail: String,
    /// For the client, if the plugin can say something helpful; else the host shows a neutral text.
    pub public: Option<String>,
    /// The vendor's own error code.
    pub code: Option<String>,
    /// Not before this time has passed, as the vendor said (rate limits).
    pub retry_after: Option<Duration>,
}

impl PluginError {
    /// An error of `kind` with a text for staff.
    pub fn new(kind: ErrorKind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into(), public: None, code: None, retry_after: None }
    }
    /// Adds a text that the client may see.
    #[must_use]
    pub fn public(mut self, text: impl Into<String>) -> Self {
        self.public = Some(text.into());
        self
    }
    /// Adds the vendor's code.
    #[must_use]
    pub fn code(mut self, code: impl ToString) -> Self {
        self.code = Some(code.to_string());
        self
    }
    /// Asks to be left alone for this long.
    #[must_use]
    pub fn retry_after(mut self, wait: Duration) -> Self {
        self.retry_after = Some(wait);
        self
    }
}

macro_rules! constructors {
    ($($(#[$doc:meta])* $name:ident => $kind:ident),*) => {
        impl PluginError { $(
            $(#[$doc])*
            pub fn $name(detail: impl Into<String>) -> Self { Self::new(ErrorKind::$kind, detail) }
        )* }
    };
}
constructors! {
    /// See [`ErrorKind::Declined`].
    declined => Declined,
    /// See [`ErrorKind::Invalid`].
    invalid => Invalid,
    /// See [`ErrorKind::Config`].
    config => Config,
    /// See [`ErrorKind::Unsupported`].
    unsupported => Unsupported,
    /// See [`ErrorKind::NotFound`].
    not_found => NotFound,
    /// See [`ErrorKind::Temporary`].
    temporary => Temporary,
    /// See [`ErrorKind::Unknown`].
    unknown => Unknown
}

/// The answer to a call that changes something at the vendor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome<T> {
    /// It is done.
    Done(T),
    /// The vendor works on it.
    Pending {
        /// The vendor's handle of the operation; handed back to `status`.
        reference: String,
        /// Ask again after this time.
        check_after: Duration,
        /// How far it is, for people; may be empty.
        progress: String,
    },
    /// The vendor wants a person to do something there (sign a form, confirm by phone): staff get a
    /// to-do with this text, and the vendor is asked for the outcome when they say that it is done.
    NeedsHuman {
        /// What is to be done.
        reason: String,
    },
}

/// The result of a call that changes something.
pub type PluginResult<T> = Result<Outcome<T>, PluginError>;

/// What keeps a repeated call from acting twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protection {
    /// The vendor takes our idempotency key and acts once for each.
    ProviderKey,
    /// The vendor refuses a second one by itself (same user name, same domain, expiry already moved)
    /// or the operation sets an absolute state, so that repeating it changes nothing.
    NaturalKey,
    /// Nothing but asking first. A process that stalls between asking and acting may act twice.
    LookupOnly,
}

impl<T> Outcome<T> {
    /// The vendor works on it: ask again for `reference` after `check_after`.
    pub fn pending(reference: impl Into<String>, check_after: Duration) -> Self {
        Self::Pending { reference: reference.into(), check_after, progress: String::new() }
    }
    /// Changes what was done.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Outcome<U> {
        match self {
            Self::Done(value) => Outcome::Done(f(value)),
            Self::Pending { reference, check_after, progress } => Outcome::Pending { reference, check_after, progress },
            Self::NeedsHuman { reason } => Outcome::NeedsHuman { reason },
        }
    }
}
