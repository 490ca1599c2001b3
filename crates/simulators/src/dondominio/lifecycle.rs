//! How domains move on by themselves: registrations and transfers complete,
//! names expire, and in the end they are deleted.

use chrono::{DateTime, TimeDelta, Utc};

use super::domain::{Domain, Status, years_after};
use super::fixtures;
use super::world::{Pace, World};
use super::zones;

/// Days after expiry at which a name leaves grace, redemption and existence.
const GRACE_ENDS: i64 = 30;
const REDEMPTION_ENDS: i64 = 60;
const DELETED: i64 = 65;

impl World {
    /// Moves `name` on as far as the pace allows at this moment, before it is
    /// read or changed.
    pub(crate) fn settle(&mut self, name: &str, now: DateTime<Utc>) {
        let due = self.domains.get(name).is_some_and(|domain| {
            domain.status.is_moving()
                && match self.pace {
                    Pace::EachRead => true,
                    Pace::Tick => false,
                    Pace::After(wait) => TimeDelta::from_std(wait).is_ok_and(|wait| now - domain.status_since >= wait),
                }
        });
        if due {
            self.step(name, now);
        }
        self.age(name, now);
    }

    pub(crate) fn settle_all(&mut self, now: DateTime<Utc>) {
        for name in self.names() {
            self.settle(&name, now);
        }
    }

    /// What the admin tick does: one step for everything on its way.
    pub(crate) fn tick(&mut self, now: DateTime<Utc>) {
        for name in self.names() {
            self.step(&name, now);
            self.age(&name, now);
        }
    }

    fn names(&self) -> Vec<String> {
        self.domains.keys().cloned().collect()
    }

    fn step(&mut self, name: &str, now: DateTime<Utc>) {
        let Some(domain) = self.domains.get_mut(name) else {
            return;
        };
        let cancels = fixtures::cancels(name);
        match domain.status {
            Status::RegisterInit if cancels => self.refund(name, Status::RegisterCancel, now),
            Status::RegisterInit if fixtures::stuck(name) => {
                domain.enter(Status::RegisterPending, now);
            }
            Status::RegisterInit => complete(domain, now),
            Status::TransferInit => domain.enter(Status::TransferPending, now),
            Status::TransferPending if cancels => self.refund(name, Status::TransferCancel, now),
            Status::TransferPending if !fixtures::stuck(name) => {
                complete(domain, now);
                self.elsewhere.remove(name);
            }
            Status::Renewed => domain.enter(Status::Active, now),
            _ => {}
        }
    }

    fn refund(&mut self, name: &str, status: Status, now: DateTime<Utc>) {
        if let Some(domain) = self.domains.get_mut(name) {
            self.account.balance += domain.charged;
            domain.charged = 0;
            domain.enter(status, now);
        }
    }

    /// Takes a name through expiry, as far as the calendar says.
    fn age(&mut self, name: &str, now: DateTime<Utc>) {
        let today = now.date_naive();
        let Some(domain) = self.domains.get_mut(name) else {
            return;
        };
        let Some(expires) = domain.expires.filter(|day| *day < today) else {
            return;
        };
        if domain.status == Status::Active && domain.renewal_mode == "autorenew" {
            let price = zones::of(name).map_or(0, |zone| zone.renew);
            if price <= self.account.balance {
                self.account.balance -= price;
                domain.expires = Some(years_after(expires, 1));
                domain.note(now, "autorenewed");
                self.effects.entry(name.to_owned()).or_default().autorenews += 1;
                return;
            }
        }
        let over = (today - expires).num_days();
        if over > DELETED {
            self.domains.remove(name);
            self.deleted.insert(name.to_owned(), today);
            return;
        }
        let status = if over <= GRACE_ENDS {
            Status::ExpiredRenewGrace
        } else if over <= REDEMPTION_ENDS {
            Status::ExpiredRedemption
        } else {
            Status::ExpiredPendingDelete
        };
        if domain.status != status {
            domain.enter(status, now);
        }
    }
}

/// The order is through: the domain is ours, until the end of its period.
fn complete(domain: &mut Domain, now: DateTime<Utc>) {
    let today = now.date_naive();
    domain.created.get_or_insert(today);
    domain.expires = Some(years_after(domain.expires.unwrap_or(today), domain.period));
    domain.charged = 0;
    domain.enter(Status::Active, now);
}
