//! Extensions: which registrar sells them, and at which yearly prices.

use innkeeper_db::{
    currencies,
    tlds::{self, TldFields, TldPriceRow, TldRow, Wanted},
};
use innkeeper_domain::{Currency, DomainName, Permission, TldId};
use innkeeper_hooks::payloads::{TldAdded, TldEdited, TldPriced};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::HashSet;

use super::groups::taken;
use crate::{Actor, App, AppError, Checks, Result};

/// An extension as staff write it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TldInput {
    /// `com`, `co.uk`; a leading dot is dropped.
    pub name: String,
    /// The registrar plugin.
    pub plugin_id: String,
    /// Fewest years of a registration.
    pub min_years: i32,
    /// Most years of a registration, at most 10.
    pub max_years: i32,
    /// Does a transfer need a code?
    pub auth_code_required: bool,
    /// On sale.
    pub enabled: bool,
    /// Lower comes first.
    #[serde(default)]
    pub position: i32,
}

/// Prices that an extension is to have in one currency: minor units for one year, without tax.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NewTldPrice {
    /// In which currency.
    pub currency: Currency,
    /// A year of registration.
    pub register: i64,
    /// A year of renewal.
    pub renew: i64,
    /// A transfer, which adds a year.
    pub transfer: i64,
}

/// A current price of an extension.
pub type TldPrice = TldPriceRow;

/// An extension with its current prices.
#[derive(Clone, Debug)]
pub struct Tld {
    /// The extension itself.
    pub row: TldRow,
    /// One for each currency.
    pub prices: Vec<TldPrice>,
}

/// All extensions with their current prices, in the order of the shop.
pub async fn list_tlds(app: &App, actor: &Actor) -> Result<Vec<Tld>> {
    actor.require(Permission::CatalogueRead)?;
    let mut conn = app.conn().await?;
    let prices = tlds::prices(&mut conn, None).await?;
    let mut all: Vec<Tld> = tlds::all(&mut conn).await?.into_iter().map(|row| Tld { row, prices: vec![] }).collect();
    for tld in &mut all {
        tld.prices = prices.iter().filter(|p| p.tld_id == tld.row.id).cloned().collect();
    }
    Ok(all)
}

/// An extension with its current prices.
pub async fn get_tld(app: &App, actor: &Actor, id: TldId) -> Result<Tld> {
    actor.require(Permission::CatalogueRead)?;
    let mut conn = app.conn().await?;
    let row = tlds::get(&mut conn, id).await?.ok_or(AppError::NotFound("extension"))?;
    Ok(Tld { row, prices: tlds::prices(&mut conn, Some(id)).await? })
}

/// Adds an extension. It has no price yet, so nobody can buy it.
pub async fn create_tld(app: &App, actor: &Actor, mut input: TldInput) -> Result<TldId> {
    actor.require(Permission::CatalogueWrite)?;
    check(app, &mut input)?;
    let mut tx = app.begin(actor).await?;
    let id = tlds::insert(tx.conn(), &fields(&input)).await.map_err(name_taken)?;
    let (name, plugin_id) = (input.name.clone(), input.plugin_id.clone());
    tx.emit(&TldAdded { tld_id: id, name, plugin_id, auth_code_required: input.auth_code_required }).await?;
    tx.audit("tld.create", "tld", id, json!({ "after": input })).await?;
    tx.commit().await?;
    Ok(id)
}

/// Changes an extension. Domains on record stay with the registrar they are at.
pub async fn update_tld(app: &App, actor: &Actor, id: TldId, mut input: TldInput) -> Result<()> {
    actor.require(Permission::CatalogueWrite)?;
    check(app, &mut input)?;
    let mut tx = app.begin(actor).await?;
    let before = tlds::get(tx.conn(), id).await?.ok_or(AppError::NotFound("extension"))?;
    tlds::update(tx.conn(), id, &fields(&input)).await.map_err(name_taken)?;
    tx.emit(&TldEdited {
        tld_id: id,
        name: input.name.clone(),
        plugin_id: input.plugin_id.clone(),
        auth_code_required: input.auth_code_required,
        enabled: input.enabled,
        modified: vec![input.name.clone()],
    })
    .await?;
    tx.audit("tld.update", "tld", id, json!({ "before": written(before), "after": input })).await?;
    tx.commit().await
}

