//! The cloud's machines.

use innkeeper_plugin_api::{Account, Created, DnsRecord, Secret, Usage, server::Metric, view::Unit};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, net::IpAddr};

use super::{BACKUP, DISK, MachinePlan};

/// Bytes of disk of any plan.
const DISK_BYTES: u64 = 20 << 30;

#[derive(Default, Serialize, Deserialize)]
pub(super) struct World {
    pub machines: BTreeMap<String, Machine>,
    /// The user of each client: all its machines belong to it.
    pub users: BTreeMap<String, String>,
    made: u64,
}

impl World {
    /// An id that no machine ever had.
    pub fn next_id(&mut self) -> String {
        self.made += 1;
        format!("m-{}", self.made)
    }
}

/// Whether a machine runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Power {
    /// So far, in percent.
    Building(u8),
    On,
    Off,
    Rescue,
}

impl Power {
    /// What it is the next time that somebody looks.
    pub fn later(self) -> Self {
        match self {
            Self::Building(done) if done < 60 => Self::Building(done + 30),
            Self::Building(_) => Self::On,
            other => other,
        }
    }
    pub fn word(self) -> &'static str {
        match self {
            Self::Building(_) => "being built",
            Self::On => "on",
            Self::Off => "off",
            Self::Rescue => "rescue system",
        }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Machine {
    pub id: String,
    pub reference: String,
    pub host: String,
    pub user: String,
    pub remote_user: String,
    pub image: String,
    pub plan: String,
    /// May its user make accounts for others?
    pub reseller: bool,
    /// Name servers that its host name may be entered at.
    pub nameservers: Vec<String>,
    pub addresses: Vec<IpAddr>,
    pub addons: BTreeMap<String, u64>,
    /// The machine that it belongs to, by its id.
    pub part_of: Option<String>,
    pub power: Power,
    pub locked: bool,
    pub records: Vec<DnsRecord>,
    pub backups: Vec<String>,
    /// Keys of the actions that ran, so that a lost answer can be found.
    pub ran: Vec<String>,
}

impl Machine {
    pub fn new(id: String, host: &str, account: &Account, plan: &MachinePlan, is_slow: bool) -> Self {
        let customer = &account.customer;
        let remote_user = customer.remote_user.clone().unwrap_or_else(|| format!("u-{}", customer.client_id));
        Self {
            id,
            reference: account.reference.clone(),
            host: host.to_owned(),
            user: "root".to_owned(),
            remote_user,
            image: account.fields.get("image").cloned().unwrap_or_default(),
            plan: plan.size.clone(),
            reseller: plan.reseller,
            nameservers: account.nameservers.clone(),
            addresses: account.addresses.clone(),
            addons: account.addons.clone(),
            part_of: account.parent.as_ref().and_then(|parent| parent.remote_id.clone()),
            power: if is_slow { Power::Building(0) } else { Power::On },
            locked: false,
            records: vec![],
            backups: vec![],
            ran: vec![],
        }
    }

    /// What it tells of itself. Without an address of its own it has one of the cloud's.
    pub fn told(&self) -> Created {
        let own =
            if self.addresses.is_empty() { vec![IpAddr::from([203, 0, 113, 10])] } else { self.addresses.clone() };
        let password = self.password().map(Secret::new);
        let remote_user = Some(self.remote_user.clone());
        let created = Created::new(self.id.as_str(), self.user.as_str(), self.host.as_str());
        Created { addresses: own, password, remote_user, ..created }
    }

    /// The cloud chooses the password of machines in rescue mode.
    fn password(&self) -> Option<String> {
        (self.power == Power::Rescue).then(|| format!("rescue-{}", self.id))
    }

    pub fn usage(&self) -> Usage {
        let more = self.addons.get(DISK).copied().unwrap_or(0);
        let backups = u64::try_from(self.backups.len()).unwrap_or(0);
        let metric = |key: &str, label: &str, unit, quantity, limit| Metric {
            key: key.to_owned(),
            label: label.to_owned(),
            unit,
            quantity,
            limit,
        };
        let has_backup = self.addons.get(BACKUP).copied().unwrap_or(0);
        Usage {
            disk_bytes: 3 << 30,
            disk_limit_bytes: Some(DISK_BYTES + more),
            metrics: vec![
                metric("traffic", "Traffic", Unit::DecimalBytes, 5_000_000_000, None),
                metric("backups", "Backups", Unit::Pieces, backups, Some(if has_backup == 1 { 7 } else { 1 })),
            ],
        }
    }
}
