//! Taking a product out of sale and putting it back.

use innkeeper_app::catalogue;
use innkeeper_domain::ProductId;
use innkeeper_web::extract::{Id, Staff};
use innkeeper_web::reply::PageResult;

use crate::outcome::back;

pub(super) async fn retire(staff: Staff, Id(id): Id<ProductId>) -> PageResult {
    let result = catalogue::retire_product(&staff.app, &staff.actor, id).await;
    back(format!("/admin/products/{id}"), result, "The product is no longer sold.")
}

pub(super) async fn bring_back(staff: Staff, Id(id): Id<ProductId>) -> PageResult {
    let result = catalogue::bring_back_product(&staff.app, &staff.actor, id).await;
    back(format!("/admin/products/{id}"), result, "The product is on sale again.")
}
