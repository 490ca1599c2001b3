//! Signing up.

use innkeeper_domain::{ClientId, UserId};
use innkeeper_hooks::payloads::ClientSignedUp;

use super::{
    Details, NewClient,
    create::{created, first_login, insert},
    fields::Values,
    gated,
};
use crate::{
    Actor, App, AppError, Checks, Identity, Result, passwords,
    sessions::{self, NewSession, throttle},
};

/// A visitor who becomes a client.
#[derive(Clone, Debug, Default)]
pub struct SignUp {
    /// Name and address; the address is also the login.
    pub details: Details,
    /// Password of the login.
    pub password: String,
    /// Code of the currency; none: the default one.
    pub currency: Option<String>,
    /// Custom fields by key.
    pub fields: Values,
}

/// A client that just signed up, logged in.
pub struct SignedUp {
    /// The client.
    pub client_id: ClientId,
    /// Its login.
    pub user_id: UserId,
    /// Its session.
    pub session: NewSession,
}

/// Creates a client and its login and logs it in. A taken address is a field error.
pub async fn sign_up(app: &App, visitor: &Actor, new: &SignUp, user_agent: &str) -> Result<SignedUp> {
    if visitor.identity != Identity::Visitor {
        return Err(AppError::Conflict("you have an account already: log out first".into()));
    }
    throttle::take_address(app, "sign-up", &visitor.ip, throttle::SIGN_UPS).await?;
    let mut checks = Checks::default();
    new.details.checked(&mut checks);
    passwords::check(&mut checks, "password", &new.password);
    checks.finish()?;
    let hash = passwords::hash(&new.password).await?;
    let (details, fields) = gated::details(app, None, &new.details, &new.fields).await?;
    gated::login(app, &details.email, None).await?;
    let client = NewClient { details, currency: new.currency.clone(), fields, ..NewClient::default() };
    let mut tx = app.begin(visitor).await?;
    let (client_id, record) = insert(&mut tx, &client, false).await?;
    let user_id = first_login(&mut tx, client_id, &record.details.email, &hash).await?;
    created(&mut tx, client_id, Some(user_id), &record).await?;
    tx.emit(&ClientSignedUp { client_id, user_id }).await?;
    let session = sessions::open_for_user(&mut tx, user_id, client_id, None, "password", user_agent).await?;
    tx.commit().await?;
    Ok(SignedUp { client_id, user_id, session })
}
