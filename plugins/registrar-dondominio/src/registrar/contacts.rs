//! Reading and changing the contacts of a domain.
//!
//! A contact at the vendor is never edited: a change makes a new one. So only roles that differ are sent, which also
//! spares owners the registry's verification when somebody corrects the technical contact.

use innkeeper_plugin_api::domain::DomainName;
use innkeeper_plugin_api::{Contact, Contacts, Outcome, PluginError, PluginResult};
use serde_json::Value;

use crate::client::{Client, Fields};
use crate::convert::{Role, field, from_vendor, is_spanish, override_id, role_fields, wire_name};
use crate::replies::ContactsInfo;
use crate::settings::Settings;

pub(super) async fn read(client: &Client<'_>, name: &str) -> Result<Contacts, PluginError> {
    let fields = vec![field("domain", name), field("infoType", "contact")];
    let found: ContactsInfo = client.read("domain/getinfo", &fields).await?;
    Ok(Contacts {
        owner: from_vendor(&found.contact_owner),
        admin: found.contact_admin.as_ref().map(from_vendor),
        tech: found.contact_tech.as_ref().map(from_vendor),
        billing: found.contact_billing.as_ref().map(from_vendor),
    })
}

pub(super) async fn write(client: &Client<'_>, name: &DomainName, wanted: &Contacts) -> PluginResult<()> {
    let wire = wire_name(name)?;
    let current = read(client, &wire).await?;
    let changes = changes(&client.settings, name.tld(), &current, wanted)?;
    if changes.is_empty() {
        return Ok(Outcome::Done(()));
    }
    let mut fields = vec![field("domain", wire)];
    fields.extend(changes);
    let _: Value = client.change("domain/updatecontacts", &fields).await?;
    Ok(Outcome::Done(()))
}

/// The fields of the roles that differ. Refuses what the settings or the registry do not let be changed.
fn changes(settings: &Settings, tld: &str, current: &Contacts, wanted: &Contacts) -> Result<Fields, PluginError> {
    let mut fields = Fields::new();
    for role in Role::ALL {
        let overridden = !override_id(settings, role).is_empty();
        let wanted = match of(wanted, role) {
            Some(contact) => contact,
            // Falling back to the owner would undo the override.
            None if overridden => continue,
            None => &wanted.owner,
        };
        let new = role_fields(role, wanted);
        if of(current, role).is_some_and(|now| same(role, now, wanted, new.as_ref().ok())) {
            continue;
        }
        if overridden && !may_edit(settings, role) {
            let text = format!("The {} of this domain is set by the host and cannot be changed.", role.label());
            return Err(PluginError::declined(text.clone()).public(text));
        }
        if role == Role::Owner && is_spanish(tld) {
            let text = format!("The owner of .{tld} domains can only be changed at the registry.");
            return Err(PluginError::declined(text.clone()).public(text));
        }
        fields.extend(new?);
    }
    Ok(fields)
}

/// Whether the vendor would store the same: what it has now, written as fields, is what would be sent.
fn same(role: Role, now: &Contact, wanted: &Contact, new: Option<&Fields>) -> bool {
    now == wanted || new.is_some_and(|new| role_fields(role, now).is_ok_and(|now| now == *new))
}

fn of(contacts: &Contacts, role: Role) -> Option<&Contact> {
    match role {
        Role::Owner => Some(&contacts.owner),
        Role::Admin => contacts.admin.as_ref(),
        Role::Tech => contacts.tech.as_ref(),
        Role::Billing => contacts.billing.as_ref(),
    }
}

fn may_edit(settings: &Settings, role: Role) -> bool {
    match role {
        Role::Owner => settings.allow_owner_edit,
        Role::Admin => settings.allow_admin_edit,
        Role::Tech => settings.allow_tech_edit,
        Role::Billing => settings.allow_billing_edit,
    }
}
