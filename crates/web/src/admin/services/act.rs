//! Operations that need no further word.

use innkeeper_app::services;
use innkeeper_domain::ServiceId;

use crate::admin::outcome::back;
use crate::extract::{Id, Staff};
use crate::reply::PageResult;

pub(super) async fn create(staff: Staff, Id(id): Id<ServiceId>) -> PageResult {
    let result = services::create(&staff.app, &staff.actor, id).await;
    back(format!("/admin/services/{id}"), result, "The service is being set up.")
}

pub(super) async fn unsuspend(staff: Staff, Id(id): Id<ServiceId>) -> PageResult {
    let result = services::unsuspend(&staff.app, &staff.actor, id).await;
    back(format!("/admin/services/{id}"), result, "The service is being switched on again.")
}
