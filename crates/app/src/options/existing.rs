//! New prices of options for services that have them.

use chrono::NaiveDate;
use innkeeper_db::option_prices as db;
use innkeeper_domain::{OptionId, Permission};
use serde_json::json;

use super::{ProductOption, choose::price_of};
use crate::{Actor, App, AppError, Checks, Result, Tx, calendar};

pub use db::Waiting;

/// What services have of an option is charged as it costs today, for periods that begin on `from` or later. What is not
/// sold any more keeps its price.
pub(super) async fn follow(tx: &mut Tx<'_>, option: &ProductOption, from: NaiveDate) -> Result<()> {
    let today = calendar::today_in(tx).await?;
    let mut checks = Checks::default();
    checks.require(from >= today, "existing", "must not be in the past");
    checks.finish()?;
    let priced = |held: db::Held| {
        let price = price_of(option, (*held.currency, held.cycle_id), (held.value_id, held.units))?;
        (price != held.amount).then_some((held, price))
    };
    let prices: Vec<_> = db::held(tx.conn(), option.row.id).await?.into_iter().filter_map(priced).collect();
    db::replace(tx.conn(), option.row.id, from, &prices).await?;
    Ok(())
}

/// The services that wait for a new price of an option; none: there are none.
pub async fn waiting(app: &App, actor: &Actor, id: OptionId) -> Result<Option<Waiting>> {
    actor.require(Permission::CatalogueRead)?;
    Ok(db::waiting(&mut *app.conn().await?, id).await?)
}

/// Lets the services keep their price that a change has not reached. Nobody is told.
pub async fn withdraw(app: &App, actor: &Actor, id: OptionId) -> Result<()> {
    actor.require(Permission::CatalogueWrite)?;
    let mut tx = app.begin(actor).await?;
    if db::withdraw(tx.conn(), id).await? == 0 {
        return Err(AppError::conflict("no service waits for a new price of this option"));
    }
    tx.audit("product_option.keep_prices", "product_option", id, json!({})).await?;
    tx.commit().await
}
