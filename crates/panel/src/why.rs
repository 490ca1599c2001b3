//! Why an invoice or a service is as it is.

use askama::Template;
use innkeeper_app::why::{self, About};
use innkeeper_app::{invoices, services};
use innkeeper_domain::{InvoiceId, ServiceId};
use innkeeper_web::extract::{Id, Staff};
use innkeeper_web::reply::{PageResult, page};
use innkeeper_web::view::{AdminSection, Chrome};
use innkeeper_web::why::WhyView;

#[derive(Template)]
#[template(path = "admin/why.html")]
struct Page {
    chrome: Chrome,
    why: WhyView,
}

fn place(about: About) -> Option<String> {
    Some(match about {
        About::Service(id) => format!("/admin/services/{id}"),
        About::Domain(id) => format!("/admin/domains/{id}"),
        About::Order(id) => format!("/admin/orders/{id}"),
        About::Invoice(id) => format!("/admin/invoices/{id}"),
        About::Payment(id) => format!("/admin/payments/{id}"),
        About::Event(id) => format!("/admin/events/{id}"),
    })
}

pub(super) async fn invoice(staff: Staff, Id(id): Id<InvoiceId>) -> PageResult {
    let found = why::invoice(&staff.app, &staff.actor, id).await?;
    let invoice = invoices::get(&staff.app, &staff.actor, id).await?.invoice;
    let number = invoice.number_text.unwrap_or_else(|| format!("Draft {id}"));
    page(&Page {
        chrome: staff
            .chrome()
            .await
            .title("Why?")
            .in_admin(AdminSection::Invoices)
            .crumb("Invoices", "/admin/invoices")
            .crumb(number, format!("/admin/invoices/{id}")),
        why: WhyView::new(found, place),
    })
}

pub(super) async fn service(staff: Staff, Id(id): Id<ServiceId>) -> PageResult {
    let found = why::service(&staff.app, &staff.actor, id).await?;
    let service = services::get(&staff.app, &staff.actor, id).await?.service;
    page(&Page {
        chrome: staff
            .chrome()
            .await
            .title("Why?")
            .in_admin(AdminSection::Services)
            .crumb("Services", "/admin/services")
            .crumb(service.label, format!("/admin/services/{id}")),
        why: WhyView::new(found, place),
    })
}
