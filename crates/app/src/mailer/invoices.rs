//! Mails about invoices, for one or for hundreds at once.

use innkeeper_db::{
    PgConnection, credit_notes,
    notices::{self, InvoiceNotice},
};
use innkeeper_domain::{InvoiceId, Money};
use std::collections::HashMap;

use crate::{
    Result, Tx,
    mail_templates::{
        House, Notice, Press, To,
        notices::{
            CreditNote, InvoiceCancelled, InvoiceCreated, InvoiceOverdue, InvoiceOverdueSecond, InvoiceOverdueThird,
            InvoiceReminder, LateFee, ProformaCreated, ProformaInvoiced,
        },
    },
};

/// An invoice to be reminded of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reminder {
    pub invoice_id: InvoiceId,
    /// The step of the plan: days after the due date, negative before.
    pub step: i32,
    /// How many steps of the plan after the due date were before this one; none: it is not overdue.
    pub overdue: Option<usize>,
}

/// About each invoice, to everybody who gets its client's invoices.
pub(crate) async fn invoices_created(tx: &mut Tx<'_>, ids: &[InvoiceId]) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let invoices = notices::invoices(tx.conn(), ids).await?;
    let mut press = Press::load(tx, &[&InvoiceCreated::ABOUT, &ProformaCreated::ABOUT, &LateFee::ABOUT]).await?;
    for invoice in &invoices {
        let notice = created(invoice, press.house());
        press.write(&payers(invoice), format!("invoice:{}", invoice.id), &*notice)?;
    }
    press.post(tx).await
}

/// Reminds of invoices, each at a step of the plan.
pub(crate) async fn invoice_reminders(tx: &mut Tx<'_>, reminders: &[Reminder]) -> Result<()> {
    if reminders.is_empty() {
        return Ok(());
    }
    let ids: Vec<InvoiceId> = reminders.iter().map(|r| r.invoice_id).collect();
    let invoices = notices::invoices(tx.conn(), &ids).await?;
    let reminders: HashMap<InvoiceId, &Reminder> = reminders.iter().map(|r| (r.invoice_id, r)).collect();
    let levels =
        [&InvoiceReminder::ABOUT, &InvoiceOverdue::ABOUT, &InvoiceOverdueSecond::ABOUT, &InvoiceOverdueThird::ABOUT];
    let mut press = Press::load(tx, &levels).await?;
    for invoice in &invoices {
        let Some(reminder) = reminders.get(&invoice.id) else { continue };
        let notice = reminding(invoice, press.house(), reminder.step.into(), reminder.overdue);
        press.write(&payers(invoice), format!("reminder:{}:{}", reminder.step, invoice.id), &*notice)?;
    }
    press.post(tx).await
}

/// To everybody who gets the client's invoices: nobody has to pay it any more.
pub(crate) async fn invoice_cancelled(tx: &mut Tx<'_>, id: InvoiceId) -> Result<()> {
    let invoices = notices::invoices(tx.conn(), &[id]).await?;
    let mut press = Press::load(tx, &[&InvoiceCancelled::ABOUT]).await?;
    for invoice in &invoices {
        press.write(&payers(invoice), format!("invoice:{id}"), &cancelled(invoice))?;
    }
    press.post(tx).await
}

/// To everybody who gets the client's invoices: the invoice that was a proforma.
pub(crate) async fn proforma_invoiced(tx: &mut Tx<'_>, id: InvoiceId) -> Result<()> {
    let invoices = notices::invoices(tx.conn(), &[id]).await?;
    let mut press = Press::load(tx, &[&ProformaInvoiced::ABOUT]).await?;
    for invoice in &invoices {
        press.write(&payers(invoice), format!("invoice:{id}"), &invoiced(invoice))?;
    }
    press.post(tx).await
}

/// To everybody who gets the client's invoices: a part of one was taken back.
pub(crate) async fn credit_note(tx: &mut Tx<'_>, id: InvoiceId) -> Result<()> {
    let Some((invoice, notice)) = credited(tx.conn(), id).await? else { return Ok(()) };
    let mut press = Press::load(tx, &[&CreditNote::ABOUT]).await?;
    press.write(&payers(&invoice), format!("invoice:{id}"), &notice)?;
    press.post(tx).await
}

/// A credit note, and what is told of it. None: its client is erased.
pub(super) async fn credited(conn: &mut PgConnection, id: InvoiceId) -> Result<Option<(InvoiceNotice, CreditNote)>> {
    let Some(note) = notices::invoices(conn, &[id]).await?.into_iter().next() else { return Ok(None) };
    let notice = CreditNote {
        number: note.number.clone(),
        total: Money::new(-note.total, *note.currency),
        invoices: credit_notes::related(conn, id).await?.into_iter().map(|(_, number)| number).collect(),
        lines: note.lines.clone(),
    };
    Ok(Some((note, notice)))
}

pub(super) fn payers(invoice: &InvoiceNotice) -> To<'_> {
    To {
        client: Some(invoice.client_id),
        name: &invoice.client_name,
        language: &invoice.language,
        recipients: &invoice.recipients,
    }
}

pub(super) fn invoiced(invoice: &InvoiceNotice) -> ProformaInvoiced {
    ProformaInvoiced {
        number: invoice.number.clone(),
        proforma: invoice.proforma.clone().unwrap_or_default(),
        total: Money::new(invoice.total, *invoice.currency),
        lines: invoice.lines.clone(),
    }
}

pub(super) fn created(invoice: &InvoiceNotice, house: &House) -> Box<dyn Notice> {
    let total = Money::new(invoice.total, *invoice.currency);
    let (number, lines, due_on) = (invoice.number.clone(), invoice.lines.clone(), invoice.due_on);
    let instructions = house.instructions.clone();
    if invoice.late_fee {
        Box::new(LateFee { number, total, due_on, lines, instructions })
    } else if invoice.is_proforma {
        Box::new(ProformaCreated { number, total, due_on, lines, instructions })
    } else {
        Box::new(InvoiceCreated { number, total, due_on, lines, instructions })
    }
}

pub(super) fn reminding(invoice: &InvoiceNotice, house: &House, step: i64, overdue: Option<usize>) -> Box<dyn Notice> {
    let owed = Money::new(invoice.total - invoice.paid, *invoice.currency);
    let (number, lines, due_on) = (invoice.number.clone(), invoice.lines.clone(), invoice.due_on);
    let (days, instructions) = (step.abs(), house.instructions.clone());
    match overdue {
        None => Box::new(InvoiceReminder { number, owed, due_on, days, lines, instructions }),
        Some(0) => Box::new(InvoiceOverdue { number, owed, due_on, days, lines, instructions }),
        Some(1) => Box::new(InvoiceOverdueSecond { number, owed, due_on, days, lines, instructions }),
        Some(_) => Box::new(InvoiceOverdueThird { number, owed, due_on, days, lines, instructions }),
    }
}

pub(super) fn cancelled(invoice: &InvoiceNotice) -> InvoiceCancelled {
    let total = Money::new(invoice.total, *invoice.currency);
    InvoiceCancelled { number: invoice.number.clone(), total, lines: invoice.lines.clone() }
}
