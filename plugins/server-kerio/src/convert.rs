//! Ours to theirs and back. Pure.

use chrono::{DateTime, Utc};
use innkeeper_plugin_api::{Account, AccountState, AccountStatus, Created, PluginError, Secret, Usage, UsageReport};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

use crate::{
    order,
    settings::{KerioProduct, KerioServer},
    wire::{ByteValue, SizeLimit, Units, User},
};

/// What we write into a user's description, so that `status` finds it again.
pub(crate) fn mark(reference: &str) -> String {
    format!("innkeeper:{reference}")
}

/// Whether a description carries our mark; staff may have added notes around it.
pub(crate) fn has_mark(description: &str, reference: &str) -> bool {
    let mark = mark(reference);
    description.split_whitespace().any(|word| word == mark)
}

/// The part of the address before `@`: of the existing account, else as ordered.
pub(crate) fn login_name(account: &Account) -> Result<String, PluginError> {
    let ordered = account.fields.get(order::MAILBOX).map_or("", String::as_str);
    let known = account.username.as_deref().filter(|name| !name.is_empty()).unwrap_or(ordered);
    order::mailbox_name(known.split('@').next().unwrap_or_default())
}

/// A user to create. Limits and policies come from the template, if there is one; rights never do.
pub(crate) fn new_user(
    domain_id: &str,
    account: &Account,
    password: &Secret,
    product: &KerioProduct,
    template: Option<&Map<String, Value>>,
) -> Result<Value, PluginError> {
    let no_limit = size_limit(None);
    let quota = quota(product, template, &account.addons);
    let mut user = json!({
        "domainId": domain_id,
        "loginName": login_name(account)?,
        "fullName": order::full_name(&account.fields),
        "description": mark(&account.reference),
        "password": password.reveal(),
        "authType": "UInternalAuth",
        "isPasswordReversible": false,
        "isEnabled": true,
        "allowPasswordChange": true,
        "hasDefaultSpamRule": true,
        "publishInGal": true,
        "hasDomainRestriction": false,
        "role": {"userRole": "UserRole", "publicFolderRight": false, "archiveFolderRight": false},
        "emailAddresses": [],
        "emailForwarding": {"mode": "UForwardNone", "emailAddresses": []},
        "userGroups": [],
        "itemLimit": {"isActive": false, "limit": 0},
        "diskSizeLimit": no_limit,
        "outMessageLimit": no_limit,
    });
    // Asked for when a user is made, and never again.
    if let Some(rule) = template.and_then(|template| template.get("hasDefaultSpamRule")) {
        user["hasDefaultSpamRule"] = rule.clone();
    }
    for (field, value) in of_template(template) {
        user[field] = value;
    }
    user["diskSizeLimit"] = size_limit(quota);
    Ok(user)
}

/// The code of space that is bought on top of a plan.
pub(crate) const SPACE: &str = "DISKSPACE";
const MEGABYTE: u64 = 1024 * 1024;

/// The size of a mailbox in megabytes: the product's, else the template's, and what was bought on top. None: unlimited.
pub(crate) fn quota(
    product: &KerioProduct,
    template: Option<&Map<String, Value>>,
    bought: &BTreeMap<String, u64>,
) -> Option<u64> {
    let own = product.quota_mb.map(u64::from).or_else(|| template_quota(template?))?;
    let bought = bought.get(SPACE).copied().unwrap_or(0).div_ceil(MEGABYTE);
    Some(own.saturating_add(bought))
}

/// The size that a template says, in megabytes. None: unlimited.
pub(crate) fn template_quota(template: &Map<String, Value>) -> Option<u64> {
    let limit: SizeLimit = serde_json::from_value(template.get("diskSizeLimit")?.clone()).ok()?;
    limit.is_active.then(|| bytes(&limit.limit).div_ceil(MEGABYTE))
}

/// What is in a mailbox, and how much may be, in megabytes.
pub(crate) fn megabytes(user: &User) -> (u64, Option<u64>) {
    let usage = usage(user);
    let used = usage.as_ref().map_or(0, |usage| usage.disk_bytes.div_ceil(MEGABYTE));
    (used, usage.and_then(|usage| usage.disk_limit_bytes).map(|limit| limit / MEGABYTE))
}

