//! Values of custom fields.

use chrono::NaiveDate;
use innkeeper_db::clients::{self, ClientField};
use innkeeper_domain::{ClientId, CustomFieldId};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

use crate::{Checks, Tx};

/// Values by key of the field.
pub(super) type Values = BTreeMap<String, String>;

/// Checks `values` for the fields of clients and gives those to be written. Fields left out keep what
/// they have; a required one must have something. `staff` may set fields that clients do not see.
pub(super) fn checked(
    checks: &mut Checks,
    fields: &[ClientField],
    values: &Values,
    staff: bool,
) -> Vec<(CustomFieldId, String)> {
    let known = |key: &str| fields.iter().any(|f| f.key == key && (staff || f.shown_to_client));
    for key in values.keys().filter(|key| !known(key)) {
        checks.require(false, &format!("fields.{key}"), "is not a field");
    }
    let mut writes = vec![];
    for field in fields.iter().filter(|f| staff || f.shown_to_client) {
        let name = format!("fields.{}", field.key);
        let value = values.get(&field.key).map(|v| v.trim().to_owned());
        let result = value.as_deref().or(field.value.as_deref()).unwrap_or_default();
        checks.require(!field.required || !result.is_empty(), &name, "must not be empty");
        let Some(value) = value else { continue };
        if !value.is_empty() {
            check_kind(checks, &name, field, &value);
        }
        writes.push((field.id, value));
    }
    writes
}

fn check_kind(checks: &mut Checks, name: &str, field: &ClientField, value: &str) {
    let (ok, message) = match field.kind.as_str() {
        "number" => (value.parse::<Decimal>().is_ok(), "must be a number".to_owned()),
        "date" => (value.parse::<NaiveDate>().is_ok(), "must be a date such as 2027-03-31".to_owned()),
        "choice" => (field.options.iter().any(|o| o == value), format!("must be one of: {}", field.options.join(", "))),
        "checkbox" => (matches!(value, "true" | "false"), "must be true or false".to_owned()),
        _ => (true, String::new()),
    };
    checks.require(ok, name, message);
    checks.text(name, value, 2000, false);
}

/// Writes checked values. Whether anything was written.
pub(super) async fn write(
    tx: &mut Tx<'_>,
    client: ClientId,
    fields: &[ClientField],
    writes: &[(CustomFieldId, String)],
) -> crate::Result<bool> {
    let mut changed = false;
    for (id, value) in writes {
        let old = fields.iter().find(|f| f.id == *id).and_then(|f| f.value.as_deref()).unwrap_or_default();
        if old != value {
            clients::set_field(tx.conn(), client, *id, value).await?;
            changed = true;
        }
    }
    Ok(changed)
}
