//! Ending a service.

use askama::Template;
use innkeeper_app::services;
use innkeeper_domain::{Permission, ServiceId};
use innkeeper_web::Failure;
use innkeeper_web::end_service::EndService;
use innkeeper_web::extract::{Id, Posted, Staff};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{Chrome, Flash};

use super::below;
use crate::outcome::back;

#[derive(Template)]
#[template(path = "admin/services/end.html")]
struct Page {
    chrome: Chrome,
    end: EndService,
}

impl Page {
    async fn new(staff: &Staff, id: ServiceId, end: EndService) -> Result<Self, Failure> {
        let service = services::get(&staff.app, &staff.actor, id).await?.service;
        Ok(Self { chrome: below(staff.chrome().await, &service, "End service"), end })
    }
}

pub(super) async fn ask(staff: Staff, Id(id): Id<ServiceId>) -> PageResult {
    staff.actor.require(Permission::ServicesWrite)?;
    let end = EndService::ask(&staff.app, &staff.actor, id, &format!("/admin/services/{id}")).await?;
    page(&Page::new(&staff, id, end).await?)
}

pub(super) async fn end(staff: Staff, Id(id): Id<ServiceId>, posted: Posted) -> PageResult {
    let address = format!("/admin/services/{id}");
    match EndService::work(&staff.app, &staff.actor, id, &address, &posted).await? {
        Ok(day) => see_other(address).flash(Flash::success(format!("The service ends on {day}."))).ok(),
        Err(end) => refused(&Page::new(&staff, id, end).await?),
    }
}

pub(super) async fn keep(staff: Staff, Id(id): Id<ServiceId>) -> PageResult {
    let result = services::keep(&staff.app, &staff.actor, id).await;
    back(format!("/admin/services/{id}"), result, "The service goes on.")
}
