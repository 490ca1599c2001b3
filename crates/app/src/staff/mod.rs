//! Staff and their roles. Nobody gives away more than they have, and somebody can always undo it.

mod members;
mod roles;
#[cfg(test)]
mod tests;

pub use innkeeper_db::staff::{RoleRow, StaffRow};
pub use members::{NewStaff, create, list, set_disabled, set_password, update};
pub use roles::{create_role, ensure_default_roles, roles, update_role};

use innkeeper_db::staff;
use innkeeper_domain::{Permission, RoleId};
use std::collections::BTreeSet;

use crate::{Actor, AppError, Result, Tx, sessions::known};

/// Refuses to give away a permission that the actor does not have.
fn within(actor: &Actor, permissions: &BTreeSet<Permission>) -> Result<()> {
    let beyond: Vec<&str> = permissions.difference(&actor.permissions).map(|p| p.as_str()).collect();
    if beyond.is_empty() {
        return Ok(());
    }
    Err(AppError::invalid("permissions", format!("must be ones you have yourself; not {}", beyond.join(", "))))
}

/// Refuses a role that may more than the actor.
async fn may_give(tx: &mut Tx<'_>, role: RoleId) -> Result<()> {
    let words = staff::role_permissions(tx.conn(), role).await?;
    let words = words.ok_or_else(|| AppError::invalid("role", "must be one of the roles"))?;
    within(tx.actor(), &known(&words))
}

/// Refuses the change if nobody is left who may undo it.
async fn somebody_left(tx: &mut Tx<'_>) -> Result<()> {
    if staff::anybody_may(tx.conn(), Permission::StaffWrite.as_str()).await? {
        return Ok(());
    }
    Err(AppError::conflict("then nobody could manage staff: give somebody else that permission first"))
}
