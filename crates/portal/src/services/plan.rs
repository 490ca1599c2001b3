//! Changing the plan of one's service.

use askama::Template;
use axum::extract::Query;
use innkeeper_app::{plan_changes, services};
use innkeeper_domain::ServiceId;
use innkeeper_web::extract::{Client, Id, Posted};
use innkeeper_web::plan_change::{PlanChange, Reply};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{Chrome, Flash};
use std::collections::BTreeMap;

use super::{back, below};

#[derive(Template)]
#[template(path = "portal/services/plan.html")]
struct Plan {
    chrome: Chrome,
    change: PlanChange,
}

impl Plan {
    async fn new(client: &Client, id: ServiceId, change: PlanChange) -> Result<Self, innkeeper_web::Failure> {
        let service = services::get(&client.app, &client.actor, id).await?.service;
        Ok(Self { chrome: below(client.chrome().await, &service, "Change plan"), change })
    }
}

pub(super) async fn ask(
    client: Client,
    Id(id): Id<ServiceId>,
    Query(chosen): Query<BTreeMap<String, String>>,
) -> PageResult {
    let change = PlanChange::ask(&client.app, &client.actor, id, &format!("/services/{id}"), chosen).await?;
    page(&Plan::new(&client, id, change).await?)
}

pub(super) async fn order(client: Client, Id(id): Id<ServiceId>, posted: Posted) -> PageResult {
    let address = format!("/services/{id}");
    match PlanChange::work(&client.app, &client.actor, id, &address, &posted).await? {
        Reply::Ordered(changed) => match changed.invoice.filter(|_| changed.quote.total.is_positive()) {
            Some(invoice) => {
                let text = "Your change is ordered. It is made as soon as this invoice is paid.";
                see_other(format!("/invoices/{invoice}")).flash(Flash::success(text)).ok()
            }
            None => see_other(address).flash(Flash::success("Your plan is changed.")).ok(),
        },
        Reply::Page(change, true) => refused(&Plan::new(&client, id, change).await?),
        Reply::Page(change, false) => page(&Plan::new(&client, id, change).await?),
    }
}

pub(super) async fn cancel(client: Client, Id(id): Id<ServiceId>) -> PageResult {
    let result = plan_changes::cancel(&client.app, &client.actor, id).await;
    back(format!("/services/{id}"), result, "The change is taken back.")
}
