//! Mails about accounts and logins.

use innkeeper_db::notices;
use innkeeper_domain::{ClientId, UserId};

use super::{For, name_of, tell};
use crate::{
    Result, Tx,
    mail_templates::{
        Notice, Press, To,
        notices::{LoginInvitation, PasswordChanged, PasswordReset, Welcome},
    },
    tokens,
};

/// To a new client.
pub(crate) async fn welcome(tx: &mut Tx<'_>, id: ClientId) -> Result<()> {
    let Some(to) = notices::addressee(tx.conn(), id).await? else { return Ok(()) };
    tell(tx, id, For::Client, format!("client:{id}"), &Welcome { email: to.email }).await
}

/// To a login, with the token of a link that sets its password.
pub(crate) async fn password_reset(tx: &mut Tx<'_>, client: Option<ClientId>, email: &str, token: &str) -> Result<()> {
    let notice = PasswordReset { email: email.to_owned(), link: link(tx, token) };
    to_login(tx, client, email, hex::encode(tokens::hash(token)), &notice).await
}

/// To a new login, with the token of a link on which its owner chooses a password.
pub(crate) async fn login_invitation(tx: &mut Tx<'_>, client: ClientId, email: &str, token: &str) -> Result<()> {
    let notice = LoginInvitation { email: email.to_owned(), link: link(tx, token) };
    to_login(tx, Some(client), email, hex::encode(tokens::hash(token)), &notice).await
}

/// To a login whose password is another one now.
pub(crate) async fn password_changed(tx: &mut Tx<'_>, id: UserId) -> Result<()> {
    let Some((email, client)) = notices::login(tx.conn(), id).await? else { return Ok(()) };
    // Each change is an occasion of its own.
    let occasion = format!("user:{}:{id}", tx.now().timestamp_micros());
    let notice = PasswordChanged { email: email.clone() };
    to_login(tx, client, &email, occasion, &notice).await
}

fn link(tx: &Tx<'_>, token: &str) -> String {
    format!("{}/reset?token={token}", tx.app().base_url())
}

/// To the address of a login, in the language of its client.
async fn to_login(
    tx: &mut Tx<'_>,
    client: Option<ClientId>,
    email: &str,
    occasion: String,
    notice: &dyn Notice,
) -> Result<()> {
    let of = match client {
        Some(client) => notices::addressee(tx.conn(), client).await?,
        None => None,
    };
    let language = of.as_ref().map(|to| to.language.clone()).unwrap_or_default();
    // A login may be somebody else's than the client's: only its own address is greeted by the client's name.
    let name = of.filter(|to| to.email.eq_ignore_ascii_case(email)).map(|to| name_of(&to)).unwrap_or_default();
    let mut press = Press::load(tx, &[notice.about()]).await?;
    let to = To { client, name: &name, language: &language, recipients: &[email.to_owned()] };
    press.write(&to, occasion, notice)?;
    press.post(tx).await
}
