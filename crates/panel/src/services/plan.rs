//! Changing the plan of a service.

use askama::Template;
use axum::extract::Query;
use innkeeper_app::{plan_changes, services};
use innkeeper_domain::ServiceId;
use innkeeper_web::extract::{Id, Posted, Staff};
use innkeeper_web::plan_change::{PlanChange, Reply};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{Chrome, Flash};
use std::collections::BTreeMap;

use super::below;
use crate::outcome::back;

#[derive(Template)]
#[template(path = "admin/services/plan.html")]
struct Plan {
    chrome: Chrome,
    change: PlanChange,
}

impl Plan {
    async fn new(staff: &Staff, id: ServiceId, change: PlanChange) -> Result<Self, innkeeper_web::Failure> {
        let service = services::get(&staff.app, &staff.actor, id).await?.service;
        Ok(Self { chrome: below(staff.chrome().await, &service, "Change plan"), change })
    }
}

pub(super) async fn ask(
    staff: Staff,
    Id(id): Id<ServiceId>,
    Query(chosen): Query<BTreeMap<String, String>>,
) -> PageResult {
    let change = PlanChange::ask(&staff.app, &staff.actor, id, &format!("/admin/services/{id}"), chosen).await?;
    page(&Plan::new(&staff, id, change).await?)
}

pub(super) async fn order(staff: Staff, Id(id): Id<ServiceId>, posted: Posted) -> PageResult {
    let address = format!("/admin/services/{id}");
    match PlanChange::work(&staff.app, &staff.actor, id, &address, &posted).await? {
        Reply::Ordered(changed) => {
            let text = match changed.invoice.filter(|_| changed.quote.total.is_positive()) {
                Some(_) => "The change is ordered. It is made as soon as its invoice is paid.",
                None => "The plan is changed.",
            };
            see_other(address).flash(Flash::success(text)).ok()
        }
        Reply::Page(change, true) => refused(&Plan::new(&staff, id, change).await?),
        Reply::Page(change, false) => page(&Plan::new(&staff, id, change).await?),
    }
}

pub(super) async fn cancel(staff: Staff, Id(id): Id<ServiceId>) -> PageResult {
    let result = plan_changes::cancel(&staff.app, &staff.actor, id).await;
    back(format!("/admin/services/{id}"), result, "The change is taken back.")
}
