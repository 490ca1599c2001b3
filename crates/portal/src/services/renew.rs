//! Renewing a service before its time.

use innkeeper_app::{AppError, billing};
use innkeeper_domain::ServiceId;
use innkeeper_web::extract::{Client, Id};
use innkeeper_web::reply::{PageResult, see_other};
use innkeeper_web::view::Flash;

use super::back;

pub(super) async fn renew(client: Client, Id(id): Id<ServiceId>) -> PageResult {
    match billing::renew(&client.app, &client.actor, id).await {
        Ok(invoice) => {
            see_other(format!("/invoices/{invoice}")).flash(Flash::success("The next period is invoiced.")).ok()
        }
        Err(error) => back(format!("/services/{id}"), Err::<(), AppError>(error), ""),
    }
}
