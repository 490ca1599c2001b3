//! One dispute.

use askama::Template;
use innkeeper_app::payments::{self, DisputeRow};
use innkeeper_domain::{DisputeId, DisputeState, Money};
use innkeeper_web::extract::{Id, Staff};
use innkeeper_web::reply::{PageResult, page};
use innkeeper_web::view::{AdminSection, Badge, Cell, Chrome, Facts, Moment};

use super::badge;
use crate::amount::shown;

#[derive(Template)]
#[template(path = "admin/disputes/show.html")]
struct Show {
    chrome: Chrome,
    state: Badge,
    facts: Facts,
    invoices: Vec<(i64, String)>,
    /// What it means now.
    meaning: &'static str,
}

pub(super) async fn show(staff: Staff, Id(id): Id<DisputeId>) -> PageResult {
    let row = payments::dispute(&staff.app, &staff.actor, id).await?;
    page(&Show {
        chrome: staff
            .chrome()
            .await
            .title(format!("Dispute {}", row.remote_id))
            .in_admin(AdminSection::Payments)
            .crumb("Payments", "/admin/payments")
            .crumb("Disputes", "/admin/disputes"),
        state: badge(&row),
        meaning: match row.state.0 {
            DisputeState::Open => {
                "The payer's bank has the money until this is decided: answer it at the gateway. What the payment paid is owed again; nobody is reminded or charged meanwhile."
            }
            DisputeState::Won => {
                "The money is here again, and paid what was still owed. The rest is the client's credit."
            }
            DisputeState::Lost => "The money is gone for good. What the payment had paid is owed.",
        },
        facts: facts(&row),
        invoices: row.invoices.into_iter().zip(row.numbers).collect(),
    })
}

fn facts(row: &DisputeRow) -> Facts {
    let money = |minor| shown(Money::new(minor, *row.currency));
    let payment = |id: i64| Cell::Link(format!("/admin/payments/{id}"), id.to_string());
    let mut facts = Facts::new()
        .row("Client", Cell::Link(format!("/admin/clients/{}", row.client_id), row.client_name.clone()))
        .row("Payment", payment(row.payment_id.get()))
        .row("Gateway", row.gateway.as_str())
        .row("Disputed", money(row.amount))
        .row("Taken of the payment", money(row.taken))
        .row("Since", Moment::exact(&row.created_at));
    if !row.reason.is_empty() {
        facts = facts.row("Reason", row.reason.as_str());
    }
    if let Some(fee) = row.fee {
        facts = facts.row("The gateway's fee", money(fee));
    }
    if let Some(at) = &row.closed_at {
        facts = facts.row("Decided", Moment::exact(at));
    }
    match row.restored_id {
        Some(id) => facts.row("Recorded again as", payment(id)),
        None => facts,
    }
}
