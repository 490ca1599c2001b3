//! Looking at one domain: `domain/getinfo` in all its types, and relatives.

use serde_json::{Value, json};

use super::super::domain::{Domain, Status, day};
use super::super::fault::{Fault, Outcome};
use super::super::fixtures::{Operation, forced};
use super::super::world::World;
use super::{Call, held, own, page};

pub(super) const INFO_TYPES: &[&str] =
    &["status", "contact", "nameservers", "authcode", "service", "gluerecords", "dnssec"];

pub(super) fn info(world: &mut World, call: &Call<'_>) -> Outcome {
    call.params.require("infoType")?;
    let kind = call.params.one_of("infoType", INFO_TYPES)?;
    info_of(world, call, kind.unwrap_or_default())
}

pub(super) fn info_of(world: &mut World, call: &Call<'_>, kind: &str) -> Outcome {
    let name = own(world, call, Operation::Read)?;
    let domain = held(world, &name)?.clone();
    if kind == "authcode" && domain.created.is_none() {
        let text = format!("{name} has no auth code while it is {}.", domain.status.word());
        return Err(Fault::new(300, text));
    }
    Ok(add(world, &domain, kind))
}

/// The base fields of `domain` and those that `kind` adds.
pub(super) fn add(world: &World, domain: &Domain, kind: &str) -> Value {
    let mut answer = domain.base();
    match kind {
        "status" => return with_status(domain, answer),
        "nameservers" => return with_nameservers(domain, answer),
        "gluerecords" => return with_glue(domain, answer),
        "dnssec" => return with_dnssec(domain, answer),
        "contact" => {
            let roles = &domain.contacts;
            answer["contactOwner"] = world.contact_answer(&roles.owner);
            answer["contactAdmin"] = world.contact_answer(&roles.admin);
            answer["contactTech"] = world.contact_answer(&roles.tech);
            answer["contactBilling"] = world.contact_answer(&roles.billing);
        }
        "authcode" => answer["authcode"] = json!(domain.authcode),
        "service" => answer["service"] = json!([]),
        _ => {}
    }
    answer
}

fn with_status(domain: &Domain, mut answer: Value) -> Value {
    answer["tsCreate"] = json!(day(domain.created));
    answer["renewable"] = json!(domain.is_renewable());
    answer["renewalMode"] = json!(domain.renewal_mode);
    answer["modifyBlock"] = json!(domain.modify_block);
    // Left out, not false, where the registry has no lock.
    if let Some(locked) = domain.transfer_block {
        answer["transferBlock"] = json!(locked);
    }
    answer["whoisPrivacy"] = json!(domain.whois_privacy);
    answer["viewWhois"] = json!(domain.view_whois);
    answer["authcodeCheck"] = json!(domain.created.is_some());
    answer["serviceAssociated"] = json!(false);
    answer["tag"] = json!(domain.tag);
    answer["ownerverification"] = json!(domain.verification());
    match domain.status {
        Status::TransferInit | Status::TransferPending | Status::TransferCancel => {
            answer["transferStatus"] = json!(domain.status.word());
        }
        _ => {}
    }
    answer
}

fn with_nameservers(domain: &Domain, mut answer: Value) -> Value {
    let row = |(index, name): (usize, &String)| {
        let own_host = domain.glue.iter().find(|glue| &glue.name == name);
        let ipv4 = own_host.map(|glue| glue.ipv4.to_string()).unwrap_or_default();
        json!({"order": index + 1, "name": name, "ipv4": ipv4})
    };
    answer["defaultNS"] = json!(domain.default_ns);
    answer["nameservers"] = domain.nameservers.iter().enumerate().map(row).collect();
    answer
}

pub(super) fn with_glue(domain: &Domain, mut answer: Value) -> Value {
    let row = |glue: &super::super::domain::GlueRecord| {
        let ipv6 = glue.ipv6.map(|address| address.to_string()).unwrap_or_default();
        json!({"name": glue.name, "ipv4": glue.ipv4.to_string(), "ipv6": ipv6})
    };
    answer["gluerecords"] = domain.glue.iter().map(row).collect();
    answer
}

pub(super) fn with_dnssec(domain: &Domain, mut answer: Value) -> Value {
    answer["dnssec"] = json!(domain.dnssec);
    answer
}

/// The public record; only of one's own domains.
pub(super) fn whois(world: &mut World, call: &Call<'_>) -> Outcome {
    let name = call.params.require("domain")?.to_lowercase();
    forced(&name, Operation::Whois)?;
    world.settle(&name, call.now);
    let Some(domain) = world.domains.get(&name) else {
        return Err(Fault::new(2006, format!("{name} is not in this account.")));
    };
    let owner = world.contacts.get(&domain.contacts.owner);
    let shown = owner.filter(|_| !domain.whois_privacy && domain.view_whois);
    let owner = shown.map_or_else(|| "REDACTED".to_owned(), |owner| owner.name());
    let record = format!(
        "Domain Name: {name}\nStatus: {}\nExpiry: {}\nRegistrant: {owner}\n",
        domain.status.word(),
        day(domain.expires)
    );
    Ok(json!({"domain": name, "whoisData": record}))
}

pub(super) fn history(world: &mut World, call: &Call<'_>) -> Outcome {
    let name = own(world, call, Operation::Read)?;
    let user = world.account.user.clone();
    let lines = &held(world, &name)?.history;
    let rows: Vec<Value> = lines
        .iter()
        .rev()
        .map(|line| {
            json!({
                "ts": line.ts.format("%Y-%m-%d %H:%M:%S").to_string(),
                "ip": call.ip.to_string(),
                "user": user,
                "title": line.title,
                "message": "",
            })
        })
        .collect();
    let (info, rows) = page(rows, call.params)?;
    Ok(json!({"queryInfo": info, "history": rows}))
}

/// Nothing is sent; the simulated owner answers at once.
pub(super) fn resend_mail(world: &mut World, call: &Call<'_>) -> Outcome {
    let name = own(world, call, Operation::Read)?;
    let domain = held(world, &name)?;
    if domain.is_verified {
        return Err(Fault::new(2210, format!("The owner of {name} is verified.")));
    }
    domain.is_verified = true;
    domain.note(call.now, "verification mail sent");
    let answer = domain.base();
    world.count(&name, |effects| effects.updates += 1);
    Ok(answer)
}
