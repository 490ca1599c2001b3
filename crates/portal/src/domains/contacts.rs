//! Who owns a domain, as the registrar has it.

use askama::Template;
use innkeeper_app::{AppError, FieldError, domains};
use innkeeper_domain::DomainId;
use innkeeper_plugin_api::{Contact, Contacts};
use innkeeper_web::error::external_text;
use innkeeper_web::extract::{Client, Id, Posted};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{Choice, Chrome, Flash, Form, PortalSection, countries};

#[derive(Template)]
#[template(path = "portal/domains/contacts.html")]
struct ContactsPage {
    chrome: Chrome,
    id: DomainId,
    form: Form,
    countries: Vec<Choice>,
}

pub(super) async fn show(client: Client, Id(id): Id<DomainId>) -> PageResult {
    match domains::contacts(&client.app, &client.actor, id).await {
        Ok(contacts) => page(&view(&client, id, filled(&contacts.owner)).await?),
        Err(AppError::External(error)) => {
            see_other(format!("/domains/{id}")).flash(Flash::danger(external_text(&error))).ok()
        }
        Err(other) => Err(other.into()),
    }
}

pub(super) async fn save(client: Client, Id(id): Id<DomainId>, posted: Posted) -> PageResult {
    let owner = read(&posted);
    let everywhere = posted.ticked("everywhere").then(|| owner.clone());
    let contacts = Contacts { owner, admin: everywhere.clone(), tech: everywhere.clone(), billing: everywhere };
    match domains::set_contacts(&client.app, &client.actor, id, &contacts).await {
        Ok(_) => see_other(format!("/domains/{id}"))
            .flash(Flash::success("The new details are on their way to the registrar. Some ask the owner by mail."))
            .ok(),
        Err(error) => {
            let mut form = posted.form();
            form.refuse(at_fields(error))?;
            refused(&view(&client, id, form).await?)
        }
    }
}

/// The one contact of the form stands for all roles.
fn at_fields(error: AppError) -> AppError {
    let AppError::Invalid(errors) = error else { return error };
    let plain = |error: FieldError| {
        let field = error.field.split_once('.').map_or(error.field.clone(), |(_, field)| field.to_owned());
        FieldError { field, ..error }
    };
    AppError::Invalid(errors.into_iter().map(plain).collect())
}

fn read(posted: &Posted) -> Contact {
    let address = [posted.text("address1"), posted.text("address2")];
    let lines: Vec<String> = address.into_iter().filter(|line| !line.is_empty()).collect();
    Contact {
        first_name: posted.text("first_name"),
        last_name: posted.text("last_name"),
        company: posted.text("company"),
        id_number: posted.text("id_number"),
        email: posted.text("email"),
        phone: posted.text("phone"),
        address: lines.join("\n"),
        city: posted.text("city"),
        state: posted.text("state"),
        postcode: posted.text("postcode"),
        country: posted.text("country"),
    }
}

fn filled(contact: &Contact) -> Form {
    let (first, second) = contact.address.split_once('\n').unwrap_or((&contact.address, ""));
    Form::new()
        .with("first_name", &contact.first_name)
        .with("last_name", &contact.last_name)
        .with("company", &contact.company)
        .with("id_number", &contact.id_number)
        .with("email", &contact.email)
        .with("phone", &contact.phone)
        .with("address1", first)
        .with("address2", second)
        .with("city", &contact.city)
        .with("state", &contact.state)
        .with("postcode", &contact.postcode)
        .with("country", &contact.country)
        .with("everywhere", "on")
}

async fn view(client: &Client, id: DomainId, mut form: Form) -> Result<ContactsPage, AppError> {
    let name = domains::get(&client.app, &client.actor, id).await?.domain.name;
    // The street's field is called otherwise in the command.
    if let Some(text) = form.error("address").map(str::to_owned) {
        form.fail("address1", text);
    }
    Ok(ContactsPage {
        chrome: client
            .chrome()
            .await
            .title("Owner and contacts")
            .crumb("Domains", "/domains")
            .crumb(name, format!("/domains/{id}"))
            .in_portal(PortalSection::Domains),
        id,
        form,
        countries: countries::choices(),
    })
}
