//! One domain as the registrar keeps it.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, Ipv6Addr};

use chrono::{DateTime, Months, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::fixtures;
use super::world::World;
use super::zones::Zone;

/// Where a domain stands, in the API's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// A registration was accepted.
    RegisterInit,
    /// A registration waits for the registry.
    RegisterPending,
    /// A registration failed and was refunded.
    RegisterCancel,
    /// A transfer was accepted.
    TransferInit,
    /// A transfer waits for the other registrar.
    TransferPending,
    /// A transfer failed and was refunded.
    TransferCancel,
    /// Registered and working.
    Active,
    /// Just renewed; becomes active.
    Renewed,
    /// Expired, renewable at the usual price.
    #[serde(rename = "expired-renewgrace")]
    ExpiredRenewGrace,
    /// Expired, no longer renewable through the API.
    ExpiredRedemption,
    /// About to be deleted.
    #[serde(rename = "expired-pendingdelete")]
    ExpiredPendingDelete,
}

impl Status {
    /// The word on the wire.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::RegisterInit => "register-init",
            Self::RegisterPending => "register-pending",
            Self::RegisterCancel => "register-cancel",
            Self::TransferInit => "transfer-init",
            Self::TransferPending => "transfer-pending",
            Self::TransferCancel => "transfer-cancel",
            Self::Active => "active",
            Self::Renewed => "renewed",
            Self::ExpiredRenewGrace => "expired-renewgrace",
            Self::ExpiredRedemption => "expired-redemption",
            Self::ExpiredPendingDelete => "expired-pendingdelete",
        }
    }

    /// On its way to another status by itself.
    #[must_use]
    pub fn is_moving(self) -> bool {
        self.is_pending() || self == Self::Renewed
    }

    /// Not registered here yet.
    #[must_use]
    pub fn is_pending(self) -> bool {
        matches!(self, Self::RegisterInit | Self::RegisterPending | Self::TransferInit | Self::TransferPending)
    }

    /// Over without success; the name may be ordered again.
    #[must_use]
    pub fn is_cancelled(self) -> bool {
        matches!(self, Self::RegisterCancel | Self::TransferCancel)
    }
}

/// A name server below the domain itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GlueRecord {
    /// The full host name.
    pub name: String,
    /// Its IPv4 address.
    pub ipv4: Ipv4Addr,
    /// Its IPv6 address, where it has one.
    pub ipv6: Option<Ipv6Addr>,
}

/// A delegation signer of the domain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DnssecKey {
    /// The handle it is deleted by.
    pub name: String,
    /// Key tag.
    pub keytag: u32,
    /// Algorithm number.
    pub algorithm: u32,
    /// Digest type number.
    pub digesttype: u32,
    /// The digest in hexadecimal.
    pub digest: String,
}

/// The contact ids of the four roles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Roles {
    /// Who owns the domain.
    pub owner: String,
    /// Who decides about it.
    pub admin: String,
    /// Who runs it.
    pub tech: String,
    /// Who pays for it.
    pub billing: String,
}

/// A line of `domain/gethistory`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryLine {
    /// When it happened.
    pub ts: DateTime<Utc>,
    /// What happened.
    pub title: String,
}

