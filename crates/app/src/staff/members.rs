//! Members of staff.

use innkeeper_db::{sessions, sessions::SessionOwner, staff};
use innkeeper_domain::{EmailAddress, Permission, RoleId, StaffId};
use serde_json::json;

use super::{StaffRow, may_give, somebody_left};
use crate::{Actor, App, AppError, Checks, Identity, Result, Tx, passwords};

const NOT_FOUND: AppError = AppError::NotFound("member of staff");

/// A member of staff to be added.
#[derive(Clone, Debug)]
pub struct NewStaff {
    /// Address to log in with.
    pub email: String,
    /// Name.
    pub name: String,
    /// First password.
    pub password: String,
    /// What they may do.
    pub role: RoleId,
}

/// Adds a member of staff. Needs `staff:write` and everything the role may do.
pub async fn create(app: &App, actor: &Actor, new: &NewStaff) -> Result<StaffId> {
    actor.require(Permission::StaffWrite)?;
    let mut checks = Checks::default();
    let email = checks.parse("email", new.email.parse::<EmailAddress>());
    checks.text("name", new.name.trim(), 200, true);
    passwords::check(&mut checks, "password", &new.password);
    checks.finish()?;
    let email = email.map_or_else(String::new, String::from);
    let hash = passwords::hash(&new.password).await?;
    let mut tx = app.begin(actor).await?;
    may_give(&mut tx, new.role).await?;
    let id = staff::insert(tx.conn(), &email, new.name.trim(), &hash, new.role).await?;
    let id = id.ok_or_else(|| AppError::invalid("email", "is already used by a member of staff"))?;
    tx.audit("staff.create", "staff", id, json!({ "role_id": new.role })).await?;
    tx.commit().await?;
    Ok(id)
}

/// Everybody, by name. Needs `staff:write`.
pub async fn list(app: &App, actor: &Actor) -> Result<Vec<StaffRow>> {
    actor.require(Permission::StaffWrite)?;
    Ok(staff::list(&mut *app.conn().await?).await?)
}

/// Replaces name and role. Needs `staff:write` and everything that the old and the new role may do.
pub async fn update(app: &App, actor: &Actor, id: StaffId, name: &str, role: RoleId) -> Result<()> {
    actor.require(Permission::StaffWrite)?;
    let mut checks = Checks::default();
    checks.text("name", name.trim(), 200, true);
    checks.finish()?;
    let mut tx = app.begin(actor).await?;
    may_touch(&mut tx, id).await?;
    may_give(&mut tx, role).await?;
    staff::update(tx.conn(), id, name.trim(), role).await?;
    somebody_left(&mut tx).await?;
    tx.audit("staff.update", "staff", id, json!({ "role_id": role })).await?;
    tx.commit().await
}

/// Disables or enables somebody; disabling ends their sessions and shuts their tokens out. Needs
/// `staff:write` and everything they may do; not for oneself.
pub async fn set_disabled(app: &App, actor: &Actor, id: StaffId, disabled: bool) -> Result<()> {
    actor.require(Permission::StaffWrite)?;
    if actor.identity == Identity::Staff(id) {
        return Err(AppError::conflict("you cannot disable yourself: ask a colleague"));
    }
    let mut tx = app.begin(actor).await?;
    may_touch(&mut tx, id).await?;
    let at = disabled.then(|| tx.now());
    staff::set_disabled(tx.conn(), id, at).await?;
    if disabled {
        sessions::end_all(tx.conn(), owner(id), None).await?;
        somebody_left(&mut tx).await?;
    }
    tx.audit("staff.disable", "staff", id, json!({ "disabled": disabled })).await?;
    tx.commit().await
}

/// Sets somebody's password and ends their sessions. Needs `staff:write` and everything they may do.
/// One's own is changed with [`crate::sessions::change_password`].
pub async fn set_password(app: &App, actor: &Actor, id: StaffId, password: &str) -> Result<()> {
    actor.require(Permission::StaffWrite)?;
    let mut checks = Checks::default();
    passwords::check(&mut checks, "password", password);
    checks.finish()?;
    let hash = passwords::hash(password).await?;
    let mut tx = app.begin(actor).await?;
    may_touch(&mut tx, id).await?;
    staff::set_password(tx.conn(), id, &hash).await?;
    sessions::end_all(tx.conn(), owner(id), None).await?;
    tx.audit("staff.password", "staff", id, json!({})).await?;
    tx.commit().await
}

/// Refuses changes to somebody who may more than the actor.
async fn may_touch(tx: &mut Tx<'_>, id: StaffId) -> Result<()> {
    let role = staff::role_of(tx.conn(), id).await?.ok_or(NOT_FOUND)?;
    match may_give(tx, role).await {
        Err(AppError::Invalid(_)) => Err(AppError::Forbidden),
        other => other,
    }
}

fn owner(id: StaffId) -> SessionOwner {
    SessionOwner { staff_id: Some(id.get()), user_id: None }
}
