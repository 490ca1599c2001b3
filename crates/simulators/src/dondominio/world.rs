//! Everything the simulated registrar knows: the account, its contacts and
//! domains, and how often each name was charged for.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::contact::{Contact, ContactData, Named};
use super::domain::Domain;
use super::fault::{Fault, Outcome};
use super::fixtures;
use super::money::{CURRENCY, euros};

/// When a registration, transfer or renewal moves on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pace {
    /// One step each time the domain is read or changed.
    #[default]
    EachRead,
    /// One step after this long.
    After(Duration),
    /// Only by `POST /_sim/tick`.
    Tick,
}

/// The account that the simulator serves. Amounts are euro cents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// `apiuser`.
    pub user: String,
    /// `apipasswd`.
    pub password: String,
    /// What can be spent.
    pub balance: i64,
    /// Below this the vendor warns.
    pub threshold: i64,
    /// Answer every call with this code (1000 blocked, 1030 banned …).
    pub refuse_with: Option<i32>,
    /// Addresses that may call; empty means all.
    pub allowed_ips: BTreeSet<String>,
}

/// How often something was really done to a name, over all time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Effects {
    /// Accepted registrations.
    pub creates: u32,
    /// Accepted transfers.
    pub transfers: u32,
    /// Accepted renewals.
    pub renews: u32,
    /// Renewals the registrar did by itself at expiry.
    pub autorenews: u32,
    /// Accepted changes.
    pub updates: u32,
}

/// The state, as it is also written to the state file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct World {
    pub(crate) account: Account,
    pub(crate) contacts: BTreeMap<String, Contact>,
    pub(crate) domains: BTreeMap<String, Domain>,
    /// Names held by other registrars, beside those of the fixtures: name to
    /// auth code.
    pub(crate) elsewhere: BTreeMap<String, String>,
    pub(crate) deleted: BTreeMap<String, NaiveDate>,
    pub(crate) effects: BTreeMap<String, Effects>,
    pub(crate) days_ahead: i64,
    pub(crate) next_id: u64,
    pub(crate) random: u64,
    #[serde(skip)]
    pub(crate) pace: Pace,
    /// What the call being served changed, for the journal.
    #[serde(skip)]
    pub(crate) changed: Option<String>,
}

impl World {
    pub(crate) fn new(account: Account, seed: u64) -> Self {
        Self {
            account,
            contacts: BTreeMap::new(),
            domains: BTreeMap::new(),
            elsewhere: BTreeMap::new(),
            deleted: BTreeMap::new(),
            effects: BTreeMap::new(),
            days_ahead: 0,
            next_id: 45_000_001,
            random: seed,
            pace: Pace::default(),
            changed: None,
        }
    }

    /// The simulator's time: the real one plus the days ticked away.
    pub(crate) fn time(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        TimeDelta::try_days(self.days_ahead).and_then(|days| now.checked_add_signed(days)).unwrap_or(now)
    }

    /// Counts an effect on `name` and marks the call as one that changed it.
    pub(crate) fn count(&mut self, name: &str, add: impl FnOnce(&mut Effects)) {
        add(self.effects.entry(name.to_owned()).or_default());
        self.changed = Some(name.to_owned());
    }

    /// Takes `cents` off the balance; 1100 when they are not there.
    pub(crate) fn charge(&mut self, cents: i64) -> Outcome<()> {
        if cents > self.account.balance {
            let text = format!(
                "The operation costs {} {CURRENCY}, the balance is {} {CURRENCY}.",
                euros(cents),
                euros(self.account.balance)
            );
            return Err(Fault::new(1100, text));
        }
        self.account.balance -= cents;
        Ok(())
    }

    /// The auth code under which another registrar holds `name`.
    pub(crate) fn held_elsewhere(&self, name: &str) -> Option<&str> {
        let spelled = fixtures::elsewhere(name).then_some(fixtures::AUTHCODE);
        self.elsewhere.get(name).map(String::as_str).or(spelled)
    }

    /// Whether the name can be registered by anyone.
    pub(crate) fn is_free(&self, name: &str) -> bool {
        let held_here = self.domains.get(name);
        self.held_elsewhere(name).is_none() && held_here.is_none_or(|domain| domain.status.is_cancelled())
    }

    pub(crate) fn new_id(&mut self) -> u64 {
        let id = self.next_id;
        self.next_id += 1;
        id
    }

    /// An auth code: from the seed, so that a run can be repeated.
    pub(crate) fn new_authcode(&mut self) -> String {
        self.random = self.random.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.random;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        format!("Sa1-{:016x}", mixed ^ (mixed >> 31))
    }

    /// The id of the contact a request names: an existing one (3001 when it
    /// does not exist), or the one with exactly this data, made when needed.
    pub(crate) fn contact_id(&mut self, named: Named) -> Outcome<String> {
        let data = match named {
            Named::Id(id) if self.contacts.contains_key(&id) => return Ok(id),
            Named::Id(id) => {
                return Err(Fault::new(3001, format!("Contact {id} does not exist.")));
            }
            Named::Data(data) => data,
        };
        if let Some(known) = self.contacts.values().find(|known| known.data == *data) {
            return Ok(known.id.clone());
        }
        Ok(self.add_contact(*data))
    }

    /// A contact of its own, even if there is the same already; its id.
    pub(crate) fn add_contact(&mut self, data: ContactData) -> String {
        let id = format!("SIM-{}", 100_001 + self.contacts.len());
        self.contacts.insert(id.clone(), Contact { id: id.clone(), data });
        id
    }

    /// The contact object of a role.
    pub(crate) fn contact_answer(&self, id: &str) -> Value {
        self.contacts.get(id).map_or_else(|| json!({}), Contact::answer)
    }
}
