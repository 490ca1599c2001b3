//! `domain/create`, and what it shares with a transfer: reading the order.

use serde_json::{Value, json};

use super::super::contact::Named;
use super::super::domain::{Domain, Roles, Status, day};
use super::super::fault::{Fault, Outcome};
use super::super::fixtures::{self, Operation};
use super::super::money::{CURRENCY, euros};
use super::super::params::Params;
use super::super::world::World;
use super::super::{extras, syntax, zones};
use super::Call;
use super::availability::PREMIUM_FACTOR;
use super::update::read_hosts;

pub(super) fn run(world: &mut World, call: &Call<'_>) -> Outcome {
    let params = call.params;
    let name = syntax::domain_name(params.require("domain")?)?;
    fixtures::forced(&name, Operation::Create)?;
    let zone = zones::of(&name)?;
    let years = params.number("period", 1)?.unwrap_or(1);
    if years > zone.max_years {
        return Err(Fault::invalid("period", "longer than the extension allows"));
    }
    let wants_premium = params.flag("premium")?.unwrap_or(false);
    world.settle(&name, call.now);
    if !world.is_free(&name) {
        return Err(Fault::new(2010, format!("{name} is taken.")));
    }
    let premium = fixtures::premium(&name);
    if premium && !wants_premium {
        return Err(Fault::new(2011, format!("{name} is a premium domain.")));
    }
    let hosts = match params.get("nameservers") {
        None | Some("parking") => None,
        Some(_) => Some(read_hosts(params)?),
    };
    extras::check(zone.tld, params)?;
    let roles = Ordered::read(params, zone.tld)?;
    let factor = if premium { PREMIUM_FACTOR } else { 1 };
    let total = zone.create * factor * i64::from(years);
    let contacts = roles.resolve(world)?;
    world.charge(total)?;

    let mut domain = Domain::ordered(world, call.now, &name, zone, contacts);
    domain.period = years;
    domain.charged = total;
    domain.extras = extras::given(call.params);
    if let Some(hosts) = hosts {
        domain.default_ns = false;
        domain.nameservers = hosts;
    }
    domain.enter(Status::RegisterInit, call.now);
    let answer = receipt(&domain, total, years);
    world.domains.insert(name.clone(), domain);
    world.count(&name, |effects| effects.creates += 1);
    Ok(answer)
}

/// The contacts of an order, before any of them is made.
pub(super) struct Ordered {
    owner: Named,
    admin: Option<Named>,
    tech: Option<Named>,
    billing: Option<Named>,
}

impl Ordered {
    pub(super) fn read(params: &Params, tld: &str) -> Outcome<Self> {
        let owner = Named::read(params, "ownerContact")?;
        let owner = owner.ok_or_else(|| Fault::missing("ownerContactID or ownerContactType"))?;
        let admin = Named::read(params, "adminContact")?;
        check_spanish_admin(tld, admin.as_ref().unwrap_or(&owner))?;
        Ok(Self {
            owner,
            admin,
            tech: Named::read(params, "techContact")?,
            billing: Named::read(params, "billingContact")?,
        })
    }

    /// Admin defaults to the owner, the other two to the admin.
    pub(super) fn resolve(self, world: &mut World) -> Outcome<Roles> {
        let owner = world.contact_id(self.owner)?;
        let mut role = |named: Option<Named>, fallback: &String| match named {
            Some(named) => world.contact_id(named),
            None => Ok(fallback.clone()),
        };
        let admin = role(self.admin, &owner)?;
        let tech = role(self.tech, &admin)?;
        let billing = role(self.billing, &admin)?;
        Ok(Roles { owner, admin, tech, billing })
    }
}

/// Below .es, an admin contact that resides in Spain must be a person.
fn check_spanish_admin(tld: &str, admin: &Named) -> Outcome<()> {
    let Named::Data(data) = admin else {
        return Ok(());
    };
    let spanish = tld == "es" || tld.ends_with(".es");
    if spanish && data.country == "ES" && data.contact_type == "organization" {
        let text = "The admin contact of a .es domain must be a person.";
        return Err(Fault::new(3002, text));
    }
    Ok(())
}

/// The answer to an order.
pub(super) fn receipt(domain: &Domain, total: i64, years: u32) -> Value {
    json!({
        "billing": {"total": euros(total), "currency": CURRENCY},
        "domains": [{
            "name": domain.name,
            "status": domain.status.word(),
            "tld": domain.tld,
            "tsExpir": day(domain.expires),
            "domainID": domain.id,
            "period": years,
        }],
    })
}
