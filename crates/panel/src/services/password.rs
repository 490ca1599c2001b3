//! Giving a service a new password.

use askama::Template;
use innkeeper_app::services::{self, ServiceRow};
use innkeeper_domain::{Permission, ServiceId};
use innkeeper_web::extract::{Id, Posted, Staff};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{Chrome, Flash, Form};

use super::below;

#[derive(Template)]
#[template(path = "admin/services/password.html")]
struct Password {
    chrome: Chrome,
    id: ServiceId,
    label: String,
    form: Form,
}

pub(super) async fn show(staff: Staff, Id(id): Id<ServiceId>) -> PageResult {
    staff.actor.require(Permission::ServicesWrite)?;
    let service = services::get(&staff.app, &staff.actor, id).await?.service;
    page(&view(&staff, &service, Form::new()).await)
}

pub(super) async fn change(staff: Staff, Id(id): Id<ServiceId>, posted: Posted) -> PageResult {
    match services::change_password(&staff.app, &staff.actor, id, posted.get("password")).await {
        Ok(_) => {
            let done = Flash::success("The new password is being set.");
            see_other(format!("/admin/services/{id}")).flash(done).ok()
        }
        Err(error) => {
            let mut form = posted.form();
            form.refuse(error)?;
            let service = services::get(&staff.app, &staff.actor, id).await?.service;
            refused(&view(&staff, &service, form).await)
        }
    }
}

async fn view(staff: &Staff, service: &ServiceRow, form: Form) -> Password {
    let chrome = below(staff.chrome().await, service, "Change password");
    Password { chrome, id: service.id, label: service.label.clone(), form }
}
