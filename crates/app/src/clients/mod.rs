//! Clients: who is billed, who logs in for them, who gets their mail.

mod contacts;
mod create;
mod details;
mod fields;
mod gated;
mod join;
mod logins;
mod read;
mod reset;
mod sign_up;
mod state;
mod update;

pub use contacts::{NewContact, add_contact, contact, contacts, remove_contact, update_contact};
pub(crate) use create::take_over;
pub use create::{NewClient, create};
pub use details::Details;
pub use innkeeper_db::{
    clients::{ClientEntry, ClientField, ClientFilter, ClientRow, Counts},
    contacts::ContactRow,
    users::ClientLogin,
};
pub(crate) use join::{join, may_join};
pub use logins::{add_login, remove_login};
pub use read::{Balance, ClientView, custom_fields, get, language, list};
pub use reset::{request_password_reset, reset_password};
pub use sign_up::{SignUp, SignedUp, sign_up};
pub(crate) use state::change as change_state;
pub use state::set_state;
pub use update::{StaffDetails, UpdateClient, update};

use innkeeper_domain::{ClientId, Permission};

use crate::{Actor, AppError, Result};

const NOT_FOUND: AppError = AppError::NotFound("client");

/// The owner for a query on `client`: a foreign one looks like a missing one.
fn owner_of(actor: &Actor, permission: Permission, client: ClientId) -> Result<Option<ClientId>> {
    let owner = actor.owner(permission)?;
    if owner.is_some_and(|own| own != client) { Err(NOT_FOUND) } else { Ok(owner) }
}

#[cfg(test)]
mod tests;
