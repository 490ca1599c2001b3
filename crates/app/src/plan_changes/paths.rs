//! What clients may change a product to by themselves.

use innkeeper_db::{plan_changes as db, products};
use innkeeper_domain::{Permission, ProductId};
use serde_json::json;

use crate::{Actor, App, AppError, Result};

/// Another product of the same plugin.
#[derive(Clone, Debug)]
pub struct Path {
    /// The product.
    pub product: ProductId,
    /// Its name.
    pub name: String,
    /// May clients change to it?
    pub open: bool,
}

/// The products that could follow on `from`, by name, and which of them clients may choose.
pub async fn paths(app: &App, actor: &Actor, from: ProductId) -> Result<Vec<Path>> {
    actor.require(Permission::CatalogueRead)?;
    let mut conn = app.conn().await?;
    let plugin = products::get(&mut conn, from).await?.ok_or(AppError::NotFound("product"))?.plugin_id;
    let open = db::paths(&mut conn, from).await?;
    let all = products::of_plugin(&mut conn, plugin.as_deref(), from).await?;
    Ok(all.into_iter().map(|(product, name)| Path { product, name, open: open.contains(&product) }).collect())
}

/// Opens the way to exactly these products.
pub async fn set_paths(app: &App, actor: &Actor, from: ProductId, to: &[ProductId]) -> Result<()> {
    actor.require(Permission::CatalogueWrite)?;
    let known = paths(app, actor, from).await?;
    if let Some(stranger) = to.iter().find(|id| !known.iter().any(|path| path.product == **id)) {
        return Err(AppError::invalid("to", format_args!("{stranger} is no other product of the same plugin")));
    }
    let mut tx = app.begin(actor).await?;
    db::set_paths(tx.conn(), from, to).await?;
    tx.audit("product.paths", "product", from, json!({ "to": to })).await?;
    tx.commit().await
}
