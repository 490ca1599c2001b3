//! Ending one's service.

use askama::Template;
use innkeeper_app::services::{self, End, ServiceRow};
use innkeeper_domain::ServiceId;
use innkeeper_web::extract::{Client, Id, Posted};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{Choice, Chrome, Flash, Form};

use super::{back, below};

#[derive(Template)]
#[template(path = "portal/services/end.html")]
struct Page {
    chrome: Chrome,
    id: ServiceId,
    form: Form,
    when: [Choice; 2],
}

pub(super) async fn ask(client: Client, Id(id): Id<ServiceId>) -> PageResult {
    let service = services::get(&client.app, &client.actor, id).await?.service;
    page(&view(&client, &service, Form::new().with("when", "period_end")).await)
}

pub(super) async fn end(client: Client, Id(id): Id<ServiceId>, posted: Posted) -> PageResult {
    let mut form = posted.form();
    let now = posted.get("when") == "now";
    if now && !posted.ticked("sure") {
        form.fail("sure", "Tick this box to go on.");
    } else {
        let when = if now { End::Now } else { End::PeriodEnd };
        match services::end(&client.app, &client.actor, id, when, &posted.text("reason")).await {
            Ok(day) => {
                let done = Flash::success(format!("Your service ends on {day}."));
                return see_other(format!("/services/{id}")).flash(done).ok();
            }
            Err(error) => form.refuse(error)?,
        }
    }
    let service = services::get(&client.app, &client.actor, id).await?.service;
    refused(&view(&client, &service, form).await)
}

pub(super) async fn keep(client: Client, Id(id): Id<ServiceId>) -> PageResult {
    let result = services::keep(&client.app, &client.actor, id).await;
    back(format!("/services/{id}"), result, "The service goes on.")
}

async fn view(client: &Client, service: &ServiceRow, form: Form) -> Page {
    let paid = match service.paid_through {
        Some(day) => format!("It is paid until {}.", day.pred_opt().unwrap_or(day)),
        None => "Nothing of it is paid: it ends today.".to_owned(),
    };
    let when = [
        Choice::new("period_end", "When what is paid is used up").help(paid),
        Choice::new("now", "Now").help("With all its data. What was paid stays paid."),
    ];
    Page { chrome: below(client.chrome().await, service, "End service"), id: service.id, form, when }
}