/// Gives an extension exactly these prices; what changes is retired and inserted anew.
/// Fields of errors: `prices.0.renew`.
pub async fn set_tld_prices(app: &App, actor: &Actor, id: TldId, new: Vec<NewTldPrice>) -> Result<()> {
    actor.require(Permission::CatalogueWrite)?;
    let mut tx = app.begin(actor).await?;
    let tld = tlds::get(tx.conn(), id).await?.ok_or(AppError::NotFound("extension"))?;
    let money: HashSet<Currency> = currencies::all(tx.conn()).await?.iter().map(|c| *c.code).collect();
    let mut checks = Checks::default();
    let mut seen = HashSet::new();
    let mut wanted = Wanted::default();
    for (i, price) in new.iter().enumerate() {
        let field = |name: &str| format!("prices.{i}.{name}");
        checks.require(money.contains(&price.currency), &field("currency"), "is not a currency of this business");
        checks.require(seen.insert(price.currency), &field("currency"), "is given twice");
        for (name, amount) in [("register", price.register), ("renew", price.renew), ("transfer", price.transfer)] {
            checks.require(amount >= 0, &field(name), "must not be negative");
        }
        wanted.currencies.push(price.currency.code().to_owned());
        wanted.register.push(price.register);
        wanted.renew.push(price.renew);
        wanted.transfer.push(price.transfer);
    }
    checks.finish()?;
    let before: Vec<Value> = tlds::prices(tx.conn(), Some(id)).await?.iter().map(summary).collect();
    let now = tx.now();
    if tlds::replace_prices(tx.conn(), id, &wanted, now).await? == (0, 0) {
        return Ok(());
    }
    tx.emit(&TldPriced { tld_id: id, name: tld.name }).await?;
    tx.audit("tld.set_prices", "tld", id, json!({ "before": before, "after": new })).await?;
    tx.commit().await
}

fn check(app: &App, input: &mut TldInput) -> Result<()> {
    input.name = input.name.trim().trim_start_matches('.').to_lowercase();
    let mut checks = Checks::default();
    let valid = format!("a.{}", input.name).parse::<DomainName>().is_ok();
    checks.require(valid, "name", "must be an extension such as com or co.uk");
    checks.require(
        app.plugins.registrar(&input.plugin_id).is_ok(),
        "plugin_id",
        "is not a registrar of this installation",
    );
    checks.require((1..=10).contains(&input.min_years), "min_years", "must be from 1 to 10");
    checks.require((1..=10).contains(&input.max_years), "max_years", "must be from 1 to 10");
    checks.require(input.min_years <= input.max_years, "max_years", "must not be less than the fewest years");
    checks.finish()
}

fn fields(input: &TldInput) -> TldFields<'_> {
    TldFields {
        name: &input.name,
        plugin_id: &input.plugin_id,
        min_years: input.min_years,
        max_years: input.max_years,
        auth_code_required: input.auth_code_required,
        enabled: input.enabled,
        position: input.position,
    }
}

fn written(row: TldRow) -> TldInput {
    TldInput {
        name: row.name,
        plugin_id: row.plugin_id,
        min_years: row.min_years,
        max_years: row.max_years,
        auth_code_required: row.auth_code_required,
        enabled: row.enabled,
        position: row.position,
    }
}

fn summary(p: &TldPrice) -> Value {
    json!({ "price_id": p.id, "currency": *p.currency, "register": p.register, "renew": p.renew, "transfer": p.transfer })
}

fn name_taken(error: innkeeper_db::Error) -> AppError {
    taken(error, "tld_name_key", "name", "is sold already")
}
