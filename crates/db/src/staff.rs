//! Staff and their roles.

use chrono::{DateTime, Utc};
use innkeeper_domain::{RoleId, StaffId};
use sqlx::{PgConnection, Result};

use crate::users::Credentials;

/// A member of staff in a list.
#[derive(Clone, Debug)]
pub struct StaffRow {
    pub id: StaffId,
    pub email: String,
    pub name: String,
    pub role_id: RoleId,
    pub role: String,
    pub disabled_at: Option<DateTime<Utc>>,
    pub last_login_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
}

/// A role.
#[derive(Clone, Debug)]
pub struct RoleRow {
    pub id: RoleId,
    pub name: String,
    pub permissions: Vec<String>,
    /// How many have it.
    pub members: i64,
}

/// The member of staff with this (lower-case) address.
pub async fn by_email(conn: &mut PgConnection, email: &str) -> Result<Option<Credentials>> {
    sqlx::query_as!(
        Credentials,
        r#"SELECT id, email, password_hash, disabled_at IS NOT NULL AS "disabled!" FROM staff WHERE email = $1"#,
        email
    )
    .fetch_optional(conn)
    .await
}

/// The member of staff with this id.
pub async fn by_id(conn: &mut PgConnection, id: StaffId) -> Result<Option<Credentials>> {
    sqlx::query_as!(
        Credentials,
        r#"SELECT id, email, password_hash, disabled_at IS NOT NULL AS "disabled!" FROM staff WHERE id = $1"#,
        id.get()
    )
    .fetch_optional(conn)
    .await
}

/// Notes a login and keeps the account as it is until commit. False if meanwhile it was disabled or
/// got another password.
pub async fn enter(conn: &mut PgConnection, id: StaffId, hash: &str, now: DateTime<Utc>) -> Result<bool> {
    let done = sqlx::query!(
        "UPDATE staff SET last_login_at = $3 WHERE id = $1 AND password_hash = $2 AND disabled_at IS NULL",
        id.get(),
        hash,
        now
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Adds a member of staff. `None`: the address is taken.
pub async fn insert(
    conn: &mut PgConnection,
    email: &str,
    name: &str,
    password_hash: &str,
    role: RoleId,
) -> Result<Option<StaffId>> {
    let id = sqlx::query_scalar!(
        "INSERT INTO staff (email, name, password_hash, role_id) VALUES ($1, $2, $3, $4)
         ON CONFLICT (email) DO NOTHING RETURNING id",
        email,
        name,
        password_hash,
        role.get()
    )
    .fetch_optional(conn)
    .await?;
    Ok(id.map(StaffId))
}

/// Replaces the password.
pub async fn set_password(conn: &mut PgConnection, id: StaffId, password_hash: &str) -> Result<()> {
    sqlx::query!("UPDATE staff SET password_hash = $2 WHERE id = $1", id.get(), password_hash).execute(conn).await?;
    Ok(())
}

/// Replaces name and role. False: there is no such member.
pub async fn update(conn: &mut PgConnection, id: StaffId, name: &str, role: RoleId) -> Result<bool> {
    let done = sqlx::query!("UPDATE staff SET name = $2, role_id = $3 WHERE id = $1", id.get(), name, role.get())
        .execute(conn)
        .await?;
    Ok(done.rows_affected() > 0)
}

/// Disables (with a time) or enables a member. False: there is no such member.
pub async fn set_disabled(conn: &mut PgConnection, id: StaffId, at: Option<DateTime<Utc>>) -> Result<bool> {
    let done = sqlx::query!("UPDATE staff SET disabled_at = $2 WHERE id = $1", id.get(), at).execute(conn).await?;
    Ok(done.rows_affected() > 0)
}

/// Everybody, by name.
pub async fn list(conn: &mut PgConnection) -> Result<Vec<StaffRow>> {
    sqlx::query_as!(
        StaffRow,
        "SELECT s.id, s.email, s.name, s.role_id, r.name AS role, s.disabled_at, s.last_login_at, s.created_at
         FROM staff s JOIN role r ON r.id = s.role_id ORDER BY s.name, s.id"
    )
    .fetch_all(conn)
    .await
}

/// All roles, by name.
pub async fn roles(conn: &mut PgConnection) -> Result<Vec<RoleRow>> {
    sqlx::query_as!(
        RoleRow,
        r#"SELECT r.id, r.name, r.permissions, (SELECT count(*) FROM staff s WHERE s.role_id = r.id) AS "members!"
           FROM role r ORDER BY r.name"#
    )
    .fetch_all(conn)
    .await
}

/// The permissions of a role; kept as they are until commit.
pub async fn role_permissions(conn: &mut PgConnection, id: RoleId) -> Result<Option<Vec<String>>> {
    sqlx::query_scalar!("SELECT permissions FROM role WHERE id = $1 FOR SHARE", id.get()).fetch_optional(conn).await
}

/// The role of a member.
pub async fn role_of(conn: &mut PgConnection, id: StaffId) -> Result<Option<RoleId>> {
    let role = sqlx::query_scalar!("SELECT role_id FROM staff WHERE id = $1 FOR UPDATE", id.get());
    Ok(role.fetch_optional(conn).await?.map(RoleId))
}

/// Adds a role or replaces the permissions of the one with this name.
pub async fn ensure_role(conn: &mut PgConnection, name: &str, permissions: &[String]) -> Result<RoleId> {
    let id = sqlx::query_scalar!(
        "INSERT INTO role (name, permissions) VALUES ($1, $2)
         ON CONFLICT (name) DO UPDATE SET permissions = excluded.permissions RETURNING id",
        name,
        permissions
    )
    .fetch_one(conn)
    .await?;
    Ok(RoleId(id))
}

/// Adds a role. `None`: the name is taken.
pub async fn insert_role(conn: &mut PgConnection, name: &str, permissions: &[String]) -> Result<Option<RoleId>> {
    let id = sqlx::query_scalar!(
        "INSERT INTO role (name, permissions) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING RETURNING id",
        name,
        permissions
    )
    .fetch_optional(conn)
    .await?;
    Ok(id.map(RoleId))
}

/// Replaces a role. False: there is no such role. A taken name breaks `role_name_key`.
pub async fn update_role(conn: &mut PgConnection, id: RoleId, name: &str, permissions: &[String]) -> Result<bool> {
    let done = sqlx::query!("UPDATE role SET name = $2, permissions = $3 WHERE id = $1", id.get(), name, permissions)
        .execute(conn)
        .await?;
    Ok(done.rows_affected() > 0)
}

/// Is there somebody enabled with this permission? Asks one transaction at a time, so that two changes
/// cannot each rely on the other.
pub async fn anybody_may(conn: &mut PgConnection, permission: &str) -> Result<bool> {
    let lock = sqlx::query!("SELECT pg_advisory_xact_lock(hashtext('innkeeper staff'))");
    lock.execute(&mut *conn).await?;
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT 1 FROM staff s JOIN role r ON r.id = s.role_id
                          WHERE s.disabled_at IS NULL AND $1 = ANY (r.permissions)) AS "some!""#,
        permission
    )
    .fetch_one(conn)
    .await
}
