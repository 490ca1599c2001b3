//! Why an invoice or a service is as it is.

use askama::Template;
use innkeeper_app::why::{self, About};
use innkeeper_app::{invoices, services};
use innkeeper_domain::{InvoiceId, ServiceId};
use innkeeper_web::extract::{Client, Id};
use innkeeper_web::reply::{PageResult, page};
use innkeeper_web::view::{Chrome, PortalSection};
use innkeeper_web::why::WhyView;

#[derive(Template)]
#[template(path = "portal/why.html")]
struct Page {
    chrome: Chrome,
    why: WhyView,
}

/// Payments, orders and events have no page of their own here.
fn place(about: About) -> Option<String> {
    match about {
        About::Service(id) => Some(format!("/services/{id}")),
        About::Domain(id) => Some(format!("/domains/{id}")),
        About::Invoice(id) => Some(format!("/invoices/{id}")),
        About::Order(_) | About::Payment(_) | About::Event(_) => None,
    }
}

pub(super) async fn invoice(client: Client, Id(id): Id<InvoiceId>) -> PageResult {
    let found = why::invoice(&client.app, &client.actor, id).await?;
    let invoice = invoices::get(&client.app, &client.actor, id).await?.invoice;
    let number = invoice.number_text.unwrap_or_else(|| format!("Draft {id}"));
    page(&Page {
        chrome: client
            .chrome()
            .await
            .title("Why?")
            .in_portal(PortalSection::Invoices)
            .crumb("Invoices", "/invoices")
            .crumb(number, format!("/invoices/{id}")),
        why: WhyView::new(found, place),
    })
}

pub(super) async fn service(client: Client, Id(id): Id<ServiceId>) -> PageResult {
    let found = why::service(&client.app, &client.actor, id).await?;
    let service = services::get(&client.app, &client.actor, id).await?.service;
    page(&Page {
        chrome: client
            .chrome()
            .await
            .title("Why?")
            .in_portal(PortalSection::Services)
            .crumb("Services", "/services")
            .crumb(service.label, format!("/services/{id}")),
        why: WhyView::new(found, place),
    })
}
