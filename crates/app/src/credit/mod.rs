//! A client's credit: what is left of its payments, and what staff give or take by hand.

#[cfg(test)]
mod tests;

use innkeeper_db::{
    clients,
    credit_adjustments::{self as db, Free},
    currencies,
    ledger::{self, Entry},
};
use innkeeper_domain::{ClientId, CreditAdjustmentId, Money, Permission};
use innkeeper_hooks::payloads::CreditAdjusted;
use serde_json::json;

use crate::{Actor, App, AppError, Checks, Result, Tx, calendar};

pub use db::AdjustmentRow;

/// Nobody has more by mistake.
const MOST: i64 = 1_000_000_000_000;

/// What staff give or take.
#[derive(Clone, Debug)]
pub struct AdjustCredit {
    /// Whose credit.
    pub client_id: ClientId,
    /// Negative: it is taken. Never more than there is.
    pub amount: Money,
    /// For staff.
    pub reason: String,
}

/// A client's credit and what staff gave or took of it.
#[derive(Clone, Debug)]
pub struct Credit {
    /// In each currency in which there is some.
    pub balances: Vec<Money>,
    /// Newest first.
    pub adjustments: Vec<AdjustmentRow>,
}

/// A client's credit, with what staff gave or took before `before`.
pub async fn of_client(app: &App, actor: &Actor, client: ClientId, before: Option<i64>, limit: i64) -> Result<Credit> {
    actor.require(Permission::InvoicesRead)?;
    if !actor.is_staff() {
        return Err(AppError::Forbidden);
    }
    let mut conn = app.conn().await?;
    clients::get(&mut conn, None, client).await?.ok_or(AppError::NotFound("client"))?;
    let balances = db::balances(&mut conn, client).await?;
    let adjustments = db::list(&mut conn, client, before, limit).await?;
    let balances = balances.into_iter().map(|row| Money::new(row.amount, *row.currency)).collect();
    Ok(Credit { balances, adjustments })
}

/// Gives a client credit, or takes some of it. New invoices use it like any credit.
pub async fn adjust(app: &App, actor: &Actor, command: AdjustCredit) -> Result<CreditAdjustmentId> {
    actor.require(Permission::PaymentsWrite)?;
    let AdjustCredit { client_id, amount, reason } = command;
    let reason = reason.trim();
    let today = calendar::today(app).await?;
    let mut tx = app.begin(actor).await?;
    tx.lock_client(client_id).await?;
    clients::get(tx.conn(), None, client_id).await?.ok_or(AppError::NotFound("client"))?;
    let currency = amount.currency();
    let mut checks = Checks::default();
    checks.text("reason", reason, 500, true);
    checks.require(!amount.is_zero(), "amount", "must not be nothing");
    checks.require((-MOST..=MOST).contains(&amount.minor()), "amount", "is too much");
    let known = currencies::all(tx.conn()).await?.iter().any(|row| *row.code == currency);
    checks.require(known, "amount", "must be in a currency that is used here");
    checks.finish()?;
    let parts = if amount.is_positive() { vec![] } else { parts(&mut tx, client_id, amount).await? };
    let id = db::insert(tx.conn(), client_id, (currency, amount.minor()), reason).await?;
    let key = if amount.is_positive() {
        format!("payment:{}", db::give(tx.conn(), id, today).await?)
    } else {
        db::take(tx.conn(), id, &parts).await?;
        format!("adjustment:{id}")
    };
    let entries = [
        Entry { account: "adjustment", client: None, amount: amount.minor() },
        Entry { account: "client_credit", client: Some(client_id), amount: -amount.minor() },
    ];
    ledger::post(tx.conn(), &key, currency.code(), &entries).await?;
    tx.emit(&CreditAdjusted { client_id, adjustment_id: id, amount, reason: reason.to_owned() }).await?;
    tx.audit("credit.adjust", "client", client_id, json!({ "amount": amount, "reason": reason })).await?;
    tx.commit().await?;
    Ok(id)
}

/// How much of which payment is taken; `amount` is negative. The caller holds the client's lock, so nobody else uses them.
async fn parts(tx: &mut Tx<'_>, client: ClientId, amount: Money) -> Result<Vec<Free>> {
    let mut wanted = amount.currency().zero().checked_sub(amount)?.minor();
    let free = db::free(tx.conn(), client, amount.currency()).await?;
    let all = Money::new(free.iter().map(|part| part.amount).sum(), amount.currency());
    if wanted > all.minor() {
        return Err(AppError::invalid(
            "amount",
            format_args!("is more than the client has: at most {all} can be taken"),
        ));
    }
    let mut parts = vec![];
    for Free { payment_id, amount } in free {
        let amount = amount.min(wanted);
        if amount > 0 {
            wanted -= amount;
            parts.push(Free { payment_id, amount });
        }
    }
    Ok(parts)
}
