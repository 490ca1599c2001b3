//! Name servers below a domain (glue records).

use super::super::domain::{Domain, GlueRecord};
use super::super::fault::{Fault, Outcome};
use super::super::params::Params;
use super::super::syntax;
use super::super::world::World;
use super::read::with_glue;
use super::update::change;
use super::{Call, held};

pub(super) fn create(world: &mut World, call: &Call<'_>) -> Outcome {
    let record = read(call.params)?;
    edit(world, call, "glue record created", |domain| {
        belongs(domain, &record.name)?;
        if domain.glue.iter().any(|known| known.name == record.name) {
            return Err(Fault::new(2200, format!("{} exists already.", record.name)));
        }
        domain.glue.push(record);
        Ok(())
    })
}

pub(super) fn update(world: &mut World, call: &Call<'_>) -> Outcome {
    let record = read(call.params)?;
    edit(world, call, "glue record changed", |domain| {
        let known = domain.glue.iter_mut().find(|known| known.name == record.name);
        let known = known.ok_or_else(|| absent(&record.name))?;
        *known = record;
        Ok(())
    })
}

pub(super) fn delete(world: &mut World, call: &Call<'_>) -> Outcome {
    let name = call.params.require("name")?.to_lowercase();
    edit(world, call, "glue record deleted", |domain| {
        let before = domain.glue.len();
        domain.glue.retain(|known| known.name != name);
        if domain.glue.len() == before {
            return Err(absent(&name));
        }
        Ok(())
    })
}

fn read(params: &Params) -> Outcome<GlueRecord> {
    let name = syntax::host("name", params.require("name")?)?;
    let ipv4 = syntax::public_ipv4("ipv4", params.require("ipv4")?)?;
    let ipv6 = params.get("ipv6").map(|text| syntax::public_ipv6("ipv6", text)).transpose()?;
    Ok(GlueRecord { name, ipv4, ipv6 })
}

fn belongs(domain: &Domain, host: &str) -> Outcome<()> {
    if host.strip_suffix(&domain.name).is_some_and(|rest| rest.ends_with('.')) {
        return Ok(());
    }
    let why = format!("not below {}", domain.name);
    Err(Fault::invalid("name", &why))
}

fn absent(host: &str) -> Fault {
    Fault::new(2200, format!("There is no glue record {host}."))
}

fn edit(world: &mut World, call: &Call<'_>, title: &str, edit: impl FnOnce(&mut Domain) -> Outcome<()>) -> Outcome {
    change(world, call, title, edit)?;
    let name = world.changed.clone().unwrap_or_default();
    let domain = held(world, &name)?;
    Ok(with_glue(domain, domain.base()))
}
