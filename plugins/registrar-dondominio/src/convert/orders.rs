//! What a registration and a transfer have in common: the contacts and the extras.

use innkeeper_plugin_api::{Contact, Contacts, PluginError, Registration};

use super::contact::{Role, kind, role_fields};
use super::{correct, extra_fields, field};
use crate::client::Fields;
use crate::ident::Holder;
use crate::settings::Settings;

/// The contact id that the settings put in place of a role; empty if they do not.
pub(crate) fn override_id(settings: &Settings, role: Role) -> &str {
    let id = match role {
        Role::Owner => &settings.owner_contact,
        Role::Admin => &settings.admin_contact,
        Role::Tech => &settings.tech_contact,
        Role::Billing => &settings.billing_contact,
    };
    id.trim()
}

/// The contacts and extras of an order. Roles that the order leaves out are left out here: the vendor then takes the
/// owner, and the administrative contact for the last two.
pub(crate) fn order_fields(settings: &Settings, order: &Registration) -> Result<Fields, PluginError> {
    let tld = order.domain.name.tld();
    let contacts = &order.contacts;
    check_spanish_admin(settings, tld, contacts)?;
    let roles: [(Role, Option<&Contact>); 4] = [
        (Role::Owner, Some(&contacts.owner)),
        (Role::Admin, contacts.admin.as_ref()),
        (Role::Tech, contacts.tech.as_ref()),
        (Role::Billing, contacts.billing.as_ref()),
    ];
    let mut fields = Fields::new();
    for (role, contact) in roles {
        let id = override_id(settings, role);
        match contact {
            _ if !id.is_empty() => fields.push(field(format!("{}ID", role.prefix()), id)),
            Some(contact) => fields.extend(role_fields(role, contact)?),
            None => {}
        }
    }
    fields.extend(extra_fields(tld, &order.extra)?);
    Ok(fields)
}

/// The Spanish registry wants a person as administrative contact if it resides in Spain.
fn check_spanish_admin(settings: &Settings, tld: &str, contacts: &Contacts) -> Result<(), PluginError> {
    let overridden = |role| !override_id(settings, role).is_empty();
    let by_owner = contacts.admin.is_none();
    if !is_spanish(tld) || overridden(Role::Admin) || (by_owner && overridden(Role::Owner)) {
        return Ok(());
    }
    let admin = contacts.admin.as_ref().unwrap_or(&contacts.owner);
    if admin.country.trim().eq_ignore_ascii_case("ES") && kind(admin) == Holder::Organization {
        let text = format!(
            "The administrative contact of .{tld} domains must be a person with a personal identity number (NIF or NIE)."
        );
        return Err(correct(text));
    }
    Ok(())
}

/// `.es` and what is below it.
pub(crate) fn is_spanish(tld: &str) -> bool {
    tld == "es" || tld.ends_with(".es")
}
