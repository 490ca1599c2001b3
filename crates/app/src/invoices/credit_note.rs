//! Credit notes: what was issued is never changed, so a document of its own takes a part of it back. What it gives takes
//! the place of money on the invoice, or of what is still owed on it; the money is the client's credit then.

use chrono::NaiveDate;
use innkeeper_db::{
    credit_notes::{self as db, CreditableLine, Of},
    invoices::{self as rows, NewLine},
    ledger::{self, Entry, Posting},
    payments as allocations, refunds,
};
use innkeeper_domain::{
    ClientId, Currency, DomainId, InvoiceId, InvoiceLineId, Money, PaymentId, Period, Permission, Rate, ServiceId,
    Treatment, state::InvoiceState,
};
use innkeeper_hooks::payloads::{CreditNoteIssued, InvoiceCancelled};
use rust_decimal::Decimal;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

use super::{
    issue::{self, Draft},
    numbers::Document,
    proforma,
};
use crate::{Actor, App, AppError, Checks, Result, Tx, calendar, mailer, payments, plan_changes};

/// What of an invoice is to be taken back.
#[derive(Clone, Debug)]
pub struct CreditInvoice {
    /// The invoice.
    pub invoice_id: InvoiceId,
    /// How much of which line, without tax; empty: all that is left of every line.
    pub lines: Vec<(InvoiceLineId, Money)>,
    /// Why: the client reads it.
    pub reason: String,
}

/// A part of a line, without tax, that is taken back.
#[derive(Clone, Debug)]
pub(crate) struct Taken {
    pub line: InvoiceLineId,
    pub net: i64,
    /// The days for which.
    pub period: Option<Period>,
    /// What the client reads.
    pub description: String,
}

/// The lines of an invoice with what can still be taken back of each.
pub async fn creditable(app: &App, actor: &Actor, id: InvoiceId) -> Result<Vec<CreditableLine>> {
    actor.require(Permission::InvoicesWrite)?;
    let mut tx = app.begin(actor).await?;
    Ok(db::creditable(tx.conn(), Of::Invoice(id)).await?)
}

/// Takes back a part of an unpaid or paid invoice, or all of it; the id of the credit note.
pub async fn credit(app: &App, actor: &Actor, command: CreditInvoice) -> Result<InvoiceId> {
    actor.require(Permission::InvoicesWrite)?;
    let mut checks = Checks::default();
    checks.text("reason", &command.reason, 200, true);
    checks.finish()?;
    let today = calendar::today(app).await?;
    let mut tx = app.begin(actor).await?;
    let client = rows::client_of(tx.conn(), command.invoice_id).await?.ok_or(AppError::NotFound("invoice"))?;
    tx.lock_client(client).await?;
    let lines = db::creditable(tx.conn(), Of::Invoice(command.invoice_id)).await?;
    if let Some(line) = lines.iter().find(|line| line.is_proforma) {
        return Err(proforma::not_yet(&line.number));
    }
    let taken = taken(&command, &lines)?;
    let note = issue(&mut tx, today, &taken).await?;
    tx.audit("invoice.credit", "invoice", command.invoice_id, json!({ "credit_note": note, "reason": command.reason }))
        .await?;
    tx.commit().await?;
    Ok(note)
}

fn taken(command: &CreditInvoice, lines: &[CreditableLine]) -> Result<Vec<Taken>> {
    let description = |line: &CreditableLine| format!("{}: {}", command.reason.trim(), line.description);
    let all = |line: &CreditableLine| Taken {
        line: line.id,
        net: line.left(),
        period: line.period(),
        description: description(line),
    };
    if command.lines.is_empty() {
        return Ok(lines.iter().filter(|line| line.left() > 0).map(all).collect());
    }
    let mut checks = Checks::default();
    let mut taken = vec![];
    for (id, amount) in &command.lines {
        let field = format!("lines.{id}");
        let Some(line) = lines.iter().find(|line| line.id == *id) else {
            checks.require(false, &field, "is no line of this invoice");
            continue;
        };
        checks.require(amount.currency() == *line.currency, &field, format_args!("must be in {}", line.currency));
        let left = Money::new(line.left(), *line.currency);
        let within = amount.is_positive() && amount.minor() <= left.minor();
        checks.require(within, &field, format_args!("must be more than nothing and at most {left}"));
        taken.push(Taken { net: amount.minor(), ..all(line) });
    }
    checks.finish()?;
    Ok(taken)
}

