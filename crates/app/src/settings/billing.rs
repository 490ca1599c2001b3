//! How what recurs is billed, and what happens to invoices that nobody pays.

use innkeeper_db::PgConnection;
use serde::{Deserialize, Serialize};

use crate::{Actor, App, Checks, Result};

/// Longest plan of reminders, charges or fees.
const STEPS: usize = 12;

/// A fee on an invoice that is overdue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LateFee {
    /// Days after the due date, 1 to 365.
    pub days: u16,
    /// Share of what is still owed, in hundredths of a percent: 250 is 2.5 %.
    pub basis_points: u32,
    /// Never less than this, in minor units of the invoice's currency.
    pub at_least: i64,
}

/// How what recurs is billed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Billing {
    /// Days between making an invoice and its due date, for billing cycles that have none of their own.
    pub invoice_days: u16,
    /// The same for renewals of domains, counted back from their expiry.
    pub domain_days: u16,
    /// Invoice the next period even while the one before is unpaid.
    pub continuous: bool,
    /// When to remind of an unpaid invoice: days after its due date, negative before.
    pub reminders: Vec<i16>,
    /// When to charge the client's stored way to pay, in the same way.
    pub charges: Vec<i16>,
    /// Fees on overdue invoices.
    pub late_fees: Vec<LateFee>,
    /// Days after the due date; none: never.
    pub suspend_after: Option<u16>,
    /// Days after the due date; none: never.
    pub terminate_after: Option<u16>,
    /// Suspend services when their payment is disputed.
    pub suspend_disputed: bool,
}

impl Default for Billing {
    fn default() -> Self {
        Self {
            invoice_days: 14,
            domain_days: 30,
            continuous: false,
            reminders: vec![-3, 1, 5, 10],
            charges: vec![0, 3, 7],
            late_fees: vec![],
            suspend_after: Some(7),
            terminate_after: Some(60),
            suspend_disputed: false,
        }
    }
}

/// How what recurs is billed.
pub async fn billing(app: &App) -> Result<Billing> {
    super::read(app, "billing").await
}

/// The same on a connection that the caller has.
pub(crate) async fn billing_in(conn: &mut PgConnection) -> Result<Billing> {
    super::read_from(conn, "billing").await
}

/// Changes it, for everything from the next run on. Plans are kept in the order of their days.
pub async fn save_billing(app: &App, actor: &Actor, mut billing: Billing) -> Result<()> {
    let mut checks = Checks::default();
    checks.require(billing.invoice_days <= 365, "invoice_days", "must be from 0 to 365");
    checks.require(billing.domain_days <= 365, "domain_days", "must be from 0 to 365");
    for (field, plan) in [("reminders", &mut billing.reminders), ("charges", &mut billing.charges)] {
        plan.sort_unstable();
        plan.dedup();
        checks.require(plan.len() <= STEPS, field, format_args!("must be at most {STEPS} days"));
        checks.require(plan.iter().all(|d| (-60..=365).contains(d)), field, "must be days from -60 to 365");
    }
    billing.late_fees.sort_by_key(|fee| fee.days);
    let fees = &billing.late_fees;
    let apart = fees.windows(2).all(|pair| matches!(pair, [a, b] if a.days != b.days));
    checks.require(fees.len() <= STEPS && apart, "late_fees", "must be few, and one for each day");
    checks.require(fees.iter().all(|f| (1..=365).contains(&f.days)), "late_fees", "must be from 1 to 365 days late");
    checks.require(fees.iter().all(|f| f.basis_points <= 10_000), "late_fees", "must be at most 100 %");
    checks.require(fees.iter().all(|f| f.at_least >= 0), "late_fees", "must not be negative");
    for (field, days) in [("suspend_after", billing.suspend_after), ("terminate_after", billing.terminate_after)] {
        checks.require(days.is_none_or(|d| d <= 3650), field, "must be from 0 to 3650");
    }
    let order = billing.suspend_after.zip(billing.terminate_after).is_none_or(|(s, t)| s <= t);
    checks.require(order, "terminate_after", "must not be before the suspension");
    checks.finish()?;
    super::save(app, actor, "billing", &billing).await
}
