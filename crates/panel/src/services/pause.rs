//! Pausing a service, and letting it go on.

use askama::Template;
use chrono::NaiveDate;
use innkeeper_app::AppError;
use innkeeper_app::services::{self, ServiceRow};
use innkeeper_domain::{Permission, ServiceId};
use innkeeper_web::extract::{Id, Posted, Staff};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{Chrome, Flash, Form};

use super::below;
use crate::outcome::back;

#[derive(Template)]
#[template(path = "admin/services/pause.html")]
struct Pause {
    chrome: Chrome,
    id: ServiceId,
    label: String,
    form: Form,
}

pub(super) async fn ask(staff: Staff, Id(id): Id<ServiceId>) -> PageResult {
    staff.actor.require(Permission::ServicesWrite)?;
    let service = services::get(&staff.app, &staff.actor, id).await?.service;
    page(&view(&staff, &service, Form::new()).await)
}

pub(super) async fn pause(staff: Staff, Id(id): Id<ServiceId>, posted: Posted) -> PageResult {
    let paused = match until(&posted) {
        Ok(until) => services::pause(&staff.app, &staff.actor, id, until).await,
        Err(error) => Err(error),
    };
    match paused {
        Ok(()) => see_other(format!("/admin/services/{id}")).flash(Flash::success("The service is being paused.")).ok(),
        Err(error) => {
            let mut form = posted.form();
            form.refuse(error)?;
            let service = services::get(&staff.app, &staff.actor, id).await?.service;
            refused(&view(&staff, &service, form).await)
        }
    }
}

fn until(posted: &Posted) -> Result<Option<NaiveDate>, AppError> {
    match posted.text("until").as_str() {
        "" => Ok(None),
        day => day.parse().map(Some).map_err(|_| AppError::invalid("until", "must be a date")),
    }
}

pub(super) async fn resume(staff: Staff, Id(id): Id<ServiceId>) -> PageResult {
    let result = services::resume(&staff.app, &staff.actor, id).await;
    back(format!("/admin/services/{id}"), result, "The service goes on.")
}

async fn view(staff: &Staff, service: &ServiceRow, form: Form) -> Pause {
    let chrome = below(staff.chrome().await, service, "Pause");
    Pause { chrome, id: service.id, label: service.label.clone(), form }
}
