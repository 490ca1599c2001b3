//! Renewing a service before its time.

use innkeeper_app::{AppError, billing};
use innkeeper_domain::ServiceId;
use innkeeper_web::extract::{Id, Staff};
use innkeeper_web::reply::{PageResult, see_other};
use innkeeper_web::view::Flash;

use crate::outcome::back;

pub(super) async fn renew(staff: Staff, Id(id): Id<ServiceId>) -> PageResult {
    match billing::renew(&staff.app, &staff.actor, id).await {
        Ok(invoice) => {
            let told = Flash::success("The next period is invoiced.");
            see_other(format!("/admin/invoices/{invoice}")).flash(told).ok()
        }
        Err(error) => back(format!("/admin/services/{id}"), Err::<(), AppError>(error), ""),
    }
}
