//! `domain/transfer` and `domain/transferrestart`.

use super::super::domain::{Domain, Status};
use super::super::fault::{Fault, Outcome};
use super::super::fixtures::{self, Operation};
use super::super::params::Params;
use super::super::world::World;
use super::super::zones::Zone;
use super::super::{extras, syntax, zones};
use super::availability::obstacle;
use super::create::{Ordered, receipt};
use super::update::read_hosts;
use super::{Call, held, own};

/// What the other registrar's name servers are taken to be with `keepns`.
const KEPT: [&str; 2] = ["ns1.elsewhere.test", "ns2.elsewhere.test"];

pub(super) fn run(world: &mut World, call: &Call<'_>) -> Outcome {
    let params = call.params;
    let name = syntax::domain_name(params.require("domain")?)?;
    fixtures::forced(&name, Operation::Transfer)?;
    let zone = zones::of(&name)?;
    world.settle(&name, call.now);
    obstacle(world, &name, zone)?;
    check_authcode(world, &name, zone, params)?;
    params.one_of("foacontact", &["owner", "admin"])?;
    let hosts = match params.get("nameservers") {
        None | Some("parking") => None,
        Some("keepns") => Some(KEPT.map(str::to_owned).to_vec()),
        Some(_) => Some(read_hosts(params)?),
    };
    extras::check(zone.tld, params)?;
    let roles = Ordered::read(params, zone.tld)?;
    let contacts = roles.resolve(world)?;
    let total = zone.transfer.unwrap_or_default();
    world.charge(total)?;

    let mut domain = Domain::ordered(world, call.now, &name, zone, contacts);
    domain.extras = extras::given(call.params);
    domain.charged = total;
    if let Some(hosts) = hosts {
        domain.default_ns = false;
        domain.nameservers = hosts;
    }
    domain.enter(Status::TransferInit, call.now);
    let answer = receipt(&domain, total, 1);
    world.domains.insert(name.clone(), domain);
    world.count(&name, |effects| effects.transfers += 1);
    Ok(answer)
}

/// Starts a transfer again that was cancelled or is waiting.
pub(super) fn restart(world: &mut World, call: &Call<'_>) -> Outcome {
    let name = own(world, call, Operation::Transfer)?;
    let status = held(world, &name)?.status;
    let restartable = matches!(status, Status::TransferInit | Status::TransferPending | Status::TransferCancel);
    if !restartable {
        return Err(Fault::new(2012, format!("{name} is not being transferred.")));
    }
    let zone = zones::of(&name)?;
    check_authcode(world, &name, zone, call.params)?;
    if status == Status::TransferCancel {
        let total = zone.transfer.unwrap_or_default();
        world.charge(total)?;
        held(world, &name)?.charged = total;
    }
    let domain = held(world, &name)?;
    domain.enter(Status::TransferInit, call.now);
    let answer = domain.base();
    world.count(&name, |effects| effects.transfers += 1);
    Ok(answer)
}

fn check_authcode(world: &World, name: &str, zone: &Zone, params: &Params) -> Outcome<()> {
    let expected = world.held_elsewhere(name).unwrap_or_default();
    match params.get("authcode") {
        Some(given) if given == expected => Ok(()),
        Some(_) => Err(Fault::new(2012, "The auth code is wrong.")),
        None if zone.authcode_required => Err(Fault::new(2012, "The auth code is missing.")),
        None => Ok(()),
    }
}
