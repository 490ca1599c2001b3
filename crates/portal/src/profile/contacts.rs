//! People who get mail beside the client.

use askama::Template;
use innkeeper_app::AppError;
use innkeeper_app::clients::{self, ContactRow, NewContact};
use innkeeper_domain::ContactId;
use innkeeper_web::Failure;
use innkeeper_web::extract::{Client, Id, Posted};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{Chrome, Empty, Flash, Form, PortalSection};

#[derive(Template)]
#[template(path = "portal/profile/contacts.html")]
struct Contacts {
    chrome: Chrome,
    rows: Vec<ContactRow>,
    empty: Empty,
    form: Form,
}

#[derive(Template)]
#[template(path = "portal/profile/contact.html")]
struct EditContact {
    chrome: Chrome,
    id: ContactId,
    form: Form,
}

pub(super) async fn show(client: Client) -> PageResult {
    page(&list(&client, Form::new().with("gets_invoices", "on")).await?)
}

pub(super) async fn add(client: Client, posted: Posted) -> PageResult {
    match clients::add_contact(&client.app, &client.actor, client.id()?, &read(&posted)).await {
        Ok(_) => see_other("/profile/contacts").flash(Flash::success("The contact is added.")).ok(),
        Err(error) => {
            let mut form = posted.form();
            form.refuse(error)?;
            refused(&list(&client, form).await?)
        }
    }
}

pub(super) async fn edit(client: Client, Id(id): Id<ContactId>) -> PageResult {
    let contacts = clients::contacts(&client.app, &client.actor, client.id()?).await?;
    let contact = contacts.into_iter().find(|c| c.id == id).ok_or(AppError::NotFound("contact"))?;
    let tick = |yes: bool| if yes { "on" } else { "" };
    let form = Form::new()
        .with("name", &contact.name)
        .with("email", &contact.email)
        .with("phone", &contact.phone)
        .with("gets_invoices", tick(contact.gets_invoices))
        .with("gets_support", tick(contact.gets_support));
    page(&one(&client, id, form).await)
}

pub(super) async fn save(client: Client, Id(id): Id<ContactId>, posted: Posted) -> PageResult {
    match clients::update_contact(&client.app, &client.actor, id, &read(&posted)).await {
        Ok(()) => see_other("/profile/contacts").flash(Flash::success("Saved.")).ok(),
        Err(error) => {
            let mut form = posted.form();
            form.refuse(error)?;
            refused(&one(&client, id, form).await)
        }
    }
}

pub(super) async fn remove(client: Client, Id(id): Id<ContactId>) -> PageResult {
    clients::remove_contact(&client.app, &client.actor, id).await?;
    see_other("/profile/contacts").flash(Flash::success("The contact is removed.")).ok()
}

fn read(posted: &Posted) -> NewContact {
    NewContact {
        name: posted.text("name"),
        email: posted.text("email"),
        phone: posted.text("phone"),
        gets_invoices: posted.ticked("gets_invoices"),
        gets_support: posted.ticked("gets_support"),
    }
}

async fn list(client: &Client, form: Form) -> Result<Contacts, Failure> {
    Ok(Contacts {
        chrome: client.chrome().await.title("Profile").in_portal(PortalSection::Profile),
        rows: clients::contacts(&client.app, &client.actor, client.id()?).await?,
        empty: Empty::new("users", "No contacts yet", "Add your bookkeeper, and invoices go there too."),
        form,
    })
}

async fn one(client: &Client, id: ContactId, form: Form) -> EditContact {
    let chrome = client.chrome().await.title("Contact").crumb("Profile", "/profile");
    EditContact { chrome: chrome.crumb("Contacts", "/profile/contacts").in_portal(PortalSection::Profile), id, form }
}
