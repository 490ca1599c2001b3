//! Delegation signers. The vendor's answer is not documented: it is taken to
//! be the base fields and the list.

use super::super::domain::{DnssecKey, Domain};
use super::super::fault::{Fault, Outcome};
use super::super::world::World;
use super::read::with_dnssec;
use super::update::change;
use super::{Call, held};

pub(super) fn create(world: &mut World, call: &Call<'_>) -> Outcome {
    let params = call.params;
    let keytag = params.require_number("keytag", 0)?;
    let digest = params.require("digest")?;
    if !digest.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(Fault::invalid("digest", "not hexadecimal"));
    }
    let key = DnssecKey {
        name: params.get("name").map_or_else(|| format!("key{keytag}"), str::to_owned),
        keytag,
        algorithm: params.require_number("algorithm", 1)?,
        digesttype: params.require_number("digesttype", 1)?,
        digest: digest.to_owned(),
    };
    edit(world, call, "dnssec key created", |domain| {
        if domain.dnssec.iter().any(|known| known.name == key.name) {
            return Err(Fault::new(2200, format!("{} exists already.", key.name)));
        }
        domain.dnssec.push(key);
        Ok(())
    })
}

pub(super) fn delete(world: &mut World, call: &Call<'_>) -> Outcome {
    let name = call.params.require("name")?.to_owned();
    edit(world, call, "dnssec key deleted", |domain| {
        let before = domain.dnssec.len();
        domain.dnssec.retain(|known| known.name != name);
        if domain.dnssec.len() == before {
            return Err(Fault::new(2200, format!("There is no key {name}.")));
        }
        Ok(())
    })
}

fn edit(world: &mut World, call: &Call<'_>, title: &str, edit: impl FnOnce(&mut Domain) -> Outcome<()>) -> Outcome {
    change(world, call, title, edit)?;
    let name = world.changed.clone().unwrap_or_default();
    let domain = held(world, &name)?;
    Ok(with_dnssec(domain, domain.base()))
}
