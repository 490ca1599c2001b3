//! Getting in, staying in, getting out. Staff and the portal have sessions of their own: a token of
//! one never opens the other.

mod login;
mod own;
mod password;
mod resume;
pub(crate) mod throttle;

pub use innkeeper_db::sessions::SessionEntry;
pub use login::{NewSession, client_login, staff_login};
pub(crate) use login::{open_client, open_for_user, portal_actor};
pub use own::{list, logout, revoke, switch_client};
pub use password::change_password;
pub(crate) use resume::known;
pub use resume::{Audience, Session, resume};

use chrono::TimeDelta;
use innkeeper_db::sessions::SessionOwner;

use crate::{Actor, App, AppError, Identity, Result, settings};

/// Remembered requests are kept this long.
const KEEP: TimeDelta = TimeDelta::days(30);

/// Removes what has expired.
pub(crate) async fn clean_up(app: &App) -> Result<()> {
    let now = app.now();
    let carts_before = now - TimeDelta::days(i64::from(settings::automation(app).await?.cart_days));
    Ok(innkeeper_db::sessions::clean_up(&mut *app.conn().await?, now, now - KEEP, carts_before).await?)
}

/// Whose sessions an actor may see: its own. Tokens, jobs and visitors have none.
fn owner(actor: &Actor) -> Result<SessionOwner> {
    match actor.identity {
        Identity::Staff(id) => Ok(SessionOwner { staff_id: Some(id.get()), user_id: None }),
        Identity::Client { user_id: Some(id), .. } => Ok(SessionOwner { staff_id: None, user_id: Some(id.get()) }),
        _ => Err(AppError::Forbidden),
    }
}

#[cfg(test)]
mod tests;
