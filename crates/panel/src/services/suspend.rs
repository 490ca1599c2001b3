//! Suspending a service, with the reason.

use askama::Template;
use innkeeper_app::services::{self, ServiceRow};
use innkeeper_domain::{Permission, ServiceId};
use innkeeper_web::extract::{Id, Posted, Staff};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{Chrome, Flash, Form};

use super::below;

#[derive(Template)]
#[template(path = "admin/services/suspend.html")]
struct Suspend {
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

pub(super) async fn suspend(staff: Staff, Id(id): Id<ServiceId>, posted: Posted) -> PageResult {
    match services::suspend(&staff.app, &staff.actor, id, &posted.text("reason")).await {
        Ok(_) => {
            see_other(format!("/admin/services/{id}")).flash(Flash::success("The service is being suspended.")).ok()
        }
        Err(error) => {
            let mut form = posted.form();
            form.refuse(error)?;
            let service = services::get(&staff.app, &staff.actor, id).await?.service;
            refused(&view(&staff, &service, form).await)
        }
    }
}

async fn view(staff: &Staff, service: &ServiceRow, form: Form) -> Suspend {
    let chrome = below(staff.chrome().await, service, "Suspend");
    Suspend { chrome, id: service.id, label: service.label.clone(), form }
}
