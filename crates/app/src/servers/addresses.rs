//! The addresses of a server's pool.

use innkeeper_db::addresses::{self, AddressRow};
use innkeeper_domain::{Permission, ServerId};
use serde_json::json;
use std::net::IpAddr;

use crate::{Actor, App, AppError, Result};

/// The most addresses that are added at once.
const MOST: usize = 1024;

/// The pool, with the services that hold addresses.
pub async fn list_addresses(app: &App, actor: &Actor, id: ServerId) -> Result<Vec<AddressRow>> {
    super::get_server(app, actor, id).await?;
    Ok(addresses::list(&mut *app.conn().await?, id).await?)
}

/// Adds addresses: single ones, or ranges such as `192.0.2.16/28`, separated by spaces, commas or lines. How
/// many were new.
pub async fn add_addresses(app: &App, actor: &Actor, id: ServerId, text: &str) -> Result<u64> {
    actor.require(Permission::ServersWrite)?;
    super::get_server(app, actor, id).await?;
    let mut found = vec![];
    for word in text.split([',', ' ', '\n', '\r', '\t']).filter(|word| !word.is_empty()) {
        found.extend(range(word).map_err(|why| AppError::invalid("addresses", format!("{word} {why}")))?);
        if found.len() > MOST {
            return Err(AppError::invalid("addresses", format!("must be at most {MOST} addresses at once")));
        }
    }
    if found.is_empty() {
        return Err(AppError::invalid("addresses", "must not be empty"));
    }
    let found: Vec<String> = found.iter().map(ToString::to_string).collect();
    let mut tx = app.begin(actor).await?;
    let added = addresses::add(tx.conn(), id, &found).await?;
    tx.audit("server.add_addresses", "server", id, json!({ "addresses": found, "new": added })).await?;
    tx.commit().await?;
    Ok(added)
}

/// Removes an address that no live service holds.
pub async fn remove_address(app: &App, actor: &Actor, id: ServerId, address: i64) -> Result<()> {
    actor.require(Permission::ServersWrite)?;
    let mut tx = app.begin(actor).await?;
    if !addresses::remove(tx.conn(), id, address).await? {
        return Err(AppError::conflict("this address is not there any more, or a service holds it"));
    }
    tx.audit("server.remove_address", "server", id, json!({ "address": address })).await?;
    tx.commit().await
}

/// The addresses of a word: one, or those of a range of IPv4.
fn range(word: &str) -> std::result::Result<Vec<IpAddr>, &'static str> {
    let Some((base, bits)) = word.split_once('/') else {
        return word.parse().map(|address| vec![address]).map_err(|_| "is no IP address");
    };
    let bits: u32 = bits.parse().map_err(|_| "has no length such as /28")?;
    match base.parse() {
        Ok(IpAddr::V4(base)) if (22..=32).contains(&bits) => {
            let size = 1_u32 << (32 - bits);
            let first = u32::from(base) & !(size - 1);
            Ok((first..=first + (size - 1)).map(|number| IpAddr::V4(number.into())).collect())
        }
        Ok(IpAddr::V4(_)) => Err("is a range of more than 1024 addresses"),
        Ok(IpAddr::V6(_)) => Err("is a range of IPv6: enter its addresses one by one"),
        Err(_) => Err("is no IP address"),
    }
}

#[cfg(test)]
mod tests {
    use super::range;

    #[test]
    fn a_range_is_all_its_addresses() {
        let all = range("192.0.2.17/30").unwrap();
        assert_eq!(all.len(), 4);
        assert_eq!((all[0].to_string(), all[3].to_string()), ("192.0.2.16".into(), "192.0.2.19".into()));
        assert_eq!(range("255.255.255.252/30").unwrap().len(), 4);
        assert_eq!(range("2001:db8::1").unwrap().len(), 1);
        for bad in ["", "x", "10.0.0.0/8", "2001:db8::/64", "192.0.2.1/99", "192.0.2.1/"] {
            assert!(range(bad).is_err(), "{bad}");
        }
    }
}
