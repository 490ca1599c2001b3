//! `domain/renew`, guarded against a second renewal by the current expiry.

use serde_json::json;

use super::super::domain::{Status, day, years_after};
use super::super::fault::{Fault, Outcome};
use super::super::fixtures::Operation;
use super::super::money::{CURRENCY, euros};
use super::super::world::World;
use super::super::zones;
use super::{Call, held, own};

pub(super) fn run(world: &mut World, call: &Call<'_>) -> Outcome {
    let params = call.params;
    params.require("curExpDate")?;
    let current = params.date("curExpDate")?;
    let years = params.number("period", 1)?.unwrap_or(1);
    let name = own(world, call, Operation::Renew)?;
    let zone = zones::of(&name)?;
    let domain = held(world, &name)?;
    let Some(expires) = domain.expires.filter(|_| domain.is_renewable()) else {
        let text = format!("{name} cannot be renewed while it is {}.", domain.status.word());
        return Err(Fault::new(2101, text));
    };
    if current != Some(expires) {
        let text = format!("curExpDate is not the current expiry of {name}.");
        return Err(Fault::new(2100, text));
    }
    let extended = years_after(expires, years);
    let furthest = years_after(call.now.date_naive(), zone.max_years);
    // Registries with one-year periods let a name be renewed before it ends.
    if years > zone.max_years || (zone.max_years > 1 && extended > furthest) {
        let text = format!("{name} cannot be renewed that far ahead.");
        return Err(Fault::new(2101, text));
    }
    let total = zone.renew * i64::from(years);
    world.charge(total)?;

    let domain = held(world, &name)?;
    domain.expires = Some(extended);
    domain.enter(Status::Renewed, call.now);
    let answer = json!({
        "billing": {"total": euros(total), "currency": CURRENCY},
        "domains": [{
            "name": domain.name,
            "status": domain.status.word(),
            "tld": domain.tld,
            "domainID": domain.id,
            "tsExpir": day(domain.expires),
            // A string, unlike `period` in the answer to an order.
            "renewPeriod": years.to_string(),
        }],
    });
    world.count(&name, |effects| effects.renews += 1);
    Ok(answer)
}
