//! Fees on overdue invoices. A fee is an invoice of its own: what was issued is never changed.

use async_trait::async_trait;
use innkeeper_db::{
    dunning::{self, DueStep, Plan},
    invoices::NewLine,
};
use innkeeper_domain::{ClientId, InvoiceId, Money, Rate};
use innkeeper_hooks::payloads::LateFeeAdded;
use rust_decimal::Decimal;

use super::credit;
use crate::{
    AppError, Result, Tx,
    daily::{Counts, Day, Task},
    invoices::{Draft, issue_all},
    settings::LateFee,
};

/// The task that charges late fees.
pub(crate) struct LateFees;

#[async_trait]
impl Task for LateFees {
    fn key(&self) -> &'static str {
        "late_fees"
    }
    fn title(&self) -> &'static str {
        "Charge late fees"
    }
    async fn collect(&self, tx: &mut Tx<'_>, day: &Day) -> Result<u64> {
        Ok(dunning::collect(tx.conn(), self.key(), plan(day, &steps(day))).await?)
    }
    async fn work(&self, tx: &mut Tx<'_>, day: &Day, clients: &[ClientId]) -> Result<Counts> {
        let due = dunning::take(tx.conn(), clients, plan(day, &steps(day))).await?;
        let fees: Vec<(&DueStep, i64)> =
            due.iter().map(|step| Ok((step, amount(day, step)?))).collect::<Result<_>>()?;
        let fees: Vec<_> = fees.into_iter().filter(|(_, amount)| *amount > 0).collect();
        let drafts: Vec<Draft<'_>> =
            fees.iter().map(|(step, amount)| draft(day, step, *amount)).collect::<Result<_>>()?;
        let issued = issue_all(tx, day.date, &drafts).await?;
        let told: Vec<LateFeeAdded> =
            fees.iter().zip(&issued).map(|((step, amount), id)| added(step, *amount, *id)).collect();
        tx.emit_all(&told).await?;
        credit::use_up(tx, &issued).await?;
        Ok(Counts::from([("late fees", i64::try_from(issued.len()).unwrap_or(i64::MAX))]))
    }
}

fn steps(day: &Day) -> Vec<i32> {
    day.rules.late_fees.iter().map(|fee| fee.days.into()).collect()
}

fn plan<'a>(day: &Day, steps: &'a [i32]) -> Plan<'a> {
    Plan { kind: "late_fee", steps, day: day.date }
}

fn amount(day: &Day, step: &DueStep) -> Result<i64> {
    let fee = day.rules.late_fees.iter().find(|fee| i32::from(fee.days) == step.step);
    let fee = fee.ok_or_else(|| AppError::internal("a late fee that is not in the plan"))?;
    of(fee, step.owed).ok_or_else(|| AppError::internal("a late fee is too large"))
}

/// The share of what is owed, rounded half away from zero, but not less than the least.
pub(super) fn of(fee: &LateFee, owed: i64) -> Option<i64> {
    let rate = Rate::from_fraction(Decimal::new(fee.basis_points.into(), 4))?;
    Some(rate.of(owed)?.max(fee.at_least))
}

fn added(step: &DueStep, amount: i64, fee_invoice_id: InvoiceId) -> LateFeeAdded {
    let (invoice_id, client_id, amount) = (step.invoice_id, step.client_id, Money::new(amount, *step.currency));
    LateFeeAdded { invoice_id, client_id, fee_invoice_id, amount }
}

/// Damages for late payment are no supply: there is no tax on them.
fn draft<'a>(day: &Day, step: &DueStep, amount: i64) -> Result<Draft<'a>> {
    let description = format!("Late fee for invoice {}", step.number);
    let line = NewLine::new("late_fee", description, Money::new(amount, *step.currency));
    Ok(Draft::untaxed(step.client_id, *step.currency, day.date, vec![line]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fee_is_a_share_but_not_less_than_the_least() {
        let fee = LateFee { days: 7, basis_points: 250, at_least: 100 };
        assert_eq!(of(&fee, 2000), Some(100));
        assert_eq!(of(&fee, 10_020), Some(251));
        assert_eq!(of(&LateFee { days: 7, basis_points: 0, at_least: 500 }, 1), Some(500));
    }
}
