//! `account/*`: who we are, what is left, what things cost.

use serde_json::{Value, json};

use super::super::fault::Outcome;
use super::super::money::{CURRENCY, euros};
use super::super::world::World;
use super::super::{extras, zones};
use super::{Call, page, unknown};

pub(super) fn run(world: &World, action: &str, call: &Call<'_>) -> Outcome {
    match action {
        "account/info" => Ok(json!({
            "clientName": "Simulated Hosting",
            "apiuser": world.account.user,
            "balance": euros(world.account.balance),
            "threshold": euros(world.account.threshold),
            "currency": CURRENCY,
            "ip": call.ip.to_string(),
        })),
        "account/zones" => price_list(call),
        // A bare array, unlike every other answer.
        "account/promos" => Ok(json!([])),
        _ => Err(unknown(action)),
    }
}

fn price_list(call: &Call<'_>) -> Outcome {
    let tld = call.params.get("tld").map(|tld| tld.trim_start_matches('.'));
    let top = call.params.get("tldtop");
    let wanted = |zone: &&zones::Zone| tld.is_none_or(|tld| zone.tld == tld) && top.is_none_or(|top| zone.top() == top);
    let rows: Vec<Value> =
        zones::all().iter().filter(wanted).map(|zone| zone.row(extras::required(zone.tld))).collect();
    let (info, rows) = page(rows, call.params)?;
    Ok(json!({"queryInfo": info, "zones": rows}))
}
