//! Reading and changing the contacts of a domain.
//!
//! A contact at the vendor is never edited: a change makes a new one. So only roles that differ are sent, which also
//! spares owners the registry's verification when somebody corrects the technical contact.

use innkeeper_plugin_api::domain::DomainName;
use innkeeper_plugin_api::registrar::{ContactRole, Handles};
use innkeeper_plugin_api::{Contact, Contacts, Outcome, PluginError, PluginResult};
use serde_json::Value;

use crate::client::{Client, Fields};
use crate::codes;
use crate::convert::{Role, field, from_vendor, is_spanish, override_id, role_fields, wire_name};
use crate::replies::ContactsInfo;
use crate::settings::{Settings, is_contact_id};

async fn on_record(client: &Client<'_>, name: &str) -> Result<ContactsInfo, PluginError> {
    client.read("domain/getinfo", &vec![field("domain", name), field("infoType", "contact")]).await
}

pub(super) async fn read(client: &Client<'_>, name: &str) -> Result<Contacts, PluginError> {
    let found = on_record(client, name).await?;
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

/// The vendor's ids of the contacts.
pub(super) async fn handles(client: &Client<'_>, name: &DomainName) -> Result<Handles, PluginError> {
    let found = on_record(client, &wire_name(name)?).await?;
    let roles = [
        (ContactRole::Owner, Some(found.contact_owner)),
        (ContactRole::Admin, found.contact_admin),
        (ContactRole::Tech, found.contact_tech),
        (ContactRole::Billing, found.contact_billing),
    ];
    let known = roles.into_iter().filter_map(|(role, contact)| Some((role, contact?.id)));
    Ok(known.filter(|(_, id)| !id.is_empty()).collect())
}

/// Puts contacts into roles by their ids; only those that differ are sent.
pub(super) async fn use_handles(client: &Client<'_>, name: &DomainName, wanted: &Handles) -> PluginResult<()> {
    const NO_SUCH: &str = "There is no contact with this id at the registrar.";
    if let Some(wrong) = wanted.values().find(|id| !is_contact_id(id)) {
        return Err(PluginError::invalid(format!("{wrong} is no contact id such as ABC-123456")).public(NO_SUCH));
    }
    let now = handles(client, name).await?;
    let is_so = |role: &ContactRole, id: &str| now.get(role).is_some_and(|now| now.eq_ignore_ascii_case(id));
    let changes: Vec<(&ContactRole, &String)> = wanted.iter().filter(|(role, id)| !is_so(role, id)).collect();
    if changes.is_empty() {
        return Ok(Outcome::Done(()));
    }
    if is_spanish(name.tld()) && changes.iter().any(|(role, _)| **role == ContactRole::Owner) {
        return Err(fixed_owner(name.tld()));
    }
    let mut fields = vec![field("domain", wire_name(name)?)];
    fields.extend(changes.into_iter().map(|(role, id)| field(format!("{}ContactID", role.as_str()), id.as_str())));
    let answer: Result<Value, PluginError> = client.change("domain/updatecontacts", &fields).await;
    match answer {
        Err(error) if error.code.as_deref() == Some(codes::NO_SUCH_CONTACT) => {
            Err(PluginError::invalid(error.detail).public(NO_SUCH))
        }
        other => other.map(|_| Outcome::Done(())),
    }
}

fn fixed_owner(tld: &str) -> PluginError {
    let text = format!("The owner of .{tld} domains can only be changed at the registry.");
    PluginError::declined(text.clone()).public(text)
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
            return Err(fixed_owner(tld));
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
