//! `contact/*`. There is no update: a changed person is a new contact.

use serde_json::{Value, json};

use super::super::contact::{Contact, Named};
use super::super::fault::{Fault, Outcome};
use super::super::syntax;
use super::super::world::World;
use super::{Call, page, unknown};

pub(super) fn run(world: &mut World, action: &str, call: &Call<'_>) -> Outcome {
    match action {
        "contact/list" => list(world, call),
        "contact/getinfo" => {
            call.params.one_of("infoType", &["data"])?;
            find(world, call).map(Contact::answer)
        }
        "contact/create" => create(world, call),
        "contact/resendverificationmail" => find(world, call).map(Contact::answer),
        _ => Err(unknown(action)),
    }
}

fn find<'w>(world: &'w World, call: &Call<'_>) -> Outcome<&'w Contact> {
    let id = call.params.require("contactID")?.to_uppercase();
    if !syntax::contact_id(&id) {
        let why = "not letters, a dash and digits";
        return Err(Fault::invalid("contactID", why));
    }
    let found = world.contacts.get(&id);
    found.ok_or_else(|| Fault::new(3001, format!("Contact {id} does not exist.")))
}

fn create(world: &mut World, call: &Call<'_>) -> Outcome {
    // The fields carry no prefix here.
    let named = Named::read(call.params, "")?.ok_or_else(|| Fault::missing("Type"))?;
    let id = world.contact_id(named)?;
    world.changed = Some(id.clone());
    Ok(world.contact_answer(&id))
}

fn list(world: &World, call: &Call<'_>) -> Outcome {
    let params = call.params;
    let name = params.get("name").unwrap_or_default().to_lowercase();
    let is = |field: &str, value: &str| {
        let wanted = params.get(field);
        wanted.is_none_or(|wanted| wanted.eq_ignore_ascii_case(value))
    };
    // Every simulated contact has accepted the agreement.
    let accepted = params.flag("daaccepted")?.unwrap_or(true);
    let keeps = |contact: &&Contact| {
        accepted
            && contact.name().to_lowercase().contains(&name)
            && is("email", &contact.data.email)
            && is("country", &contact.data.country)
            && is("identNumber", &contact.data.ident_number)
            && is("verificationstatus", "verified")
    };
    let rows: Vec<Value> = world.contacts.values().filter(keeps).map(Contact::row).collect();
    let (info, rows) = page(rows, params)?;
    Ok(json!({"queryInfo": info, "contacts": rows}))
}
