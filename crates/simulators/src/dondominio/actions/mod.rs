//! The API's actions, by path.

mod account;
mod availability;
mod contact;
mod create;
mod dns;
mod dnssec;
mod glue;
mod list;
mod read;
mod renew;
mod tool;
mod transfer;
mod update;

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::domain::Domain;
use super::fault::{Fault, Outcome};
use super::fixtures::{Operation, forced};
use super::params::Params;
use super::world::World;

/// One call: who asks, when, with which fields.
pub(crate) struct Call<'a> {
    pub(crate) params: &'a Params,
    pub(crate) now: DateTime<Utc>,
    pub(crate) ip: IpAddr,
}

/// Logs the caller in and carries the action out.
pub(crate) fn run(world: &mut World, action: &str, call: &Call<'_>) -> Outcome {
    log_in(world, call)?;
    match action.split_once('/') {
        Some(("tool", _)) => tool::run(world, action, call),
        Some(("account", _)) => account::run(world, action, call),
        Some(("contact", _)) => contact::run(world, action, call),
        Some(("domain", _)) => domain(world, action, call),
        Some(("service", _)) => dns::run(world, action, call),
        Some(("ssl" | "user", _)) => Err(Fault::new(104, "The simulator has domains only.")),
        _ => Err(unknown(action)),
    }
}

/// Whether the action is one that changes something when it succeeds.
pub(crate) fn changes(action: &str) -> bool {
    matches!(
        action,
        "domain/create"
            | "domain/transfer"
            | "domain/transferrestart"
            | "domain/renew"
            | "domain/update"
            | "domain/updatenameservers"
            | "domain/updatecontacts"
            | "domain/gluerecordcreate"
            | "domain/gluerecordupdate"
            | "domain/gluerecorddelete"
            | "domain/dnsseccreate"
            | "domain/dnssecdelete"
            | "domain/resendverificationmail"
            | "service/dnscreate"
            | "service/dnsupdate"
            | "service/dnsdelete"
            | "contact/create"
    )
}

fn domain(world: &mut World, action: &str, call: &Call<'_>) -> Outcome {
    match action {
        "domain/check" => availability::check(world, call),
        "domain/checkfortransfer" => availability::check_for_transfer(world, call),
        "domain/create" => create::run(world, call),
        "domain/transfer" => transfer::run(world, call),
        "domain/transferrestart" => transfer::restart(world, call),
        "domain/renew" => renew::run(world, call),
        "domain/update" => update::run(world, call),
        "domain/updatenameservers" => update::nameservers(world, call),
        "domain/updatecontacts" => update::contacts(world, call),
        "domain/gluerecordcreate" => glue::create(world, call),
        "domain/gluerecordupdate" => glue::update(world, call),
        "domain/gluerecorddelete" => glue::delete(world, call),
        "domain/dnsseccreate" => dnssec::create(world, call),
        "domain/dnssecdelete" => dnssec::delete(world, call),
        "domain/list" => list::domains(world, call),
        "domain/listdeleted" => list::deleted(world, call),
        "domain/getinfo" => read::info(world, call),
        "domain/getauthcode" => read::info_of(world, call, "authcode"),
        "domain/getnameservers" => read::info_of(world, call, "nameservers"),
        "domain/getgluerecords" => read::info_of(world, call, "gluerecords"),
        "domain/getdnssec" => read::info_of(world, call, "dnssec"),
        "domain/whois" => read::whois(world, call),
        "domain/gethistory" => read::history(world, call),
        "domain/resendverificationmail" => read::resend_mail(world, call),
        _ => Err(unknown(action)),
    }
}

fn unknown(action: &str) -> Fault {
    Fault::new(102, format!("There is no {action}."))
}

fn log_in(world: &World, call: &Call<'_>) -> Outcome<()> {
    let account = &world.account;
    let (Some(user), Some(password)) = (call.params.get("apiuser"), call.params.get("apipasswd")) else {
        return Err(Fault::new(200, "apiuser and apipasswd are required."));
    };
    if user != account.user || password != account.password {
        return Err(Fault::new(201, "User or password are wrong."));
    }
    let ip = call.ip.to_string();
    if !account.allowed_ips.is_empty() && !account.allowed_ips.contains(&ip) {
        return Err(Fault::new(300, format!("{ip} may not call the API.")));
    }
    match account.refuse_with {
        Some(code) => Err(Fault::new(code, "The account is being refused.")),
        None => Ok(()),
    }
}

/// The name of the domain a call is about, by `domain` or `domainID`, moved on
/// as far as it is due; 2008 when it is not in the account.
fn own(world: &mut World, call: &Call<'_>, operation: Operation) -> Outcome<String> {
    let name = match (call.params.get("domain"), call.params.get("domainID")) {
        (Some(name), _) => name.to_lowercase(),
        (None, Some(id)) => {
            let found = world.domains.values().find(|domain| domain.id.to_string() == id);
            let found = found.map(|domain| domain.name.clone());
            found.ok_or_else(|| Fault::unknown_domain(id))?
        }
        (None, None) => return Err(Fault::missing("domain or domainID")),
    };
    forced(&name, operation)?;
    world.settle(&name, call.now);
    if world.domains.contains_key(&name) { Ok(name) } else { Err(Fault::unknown_domain(&name)) }
}

/// The domain `own` has found.
fn held<'w>(world: &'w mut World, name: &str) -> Outcome<&'w mut Domain> {
    let found = world.domains.get_mut(name);
    found.ok_or_else(|| Fault::unknown_domain(name))
}

/// One page of rows and its `queryInfo`.
fn page<T>(rows: Vec<T>, params: &Params) -> Outcome<(Value, Vec<T>)> {
    let length = params.number("pageLength", 1)?.unwrap_or(1000);
    let number = params.number("page", 1)?.unwrap_or(1);
    let total = rows.len();
    let skipped = (number as usize - 1).saturating_mul(length as usize);
    let rows: Vec<T> = rows.into_iter().skip(skipped).take(length as usize).collect();
    let info = json!({
        "page": number,
        "pageLength": length,
        "results": rows.len(),
        "total": total,
    });
    Ok((info, rows))
}
