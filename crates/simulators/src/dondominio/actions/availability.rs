//! `domain/check` and `domain/checkfortransfer`.

use serde_json::json;

use super::super::fault::{Fault, Outcome};
use super::super::fixtures::{self, Operation};
use super::super::money::{CURRENCY, euros};
use super::super::world::World;
use super::super::{syntax, zones};
use super::Call;

/// A premium name costs this many times the usual price.
pub(super) const PREMIUM_FACTOR: i64 = 25;

pub(super) fn check(world: &mut World, call: &Call<'_>) -> Outcome {
    let name = syntax::domain_name(call.params.require("domain")?)?;
    fixtures::forced(&name, Operation::Check)?;
    let zone = zones::of(&name)?;
    world.settle(&name, call.now);
    let premium = fixtures::premium(&name);
    let factor = if premium { PREMIUM_FACTOR } else { 1 };
    Ok(json!({"domains": [{
        "name": name,
        "punycode": name,
        "tld": zone.tld,
        "available": world.is_free(&name),
        "premium": premium,
        "price": euros(zone.create * factor),
        "currency": CURRENCY,
    }]}))
}

pub(super) fn check_for_transfer(world: &mut World, call: &Call<'_>) -> Outcome {
    let name = syntax::domain_name(call.params.require("domain")?)?;
    fixtures::forced(&name, Operation::CheckForTransfer)?;
    let zone = zones::of(&name)?;
    world.settle(&name, call.now);
    let obstacles = match obstacle(world, &name, zone) {
        Ok(()) => Vec::new(),
        Err(fault) => fault.messages,
    };
    Ok(json!({"domains": [{
        "name": name,
        "punycode": name,
        "tld": zone.tld,
        "transferavail": obstacles.is_empty(),
        "transfermsg": obstacles,
        "price": euros(zone.transfer.unwrap_or_default()),
        "currency": CURRENCY,
    }]}))
}

/// Why a name cannot be transferred in right now, as 2005.
pub(super) fn obstacle(world: &World, name: &str, zone: &zones::Zone) -> Outcome<()> {
    let refuse = |text: String| Err(Fault::new(2005, text));
    if zone.transfer.is_none() {
        return refuse(format!("Transfers of .{} are not offered.", zone.tld));
    }
    if world.domains.get(name).is_some_and(|domain| !domain.status.is_cancelled()) {
        return refuse(format!("{name} is already in this account."));
    }
    if world.held_elsewhere(name).is_none() {
        return refuse(format!("{name} is not registered."));
    }
    if fixtures::locked_elsewhere(name) {
        return refuse(format!("{name} is locked at its registrar."));
    }
    Ok(())
}