/// Issues a credit note over parts of lines of one client in one currency. The caller holds the client's lock.
/// `Conflict` if a line or its invoice leaves less than that.
pub(crate) async fn issue(tx: &mut Tx<'_>, today: NaiveDate, taken: &[Taken]) -> Result<InvoiceId> {
    let ids: Vec<InvoiceLineId> = taken.iter().map(|t| t.line).collect();
    let mut lines = db::creditable(tx.conn(), Of::Lines(&ids)).await?;
    let asked: BTreeSet<InvoiceId> = lines.iter().filter(|line| line.is_proforma).map(|line| line.invoice_id).collect();
    if !asked.is_empty() {
        // What is taken back must have been invoiced.
        for id in asked {
            proforma::invoice_in(tx, id).await?;
        }
        lines = db::creditable(tx.conn(), Of::Lines(&ids)).await?;
    }
    let of = |id: InvoiceLineId| lines.iter().find(|line| line.id == id).ok_or(AppError::NotFound("invoice line"));
    let first = of(*ids.first().ok_or_else(|| AppError::conflict("nothing is left to take back"))?)?;
    let (client, currency) = (first.client_id, *first.currency);
    let (mut new, mut of_invoice) = (vec![], BTreeMap::<InvoiceId, i64>::new());
    for part in taken {
        let line = of(part.line)?;
        let row = back(line, part)?;
        *of_invoice.entry(line.invoice_id).or_default() -= row.net + row.tax;
        let left = line.invoice_left - of_invoice.get(&line.invoice_id).copied().unwrap_or(0);
        if left < 0 || !matches!(line.state.0, InvoiceState::Unpaid | InvoiceState::Paid) {
            return Err(AppError::conflict(format!("too little is left of invoice {} to take that back", line.number)));
        }
        new.push(row);
    }
    let draft = Draft::credit(client, currency, today, new, (first.invoice_id, first.tax_basis.clone()));
    let (subtotal, tax, total) = (draft.subtotal(), draft.tax(), draft.total());
    let (ids, numbers) = issue::write(tx, today, Document::CreditNote, &[draft]).await?;
    let note = *ids.first().ok_or_else(|| AppError::internal("a credit note is gone"))?;
    let number = numbers.get(&note).cloned().unwrap_or_default();
    let payment = db::give(tx.conn(), client, (note, &number), (currency.code(), -total), today).await?;
    let entries = [
        Entry { account: "income", client: None, amount: -subtotal },
        Entry { account: "tax_payable", client: None, amount: -tax },
        Entry { account: "client_credit", client: Some(client), amount: total },
    ];
    ledger::post(tx.conn(), &format!("payment:{payment}"), currency.code(), &entries).await?;
    let total = Money::new(-total, currency);
    tx.emit(&CreditNoteIssued { invoice_id: note, client_id: client, number, total }).await?;
    tx.audit("credit_note.issue", "invoice", note, json!({ "total": total })).await?;
    mailer::credit_note(tx, note).await?;
    for (invoice, amount) in of_invoice {
        settle(tx, Note { payment, client, currency }, invoice, amount).await?;
    }
    Ok(note)
}

/// The line that takes a part of another one back. Its tax is its share of the line's tax: all parts make the whole.
fn back<'a>(line: &'a CreditableLine, part: &Taken) -> Result<NewLine<'a>> {
    if part.net <= 0 || part.net > line.left() {
        return Err(AppError::conflict(format!("less than that is left of \u{201c}{}\u{201d}", line.description)));
    }
    let now = line.credited + part.net;
    let second = tax_share(now, line.tax2, line.net) - line.credited_tax2;
    let first = tax_share(now, line.tax - line.tax2, line.net) - (line.credited_tax - line.credited_tax2);
    Ok(NewLine {
        corrects: Some(line.id),
        service_id: line.service_id.map(ServiceId),
        domain_id: line.domain_id.map(DomainId),
        period: part.period,
        treatment: treatment((line.tax_rate, line.tax1_rate), (line.tax2_rate, line.tax2_compound))?,
        tax_name: &line.tax_name,
        tax2_name: &line.tax2_name,
        tax: -(first + second),
        tax2: -second,
        ..NewLine::new("credit", part.description.clone(), Money::new(-part.net, *line.currency))
    })
}

