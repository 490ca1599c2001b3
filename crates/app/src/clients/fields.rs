//! Values of custom fields.

use innkeeper_db::{
    clients::{self, ClientField},
    custom_fields::{self, FieldFilter},
};
use innkeeper_domain::{ClientId, CustomFieldId, FieldScope};
use std::collections::BTreeMap;

use crate::{Checks, Result, Tx, custom_fields::check_answers};

/// Values by key of the field.
pub(super) type Values = BTreeMap<String, String>;
/// A value that is to be written; empty: to be removed.
pub(super) type Change = (CustomFieldId, String);

/// Judges `values` together with those the client has already (fields left out keep theirs) and gives
/// the differences. `staff` may answer fields that clients do not see.
pub(super) async fn judge(
    tx: &mut Tx<'_>,
    checks: &mut Checks,
    client: Option<ClientId>,
    values: &Values,
    staff: bool,
) -> Result<Vec<Change>> {
    let filter = FieldFilter { scope: Some(FieldScope::Client), ..FieldFilter::default() };
    let definitions = custom_fields::list(tx.conn(), filter).await?;
    let mut seen = clients::fields(tx.conn(), client).await?;
    seen.retain(|f| staff || f.shown_to_client);
    let stored = seen.iter().filter_map(|f| Some((f.key.clone(), f.value.clone()?)));
    let mut answers: Values = stored.collect();
    answers.extend(values.clone());
    let kept: BTreeMap<i64, String> = check_answers(&definitions, &answers, staff, "fields", checks)
        .into_iter()
        .map(|(id, answer)| (id.get(), answer))
        .collect();
    Ok(seen.iter().filter_map(|field| change(field, kept.get(&field.id.get()))).collect())
}

fn change(field: &ClientField, answer: Option<&String>) -> Option<Change> {
    let (old, new) = (field.value.as_deref().unwrap_or_default(), answer.map_or("", String::as_str));
    (old != new).then(|| (field.id, new.to_owned()))
}

/// Writes the differences.
pub(super) async fn write(tx: &mut Tx<'_>, client: ClientId, changes: &[Change]) -> Result<()> {
    for (field, value) in changes {
        clients::set_field(tx.conn(), client, *field, value).await?;
    }
    Ok(())
}
