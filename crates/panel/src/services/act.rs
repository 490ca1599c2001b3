//! Operations that need no further word.

use innkeeper_app::services;
use innkeeper_domain::ServiceId;
use innkeeper_web::extract::{Id, Staff};
use innkeeper_web::reply::PageResult;

use crate::outcome::back;

pub(super) async fn create(staff: Staff, Id(id): Id<ServiceId>) -> PageResult {
    let result = services::create(&staff.app, &staff.actor, id).await;
    back(format!("/admin/services/{id}"), result, "The service is being set up.")
}

pub(super) async fn unsuspend(staff: Staff, Id(id): Id<ServiceId>) -> PageResult {
    let result = services::unsuspend(&staff.app, &staff.actor, id).await;
    back(format!("/admin/services/{id}"), result, "The service is being switched on again.")
}
