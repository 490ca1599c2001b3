//! Operations that need no further word.

use innkeeper_app::domains;
use innkeeper_domain::DomainId;
use innkeeper_web::extract::{Id, Staff};
use innkeeper_web::reply::PageResult;

use crate::outcome::back;

pub(super) async fn register(staff: Staff, Id(id): Id<DomainId>) -> PageResult {
    let result = domains::register(&staff.app, &staff.actor, id).await;
    back(format!("/admin/domains/{id}"), result, "The registrar is being asked for the domain.")
}

pub(super) async fn lock(staff: Staff, Id(id): Id<DomainId>) -> PageResult {
    let result = domains::set_lock(&staff.app, &staff.actor, id, true).await;
    back(format!("/admin/domains/{id}"), result, "The domain is locked against transfer.")
}

pub(super) async fn unlock(staff: Staff, Id(id): Id<DomainId>) -> PageResult {
    let result = domains::set_lock(&staff.app, &staff.actor, id, false).await;
    back(format!("/admin/domains/{id}"), result, "The domain may be transferred away now.")
}
