//! Operations that need no further word.

use innkeeper_app::{payments, services};
use innkeeper_domain::ServiceId;
use innkeeper_web::extract::{Id, Posted, Staff};
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

pub(super) async fn end_subscription(staff: Staff, Id(id): Id<ServiceId>, posted: Posted) -> PageResult {
    let (gateway, subscription) = (posted.get("gateway"), posted.get("subscription"));
    let result = payments::end_subscription(&staff.app, &staff.actor, id, gateway, subscription).await;
    back(format!("/admin/services/{id}"), result, "The subscription is being ended.")
}
