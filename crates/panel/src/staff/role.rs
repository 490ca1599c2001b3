//! Roles: names for sets of permissions.

use std::collections::BTreeSet;

use askama::Template;
use innkeeper_app::staff::{self, RoleRow};
use innkeeper_app::{AppError, FieldError};
use innkeeper_domain::{Permission, RoleId};
use innkeeper_web::Failure;
use innkeeper_web::extract::{Id, Posted, Staff};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{AdminSection, Choice, Chrome, Flash, Form};

use super::permissions;

#[derive(Template)]
#[template(path = "admin/staff/role.html")]
struct Role {
    chrome: Chrome,
    form: Form,
    permissions: Vec<Choice>,
}

/// The roles to choose from.
pub(super) async fn choices(member: &Staff) -> Result<Vec<Choice>, Failure> {
    let roles = staff::roles(&member.app, &member.actor).await?;
    Ok(roles.into_iter().map(|role| Choice::new(role.id.to_string(), role.name)).collect())
}

/// What is wrong with the permissions of a role stands at the field that chose the role.
pub(super) fn at_role(error: AppError) -> AppError {
    let AppError::Invalid(fields) = error else { return error };
    let rename = |e: FieldError| match e.field.as_str() {
        "permissions" => FieldError { field: "role".to_owned(), message: format!("its permissions {}", e.message) },
        _ => e,
    };
    AppError::Invalid(fields.into_iter().map(rename).collect())
}

pub(super) async fn new(member: Staff) -> PageResult {
    member.actor.require(Permission::StaffWrite)?;
    page(&view(&member, "New role", Form::new()).await)
}

pub(super) async fn create(member: Staff, posted: Posted) -> PageResult {
    match staff::create_role(&member.app, &member.actor, posted.get("name"), &ticked(&posted)).await {
        Ok(_) => see_other("/admin/staff").flash(Flash::success("The role is added.")).ok(),
        Err(error) => {
            let mut form = posted.form();
            form.refuse(error)?;
            refused(&view(&member, "New role", form).await)
        }
    }
}

pub(super) async fn show(member: Staff, Id(id): Id<RoleId>) -> PageResult {
    let role = one(&member, id).await?;
    let held = role.permissions.iter().map(|word| ("permissions".to_owned(), word.clone()));
    let form = Form::posted(held).with("name", &role.name);
    page(&view(&member, &role.name, form).await)
}

pub(super) async fn save(member: Staff, Id(id): Id<RoleId>, posted: Posted) -> PageResult {
    let role = one(&member, id).await?;
    match staff::update_role(&member.app, &member.actor, id, posted.get("name"), &ticked(&posted)).await {
        Ok(()) => see_other("/admin/staff").flash(Flash::success("The role is saved. It holds from now on.")).ok(),
        Err(error) => {
            let mut form = posted.form();
            form.refuse(error)?;
            refused(&view(&member, &role.name, form).await)
        }
    }
}

async fn one(member: &Staff, id: RoleId) -> Result<RoleRow, AppError> {
    let roles = staff::roles(&member.app, &member.actor).await?;
    roles.into_iter().find(|role| role.id == id).ok_or(AppError::NotFound("role"))
}

fn ticked(posted: &Posted) -> BTreeSet<Permission> {
    posted.all("permissions").iter().filter_map(|word| word.parse().ok()).collect()
}

async fn view(member: &Staff, title: &str, form: Form) -> Role {
    let chrome = member.chrome().await.title(title).in_admin(AdminSection::Staff);
    Role { chrome: chrome.crumb("Staff", "/admin/staff"), form, permissions: permissions::choices(Permission::ALL) }
}
