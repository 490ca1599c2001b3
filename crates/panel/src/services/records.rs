//! The DNS zone of an account.

use innkeeper_app::{AppError, services};
use innkeeper_domain::ServiceId;
use innkeeper_plugin_api::View;
use innkeeper_web::extract::{Id, Keyed, Posted, Staff};
use innkeeper_web::plugin_view::PluginView;
use innkeeper_web::reply::{PageResult, page, refused, see_other, sentence};
use innkeeper_web::view::{Flash, Form};
use innkeeper_web::{Failure, questions};

use super::below;
use crate::domains::PluginPage;

pub(super) async fn show(staff: Staff, Id(id): Id<ServiceId>) -> PageResult {
    page(&drawn(staff, id, "", &Form::new()).await?)
}

pub(super) async fn run(staff: Staff, Keyed(id, action): Keyed<ServiceId>, posted: Posted) -> PageResult {
    let (app, actor) = (&staff.app, &staff.actor);
    let fields = services::zone_fields(app, actor, id, &action).await?;
    let input = questions::answers(&posted, "field", &fields);
    match services::change_zone(app, actor, id, &action, &input).await {
        Ok(_) => {
            let done = Flash::success("The server is being told. Reload in a moment to see what came of it.");
            see_other(format!("/admin/services/{id}/dns")).flash(done).ok()
        }
        Err(error) => {
            let mut form = posted.form();
            form.refuse(questions::at_controls(error, "field", &fields))?;
            refused(&drawn(staff, id, &action, &form).await?)
        }
    }
}

async fn drawn(staff: Staff, id: ServiceId, action: &str, form: &Form) -> Result<PluginPage, Failure> {
    let (view, trouble) = match services::zone(&staff.app, &staff.actor, id).await {
        Ok(view) => (view, String::new()),
        Err(AppError::External(error)) => (View::default(), sentence(&error.detail)),
        Err(other) => return Err(other.into()),
    };
    let service = services::get(&staff.app, &staff.actor, id).await?.service;
    let back = format!("/admin/services/{id}");
    let language = staff.language().await;
    let view = PluginView::refused(view, (&format!("{back}/dns"), ""), &language, action, form);
    Ok(PluginPage { chrome: below(staff.chrome().await, &service, "DNS records"), view, trouble, back })
}
