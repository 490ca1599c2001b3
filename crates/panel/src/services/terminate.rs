//! Terminating a service: asked on a page of its own, because nothing brings the data back.

use askama::Template;
use innkeeper_app::services::{self, ServiceRow};
use innkeeper_domain::{Permission, ServiceId};
use innkeeper_web::extract::{Id, Posted, Staff};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{Chrome, Flash, Form};

use super::below;

#[derive(Template)]
#[template(path = "admin/services/terminate.html")]
struct Terminate {
    chrome: Chrome,
    id: ServiceId,
    label: String,
    client: String,
    form: Form,
}

pub(super) async fn show(staff: Staff, Id(id): Id<ServiceId>) -> PageResult {
    staff.actor.require(Permission::ServicesWrite)?;
    let service = services::get(&staff.app, &staff.actor, id).await?.service;
    page(&view(&staff, service, Form::new()).await)
}

pub(super) async fn terminate(staff: Staff, Id(id): Id<ServiceId>, posted: Posted) -> PageResult {
    let mut form = posted.form();
    if posted.ticked("sure") {
        match services::terminate(&staff.app, &staff.actor, id).await {
            Ok(_) => {
                let done = Flash::success("The service is being terminated.");
                return see_other(format!("/admin/services/{id}")).flash(done).ok();
            }
            Err(error) => form.refuse(error)?,
        }
    } else {
        form.fail("sure", "Tick this box to go on.");
    }
    staff.actor.require(Permission::ServicesWrite)?;
    let service = services::get(&staff.app, &staff.actor, id).await?.service;
    refused(&view(&staff, service, form).await)
}

async fn view(staff: &Staff, service: ServiceRow, form: Form) -> Terminate {
    let chrome = below(staff.chrome().await, &service, "Terminate");
    Terminate { chrome, id: service.id, label: service.label, client: service.client_name, form }
}
