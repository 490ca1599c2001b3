//! Ending a service.

use askama::Template;
use innkeeper_app::services;
use innkeeper_domain::ServiceId;
use innkeeper_web::Failure;
use innkeeper_web::end_service::EndService;
use innkeeper_web::extract::{Client, Id, Posted};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{Chrome, Flash};

use super::{back, below};

#[derive(Template)]
#[template(path = "portal/services/end.html")]
struct Page {
    chrome: Chrome,
    end: EndService,
}

impl Page {
    async fn new(client: &Client, id: ServiceId, end: EndService) -> Result<Self, Failure> {
        let service = services::get(&client.app, &client.actor, id).await?.service;
        Ok(Self { chrome: below(client.chrome().await, &service, "End service"), end })
    }
}

pub(super) async fn ask(client: Client, Id(id): Id<ServiceId>) -> PageResult {
    let end = EndService::ask(&client.app, &client.actor, id, &format!("/services/{id}")).await?;
    page(&Page::new(&client, id, end).await?)
}

pub(super) async fn end(client: Client, Id(id): Id<ServiceId>, posted: Posted) -> PageResult {
    let address = format!("/services/{id}");
    match EndService::work(&client.app, &client.actor, id, &address, &posted).await? {
        Ok(day) => see_other(address).flash(Flash::success(format!("The service ends on {day}."))).ok(),
        Err(end) => refused(&Page::new(&client, id, end).await?),
    }
}

pub(super) async fn keep(client: Client, Id(id): Id<ServiceId>) -> PageResult {
    let result = services::keep(&client.app, &client.actor, id).await;
    back(format!("/services/{id}"), result, "The service goes on.")
}