/// How a line is taxed that has these rates: both together and the first of two, and the second.
pub(super) fn treatment(
    (both, first): (Decimal, Option<Decimal>),
    (second, is_compound): (Decimal, bool),
) -> Result<Treatment> {
    let first = Rate::from_fraction(first.unwrap_or(both));
    let taxes =
        first.zip(Rate::from_fraction(second)).and_then(|(first, second)| Treatment::two(first, second, is_compound));
    taxes.ok_or_else(|| AppError::internal("a stored rate is out of range"))
}

/// The tax in the first `part` of an amount that has `tax` in or on it, rounded half up: shares of all parts sum to it.
pub(crate) fn tax_share(part: i64, tax: i64, net: i64) -> i64 {
    let (part, tax, net) = (i128::from(part), i128::from(tax), i128::from(net.max(1)));
    i64::try_from((2 * part * tax + net) / (2 * net)).unwrap_or(0)
}

#[derive(Clone, Copy)]
struct Note {
    payment: PaymentId,
    client: ClientId,
    currency: Currency,
}

/// Uses what the note gives for an invoice: for what is owed first, then in the place of money. An invoice on which
/// nobody paid anything and nothing is owed any more is void.
async fn settle(tx: &mut Tx<'_>, note: Note, id: InvoiceId, amount: i64) -> Result<()> {
    let invoice = rows::lock(tx.conn(), id).await?.ok_or(AppError::NotFound("invoice"))?;
    let money = db::money_on(tx.conn(), id).await?;
    let freed = (amount - (invoice.total - invoice.paid)).max(0);
    let mut postings = release(tx, note, id, &money, freed).await?;
    allocations::allocate(tx.conn(), note.payment, id, amount).await?;
    let key = format!("allocation:{}:{id}", note.payment);
    postings.push(moved(note, key, amount));
    ledger::post_all(tx.conn(), &postings).await?;
    if invoice.state.0 != InvoiceState::Unpaid {
        return Ok(());
    }
    let is_settled = invoice.paid - freed + amount >= invoice.total;
    if is_settled && money.iter().map(|(_, on_it)| on_it).sum::<i64>() == freed {
        rows::void(tx.conn(), id).await?;
        db::mark_credited(tx.conn(), id).await?;
        tx.emit(&InvoiceCancelled { invoice_id: id, client_id: note.client }).await?;
        return plan_changes::withdrawn(tx, id).await;
    }
    payments::settle_if_paid(tx, id).await
}

/// Takes money off an invoice, newest first: it is the client's credit again.
async fn release<'a>(
    tx: &mut Tx<'_>,
    note: Note,
    id: InvoiceId,
    money: &[(PaymentId, i64)],
    mut amount: i64,
) -> Result<Vec<Posting<'a>>> {
    let mut postings = vec![];
    for (payment, on_it) in money {
        let part = amount.min(*on_it);
        if part > 0 {
            refunds::release(tx.conn(), *payment, id, part).await?;
            postings.push(moved(note, format!("release:{}:{payment}:{id}", note.payment), -part));
            amount -= part;
        }
    }
    Ok(postings)
}

/// Credit that pays what is owed; negative: what is owed again.
fn moved<'a>(note: Note, key: String, amount: i64) -> Posting<'a> {
    let client = Some(note.client);
    let entries = vec![
        Entry { account: "client_credit", client, amount },
        Entry { account: "receivable", client, amount: -amount },
    ];
    Posting { key, currency: note.currency.code(), entries }
}

#[cfg(test)]
mod tests {
    use super::tax_share;

    #[test]
    fn the_tax_of_all_parts_is_the_tax_of_the_line() {
        for (tax, net) in [(441, 2100), (441, 2541), (0, 2600), (1, 3), (2541, 2541)] {
            for step in [1, 7, 100] {
                let (mut taken, mut sum) = (0, 0);
                while taken < net {
                    taken = net.min(taken + step);
                    sum += tax_share(taken, tax, net) - sum;
                }
                assert_eq!(sum, tax, "{tax} of {net} in steps of {step}");
            }
        }
    }
}
