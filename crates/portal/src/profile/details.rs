//! Name, address, custom fields.

use askama::Template;
use innkeeper_app::clients::{self, UpdateClient};
use innkeeper_app::tax;
use innkeeper_domain::VatState;
use innkeeper_web::extract::{Client, Posted};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{Choice, Chrome, Field, Flash, Form, PortalSection, countries};
use innkeeper_web::{Failure, client_details, custom_fields};

#[derive(Template)]
#[template(path = "portal/profile/details.html")]
struct Details {
    chrome: Chrome,
    form: Form,
    countries: Vec<Choice>,
    more: Vec<Field>,
    /// What is known of the VAT number.
    vat: Option<(String, &'static str)>,
}

pub(super) async fn show(client: Client) -> PageResult {
    page(&view(&client, None).await?)
}

pub(super) async fn save(client: Client, posted: Posted) -> PageResult {
    let stored = clients::get(&client.app, &client.actor, client.id()?).await?;
    let fields = custom_fields::answers(&posted, "fields", &stored.fields);
    let command = UpdateClient { details: client_details::read(&posted), staff: None, fields };
    match clients::update(&client.app, &client.actor, client.id()?, &command).await {
        Ok(()) => see_other("/profile").flash(Flash::success("Saved.")).ok(),
        Err(error) => {
            let mut form = posted.form();
            form.refuse(error)?;
            refused(&view(&client, Some(form)).await?)
        }
    }
}

async fn vat(client: &Client) -> Result<Option<(String, &'static str)>, Failure> {
    let known = tax::get(&client.app, &client.actor, client.id()?).await?;
    Ok(known.map(|known| {
        let said = match known.state {
            VatState::Waiting => "is not confirmed yet. Until it is, VAT is charged as for a consumer.",
            VatState::Valid | VatState::Confirmed => "is confirmed.",
            VatState::Invalid => "could not be confirmed. Look whether it is written right, or write to us.",
        };
        (known.number, said)
    }))
}

async fn view(client: &Client, form: Option<Form>) -> Result<Details, Failure> {
    let stored = clients::get(&client.app, &client.actor, client.id()?).await?;
    let form = form.unwrap_or_else(|| client_details::form(&stored.client, &stored.fields));
    Ok(Details {
        chrome: client.chrome().await.title("Profile").in_portal(PortalSection::Profile),
        more: custom_fields::controls(&form, "fields", &stored.fields),
        form,
        vat: vat(client).await?,
        countries: countries::choices(),
    })
}
