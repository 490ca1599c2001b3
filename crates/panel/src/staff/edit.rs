//! A member of staff: name, role, password, and whether they may come in.

use askama::Template;
use innkeeper_app::AppError;
use innkeeper_app::staff::{self, StaffRow};
use innkeeper_domain::{RoleId, StaffId};
use innkeeper_web::Failure;
use innkeeper_web::extract::{Id, Posted, Staff};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{AdminSection, Badge, Choice, Chrome, Facts, Flash, Form, Moment, PostButton};

use crate::outcome::back;

#[derive(Template)]
#[template(path = "admin/staff/edit.html")]
struct Edit {
    chrome: Chrome,
    id: StaffId,
    facts: Facts,
    form: Form,
    password: Form,
    roles: Vec<Choice>,
    door: Option<PostButton>,
}

pub(super) async fn show(member: Staff, Id(id): Id<StaffId>) -> PageResult {
    let row = one(&member, id).await?;
    let form = filled(&row);
    page(&view(&member, row, form, Form::new()).await?)
}

pub(super) async fn save(member: Staff, Id(id): Id<StaffId>, posted: Posted) -> PageResult {
    let role = RoleId(posted.text("role").parse().unwrap_or(0));
    match staff::update(&member.app, &member.actor, id, posted.get("name"), role).await {
        Ok(()) => see_other("/admin/staff").flash(Flash::success("Saved.")).ok(),
        Err(error) => {
            let mut form = posted.form();
            form.refuse(super::role::at_role(error))?;
            refused(&view(&member, one(&member, id).await?, form, Form::new()).await?)
        }
    }
}

pub(super) async fn set_password(member: Staff, Id(id): Id<StaffId>, posted: Posted) -> PageResult {
    match staff::set_password(&member.app, &member.actor, id, posted.get("password")).await {
        Ok(()) => {
            let done = Flash::success("The password is set. All sessions of this member are ended.");
            see_other("/admin/staff").flash(done).ok()
        }
        Err(error) => {
            let mut password = posted.form();
            password.refuse(error)?;
            let row = one(&member, id).await?;
            let form = filled(&row);
            refused(&view(&member, row, form, password).await?)
        }
    }
}

pub(super) async fn disable(member: Staff, Id(id): Id<StaffId>) -> PageResult {
    let result = staff::set_disabled(&member.app, &member.actor, id, true).await;
    back(format!("/admin/staff/{id}"), result, "The account is disabled and signed out everywhere.")
}

pub(super) async fn enable(member: Staff, Id(id): Id<StaffId>) -> PageResult {
    let result = staff::set_disabled(&member.app, &member.actor, id, false).await;
    back(format!("/admin/staff/{id}"), result, "The account is enabled again.")
}

async fn one(member: &Staff, id: StaffId) -> Result<StaffRow, AppError> {
    let all = staff::list(&member.app, &member.actor).await?;
    all.into_iter().find(|row| row.id == id).ok_or(AppError::NotFound("member of staff"))
}

fn filled(row: &StaffRow) -> Form {
    Form::new().with("name", &row.name).with("role", row.role_id)
}

async fn view(member: &Staff, row: StaffRow, form: Form, password: Form) -> Result<Edit, Failure> {
    let now = member.app.now();
    let disabled = row.disabled_at.is_some();
    let mut facts = Facts::new()
        .row("E-mail", row.email.as_str())
        .row("State", Badge::state(if disabled { "disabled" } else { "active" }))
        .row("Added", Moment::ago(&row.created_at, now));
    if let Some(at) = &row.last_login_at {
        facts = facts.row("Last login", Moment::ago(at, now));
    }
    let address = format!("/admin/staff/{}", row.id);
    let is_self = member.actor.identity == innkeeper_app::Identity::Staff(row.id);
    let door = match disabled {
        true => PostButton::new(&format!("{address}/enable"), "Enable").icon("lock-open"),
        false => PostButton::new(&format!("{address}/disable"), "Disable")
            .danger()
            .icon("ban")
            .confirm(&format!("Disable {}? All sessions and API tokens stop at once.", row.name)),
    };
    let chrome = member.chrome().await.title(row.name.as_str()).in_admin(AdminSection::Staff);
    Ok(Edit {
        chrome: chrome.crumb("Staff", "/admin/staff"),
        id: row.id,
        facts,
        form,
        password,
        roles: super::role::choices(member).await?,
        door: (!is_self).then_some(door),
    })
}
