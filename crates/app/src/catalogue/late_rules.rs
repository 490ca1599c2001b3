//! What an extension says of the time after a domain's expiry: days of grace and of redemption, and their fees.

use innkeeper_db::{
    Text, currencies,
    late_domains::{self as db, LateFeeRow},
    tlds,
};
use innkeeper_domain::{Currency, LateDays, Permission, TldId};
use innkeeper_hooks::payloads::TldPriced;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::HashSet;

use crate::{Actor, App, AppError, Checks, Result};

/// Most days of either.
const MOST_DAYS: i32 = 365;
/// The highest fee, in minor units.
const HIGHEST: i64 = 100_000_000_000;

/// What an extension says of the time after a domain's expiry.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LateRules {
    /// Days in which an expired domain is renewed; none: nothing is said, and there are no fees.
    pub grace_days: Option<i32>,
    /// Days after these in which it is restored.
    pub redemption_days: Option<i32>,
    /// One for each currency at most.
    pub fees: Vec<LateFee>,
}

/// Fees in one currency, in minor units, as prices of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LateFee {
    /// In which currency.
    pub currency: Currency,
    /// With a renewal in grace.
    pub grace: i64,
    /// For restoring; none: nothing is restored for this currency.
    pub redemption: Option<i64>,
}

/// What an extension says.
pub async fn late_rules(app: &App, actor: &Actor, id: TldId) -> Result<LateRules> {
    actor.require(Permission::CatalogueRead)?;
    let mut conn = app.conn().await?;
    tlds::get(&mut conn, id).await?.ok_or(AppError::NotFound("extension"))?;
    read(&mut conn, id).await
}

/// Has an extension say exactly this, for domains that are late from now on and those that are.
/// Fields of errors: `grace_days`, `fees.0.grace`.
pub async fn set_late_rules(app: &App, actor: &Actor, id: TldId, new: LateRules) -> Result<()> {
    actor.require(Permission::CatalogueWrite)?;
    let mut tx = app.begin(actor).await?;
    let tld = tlds::get(tx.conn(), id).await?.ok_or(AppError::NotFound("extension"))?;
    let money: HashSet<Currency> = currencies::all(tx.conn()).await?.iter().map(|c| *c.code).collect();
    check(&new, &money)?;
    let before = read(tx.conn(), id).await?;
    if before == new {
        return Ok(());
    }
    let days = LateDays::stored(new.grace_days, new.redemption_days);
    let fee = |fee: &LateFee| LateFeeRow { currency: Text(fee.currency), grace: fee.grace, redemption: fee.redemption };
    db::set(tx.conn(), id, days, &new.fees.iter().map(fee).collect::<Vec<_>>()).await?;
    tx.emit(&TldPriced { tld_id: id, name: tld.name }).await?;
    tx.audit("tld.set_late_rules", "tld", id, json!({ "before": before, "after": new })).await?;
    tx.commit().await
}

async fn read(conn: &mut innkeeper_db::PgConnection, id: TldId) -> Result<LateRules> {
    let days = db::days(conn, id).await?;
    let fee = |row: LateFeeRow| LateFee { currency: *row.currency, grace: row.grace, redemption: row.redemption };
    Ok(LateRules {
        grace_days: days.map(|days| days.grace.into()),
        redemption_days: days.map(|days| days.redemption.into()),
        fees: db::fees(conn, id).await?.into_iter().map(fee).collect(),
    })
}

fn check(new: &LateRules, money: &HashSet<Currency>) -> Result<()> {
    let mut checks = Checks::default();
    let pairs =
        [("grace_days", new.grace_days, new.redemption_days), ("redemption_days", new.redemption_days, new.grace_days)];
    for (field, days, other) in pairs {
        checks.require(days.is_some() || other.is_none(), field, "is needed as well; 0 is a number of days");
        checks.require(days.is_none_or(|days| (0..=MOST_DAYS).contains(&days)), field, "must be from 0 to 365");
    }
    let mut seen = HashSet::new();
    for (i, fee) in new.fees.iter().enumerate() {
        let field = |name: &str| format!("fees.{i}.{name}");
        checks.require(money.contains(&fee.currency), &field("currency"), "is not a currency of this business");
        checks.require(seen.insert(fee.currency), &field("currency"), "is given twice");
        for (name, amount) in [("grace", Some(fee.grace)), ("redemption", fee.redemption)] {
            let fits = amount.is_none_or(|amount| (0..=HIGHEST).contains(&amount));
            checks.require(fits, &field(name), "must not be negative, nor out of reason");
        }
    }
    checks.finish()
}
