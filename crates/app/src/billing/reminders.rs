//! Reminding of unpaid invoices, before and after they are due.

use async_trait::async_trait;
use innkeeper_db::dunning::{self, DueStep, Plan};
use innkeeper_domain::ClientId;
use innkeeper_hooks::payloads::InvoiceReminded;

use crate::{
    Result, Tx,
    daily::{Counts, Day, Task},
    mailer::{self, Reminder},
};

/// The task that reminds.
pub(crate) struct Reminders;

#[async_trait]
impl Task for Reminders {
    fn key(&self) -> &'static str {
        "reminders"
    }
    fn title(&self) -> &'static str {
        "Remind of unpaid invoices"
    }
    async fn collect(&self, tx: &mut Tx<'_>, day: &Day) -> Result<u64> {
        Ok(dunning::collect(tx.conn(), self.key(), plan(day, &steps(day))).await?)
    }
    async fn work(&self, tx: &mut Tx<'_>, day: &Day, clients: &[ClientId]) -> Result<Counts> {
        let due = dunning::take(tx.conn(), clients, plan(day, &steps(day))).await?;
        let last = latest(&due);
        let reminders: Vec<Reminder> = last.iter().map(|step| reminder(day, step)).collect();
        mailer::invoice_reminders(tx, &reminders).await?;
        let told: Vec<InvoiceReminded> = last.iter().map(|step| reminded(day, step)).collect();
        tx.emit_all(&told).await?;
        Ok(Counts::from([("reminders", i64::try_from(last.len()).unwrap_or(i64::MAX))]))
    }
}

fn steps(day: &Day) -> Vec<i32> {
    day.rules.reminders.iter().copied().map(i32::from).collect()
}

fn plan<'a>(day: &Day, steps: &'a [i32]) -> Plan<'a> {
    Plan { kind: "reminder", steps, day: day.date }
}

/// Of several steps that were missed, a client hears of the last one only.
fn latest(due: &[DueStep]) -> Vec<&DueStep> {
    due.chunk_by(|a, b| a.invoice_id == b.invoice_id).filter_map(|steps| steps.last()).collect()
}

fn reminder(day: &Day, due: &DueStep) -> Reminder {
    let overdue = day.rules.reminders.iter().filter(|d| **d > 0).position(|d| i32::from(*d) == due.step);
    Reminder { invoice_id: due.invoice_id, step: due.step, overdue }
}

fn reminded(day: &Day, due: &DueStep) -> InvoiceReminded {
    let kind = match reminder(day, due).overdue {
        None => "reminder",
        Some(0) => "firstoverdue",
        Some(1) => "secondoverdue",
        Some(_) => "thirdoverdue",
    };
    InvoiceReminded { invoice_id: due.invoice_id, client_id: due.client_id, kind: kind.to_owned(), days: due.step }
}