/// A domain of the account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Domain {
    /// `domainID`.
    pub id: u64,
    /// The full name in lower case.
    pub name: String,
    /// Its extension without a dot, `com.es`.
    pub tld: String,
    /// Where it stands.
    pub status: Status,
    /// When it last changed status.
    pub status_since: DateTime<Utc>,
    /// The day it was registered; none while pending.
    pub created: Option<NaiveDate>,
    /// The day it expires; none while pending.
    pub expires: Option<NaiveDate>,
    /// Years ordered, applied when the registration or transfer completes.
    pub period: u32,
    /// What was charged for the pending order, in cents, for the refund.
    pub charged: i64,
    /// Blocks every change except its own removal.
    pub modify_block: bool,
    /// The registrar lock; none where the registry knows no lock.
    pub transfer_block: Option<bool>,
    /// Hides the owner from the public record.
    pub whois_privacy: bool,
    /// Shows the record at all.
    pub view_whois: bool,
    /// `autorenew`, `manual` or `letexpire`.
    pub renewal_mode: String,
    /// Comma-separated labels.
    pub tag: String,
    /// Whether the registrar's own name servers are in use.
    pub default_ns: bool,
    /// Host names in order.
    pub nameservers: Vec<String>,
    /// Name servers below the domain.
    pub glue: Vec<GlueRecord>,
    /// Delegation signers.
    pub dnssec: Vec<DnssecKey>,
    /// What another registrar needs to take it over.
    pub authcode: String,
    /// Its contacts.
    pub contacts: Roles,
    /// Extra fields of the order, as sent.
    pub extras: BTreeMap<String, String>,
    /// Records of its DNS zone.
    pub dns: Vec<DnsEntry>,
    /// Whether the owner has confirmed the e-mail address.
    pub is_verified: bool,
    /// What happened to it, oldest first.
    pub history: Vec<HistoryLine>,
}

/// A record of the DNS zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DnsEntry {
    /// `entityID`.
    pub id: u64,
    /// Full name.
    pub name: String,
    /// `A`, `MX` …
    pub kind: String,
    /// Content without the priority.
    pub value: String,
    /// Seconds.
    pub ttl: u32,
    /// Of `MX` and `SRV`.
    pub priority: Option<u32>,
}

/// The name servers of a domain that was given none.
pub(super) const PARKING: [&str; 2] = ["ns1.parking.sim.test", "ns2.parking.sim.test"];

impl Domain {
    /// As it is before its order is accepted: parked, with the registry's defaults.
    pub(super) fn ordered(world: &mut World, now: DateTime<Utc>, name: &str, zone: &Zone, contacts: Roles) -> Self {
        Self {
            id: world.new_id(),
            name: name.to_owned(),
            tld: zone.tld.to_owned(),
            status: Status::RegisterInit,
            status_since: now,
            created: None,
            expires: None,
            period: 1,
            charged: 0,
            modify_block: false,
            transfer_block: zone.lock.then_some(true),
            whois_privacy: false,
            view_whois: true,
            renewal_mode: "autorenew".to_owned(),
            tag: String::new(),
            default_ns: true,
            nameservers: PARKING.map(str::to_owned).to_vec(),
            glue: Vec::new(),
            dnssec: Vec::new(),
            authcode: world.new_authcode(),
            contacts,
            extras: BTreeMap::new(),
            dns: Vec::new(),
            is_verified: !fixtures::unverified(name),
            history: Vec::new(),
        }
    }

    /// The fields every answer about a domain begins with.
    pub(crate) fn base(&self) -> Value {
        json!({
            "name": self.name,
            "status": self.status.word(),
            "tld": self.tld,
            "tsExpir": day(self.expires),
            "domainID": self.id,
        })
    }

    /// `ownerverification`.
    pub(crate) fn verification(&self) -> &'static str {
        if self.is_verified { "verified" } else { "inprocess" }
    }

    pub(crate) fn enter(&mut self, status: Status, now: DateTime<Utc>) {
        self.status = status;
        self.status_since = now;
        self.note(now, status.word());
    }

    pub(crate) fn note(&mut self, now: DateTime<Utc>, title: &str) {
        let title = title.to_owned();
        self.history.push(HistoryLine { ts: now, title });
    }

    /// Whether `domain/renew` would take it.
    pub(crate) fn is_renewable(&self) -> bool {
        matches!(self.status, Status::Active | Status::Renewed | Status::ExpiredRenewGrace)
    }
}

/// `years` after `start`; the 29th of February falls back to the 28th.
pub(crate) fn years_after(start: NaiveDate, years: u32) -> NaiveDate {
    let months = Months::new(years.saturating_mul(12));
    start.checked_add_months(months).unwrap_or(NaiveDate::MAX)
}

/// A date as the API writes it: empty when not known yet.
pub(crate) fn day(date: Option<NaiveDate>) -> String {
    date.map(|date| date.to_string()).unwrap_or_default()
}
