//! `domain/update` in all its types, and its two shortcuts.

use super::super::contact::Named;
use super::super::domain::{Domain, PARKING};
use super::super::fault::{Fault, Outcome};
use super::super::fixtures::Operation;
use super::super::params::Params;
use super::super::syntax;
use super::super::world::World;
use super::{Call, held, own};

const TYPES: &[&str] =
    &["contact", "nameservers", "transferBlock", "block", "whoisPrivacy", "viewWhois", "renewalMode", "tag"];

pub(super) fn run(world: &mut World, call: &Call<'_>) -> Outcome {
    let params = call.params;
    params.require("updateType")?;
    match params.one_of("updateType", TYPES)?.unwrap_or_default() {
        "contact" => contacts(world, call),
        "nameservers" => nameservers(world, call),
        "block" => {
            let on = params.require_flag("block")?;
            // The one change that the block itself does not stop.
            let name = own(world, call, Operation::Update)?;
            held(world, &name)?.modify_block = on;
            finish(world, call, &name, "block changed")
        }
        "transferBlock" => {
            let on = params.require_flag("transferBlock")?;
            change(world, call, "transfer block changed", |domain| {
                if domain.transfer_block.is_none() {
                    let text = format!(".{} has no transfer block.", domain.tld);
                    return Err(Fault::new(2201, text));
                }
                domain.transfer_block = Some(on);
                Ok(())
            })
        }
        "whoisPrivacy" => {
            let on = params.require_flag("whoisPrivacy")?;
            change(world, call, "whois privacy changed", |domain| {
                domain.whois_privacy = on;
                Ok(())
            })
        }
        "viewWhois" => {
            let on = params.require_flag("viewWhois")?;
            change(world, call, "whois view changed", |domain| {
                domain.view_whois = on;
                Ok(())
            })
        }
        "renewalMode" => {
            params.require("renewalMode")?;
            let mode = params.one_of("renewalMode", &["autorenew", "manual", "letexpire"])?;
            let mode = mode.unwrap_or_default().to_owned();
            change(world, call, "renewal mode changed", |domain| {
                domain.renewal_mode = mode;
                Ok(())
            })
        }
        _ => {
            let tag = params.require("tag")?.to_owned();
            change(world, call, "tag changed", |domain| {
                domain.tag = tag;
                Ok(())
            })
        }
    }
}

pub(super) fn nameservers(world: &mut World, call: &Call<'_>) -> Outcome {
    call.params.require("nameservers")?;
    let hosts = match call.params.get("nameservers") {
        Some("default") => None,
        _ => Some(read_hosts(call.params)?),
    };
    change(world, call, "name servers changed", |domain| {
        domain.default_ns = hosts.is_none();
        domain.nameservers = hosts.unwrap_or_else(|| PARKING.map(str::to_owned).to_vec());
        Ok(())
    })
}

pub(super) fn contacts(world: &mut World, call: &Call<'_>) -> Outcome {
    let params = call.params;
    let owner = Named::read(params, "ownerContact")?;
    let admin = Named::read(params, "adminContact")?;
    let tech = Named::read(params, "techContact")?;
    let billing = Named::read(params, "billingContact")?;
    if owner.is_none() && admin.is_none() && tech.is_none() && billing.is_none() {
        return Err(Fault::missing("ownerContact, adminContact, techContact or billingContact"));
    }
    let name = changeable(world, call)?;
    if owner.is_some() && name.ends_with(".es") {
        let text = "The owner of a .es domain cannot be changed this way.";
        return Err(Fault::new(2201, text));
    }
    let mut id = |named: Option<Named>| named.map(|named| world.contact_id(named)).transpose();
    let (owner, admin, tech, billing) = (id(owner)?, id(admin)?, id(tech)?, id(billing)?);
    let roles = &mut held(world, &name)?.contacts;
    let slots =
        [(&mut roles.owner, owner), (&mut roles.admin, admin), (&mut roles.tech, tech), (&mut roles.billing, billing)];
    for (slot, id) in slots {
        if let Some(id) = id {
            *slot = id;
        }
    }
    finish(world, call, &name, "contacts changed")
}

/// The host names of a `nameservers` field: two to seven.
pub(super) fn read_hosts(params: &Params) -> Outcome<Vec<String>> {
    let hosts = params.list("nameservers");
    if !(2..=7).contains(&hosts.len()) {
        return Err(Fault::invalid("nameservers", "not two to seven hosts"));
    }
    hosts.iter().map(|host| syntax::host("nameservers", host)).collect()
}

/// Carries out one change of a domain that may be changed.
pub(super) fn change(
    world: &mut World,
    call: &Call<'_>,
    title: &str,
    edit: impl FnOnce(&mut Domain) -> Outcome<()>,
) -> Outcome {
    let name = changeable(world, call)?;
    edit(held(world, &name)?)?;
    finish(world, call, &name, title)
}

/// The domain of the call, unless it is pending (2201) or blocked (2202).
fn changeable(world: &mut World, call: &Call<'_>) -> Outcome<String> {
    let name = own(world, call, Operation::Update)?;
    let domain = held(world, &name)?;
    if domain.status.is_pending() || domain.status.is_cancelled() {
        let text = format!("{name} cannot be changed while it is {}.", domain.status.word());
        return Err(Fault::new(2201, text));
    }
    if domain.modify_block {
        return Err(Fault::new(2202, format!("{name} is blocked for changes.")));
    }
    Ok(name)
}

fn finish(world: &mut World, call: &Call<'_>, name: &str, title: &str) -> Outcome {
    let domain = held(world, name)?;
    domain.note(call.now, title);
    let answer = domain.base();
    world.count(name, |effects| effects.updates += 1);
    Ok(answer)
}
