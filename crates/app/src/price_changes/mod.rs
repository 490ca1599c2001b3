//! New prices for services that are charged an old one: their clients are told, and from a day on they pay it.

mod task;
#[cfg(test)]
mod tests;

use innkeeper_db::{PgConnection, option_prices, price_changes as db};
use innkeeper_domain::{ClientId, Permission, PriceChangeId, ProductId};
use serde_json::json;

use crate::{Actor, App, AppError, Result};

pub use db::PriceChangeRow;
pub(crate) use task::PriceChanges;

/// Changes of a product that services wait for, the next one first.
pub async fn of_product(app: &App, actor: &Actor, product: ProductId) -> Result<Vec<PriceChangeRow>> {
    actor.require(Permission::CatalogueRead)?;
    Ok(db::of_product(&mut *app.conn().await?, product).await?)
}

/// Lets the services keep their price that a change has not reached. Nobody is told.
pub async fn withdraw(app: &App, actor: &Actor, product: ProductId, id: PriceChangeId) -> Result<()> {
    actor.require(Permission::CatalogueWrite)?;
    let mut tx = app.begin(actor).await?;
    if !db::remove(tx.conn(), product, id).await? {
        return Err(AppError::NotFound("change of the price"));
    }
    tx.audit("product.withdraw_price_change", "product", product, json!({ "change": id })).await?;
    tx.commit().await
}

/// Charges services of some clients their new prices; how many. A price that was replaced more than once is followed
/// to the last one that is due. What a service has of options is charged its new price, too.
pub(crate) async fn apply(conn: &mut PgConnection, clients: &[ClientId]) -> Result<u64> {
    let mut changed = 0;
    loop {
        match db::apply(conn, clients).await? + option_prices::apply(conn, clients).await? {
            0 => return Ok(changed),
            more => changed += more,
        }
    }
}
