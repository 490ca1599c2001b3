//! Product groups.

use innkeeper_db::products::{self, GroupFields, GroupRow};
use innkeeper_domain::{Permission, ProductGroupId};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{Actor, App, AppError, Checks, Result};

/// A product group as staff write it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct GroupInput {
    /// Heading in the shop; unique.
    pub name: String,
    /// Text below the heading; may be empty.
    #[serde(default)]
    pub description: String,
    /// Left out of the shop.
    #[serde(default)]
    pub hidden: bool,
    /// Lower comes first.
    #[serde(default)]
    pub position: i32,
}

/// All groups, in the order of the shop, hidden ones included.
pub async fn list_groups(app: &App, actor: &Actor) -> Result<Vec<GroupRow>> {
    actor.require(Permission::CatalogueRead)?;
    Ok(products::groups(&mut *app.conn().await?).await?)
}

/// Adds a group.
pub async fn create_group(app: &App, actor: &Actor, input: GroupInput) -> Result<ProductGroupId> {
    actor.require(Permission::CatalogueWrite)?;
    check(&input)?;
    let mut tx = app.begin(actor).await?;
    let id = products::insert_group(tx.conn(), &fields(&input)).await.map_err(name_taken)?;
    tx.audit("product_group.create", "product_group", id, json!({ "after": input })).await?;
    tx.commit().await?;
    Ok(id)
}

/// Changes a group.
pub async fn update_group(app: &App, actor: &Actor, id: ProductGroupId, input: GroupInput) -> Result<()> {
    actor.require(Permission::CatalogueWrite)?;
    check(&input)?;
    let mut tx = app.begin(actor).await?;
    let before = products::groups(tx.conn()).await?.into_iter().find(|g| g.id == id);
    let before = before.ok_or(AppError::NotFound("product group"))?;
    let before = GroupInput {
        name: before.name,
        description: before.description,
        hidden: before.hidden,
        position: before.position,
    };
    products::update_group(tx.conn(), id, &fields(&input)).await.map_err(name_taken)?;
    tx.audit("product_group.update", "product_group", id, json!({ "before": before, "after": input })).await?;
    tx.commit().await
}

fn check(input: &GroupInput) -> Result<()> {
    let mut checks = Checks::default();
    checks.text("name", &input.name, 100, true);
    checks.text("description", &input.description, 2000, false);
    checks.finish()
}

fn fields(input: &GroupInput) -> GroupFields<'_> {
    GroupFields {
        name: input.name.trim(),
        description: input.description.trim(),
        hidden: input.hidden,
        position: input.position,
    }
}

fn name_taken(error: innkeeper_db::Error) -> AppError {
    taken(error, "product_group_name_key", "name", "is the name of another group")
}

/// A broken unique constraint as a refusal of its field.
pub(crate) fn taken(error: innkeeper_db::Error, constraint: &str, field: &str, message: &str) -> AppError {
    if innkeeper_db::conflict(&error) == Some(constraint) { AppError::invalid(field, message) } else { error.into() }
}
