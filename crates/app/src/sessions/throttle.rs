//! Limits on attempts, counted in the database so that all nodes share them.

use chrono::TimeDelta;
use innkeeper_db::throttle;
use std::net::{IpAddr, Ipv6Addr};

use crate::{App, AppError, Result};

/// So many attempts in so many minutes.
#[derive(Clone, Copy)]
pub(crate) struct Limit {
    attempts: i32,
    minutes: i64,
}

/// Passwords tried for one account.
pub(crate) const PER_ACCOUNT: Limit = Limit { attempts: 10, minutes: 15 };
/// Passwords tried from one address, which may be a whole office.
pub(crate) const PER_ADDRESS: Limit = Limit { attempts: 60, minutes: 15 };
/// New accounts from one address.
pub(crate) const SIGN_UPS: Limit = Limit { attempts: 20, minutes: 60 };
/// Mails that a visitor may cause for one account.
pub(crate) const MAILS: Limit = Limit { attempts: 3, minutes: 60 };

/// Links to offers tried from one address.
pub(crate) const LINKS: Limit = Limit { attempts: 30, minutes: 15 };

/// Promotion codes tried from one address.
pub(crate) const CODES: Limit = Limit { attempts: 30, minutes: 15 };

/// Callbacks of gateways that turned out to be forged, from one address.
pub(crate) const CALLBACKS: Limit = Limit { attempts: 300, minutes: 1 };

/// Counts an attempt and refuses it beyond the limit. It commits at once: attempts at the same time
/// are all counted, and one that fails later stays counted.
pub(crate) async fn take(app: &App, key: &str, limit: Limit) -> Result<()> {
    let now = app.now();
    let ends = now + TimeDelta::minutes(limit.minutes);
    let counted = throttle::count(&mut *app.conn().await?, key, now, ends).await?;
    if counted.attempts <= limit.attempts {
        return Ok(());
    }
    let left = (counted.window_ends - now).num_milliseconds().max(1);
    Err(AppError::TooMany(left.unsigned_abs().div_ceil(1000)))
}

/// As [`take`], for an address; without an address (a job, a command) nothing is counted.
pub(crate) async fn take_address(app: &App, what: &str, ip: &str, limit: Limit) -> Result<()> {
    if ip.is_empty() { Ok(()) } else { take(app, &address(what, ip), limit).await }
}

/// The attempt was a good one: the account starts anew, the address gets it back.
pub(crate) async fn succeeded(app: &App, key: &str, what: &str, ip: &str) -> Result<()> {
    throttle::clear(&mut *app.conn().await?, key).await?;
    give_back(app, what, ip).await
}

/// The attempt was a good one: the address gets it back.
pub(crate) async fn give_back(app: &App, what: &str, ip: &str) -> Result<()> {
    Ok(throttle::uncount(&mut *app.conn().await?, &address(what, ip)).await?)
}

/// One key for an IPv4 address; for IPv6 one for the network of 64 bits, which a single customer has whole.
fn address(what: &str, ip: &str) -> String {
    let network = match ip.parse::<IpAddr>().map(|ip| ip.to_canonical()) {
        Ok(IpAddr::V6(ip)) => Ipv6Addr::from_bits(ip.to_bits() & !u128::from(u64::MAX)).to_string(),
        Ok(IpAddr::V4(ip)) => ip.to_string(),
        Err(_) => ip.to_owned(),
    };
    format!("{what}:from:{network}")
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn neighbours_in_one_ipv6_network_count_together() {
        assert_eq!(address("login", "192.0.2.1"), "login:from:192.0.2.1");
        assert_eq!(address("login", "::ffff:192.0.2.1"), "login:from:192.0.2.1");
        assert_eq!(address("login", "2001:db8:1:2:3:4:5:6"), "login:from:2001:db8:1:2::");
        assert_ne!(address("login", "2001:db8:1:2::1"), address("login", "2001:db8:1:3::1"));
    }
}
