//! `tool/*`: the connection test and small lookups.

use serde_json::{Map, Value, json};

use super::super::fault::{Fault, Outcome};
use super::super::http::VERSION;
use super::super::world::World;
use super::super::zones;
use super::{Call, unknown};

const SUGGESTED_TLDS: &[&str] = &["com", "net", "tv", "es"];
const SUGGESTIBLE_TLDS: &[&str] = &["com", "net", "tv", "es", "cc", "org", "info", "biz", "eu"];

pub(super) fn run(world: &mut World, action: &str, call: &Call<'_>) -> Outcome {
    match action {
        "tool/hello" => Ok(json!({
            "ip": call.ip.to_string(),
            "lang": "en",
            "version": VERSION,
        })),
        "tool/domainsuggests" => suggest(world, call),
        "tool/gettable" => table(call),
        "tool/idnconverter" | "tool/dig" | "tool/zonecheck" => {
            Err(Fault::new(104, "The simulator does not look at the real world's DNS."))
        }
        _ => Err(unknown(action)),
    }
}

/// Free spellings near the query.
fn suggest(world: &World, call: &Call<'_>) -> Outcome {
    let query = call.params.require("query")?.to_lowercase();
    let base: String = query.chars().filter(char::is_ascii_alphanumeric).take(40).collect();
    if base.is_empty() {
        return Err(Fault::invalid("query", "nothing to build names from"));
    }
    let asked = call.params.list("tlds");
    let tlds: Vec<&str> =
        if asked.is_empty() { SUGGESTED_TLDS.to_vec() } else { asked.iter().map(String::as_str).collect() };
    if let Some(bad) = tlds.iter().find(|tld| !SUGGESTIBLE_TLDS.contains(tld)) {
        return Err(Fault::invalid("tlds", &format!("{bad} is not offered here")));
    }
    let mut suggests = Map::new();
    for sld in [base.clone(), format!("my{base}"), format!("{base}online")] {
        let free = |tld: &&str| {
            let name = format!("{sld}.{tld}");
            ((*tld).to_owned(), Value::Bool(zones::of(&name).is_ok() && world.is_free(&name)))
        };
        let row: Map<String, Value> = tlds.iter().map(free).collect();
        suggests.insert(sld.clone(), Value::Object(row));
    }
    Ok(json!({ "suggests": suggests }))
}

/// A few rows of the country table; enough to fill a list in a demo.
fn table(call: &Call<'_>) -> Outcome {
    call.params.require("tableType")?;
    call.params.one_of("tableType", &["countries"])?;
    let items = [("ES", "Spain"), ("DE", "Germany"), ("FR", "France"), ("US", "United States")];
    let row = |(code, name): &(&str, &str)| json!({"code": code, "name": name});
    Ok(json!({ "items": items.iter().map(row).collect::<Vec<Value>>() }))
}
