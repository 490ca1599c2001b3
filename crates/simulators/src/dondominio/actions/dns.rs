//! `service/dns*`: the records of a domain, which need a service on it.

use serde_json::{Value, json};

use super::super::domain::{DnsEntry, Domain};
use super::super::fault::{Fault, Outcome};
use super::super::fixtures;
use super::super::params::Params;
use super::super::world::World;
use super::{Call, held, page, unknown};

const TYPES: &[&str] = &["A", "AAAA", "CNAME", "MX", "SRV", "TXT", "NS", "CAA"];
const TTL: u32 = 3600;

pub(super) fn run(world: &mut World, action: &str, call: &Call<'_>) -> Outcome {
    if !action.starts_with("service/dns") {
        return Err(Fault::new(104, "The simulator has domains only."));
    }
    let name = call.params.require("serviceName")?.to_lowercase();
    world.settle(&name, call.now);
    let served = world.domains.get(&name).is_some_and(|domain| domain.created.is_some());
    if !served || fixtures::without_dns(&name) {
        return Err(Fault::new(4001, format!("{name} has no DNS service.")));
    }
    match action {
        "service/dnslist" => list(held(world, &name)?, call.params),
        "service/dnsgetinfo" => Ok(row(entry(held(world, &name)?, call.params)?)),
        "service/dnscreate" => create(world, &name, call.params),
        "service/dnsupdate" => update(world, &name, call.params),
        "service/dnsdelete" => delete(world, &name, call.params),
        _ => Err(unknown(action)),
    }
}

fn list(domain: &Domain, params: &Params) -> Outcome {
    let rows: Vec<Value> = domain.dns.iter().map(row).collect();
    let (info, rows) = page(rows, params)?;
    Ok(json!({"queryInfo": info, "dns": rows}))
}

fn row(entry: &DnsEntry) -> Value {
    json!({
        "entityID": entry.id.to_string(), "name": entry.name, "type": entry.kind, "ttl": entry.ttl,
        "priority": entry.priority.map_or("-".to_owned(), |priority| priority.to_string()), "value": entry.value,
    })
}

fn entry<'d>(domain: &'d mut Domain, params: &Params) -> Outcome<&'d mut DnsEntry> {
    let id = params.require("entityID")?;
    let found = domain.dns.iter_mut().find(|entry| entry.id.to_string() == id);
    found.ok_or_else(|| Fault::new(4002, format!("There is no record {id}.")))
}

fn create(world: &mut World, name: &str, params: &Params) -> Outcome {
    let full = params.require("name")?.to_lowercase();
    if full != name && !full.strip_suffix(name).is_some_and(|rest| rest.ends_with('.')) {
        return Err(Fault::invalid("name", &format!("not within {name}")));
    }
    params.require("type")?;
    let kind = params.one_of("type", TYPES)?.unwrap_or_default().to_owned();
    let value = params.require("value")?.to_owned();
    let id = world.new_id();
    let ttl = params.number("ttl", 60)?.unwrap_or(TTL);
    let new = DnsEntry { id, name: full, kind, value, ttl, priority: priority(params)? };
    let domain = held(world, name)?;
    let is_same = |known: &DnsEntry| (&known.name, &known.kind, &known.value) == (&new.name, &new.kind, &new.value);
    if domain.dns.iter().any(is_same) {
        return Err(Fault::new(4004, "There is such a record already."));
    }
    let answer = row(&new);
    domain.dns.push(new);
    world.count(name, |effects| effects.updates += 1);
    Ok(json!({"dns": [answer]}))
}

fn update(world: &mut World, name: &str, params: &Params) -> Outcome {
    let value = params.require("value")?.to_owned();
    let (ttl, priority) = (params.number("ttl", 60)?, priority(params)?);
    let entry = entry(held(world, name)?, params)?;
    entry.value = value;
    entry.ttl = ttl.unwrap_or(entry.ttl);
    entry.priority = priority.or(entry.priority);
    let answer = row(entry);
    world.count(name, |effects| effects.updates += 1);
    Ok(json!({"dns": [answer]}))
}

fn delete(world: &mut World, name: &str, params: &Params) -> Outcome {
    let id = entry(held(world, name)?, params)?.id;
    held(world, name)?.dns.retain(|entry| entry.id != id);
    world.count(name, |effects| effects.updates += 1);
    Ok(json!({}))
}

/// `-` is the default.
fn priority(params: &Params) -> Outcome<Option<u32>> {
    match params.get("priority") {
        None | Some("-") => Ok(None),
        Some(_) => params.number("priority", 0),
    }
}
