//! The invoices that the client will get.

use askama::Template;
use axum::extract::Query;
use innkeeper_app::{AppError, billing, calendar};
use innkeeper_web::coming::{ComingView, Span};
use innkeeper_web::extract::Client;
use innkeeper_web::reply::{PageResult, page};
use innkeeper_web::view::{Chrome, Empty, PortalSection};

#[derive(Template)]
#[template(path = "portal/invoices/coming.html")]
struct Page {
    chrome: Chrome,
    coming: ComingView,
    empty: Empty,
}

pub(super) async fn show(client: Client, Query(span): Query<Span>) -> PageResult {
    let id = client.actor.client_id().ok_or(AppError::Forbidden)?;
    let until = span.until(calendar::today(&client.app).await?);
    let invoices = billing::preview(&client.app, &client.actor, id, until).await?;
    page(&Page {
        chrome: client
            .chrome()
            .await
            .title("Coming invoices")
            .subtitle("What you will be charged if everything stays as it is and is paid on time.")
            .crumb("Invoices", "/invoices")
            .in_portal(PortalSection::Invoices),
        coming: ComingView::new(invoices, span, until)?,
        empty: Empty::new("calendar", "Nothing is to come", "Services and domains that renew appear here."),
    })
}