/// Limits and policies of a template, without its size.
pub(crate) fn of_template(template: Option<&Map<String, Value>>) -> Map<String, Value> {
    let known = |field: &&str| Some(((*field).to_owned(), template?.get(*field)?.clone()));
    FROM_TEMPLATE.iter().filter_map(known).collect()
}

const FROM_TEMPLATE: &[&str] = &[
    "allowPasswordChange",
    "publishInGal",
    "hasDomainRestriction",
    "userGroups",
    "itemLimit",
    "outMessageLimit",
    "accessPolicy",
    "cleanOutItems",
];

/// A limit as the server takes it.
pub(crate) fn size_limit(megabytes: Option<u64>) -> Value {
    json!({"isActive": megabytes.is_some(), "limit": {"value": megabytes.unwrap_or(0), "units": "MegaBytes"}})
}

/// What a mailbox is called.
pub(crate) fn created(id: &str, login_name: &str, domain: &str) -> Created {
    let address = format!("{login_name}@{domain}");
    Created::new(id, address.clone(), address)
}

/// What an existing user is called.
pub(crate) fn created_as(user: &User, domain: &str) -> Created {
    created(&user.id, &user.login_name, domain)
}

/// The account with the customer's names where the order tells none (services that were imported,
/// or made by staff).
pub(crate) fn named(account: &Account) -> Account {
    let mut account = account.clone();
    let customer = &account.customer;
    for (key, name) in [(order::FIRST_NAME, &customer.first_name), (order::LAST_NAME, &customer.last_name)] {
        let answer = account.fields.entry(key.to_owned()).or_default();
        if answer.trim().is_empty() {
            answer.clone_from(name);
        }
    }
    account
}

/// What the server says of a mailbox of ours.
pub(crate) fn status(user: &User, domain: &str, server: &KerioServer) -> AccountStatus {
    let created = created_as(user, domain);
    let details = [
        ("E-mail address", created.label.clone()),
        ("Name", user.full_name.clone()),
        ("Webmail", server.webmail()),
        ("Incoming mail (IMAP)", server.host.clone()),
        ("Outgoing mail (SMTP)", server.host.clone()),
        ("Last login", last_login_text(user)),
    ];
    AccountStatus {
        state: if user.is_enabled { AccountState::Active } else { AccountState::Suspended },
        account: Some(created),
        details: details.into_iter().map(|(label, value)| (label.to_owned(), value)).collect(),
        usage: usage(user),
    }
}

/// The usage of one user; none if the server does not tell.
pub(crate) fn usage_report(user: &User) -> Option<UsageReport> {
    Some(UsageReport { remote_id: user.id.clone(), usage: usage(user)?, last_login: last_login(user) })
}

/// When somebody last logged in, for people.
pub(crate) fn last_login_text(user: &User) -> String {
    last_login(user).map_or("never".to_owned(), |at| at.format("%Y-%m-%d %H:%M UTC").to_string())
}

/// What is in a mailbox; none if the server does not tell.
pub(crate) fn usage(user: &User) -> Option<Usage> {
    let limit = user.disk_size_limit.as_ref().filter(|limit| limit.is_active);
    Some(Usage {
        disk_bytes: bytes(user.consumed_size.as_ref()?),
        disk_limit_bytes: limit.map(|SizeLimit { limit, .. }| bytes(limit)),
        metrics: vec![],
    })
}

fn last_login(user: &User) -> Option<DateTime<Utc>> {
    let seconds = user.last_login_info.as_ref()?.date_time;
    DateTime::from_timestamp(seconds, 0).filter(|_| seconds > 0)
}

/// Bytes; the largest number there is for what does not fit.
fn bytes(value: &ByteValue) -> u64 {
    let power = match value.units {
        Units::Bytes => 0,
        Units::KiloBytes => 1,
        Units::MegaBytes => 2,
        Units::GigaBytes => 3,
        Units::TeraBytes => 4,
        Units::PetaBytes => 5,
    };
    value.value.saturating_mul(1024_u64.pow(power))
}

#[cfg(test)]
mod tests;
