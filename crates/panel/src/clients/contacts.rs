//! The contacts of a client: they get its mail and do not log in.

use askama::Template;
use innkeeper_app::AppError;
use innkeeper_app::clients::{self, ClientRow, ClientView, ContactRow, NewContact};
use innkeeper_domain::{ClientId, ContactId, Permission};
use innkeeper_web::extract::{Id, Ids, Posted, Staff};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{Chrome, Flash, Form, PostButton};

use super::below;
use crate::outcome::back;

#[derive(Template)]
#[template(path = "admin/clients/contact.html")]
struct Contact {
    chrome: Chrome,
    client: ClientId,
    form: Form,
    remove: Option<PostButton>,
}

pub(super) async fn new(staff: Staff, Id(id): Id<ClientId>) -> PageResult {
    staff.actor.require(Permission::ClientsWrite)?;
    let client = clients::get(&staff.app, &staff.actor, id).await?.client;
    page(&view(&staff, &client, None, Form::new().with("gets_invoices", "on")).await)
}

pub(super) async fn add(staff: Staff, Id(id): Id<ClientId>, posted: Posted) -> PageResult {
    match clients::add_contact(&staff.app, &staff.actor, id, &sent(&posted)).await {
        Ok(_) => see_other(format!("/admin/clients/{id}")).flash(Flash::success("The contact is added.")).ok(),
        Err(error) => {
            let mut form = posted.form();
            form.refuse(error)?;
            let client = clients::get(&staff.app, &staff.actor, id).await?.client;
            refused(&view(&staff, &client, None, form).await)
        }
    }
}

pub(super) async fn show(staff: Staff, Ids(id, contact): Ids<ClientId, ContactId>) -> PageResult {
    staff.actor.require(Permission::ClientsWrite)?;
    let stored = clients::get(&staff.app, &staff.actor, id).await?;
    let held = of(&stored, contact)?;
    let form = Form::new()
        .with("name", &held.name)
        .with("email", &held.email)
        .with("phone", &held.phone)
        .with("gets_invoices", held.gets_invoices)
        .with("gets_support", held.gets_support);
    page(&view(&staff, &stored.client, Some(held), form).await)
}

pub(super) async fn save(staff: Staff, Ids(id, contact): Ids<ClientId, ContactId>, posted: Posted) -> PageResult {
    let stored = clients::get(&staff.app, &staff.actor, id).await?;
    let held = of(&stored, contact)?;
    match clients::update_contact(&staff.app, &staff.actor, contact, &sent(&posted)).await {
        Ok(()) => see_other(format!("/admin/clients/{id}")).flash(Flash::success("The contact is saved.")).ok(),
        Err(error) => {
            let mut form = posted.form();
            form.refuse(error)?;
            refused(&view(&staff, &stored.client, Some(held), form).await)
        }
    }
}

pub(super) async fn remove(staff: Staff, Ids(id, contact): Ids<ClientId, ContactId>) -> PageResult {
    of(&clients::get(&staff.app, &staff.actor, id).await?, contact)?;
    let result = clients::remove_contact(&staff.app, &staff.actor, contact).await;
    back(format!("/admin/clients/{id}"), result, "The contact is removed.")
}

/// The contact, if it is one of this client.
fn of(stored: &ClientView, contact: ContactId) -> Result<&ContactRow, AppError> {
    stored.contacts.iter().find(|held| held.id == contact).ok_or(AppError::NotFound("contact"))
}

fn sent(posted: &Posted) -> NewContact {
    NewContact {
        name: posted.text("name"),
        email: posted.text("email"),
        phone: posted.text("phone"),
        gets_invoices: posted.ticked("gets_invoices"),
        gets_support: posted.ticked("gets_support"),
    }
}

async fn view(staff: &Staff, client: &ClientRow, held: Option<&ContactRow>, form: Form) -> Contact {
    let title = if held.is_some() { "Contact" } else { "New contact" };
    let remove = held.map(|held| {
        PostButton::new(&format!("/admin/clients/{}/contacts/{}/remove", client.id, held.id), "Remove contact")
            .danger()
            .icon("trash")
            .confirm(&format!("Remove {}? No more mail goes there.", held.name))
    });
    Contact { chrome: below(staff.chrome().await, client, title), client: client.id, form, remove }
}
