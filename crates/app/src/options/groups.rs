//! Groups of options, and the products that have them.

use innkeeper_db::{
    PgConnection,
    options::{self as db, GroupRow, OptionRow},
};
use innkeeper_domain::{OptionGroupId, OptionId, Permission, ProductId};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{OptionValue, ProductOption};
use crate::{Actor, App, AppError, Checks, Result, catalogue::taken};

/// A group as staff write it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct OptionGroupInput {
    /// For staff; unique.
    pub name: String,
    /// The products that have its options.
    #[serde(default)]
    pub products: Vec<ProductId>,
}

/// A group with its options, retired ones last.
#[derive(Clone, Debug)]
pub struct OptionGroup {
    /// The group.
    pub row: GroupRow,
    /// Its options.
    pub options: Vec<ProductOption>,
}

/// All groups, by name.
pub async fn list_groups(app: &App, actor: &Actor) -> Result<Vec<GroupRow>> {
    actor.require(Permission::CatalogueRead)?;
    Ok(db::groups(&mut *app.conn().await?, None).await?)
}

/// A group with its options.
pub async fn get_group(app: &App, actor: &Actor, id: OptionGroupId) -> Result<OptionGroup> {
    actor.require(Permission::CatalogueRead)?;
    let mut conn = app.conn().await?;
    let row = found(&mut conn, id).await?;
    let rows = db::of_group(&mut conn, id).await?;
    Ok(OptionGroup { row, options: with_values(&mut conn, rows).await? })
}

/// Adds a group.
pub async fn create_group(app: &App, actor: &Actor, input: OptionGroupInput) -> Result<OptionGroupId> {
    actor.require(Permission::CatalogueWrite)?;
    check(&input)?;
    let mut tx = app.begin(actor).await?;
    let id = db::insert_group(tx.conn(), input.name.trim()).await.map_err(refused)?;
    db::set_products(tx.conn(), id, &input.products).await.map_err(refused)?;
    tx.audit("option_group.create", "option_group", id, json!({ "after": input })).await?;
    tx.commit().await?;
    Ok(id)
}

/// Changes a group. Services keep what they were ordered with.
pub async fn update_group(app: &App, actor: &Actor, id: OptionGroupId, input: OptionGroupInput) -> Result<()> {
    actor.require(Permission::CatalogueWrite)?;
    check(&input)?;
    let mut tx = app.begin(actor).await?;
    let row = found(tx.conn(), id).await?;
    let before = OptionGroupInput { name: row.name, products: row.products.into_iter().map(ProductId).collect() };
    db::rename_group(tx.conn(), id, input.name.trim()).await.map_err(refused)?;
    db::set_products(tx.conn(), id, &input.products).await.map_err(refused)?;
    tx.audit("option_group.update", "option_group", id, json!({ "before": before, "after": input })).await?;
    tx.commit().await
}

pub(super) async fn found(conn: &mut PgConnection, id: OptionGroupId) -> Result<GroupRow> {
    db::groups(conn, Some(id)).await?.pop().ok_or(AppError::NotFound("option group"))
}

/// Options with their values and prices.
pub(super) async fn with_values(conn: &mut PgConnection, rows: Vec<OptionRow>) -> Result<Vec<ProductOption>> {
    let ids: Vec<OptionId> = rows.iter().map(|row| row.id).collect();
    let (values, prices) = (db::values(conn, &ids).await?, db::prices(conn, &ids).await?);
    let of = |option: OptionId| {
        let own = values.iter().filter(move |value| value.option_id == option);
        own.map(|row| OptionValue {
            row: row.clone(),
            prices: prices.iter().filter(|price| price.value_id == row.id).cloned().collect(),
        })
    };
    Ok(rows.into_iter().map(|row| ProductOption { values: of(row.id).collect(), row }).collect())
}

fn check(input: &OptionGroupInput) -> Result<()> {
    let mut checks = Checks::default();
    checks.text("name", &input.name, 100, true);
    checks.finish()
}

fn refused(error: innkeeper_db::Error) -> AppError {
    match innkeeper_db::conflict(&error) {
        Some("option_group_product_product_id_fkey") => AppError::invalid("products", "must all be products"),
        _ => taken(error, "option_group_name_key", "name", "is the name of another group"),
    }
}
