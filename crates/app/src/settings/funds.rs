//! What clients may pay ahead.

use innkeeper_domain::Currency;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use crate::{Actor, App, Checks, Result};

/// More than anybody pays ahead.
const MOST: i64 = 100_000_000_000;

/// What may be paid ahead in a currency, in its minor units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FundsLimit {
    /// The least at one time, more than nothing.
    pub least: i64,
    /// The most at one time.
    pub most: i64,
    /// The most that a client may have to its credit with it.
    pub highest: i64,
}

/// What clients may pay ahead: in the currencies that are here, and in no other.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Funds {
    /// By the code of the currency.
    pub limits: BTreeMap<String, FundsLimit>,
}

impl Funds {
    /// What may be paid ahead in a currency; none: nothing.
    pub fn limit(&self, currency: Currency) -> Option<&FundsLimit> {
        self.limits.get(currency.code())
    }
}

/// What clients may pay ahead.
pub async fn funds(app: &App) -> Result<Funds> {
    super::read(app, "funds").await
}

/// The currencies in which something may be paid ahead.
pub async fn funds_currencies(app: &App) -> Result<Vec<Currency>> {
    let all = innkeeper_db::currencies::all(&mut *app.conn().await?).await?;
    Ok(all.into_iter().filter(|row| row.enabled).map(|row| *row.code).collect())
}

/// Changes it, for everything from now on. What is paid or begun stays.
pub async fn save_funds(app: &App, actor: &Actor, funds: Funds) -> Result<()> {
    let known = innkeeper_db::currencies::all(&mut *app.conn().await?).await?;
    let mut checks = Checks::default();
    for (code, limit) in &funds.limits {
        let field = |name: &str| format!("{code}.{name}");
        checks.require(known.iter().any(|row| row.code.code() == code), &field("least"), "is in an unknown currency");
        checks.require(limit.least > 0, &field("least"), "must be more than nothing");
        checks.require(limit.most >= limit.least, &field("most"), "must not be less than the least");
        checks.require(limit.highest >= limit.most, &field("highest"), "must not be less than the most at one time");
        checks.require(limit.highest <= MOST, &field("highest"), "is too much");
    }
    checks.finish()?;
    super::save(app, actor, "funds", &funds).await
}
