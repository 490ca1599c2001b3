//! What snapins have to say about details before they are written. Asked before the transaction: a
//! snapin may take its time.

use innkeeper_db::custom_fields::{self, FieldFilter};
use innkeeper_domain::{ClientId, FieldScope};
use innkeeper_hooks::payloads::{BeforeUserAdd, ClientDetails, ClientDetailsValidation, SaveCustomField};

use super::{Details, details::Record, fields::Values};
use crate::{App, Result, gates};

/// The details and answers as the gates let them through.
pub(super) async fn details(
    app: &App,
    client_id: Option<ClientId>,
    details: &Details,
    fields: &Values,
) -> Result<(Details, Values)> {
    let Details { language, .. } = details.clone();
    let d = details.clone();
    let question = ClientDetailsValidation {
        client_id,
        first_name: d.first_name,
        last_name: d.last_name,
        company: d.company,
        email: d.email,
        phone: d.phone,
        address1: d.address1,
        address2: d.address2,
        city: d.city,
        region: d.region,
        postcode: d.postcode,
        country: d.country,
        tax_number: d.tax_number,
        fields: fields.clone(),
    };
    let (q, _) = gates::ask(app, question).await?.parts();
    let details = Details {
        first_name: q.first_name,
        last_name: q.last_name,
        company: q.company,
        email: q.email,
        phone: q.phone,
        address1: q.address1,
        address2: q.address2,
        city: q.city,
        region: q.region,
        postcode: q.postcode,
        country: q.country,
        tax_number: q.tax_number,
        language,
    };
    Ok((details, answers(app, client_id, fields).await?))
}

async fn answers(app: &App, client_id: Option<ClientId>, fields: &Values) -> Result<Values> {
    if fields.is_empty() {
        return Ok(Values::new());
    }
    let filter = FieldFilter { scope: Some(FieldScope::Client), ..FieldFilter::default() };
    let known = custom_fields::list(&mut *app.conn().await?, filter).await?;
    let mut answers = fields.clone();
    for (key, value) in fields {
        // An unknown key is refused by the check that follows.
        let Some(field) = known.iter().find(|field| field.key == *key) else { continue };
        let question = SaveCustomField { field_id: field.id, key: key.clone(), client_id, value: value.clone() };
        let (saved, _) = gates::ask(app, question).await?.parts();
        answers.insert(key.clone(), saved.value);
    }
    Ok(answers)
}

/// May a login of this address be made?
pub(super) async fn login(app: &App, email: &str, client_id: Option<ClientId>) -> Result<()> {
    let email = email.trim().to_lowercase();
    gates::ask(app, BeforeUserAdd { email, client_id }).await.map(drop)
}

impl Record {
    /// As events tell of it.
    pub(super) fn told(&self) -> ClientDetails {
        let d = self.details.clone();
        ClientDetails {
            first_name: d.first_name,
            last_name: d.last_name,
            company: d.company,
            email: d.email,
            phone: d.phone,
            address1: d.address1,
            address2: d.address2,
            city: d.city,
            region: d.region,
            postcode: d.postcode,
            country: d.country,
            tax_number: d.tax_number,
            language: d.language,
            tax_exempt: self.tax_exempt,
            currency: self.currency.clone(),
        }
    }
}
