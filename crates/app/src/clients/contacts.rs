//! Contacts: people who get a client's mail.

use innkeeper_db::contacts::{self, ContactData};
use innkeeper_domain::{ClientId, ContactId, EmailAddress, Permission};
use innkeeper_hooks::payloads::{
    ClientUpdated, ContactAdded, ContactDetailsValidation, ContactRemoved, ContactUpdated,
};
use serde_json::json;

use super::{
    ContactRow, NOT_FOUND,
    details::{line, phone},
    owner_of,
};
use crate::{Actor, App, AppError, Checks, Result, Tx, gates};

/// Most contacts of a client.
const MOST: usize = 50;

/// A contact as it comes in.
#[derive(Clone, Debug, Default)]
pub struct NewContact {
    /// Name; required.
    pub name: String,
    /// Address; required.
    pub email: String,
    /// Phone number, as of clients.
    pub phone: String,
    /// Gets invoices and receipts.
    pub gets_invoices: bool,
    /// Gets answers of support.
    pub gets_support: bool,
}

impl NewContact {
    /// As the gate lets it through.
    async fn gated(&self, app: &App, client_id: ClientId, contact_id: Option<ContactId>) -> Result<Self> {
        let (name, email, phone) = (self.name.clone(), self.email.clone(), self.phone.clone());
        let question = ContactDetailsValidation { client_id, contact_id, name, email, phone };
        let (q, _) = gates::ask(app, question).await?.parts();
        Ok(Self { name: q.name, email: q.email, phone: q.phone, ..*self })
    }
    fn checked(&self) -> Result<Self> {
        let mut checks = Checks::default();
        let name = self.name.trim().to_owned();
        line(&mut checks, "name", &name, 200, true);
        let email = checks.parse("email", self.email.parse::<EmailAddress>());
        let phone = checks.parse("phone", phone(self.phone.trim(), ""));
        checks.finish()?;
        let (email, phone) = (email.map_or_else(String::new, String::from), phone.unwrap_or_default());
        Ok(Self { name, email, phone, ..*self })
    }
    fn data(&self) -> ContactData<'_> {
        ContactData {
            name: &self.name,
            email: &self.email,
            phone: &self.phone,
            gets_invoices: self.gets_invoices,
            gets_support: self.gets_support,
        }
    }
}

/// The contacts of a client. Needs `clients:read`; clients see their own.
pub async fn contacts(app: &App, actor: &Actor, client: ClientId) -> Result<Vec<ContactRow>> {
    let owner = owner_of(actor, Permission::ClientsRead, client)?;
    let mut conn = app.conn().await?;
    innkeeper_db::clients::get(&mut conn, owner, client).await?.ok_or(NOT_FOUND)?;
    Ok(contacts::list(&mut conn, client).await?)
}

/// One contact. Needs `clients:read`; clients see their own.
pub async fn contact(app: &App, actor: &Actor, id: ContactId) -> Result<ContactRow> {
    let owner = actor.owner(Permission::ClientsRead)?;
    contacts::get(&mut *app.conn().await?, owner, id).await?.ok_or(AppError::NotFound("contact"))
}

/// Adds a contact. Needs `clients:write`; clients add their own.
pub async fn add_contact(app: &App, actor: &Actor, client: ClientId, new: &NewContact) -> Result<ContactId> {
    let owner = owner_of(actor, Permission::ClientsWrite, client)?;
    new.checked()?;
    innkeeper_db::clients::get(&mut *app.conn().await?, owner, client).await?.ok_or(NOT_FOUND)?;
    let new = new.gated(app, client, None).await?.checked()?;
    let mut tx = app.begin(actor).await?;
    innkeeper_db::clients::lock(tx.conn(), owner, client).await?.ok_or(NOT_FOUND)?;
    if contacts::list(tx.conn(), client).await?.len() >= MOST {
        return Err(AppError::conflict(format!("a client has at most {MOST} contacts: remove one first")));
    }
    let id = contacts::insert(tx.conn(), client, &new.data()).await?;
    let NewContact { name, email, phone, gets_invoices, gets_support } = new;
    let added = ContactAdded { client_id: client, contact_id: id, name, email, phone, gets_invoices, gets_support };
    tx.emit(&added).await?;
    finish(tx, "contact.add", client, id).await?;
    Ok(id)
}

/// Replaces a contact. Needs `clients:write`; clients change their own.
pub async fn update_contact(app: &App, actor: &Actor, id: ContactId, new: &NewContact) -> Result<()> {
    let owner = actor.owner(Permission::ClientsWrite)?;
    new.checked()?;
    let found = contacts::get(&mut *app.conn().await?, owner, id).await?.ok_or(AppError::NotFound("contact"))?;
    let new = new.gated(app, found.client_id, Some(id)).await?.checked()?;
    let mut tx = app.begin(actor).await?;
    let client = contacts::update(tx.conn(), owner, id, &new.data()).await?.ok_or(AppError::NotFound("contact"))?;
    let NewContact { name, email, phone, gets_invoices, gets_support } = new;
    let updated = ContactUpdated { client_id: client, contact_id: id, name, email, phone, gets_invoices, gets_support };
    tx.emit(&updated).await?;
    finish(tx, "contact.update", client, id).await
}

/// Removes a contact. Needs `clients:write`; clients remove their own.
pub async fn remove_contact(app: &App, actor: &Actor, id: ContactId) -> Result<()> {
    let owner = actor.owner(Permission::ClientsWrite)?;
    let mut tx = app.begin(actor).await?;
    let client = contacts::remove(tx.conn(), owner, id).await?.ok_or(AppError::NotFound("contact"))?;
    tx.emit(&ContactRemoved { client_id: client, contact_id: id }).await?;
    finish(tx, "contact.remove", client, id).await
}

async fn finish(mut tx: Tx<'_>, action: &str, client: ClientId, id: ContactId) -> Result<()> {
    tx.audit(action, "client", client, json!({ "contact_id": id })).await?;
    tx.emit(&ClientUpdated::part(client, "contacts")).await?;
    tx.commit().await
}
