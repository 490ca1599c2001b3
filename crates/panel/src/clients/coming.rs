//! The invoices that a client will get, by turning the clock on the data as it is.

use askama::Template;
use axum::extract::Query;
use innkeeper_app::{billing, calendar, clients};
use innkeeper_domain::ClientId;
use innkeeper_web::coming::{ComingView, Span};
use innkeeper_web::extract::{Id, Staff};
use innkeeper_web::reply::{PageResult, page};
use innkeeper_web::view::{Chrome, Empty};

use super::below;

#[derive(Template)]
#[template(path = "admin/clients/coming.html")]
struct Page {
    chrome: Chrome,
    coming: ComingView,
    empty: Empty,
}

pub(super) async fn show(staff: Staff, Id(id): Id<ClientId>, Query(span): Query<Span>) -> PageResult {
    let client = clients::get(&staff.app, &staff.actor, id).await?;
    let until = span.until(calendar::today(&staff.app).await?);
    let invoices = billing::preview(&staff.app, &staff.actor, id, until).await?;
    page(&Page {
        chrome: below(staff.chrome().await, &client.client, "Coming invoices")
            .subtitle("What the client will be charged if everything stays as it is and is paid on time."),
        coming: ComingView::new(invoices, span, until)?,
        empty: Empty::new("calendar", "Nothing is to come", "Services and domains that renew appear here."),
    })
}
