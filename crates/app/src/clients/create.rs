//! Creating a client.

use innkeeper_db::{clients, users};
use innkeeper_domain::{ClientId, Currency, Permission, UserId};
use innkeeper_hooks::payloads::{ClientCreated, UserAdded};
use serde_json::json;

use super::{
    Details,
    details::Record,
    fields::{self, Values},
    gated, logins,
};
use crate::{Actor, App, AppError, Checks, Result, Tx, mailer, passwords, tax};

/// A client to be created by staff.
#[derive(Clone, Debug, Default)]
pub struct NewClient {
    /// Name and address.
    pub details: Details,
    /// Code of its currency; none: the default one.
    pub currency: Option<String>,
    /// Pays no tax.
    pub tax_exempt: bool,
    /// For staff only.
    pub notes: String,
    /// Custom fields by key.
    pub fields: Values,
    /// Also creates a login of the client's address: with this password, or (`Some("")`) with a mail
    /// that lets its owner choose one.
    pub password: Option<String>,
}

/// Creates a client, with its first login if asked for. Needs `clients:write` of staff.
pub async fn create(app: &App, actor: &Actor, new: &NewClient) -> Result<ClientId> {
    actor.require(Permission::ClientsWrite)?;
    let hash = match new.password.as_deref() {
        None | Some("") => None,
        Some(password) => {
            let mut checks = Checks::default();
            passwords::check(&mut checks, "password", password);
            checks.finish()?;
            Some(passwords::hash(password).await?)
        }
    };
    let (details, fields) = gated::details(app, None, &new.details, &new.fields).await?;
    if new.password.is_some() {
        gated::login(app, &details.email, None).await?;
    }
    let new = &NewClient { details, fields, ..new.clone() };
    let mut tx = app.begin(actor).await?;
    let (client, record) = insert(&mut tx, new, true).await?;
    let user = match (&new.password, &hash) {
        (None, _) => None,
        (Some(_), Some(hash)) => Some(first_login(&mut tx, client, &record.details.email, hash).await?),
        (Some(_), None) => Some(logins::invite(&mut tx, client, &record.details.email, true).await?),
    };
    created(&mut tx, client, user, &record).await?;
    tx.commit().await?;
    Ok(client)
}

/// Creates a client from what somebody else knows of it, without login or mail. What is wrong with it is an error
/// before anything is written.
pub(crate) async fn take_over(tx: &mut Tx<'_>, new: &NewClient) -> Result<ClientId> {
    let (client, record) = insert(tx, new, true).await?;
    tell(tx, client, None, &record).await?;
    Ok(client)
}

/// Checks and inserts a client.
pub(super) async fn insert(tx: &mut Tx<'_>, new: &NewClient, staff: bool) -> Result<(ClientId, Record)> {
    let mut checks = Checks::default();
    let details = new.details.checked(&mut checks);
    checks.text("notes", &new.notes, 10_000, false);
    let wanted = new.currency.as_deref().map(str::trim).filter(|c| !c.is_empty());
    let currency = clients::currency(tx.conn(), wanted).await?;
    if wanted.is_none() && currency.is_none() {
        return Err(AppError::conflict("no default currency is set: choose one in the settings first"));
    }
    checks.require(currency.is_some(), "currency", "must be one of the enabled currencies");
    let values = fields::judge(tx, &mut checks, None, &new.fields, staff).await?;
    checks.finish()?;
    let currency = currency.map_or_else(String::new, |c| c.code().to_owned());
    let record = Record { details, tax_exempt: new.tax_exempt, currency, notes: new.notes.clone() };
    let now = tx.now();
    let client = clients::insert(tx.conn(), &record.data(), now).await?;
    fields::write(tx, client, &values).await?;
    tax::note(tx, client, &record.details.tax_number).await?;
    Ok((client, record))
}

/// Adds the login that owns the client. A taken address is a field error.
pub(super) async fn first_login(tx: &mut Tx<'_>, client: ClientId, email: &str, hash: &str) -> Result<UserId> {
    let user = users::insert(tx.conn(), email, hash).await?;
    let user = user.ok_or_else(|| AppError::invalid("email", "is already used by another login"))?;
    users::link(tx.conn(), client, user, true).await?;
    tx.emit(&UserAdded { user_id: user, email: email.to_owned(), client_id: client, is_owner: true }).await?;
    Ok(user)
}

/// Tells of a new client, and welcomes it.
pub(super) async fn created(tx: &mut Tx<'_>, client: ClientId, user: Option<UserId>, record: &Record) -> Result<()> {
    tell(tx, client, user, record).await?;
    mailer::welcome(tx, client).await
}

async fn tell(tx: &mut Tx<'_>, client: ClientId, user: Option<UserId>, record: &Record) -> Result<()> {
    let currency: Currency = record.currency.parse().map_err(|e| AppError::internal(format!("currency {e}")))?;
    let (name, email) = (record.details.name(), record.details.email.clone());
    let details = record.told();
    tx.emit(&ClientCreated { client_id: client, user_id: user, name, email, currency, details }).await?;
    tx.audit("client.create", "client", client, json!({ "user_id": user })).await
}
