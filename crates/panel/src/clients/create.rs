//! A new client.

use askama::Template;
use innkeeper_app::clients::{self, ClientField, NewClient};
use innkeeper_domain::Permission;
use innkeeper_web::extract::{Posted, Staff};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{AdminSection, Choice, Chrome, Field, Flash, Form};
use innkeeper_web::{Failure, client_details, custom_fields};

use super::form;

#[derive(Template)]
#[template(path = "admin/clients/new.html")]
struct New {
    chrome: Chrome,
    form: Form,
    currencies: Vec<Choice>,
    custom: Vec<Field>,
}

pub(super) async fn show(staff: Staff) -> PageResult {
    staff.actor.require(Permission::ClientsWrite)?;
    let fields = clients::custom_fields(&staff.app, &staff.actor).await?;
    let currencies = form::currencies(&staff, None).await?;
    let first = currencies.first().map(|choice| choice.value.clone()).unwrap_or_default();
    let form = Form::new().with("currency", first).with("language", "en").with("login", "on");
    page(&view(&staff, form, &fields).await?)
}

pub(super) async fn create(staff: Staff, posted: Posted) -> PageResult {
    staff.actor.require(Permission::ClientsWrite)?;
    let fields = clients::custom_fields(&staff.app, &staff.actor).await?;
    let new = NewClient {
        details: client_details::read(&posted),
        currency: posted.optional("currency"),
        tax_exempt: posted.ticked("tax_exempt"),
        notes: posted.text("notes"),
        fields: custom_fields::answers(&posted, "fields", &fields),
        password: posted.ticked("login").then(|| posted.get("password").to_owned()),
    };
    match clients::create(&staff.app, &staff.actor, &new).await {
        Ok(id) => see_other(format!("/admin/clients/{id}")).flash(Flash::success("The client is added.")).ok(),
        Err(error) => {
            let mut form = posted.form();
            form.refuse(error)?;
            refused(&view(&staff, form, &fields).await?)
        }
    }
}

async fn view(staff: &Staff, form: Form, fields: &[ClientField]) -> Result<New, Failure> {
    let chrome = staff.chrome().await.title("New client").in_admin(AdminSection::Clients);
    Ok(New {
        chrome: chrome.crumb("Clients", "/admin/clients"),
        currencies: form::currencies(staff, None).await?,
        custom: custom_fields::controls(&form, "fields", fields),
        form,
    })
}
