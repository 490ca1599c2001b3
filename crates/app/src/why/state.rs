//! Why an invoice is in its state.

use chrono::NaiveDate;
use innkeeper_db::why::StepFacts;
use innkeeper_domain::{Currency, Money, state::InvoiceState};

use super::{About, Reason, Why, about, days, on, says};
use crate::{Result, invoices::InvoiceView};

pub(super) fn of(view: &InvoiceView, steps: &[StepFacts], today: NaiveDate) -> Result<Why> {
    let invoice = &view.invoice;
    let currency: Currency = invoice.currency.parse()?;
    let money = |minor| Money::new(minor, currency);
    let mut reasons = match invoice.state.0 {
        InvoiceState::Unpaid if invoice.is_proforma => {
            let mut reasons = unpaid(invoice.due_on, money(invoice.total - invoice.paid), today);
            reasons.push(says("It is a proforma: the invoice follows once it is paid."));
            reasons
        }
        InvoiceState::Unpaid => unpaid(invoice.due_on, money(invoice.total - invoice.paid), today),
        InvoiceState::Paid => vec![says("Nothing is owed on it any more.")],
        InvoiceState::Void if view.moved.iter().any(|other| other.is_newer) => {
            vec![says("It was withdrawn: nothing is owed on it.")]
        }
        InvoiceState::Void => {
            vec![says("It was withdrawn: nothing is owed, and what it charged may be charged again.")]
        }
        InvoiceState::Refunded => vec![says("All that it was over was given back.")],
        InvoiceState::WrittenOff => vec![says("It was given up: nobody is asked for what was still owed.")],
        InvoiceState::Credit => vec![says("It takes back what was invoiced.")],
        InvoiceState::Draft => vec![says("It was not issued yet.")],
    };
    reasons.extend(view.payments.iter().map(|payment| {
        let text = format!("{} came on {} ({}).", money(payment.amount), on(payment.received_on), payment.gateway);
        about(text, About::Payment(payment.id))
    }));
    if let Some(proforma) = &view.proforma {
        let (number, day) = (&proforma.number, on(proforma.issued_on));
        reasons.push(says(format!("It was asked for as proforma {number} on {day}, and became an invoice later.")));
    }
    let is_note = invoice.state.0 == InvoiceState::Credit;
    reasons.extend(view.related.iter().map(|(id, number)| {
        let text = if is_note {
            format!("It is about invoice {number}.")
        } else {
            format!("Credit note {number} takes back from it.")
        };
        about(text, About::Invoice(*id))
    }));
    reasons.extend(view.moved.iter().map(|other| {
        let number = &other.number;
        let text = if other.is_newer {
            format!("Invoice {number} is in its place: its lines are there now.")
        } else {
            format!("It is in the place of invoice {number}, whose lines are here now.")
        };
        about(text, About::Invoice(other.id))
    }));
    reasons.extend(steps.iter().map(taken));
    Ok(Why { what: format!("The invoice is {}", word(invoice.state.0)), reasons })
}

fn word(state: InvoiceState) -> &'static str {
    match state {
        InvoiceState::Credit => "a credit note",
        InvoiceState::WrittenOff => "written off",
        state => state.as_str(),
    }
}

fn unpaid(due: Option<NaiveDate>, left: Money, today: NaiveDate) -> Vec<Reason> {
    let owed = says(format!("{left} are still to be paid."));
    match due {
        Some(due) if due < today => {
            vec![owed, says(format!("It is {} late.", days((today - due).num_days())))]
        }
        _ => vec![owed],
    }
}

fn taken(step: &StepFacts) -> Reason {
    let day = on(step.taken_on);
    says(match step.kind.as_str() {
        "reminder" => format!("A reminder was sent on {day}."),
        "charge" => format!("The stored way to pay was charged on {day}."),
        _ => format!("A late fee was added on {day}."),
    })
}
