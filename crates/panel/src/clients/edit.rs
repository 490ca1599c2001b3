//! Changing a client.

use askama::Template;
use innkeeper_app::clients::{self, ClientView, StaffDetails, UpdateClient};
use innkeeper_domain::{ClientId, Permission};
use innkeeper_web::extract::{Id, Posted, Staff};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{Choice, Chrome, Field, Flash, Form};
use innkeeper_web::{Failure, client_details, custom_fields};

use super::{below, form};

#[derive(Template)]
#[template(path = "admin/clients/edit.html")]
struct Edit {
    chrome: Chrome,
    id: ClientId,
    form: Form,
    currencies: Vec<Choice>,
    custom: Vec<Field>,
}

pub(super) async fn show(staff: Staff, Id(id): Id<ClientId>) -> PageResult {
    staff.actor.require(Permission::ClientsWrite)?;
    let stored = clients::get(&staff.app, &staff.actor, id).await?;
    let form = form::filled(&stored.client, &stored.fields);
    page(&view(&staff, &stored, form).await?)
}

pub(super) async fn save(staff: Staff, Id(id): Id<ClientId>, posted: Posted) -> PageResult {
    let stored = clients::get(&staff.app, &staff.actor, id).await?;
    let decided = StaffDetails {
        currency: posted.text("currency"),
        tax_exempt: posted.ticked("tax_exempt"),
        notes: posted.text("notes"),
    };
    let command = UpdateClient {
        details: client_details::read(&posted),
        staff: Some(decided),
        fields: custom_fields::answers(&posted, "fields", &stored.fields),
    };
    match clients::update(&staff.app, &staff.actor, id, &command).await {
        Ok(()) => see_other(format!("/admin/clients/{id}")).flash(Flash::success("Saved.")).ok(),
        Err(error) => {
            let mut form = posted.form();
            form.refuse(error)?;
            refused(&view(&staff, &stored, form).await?)
        }
    }
}

async fn view(staff: &Staff, stored: &ClientView, form: Form) -> Result<Edit, Failure> {
    Ok(Edit {
        chrome: below(staff.chrome().await, &stored.client, "Edit"),
        id: stored.client.id,
        currencies: form::currencies(staff, Some(stored.client.currency.0.code())).await?,
        custom: custom_fields::controls(&form, "fields", &stored.fields),
        form,
    })
}
