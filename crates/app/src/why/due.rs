//! Why an invoice is due on its day.

use innkeeper_db::why::LineFacts;
use innkeeper_domain::OrderId;

use super::{About, Why, about, days, on, says};
use crate::invoices::InvoiceRow;

/// None: a credit note is never due.
pub(super) fn of(invoice: &InvoiceRow, lines: &[LineFacts]) -> Option<Why> {
    let (issued, due) = invoice.issued_on.zip(invoice.due_on)?;
    if invoice.state.0 == innkeeper_domain::state::InvoiceState::Credit {
        return None;
    }
    let begins = lines.iter().filter_map(|line| line.period_start).min();
    let expires = lines.iter().filter_map(|line| line.renews_from).min();
    let reason = match (invoice.order_id, begins.or(expires)) {
        (Some(order), _) => about(
            format!(
                "It was issued for an order on {}, and orders are due {} later.",
                on(issued),
                days((due - issued).num_days())
            ),
            About::Order(OrderId(order)),
        ),
        (None, Some(day)) if day == due && begins.is_some() => says("It is due on the day its period begins."),
        (None, Some(day)) if day == due => says("It is due on the day the domain expires."),
        (None, Some(day)) if day < due => says(format!(
            "What it charges begins on {}, before the invoice was made: so it was due on the day it was made.",
            on(day)
        )),
        _ if due == issued => says("It was due on the day it was made."),
        _ => says(format!("It is due {} after it was made.", days((due - issued).num_days()))),
    };
    Some(Why { what: format!("Due on {}", on(due)), reasons: vec![reason] })
}
