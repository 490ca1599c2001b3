//! Who logs in for a client.

use innkeeper_db::{clients, sessions, users};
use innkeeper_domain::{ClientId, EmailAddress, Permission, UserId};
use innkeeper_hooks::payloads::{ClientUpdated, UserAdded};
use serde_json::json;

use super::{NOT_FOUND, gated, owner_of, reset};
use crate::{Actor, App, AppError, Checks, Result, Tx, mailer, tokens};

/// Most logins of a client.
const MOST: usize = 50;

/// Lets somebody log in for a client. A new address gets a mail to choose a password; one that has a
/// login may switch to the client from then on. Needs `clients:write`; clients add to themselves.
pub async fn add_login(app: &App, actor: &Actor, client: ClientId, email: &str) -> Result<UserId> {
    let owner = owner_of(actor, Permission::ClientsWrite, client)?;
    let mut checks = Checks::default();
    let email = checks.parse("email", email.parse::<EmailAddress>());
    checks.finish()?;
    let Some(email) = email else { return Err(NOT_FOUND) };
    clients::get(&mut *app.conn().await?, owner, client).await?.ok_or(NOT_FOUND)?;
    gated::login(app, email.as_str(), Some(client)).await?;
    let mut tx = app.begin(actor).await?;
    clients::lock(tx.conn(), owner, client).await?.ok_or(NOT_FOUND)?;
    let logins = users::of_client(tx.conn(), client).await?;
    if logins.len() >= MOST {
        return Err(AppError::conflict(format!("a client has at most {MOST} logins: remove one first")));
    }
    let user = invite(&mut tx, client, email.as_str(), logins.is_empty()).await?;
    tx.audit("login.add", "client", client, json!({ "user_id": user })).await?;
    tx.emit(&ClientUpdated::part(client, "logins")).await?;
    tx.commit().await?;
    Ok(user)
}

/// Links the login of `email` to the client; one that does not exist yet is made and gets a mail.
pub(super) async fn invite(tx: &mut Tx<'_>, client: ClientId, email: &str, is_owner: bool) -> Result<UserId> {
    let user = match users::by_email(tx.conn(), email).await? {
        Some(found) => UserId(found.id),
        None => {
            // No password fits this; the mail leads to a real one.
            let nothing = format!("!{}", hex::encode(tokens::random::<16>()?));
            let user = users::insert(tx.conn(), email, &nothing).await?;
            let user = user.ok_or_else(|| AppError::conflict("this address was just added: try again"))?;
            let link = reset::issue(tx, user).await?;
            mailer::login_invitation(tx, client, email, &link).await?;
            tx.emit(&UserAdded { user_id: user, email: email.to_owned(), client_id: client, is_owner }).await?;
            user
        }
    };
    if !users::link(tx.conn(), client, user, is_owner).await? {
        return Err(AppError::invalid("email", "is already a login of this client"));
    }
    Ok(user)
}

/// No longer lets somebody log in for a client, and ends their sessions there. Only staff remove the
/// owner. Needs `clients:write`; clients remove from themselves.
pub async fn remove_login(app: &App, actor: &Actor, client: ClientId, user: UserId) -> Result<()> {
    let owner = owner_of(actor, Permission::ClientsWrite, client)?;
    let mut tx = app.begin(actor).await?;
    clients::lock(tx.conn(), owner, client).await?.ok_or(NOT_FOUND)?;
    let logins = users::of_client(tx.conn(), client).await?;
    let login = logins.iter().find(|l| l.user_id == user).ok_or(AppError::NotFound("login"))?;
    if login.is_owner && !actor.is_staff() {
        return Err(AppError::conflict("the owner's login can only be removed by our staff: ask support"));
    }
    users::unlink(tx.conn(), client, user).await?;
    sessions::end_of_client(tx.conn(), client.get(), Some(user.get())).await?;
    tx.audit("login.remove", "client", client, json!({ "user_id": user })).await?;
    tx.emit(&ClientUpdated::part(client, "logins")).await?;
    tx.commit().await
}
