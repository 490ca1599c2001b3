//! Invoices of all clients.

mod charge;
mod credit;
mod list;
mod pay;
mod regroup;
mod show;
mod write_off;

use axum::Router;
use axum::routing::{get, post};
use chrono::NaiveDate;
use innkeeper_app::invoices::InvoiceRow;
use innkeeper_domain::state::InvoiceState;
use innkeeper_web::AppState;
use innkeeper_web::view::Badge;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/invoices", get(list::list))
        .route("/invoices/{id}", get(show::show))
        .route("/invoices/{id}/why", get(crate::why::invoice))
        .route("/invoices/{id}/pdf", get(show::pdf))
        .route("/invoices/{id}/cii.xml", get(show::cii))
        .route("/invoices/{id}/ubl.xml", get(show::ubl))
        .route("/invoices/{id}/invoice", post(show::invoice))
        .route("/invoices/{id}/void", post(show::void))
        .route("/invoices/{id}/charge", get(charge::show).post(charge::charge))
        .route("/invoices/{id}/credit", get(credit::ask).post(credit::issue))
        .route("/invoices/{id}/merge", get(regroup::ask_merge).post(regroup::merge))
        .route("/invoices/{id}/split", get(regroup::ask_split).post(regroup::split))
        .route("/invoices/{id}/write-off", get(write_off::ask).post(write_off::write_off))
        .route("/invoices/{id}/pay", get(pay::show).post(pay::record))
}

/// The state of an invoice as people see it on `today`: an unpaid one may be overdue or paid in part.
pub(super) fn badge(invoice: &InvoiceRow, today: NaiveDate) -> Badge {
    let overdue = invoice.due_on.is_some_and(|due| due < today);
    match invoice.state.0 {
        InvoiceState::Unpaid if overdue => Badge::state("overdue"),
        InvoiceState::Unpaid if invoice.paid > 0 => Badge::state("partially_paid"),
        state => Badge::state(state.as_str()),
    }
}

/// What it is called.
pub(super) fn title(invoice: &InvoiceRow) -> String {
    let kind = match invoice.state.0 {
        InvoiceState::Credit => "Credit note",
        _ if invoice.is_proforma => "Proforma",
        _ => "Invoice",
    };
    format!("{kind} {}", number(invoice))
}

/// The printed number; a draft has none.
pub(super) fn number(invoice: &InvoiceRow) -> String {
    invoice.number_text.clone().unwrap_or_else(|| format!("Draft {}", invoice.id))
}
