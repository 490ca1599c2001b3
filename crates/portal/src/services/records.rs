//! The DNS zone of an account.

use innkeeper_app::{AppError, services};
use innkeeper_domain::ServiceId;
use innkeeper_plugin_api::View;
use innkeeper_web::error::external_text;
use innkeeper_web::extract::{Client, Id, Keyed, Posted};
use innkeeper_web::plugin_view::PluginView;
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{Flash, Form};
use innkeeper_web::{Failure, questions};

use super::plugin::below;
use crate::domains::PluginPage;

pub(super) async fn show(client: Client, Id(id): Id<ServiceId>) -> PageResult {
    page(&drawn(client, id, "", &Form::new()).await?)
}

pub(super) async fn run(client: Client, Keyed(id, action): Keyed<ServiceId>, posted: Posted) -> PageResult {
    let (app, actor) = (&client.app, &client.actor);
    let fields = services::zone_fields(app, actor, id, &action).await?;
    let input = questions::answers(&posted, "field", &fields);
    match services::change_zone(app, actor, id, &action, &input).await {
        Ok(_) => {
            let done = Flash::success("The server is being told. Reload in a moment to see what came of it.");
            see_other(format!("/services/{id}/dns")).flash(done).ok()
        }
        Err(error) => {
            let mut form = posted.form();
            form.refuse(questions::at_controls(error, "field", &fields))?;
            refused(&drawn(client, id, &action, &form).await?)
        }
    }
}

async fn drawn(client: Client, id: ServiceId, action: &str, form: &Form) -> Result<PluginPage, Failure> {
    let (view, trouble) = match services::zone(&client.app, &client.actor, id).await {
        Ok(view) => (view, String::new()),
        Err(AppError::External(error)) => (View::default(), external_text(&error)),
        Err(other) => return Err(other.into()),
    };
    let service = services::get(&client.app, &client.actor, id).await?.service;
    let back = format!("/services/{id}");
    let language = client.language().await;
    let view = PluginView::refused(view, (&format!("{back}/dns"), ""), &language, action, form);
    Ok(PluginPage { chrome: below(&client, &service, "DNS records").await, view, trouble, back })
}
