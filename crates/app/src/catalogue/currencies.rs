//! Currencies of the business.

use innkeeper_db::currencies::{self, CurrencyRow};
use innkeeper_domain::{Currency, Permission};
use serde_json::json;

use crate::{Actor, App, AppError, Result};

/// All currencies, the default one first.
pub async fn list_currencies(app: &App, actor: &Actor) -> Result<Vec<CurrencyRow>> {
    actor.require(Permission::CatalogueRead)?;
    Ok(currencies::all(&mut *app.conn().await?).await?)
}

/// The currency that visitors see first. `Conflict` before one is set.
pub async fn default_currency(app: &App) -> Result<Currency> {
    let all = currencies::all(&mut *app.conn().await?).await?;
    let default = all.into_iter().find(|c| c.is_default).map(|c| *c.code);
    default.ok_or_else(|| AppError::conflict("no default currency is set: choose one in the catalogue's settings"))
}

/// Adds a currency, or switches one on or off. The default one stays on.
pub async fn enable_currency(app: &App, actor: &Actor, code: Currency, enabled: bool) -> Result<()> {
    actor.require(Permission::CatalogueWrite)?;
    let mut tx = app.begin(actor).await?;
    let all = currencies::all(tx.conn()).await?;
    let before = all.iter().find(|c| *c.code == code);
    if !enabled && before.is_some_and(|c| c.is_default) {
        return Err(AppError::conflict(format!("{code} is the default currency: make another one the default first")));
    }
    currencies::put(tx.conn(), code, enabled).await?;
    let detail = json!({ "currency": code, "before": before.map(|c| c.enabled), "after": enabled });
    tx.audit("currency.enable", "currency", 0, detail).await?;
    tx.commit().await
}

/// Makes a known currency the default one; that switches it on.
pub async fn make_default_currency(app: &App, actor: &Actor, code: Currency) -> Result<()> {
    actor.require(Permission::CatalogueWrite)?;
    let mut tx = app.begin(actor).await?;
    if !currencies::make_default(tx.conn(), code).await? {
        return Err(AppError::NotFound("currency"));
    }
    tx.audit("currency.make_default", "currency", 0, json!({ "currency": code })).await?;
    tx.commit().await
}
