//! Roles: named sets of permissions.

use innkeeper_db::{conflict, staff};
use innkeeper_domain::{Permission, RoleId};
use serde_json::json;
use std::collections::BTreeSet;

use super::{RoleRow, may_give, somebody_left, within};
use crate::{Actor, App, AppError, Checks, Result};

/// The role that may do everything, whatever is added to "everything" later.
const ADMINISTRATOR: &str = "Administrator";

const BILLING: [Permission; 10] = [
    Permission::ClientsRead,
    Permission::ClientsWrite,
    Permission::CatalogueRead,
    Permission::OrdersRead,
    Permission::OrdersWrite,
    Permission::ServicesRead,
    Permission::InvoicesRead,
    Permission::InvoicesWrite,
    Permission::PaymentsWrite,
    Permission::ReportsRead,
];

const SUPPORT: [Permission; 8] = [
    Permission::ClientsRead,
    Permission::CatalogueRead,
    Permission::OrdersRead,
    Permission::ServicesRead,
    Permission::ServicesWrite,
    Permission::InvoicesRead,
    Permission::ServersRead,
    Permission::SystemRead,
];

/// Adds the roles Administrator, Billing and Support where they are missing, and gives Administrator
/// every permission of this version. Returns Administrator. For the program itself.
pub async fn ensure_default_roles(app: &App, actor: &Actor) -> Result<RoleId> {
    actor.require(Permission::StaffWrite)?;
    within(actor, &Permission::ALL.iter().copied().collect())?;
    let mut tx = app.begin(actor).await?;
    let administrator = staff::ensure_role(tx.conn(), ADMINISTRATOR, &words(Permission::ALL)).await?;
    staff::insert_role(tx.conn(), "Billing", &words(&BILLING)).await?;
    staff::insert_role(tx.conn(), "Support", &words(&SUPPORT)).await?;
    tx.commit().await?;
    Ok(administrator)
}

/// All roles, by name. Needs `staff:write`.
pub async fn roles(app: &App, actor: &Actor) -> Result<Vec<RoleRow>> {
    actor.require(Permission::StaffWrite)?;
    Ok(staff::roles(&mut *app.conn().await?).await?)
}

/// Adds a role. Needs `staff:write` and every permission given.
pub async fn create_role(app: &App, actor: &Actor, name: &str, permissions: &BTreeSet<Permission>) -> Result<RoleId> {
    let name = checked(actor, name, permissions)?;
    let mut tx = app.begin(actor).await?;
    let id = staff::insert_role(tx.conn(), name, &words(permissions)).await?.ok_or_else(taken)?;
    tx.audit("role.create", "role", id, json!({ "permissions": permissions })).await?;
    tx.commit().await?;
    Ok(id)
}

/// Replaces a role. Needs `staff:write` and every permission given or taken.
pub async fn update_role(
    app: &App,
    actor: &Actor,
    id: RoleId,
    name: &str,
    permissions: &BTreeSet<Permission>,
) -> Result<()> {
    let name = checked(actor, name, permissions)?;
    let mut tx = app.begin(actor).await?;
    may_give(&mut tx, id).await?;
    let done = staff::update_role(tx.conn(), id, name, &words(permissions)).await;
    match done {
        Err(e) if conflict(&e) == Some("role_name_key") => return Err(taken()),
        done => done?,
    };
    somebody_left(&mut tx).await?;
    tx.audit("role.update", "role", id, json!({ "permissions": permissions })).await?;
    tx.commit().await
}

fn checked<'a>(actor: &Actor, name: &'a str, permissions: &BTreeSet<Permission>) -> Result<&'a str> {
    actor.require(Permission::StaffWrite)?;
    let mut checks = Checks::default();
    checks.text("name", name.trim(), 100, true);
    checks.finish()?;
    within(actor, permissions)?;
    Ok(name.trim())
}

fn words<'a>(permissions: impl IntoIterator<Item = &'a Permission>) -> Vec<String> {
    permissions.into_iter().map(ToString::to_string).collect()
}

fn taken() -> AppError {
    AppError::invalid("name", "is already used by another role")
}
