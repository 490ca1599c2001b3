//! Invoices: list, one, paying, the statement of account.

mod ahead;
mod collect;
mod coming;
mod list;
pub(super) mod mounted;
mod pay;
mod several;
mod show;
mod statement;

use axum::Router;
use axum::routing::get;
use chrono::NaiveDate;
use innkeeper_app::invoices::InvoiceRow;
use innkeeper_domain::InvoiceId;
use innkeeper_domain::state::InvoiceState;
use innkeeper_web::AppState;
use innkeeper_web::view::{Badge, Moment, price_in};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/invoices", get(list::show))
        .route("/invoices/pay", get(several::show).post(several::begin))
        .route("/funds", get(ahead::show).post(ahead::begin))
        .route("/pay/{id}", get(collect::show))
        .route("/pay/{id}/paid/{gateway}", get(collect::returned))
        .route("/invoices/coming", get(coming::show))
        .route("/invoices/statement", get(statement::show))
        .route("/invoices/statement.csv", get(statement::file))
        .route("/invoices/{id}", get(show::show))
        .route("/invoices/{id}/why", get(crate::why::invoice))
        .route("/invoices/{id}/pdf", get(show::pdf))
        .route("/invoices/{id}/cii.xml", get(show::cii))
        .route("/invoices/{id}/ubl.xml", get(show::ubl))
        .route("/invoices/{id}/pay", get(pay::show))
        .route("/invoices/{id}/paid/{gateway}", get(pay::returned))
}

/// An invoice in a list.
pub(super) struct InvoiceLine {
    pub id: InvoiceId,
    pub number: String,
    pub issued: Option<Moment>,
    pub due: Option<Moment>,
    pub state: Badge,
    pub total: String,
    pub is_unpaid: bool,
}

impl InvoiceLine {
    pub(super) fn all(rows: Vec<InvoiceRow>, today: NaiveDate) -> Vec<Self> {
        rows.into_iter().map(|row| Self::new(row, today)).collect()
    }
    fn new(row: InvoiceRow, today: NaiveDate) -> Self {
        Self {
            id: row.id,
            state: badge(&row, today),
            total: price_in(row.total, &row.currency),
            issued: row.issued_on.map(Moment::day),
            due: row.due_on.map(Moment::day),
            is_unpaid: row.state.0 == InvoiceState::Unpaid,
            number: number(&row),
        }
    }
}

/// The printed number.
fn number(row: &InvoiceRow) -> String {
    row.number_text.clone().unwrap_or_else(|| format!("Draft {}", row.id))
}

/// The state, with what it means for the reader.
fn badge(row: &InvoiceRow, today: NaiveDate) -> Badge {
    match (row.state.0, row.due_on) {
        (InvoiceState::Unpaid, Some(due)) if due < today => Badge::state("overdue"),
        (InvoiceState::Unpaid, _) if row.paid > 0 => Badge::state("partially_paid"),
        (state, _) => Badge::state(state.as_str()),
    }
}
