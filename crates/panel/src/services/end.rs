//! Ending a service at its client's wish.

use askama::Template;
use innkeeper_app::services::{self, End, ServiceRow};
use innkeeper_domain::{Permission, ServiceId};
use innkeeper_web::extract::{Id, Posted, Staff};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{Choice, Chrome, Flash, Form};

use super::below;
use crate::outcome::back;

#[derive(Template)]
#[template(path = "admin/services/end.html")]
struct Page {
    chrome: Chrome,
    id: ServiceId,
    form: Form,
    when: [Choice; 2],
}

pub(super) async fn ask(staff: Staff, Id(id): Id<ServiceId>) -> PageResult {
    staff.actor.require(Permission::ServicesWrite)?;
    let service = services::get(&staff.app, &staff.actor, id).await?.service;
    page(&view(&staff, &service, Form::new().with("when", "period_end")).await)
}

pub(super) async fn end(staff: Staff, Id(id): Id<ServiceId>, posted: Posted) -> PageResult {
    let mut form = posted.form();
    let now = posted.get("when") == "now";
    if now && !posted.ticked("sure") {
        form.fail("sure", "Tick this box to go on.");
    } else {
        let when = if now { End::Now } else { End::PeriodEnd };
        match services::end(&staff.app, &staff.actor, id, when, &posted.text("reason")).await {
            Ok(day) => {
                let done = Flash::success(format!("The service ends on {day}."));
                return see_other(format!("/admin/services/{id}")).flash(done).ok();
            }
            Err(error) => form.refuse(error)?,
        }
    }
    staff.actor.require(Permission::ServicesWrite)?;
    let service = services::get(&staff.app, &staff.actor, id).await?.service;
    refused(&view(&staff, &service, form).await)
}

pub(super) async fn keep(staff: Staff, Id(id): Id<ServiceId>) -> PageResult {
    let result = services::keep(&staff.app, &staff.actor, id).await;
    back(format!("/admin/services/{id}"), result, "The service goes on.")
}

async fn view(staff: &Staff, service: &ServiceRow, form: Form) -> Page {
    let paid = match service.paid_through {
        Some(day) => format!("It is paid until {}.", day.pred_opt().unwrap_or(day)),
        None => "Nothing of it is paid: it ends today.".to_owned(),
    };
    let when = [
        Choice::new("period_end", "When what is paid is used up").help(paid),
        Choice::new("now", "Now").help("With all its data. What was paid stays paid."),
    ];
    Page { chrome: below(staff.chrome().await, service, "End service"), id: service.id, form, when }
}
