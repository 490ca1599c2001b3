//! What a registrar says of a domain.

use chrono::NaiveDate;

use super::Contact;

/// State at the registrar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RemoteDomainState {
    /// Not in our account.
    Absent,
    /// A registration or transfer is under way.
    Pending,
    /// Ours and live.
    Active,
    /// Ours and past its expiry; may still be renewed at the usual price.
    Expired,
    /// Ours and deleted by the registry; may be restored for a fee.
    Redemption,
    /// Ours, and gone soon: nothing can be done any more.
    PendingDelete,
    /// At another registrar by now.
    TransferredAway,
    /// The registration or transfer was refused or cancelled; the reason.
    Failed(String),
}

/// What the registrar says of a domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DomainInfo {
    /// Its state.
    pub state: RemoteDomainState,
    /// The registrar's id; none if absent.
    pub remote_id: Option<String>,
    /// Day of registration.
    pub registered_on: Option<NaiveDate>,
    /// Expiry.
    pub expires_on: Option<NaiveDate>,
    /// Renewed by the registrar by itself? None: unknown.
    pub auto_renew: Option<bool>,
    /// Locked against transfer? None: the extension has no lock.
    pub locked: Option<bool>,
    /// Owner hidden in whois? None: unknown.
    pub privacy: Option<bool>,
}

impl DomainInfo {
    /// The answer "not in our account".
    pub fn absent() -> Self {
        Self {
            state: RemoteDomainState::Absent,
            remote_id: None,
            registered_on: None,
            expires_on: None,
            auto_renew: None,
            locked: None,
            privacy: None,
        }
    }
}

/// How far a transfer to us is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransferStep {
    /// Done, failed or still under way.
    pub state: TransferState,
    /// What it waits for or why it failed, in the registrar's words; may be empty.
    pub detail: String,
}

/// State of a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransferState {
    /// The owner has to agree, by a mail that was sent.
    WaitsForOwner,
    /// The losing registrar has to let it go.
    WaitsForRegistrar,
    /// The registry works on it.
    WaitsForRegistry,
    /// The domain is with us.
    Done,
    /// It was refused or cancelled.
    Failed,
}

/// A domain that the registrar's account holds, ours or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteDomain {
    /// Its name.
    pub name: innkeeper_domain::DomainName,
    /// The registrar's id.
    pub remote_id: String,
    /// Its state.
    pub state: RemoteDomainState,
    /// Expiry, if told.
    pub expires_on: Option<NaiveDate>,
    /// Its owner, if the list tells.
    pub owner: Option<Contact>,
}
