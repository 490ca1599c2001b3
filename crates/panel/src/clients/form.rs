//! The fields of a client, as shown and as sent.

use innkeeper_app::catalogue;
use innkeeper_app::clients::{ClientField, ClientRow};
use innkeeper_domain::Permission;
use innkeeper_web::extract::Staff;
use innkeeper_web::view::{Choice, Form};
use innkeeper_web::{Failure, client_details};

/// The form with what is stored, staff's own fields included.
pub(super) fn filled(client: &ClientRow, fields: &[ClientField]) -> Form {
    client_details::form(client, fields)
        .with("currency", client.currency.0.code())
        .with("tax_exempt", client.tax_exempt)
        .with("notes", &client.notes)
}

/// The currencies to choose from. Who may not see the catalogue keeps what is set.
pub(crate) async fn currencies(staff: &Staff, held: Option<&str>) -> Result<Vec<Choice>, Failure> {
    let enabled = if staff.may(Permission::CatalogueRead) {
        catalogue::list_currencies(&staff.app, &staff.actor)
            .await?
            .into_iter()
            .filter(|row| row.enabled)
            .map(|row| row.code.0)
            .collect()
    } else {
        match held.and_then(|code| code.parse().ok()) {
            Some(held) => vec![held],
            None => vec![catalogue::default_currency(&staff.app).await?],
        }
    };
    Ok(enabled
        .into_iter()
        .map(|currency| Choice::new(currency.code(), format!("{} – {}", currency.code(), currency.name())))
        .collect())
}
