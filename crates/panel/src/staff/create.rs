//! A new member of staff.

use askama::Template;
use innkeeper_app::staff::{self, NewStaff};
use innkeeper_domain::RoleId;
use innkeeper_web::Failure;
use innkeeper_web::extract::{Posted, Staff};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{AdminSection, Choice, Chrome, Flash, Form};

#[derive(Template)]
#[template(path = "admin/staff/new.html")]
struct New {
    chrome: Chrome,
    form: Form,
    roles: Vec<Choice>,
}

pub(super) async fn show(member: Staff) -> PageResult {
    page(&view(&member, Form::new()).await?)
}

pub(super) async fn create(member: Staff, posted: Posted) -> PageResult {
    let new = NewStaff {
        email: posted.text("email"),
        name: posted.text("name"),
        password: posted.get("password").to_owned(),
        // What is no number is no role either, and refused as such.
        role: RoleId(posted.text("role").parse().unwrap_or(0)),
    };
    match staff::create(&member.app, &member.actor, &new).await {
        Ok(_) => see_other("/admin/staff").flash(Flash::success("The member of staff is added.")).ok(),
        Err(error) => {
            let mut form = posted.form();
            form.refuse(super::role::at_role(error))?;
            refused(&view(&member, form).await?)
        }
    }
}

async fn view(member: &Staff, form: Form) -> Result<New, Failure> {
    let chrome = member.chrome().await.title("New member of staff").in_admin(AdminSection::Staff);
    Ok(New { chrome: chrome.crumb("Staff", "/admin/staff"), form, roles: super::role::choices(member).await? })
}
