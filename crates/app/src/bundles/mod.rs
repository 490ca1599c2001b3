//! Bundles: products that are sold together for less. What they cost less is a promotion, which counts once all of them
//! are in the cart, for one of each.

mod shop;
#[cfg(test)]
mod tests;

use innkeeper_db::bundles::{self as db, BundleFields};
use innkeeper_domain::{BundleId, CycleId, Permission, ProductId, PromotionId};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    Actor, App, AppError, Checks, Result,
    catalogue::{is_slug, slug_of},
};

pub use db::{BundleItem, BundleRow, Candidate};
pub use shop::{Choosing, Part, choose, choosing, on_sale};

/// Products of one bundle.
const MOST: usize = 10;
const NOT_FOUND: AppError = AppError::NotFound("bundle");

/// A bundle as staff write it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BundleInput {
    pub name: String,
    /// Its address in the shop; made from the name if empty.
    #[serde(default)]
    pub slug: String,
    #[serde(default)]
    pub description: String,
    /// What is taken off; of no other bundle.
    pub promotion_id: PromotionId,
    /// Lower comes first.
    #[serde(default)]
    pub position: i32,
    /// From 2 to 10 products, each once, in one rhythm.
    pub items: Vec<(ProductId, CycleId)>,
}

/// A bundle with its products.
#[derive(Clone, Debug)]
pub struct Bundle {
    pub row: BundleRow,
    pub items: Vec<BundleItem>,
}

/// All bundles in the order of the shop, retired ones last.
pub async fn list(app: &App, actor: &Actor) -> Result<Vec<Bundle>> {
    actor.require(Permission::CatalogueRead)?;
    let mut conn = app.conn().await?;
    let rows = db::list(&mut conn, None).await?;
    whole(&mut conn, rows).await
}

/// One bundle.
pub async fn get(app: &App, actor: &Actor, id: BundleId) -> Result<Bundle> {
    list(app, actor).await?.into_iter().find(|bundle| bundle.row.id == id).ok_or(NOT_FOUND)
}

/// What a bundle can have: products in the rhythms that they have a price for.
pub async fn candidates(app: &App, actor: &Actor) -> Result<Vec<Candidate>> {
    actor.require(Permission::CatalogueRead)?;
    Ok(db::candidates(&mut *app.conn().await?).await?)
}

/// Makes a bundle.
pub async fn create(app: &App, actor: &Actor, input: BundleInput) -> Result<BundleId> {
    actor.require(Permission::CatalogueWrite)?;
    let input = check(input)?;
    let mut tx = app.begin(actor).await?;
    let id = db::insert(tx.conn(), &fields(&input)).await.map_err(refused)?;
    db::set_items(tx.conn(), id, &input.items).await.map_err(refused)?;
    tx.audit("bundle.create", "bundle", id, json!({ "after": input })).await?;
    tx.commit().await?;
    Ok(id)
}

/// Changes a bundle for orders to come.
pub async fn update(app: &App, actor: &Actor, id: BundleId, input: BundleInput) -> Result<()> {
    actor.require(Permission::CatalogueWrite)?;
    let input = check(input)?;
    let mut tx = app.begin(actor).await?;
    if !db::update(tx.conn(), id, &fields(&input)).await.map_err(refused)? {
        return Err(NOT_FOUND);
    }
    db::set_items(tx.conn(), id, &input.items).await.map_err(refused)?;
    tx.audit("bundle.update", "bundle", id, json!({ "after": input })).await?;
    tx.commit().await
}

/// Takes it off the shelf, and its code with it; or puts it back.
pub async fn set_retired(app: &App, actor: &Actor, id: BundleId, retired: bool) -> Result<()> {
    actor.require(Permission::CatalogueWrite)?;
    let mut tx = app.begin(actor).await?;
    let at = retired.then(|| tx.now());
    if !db::set_retired(tx.conn(), id, at).await? {
        return Err(NOT_FOUND);
    }
    tx.audit(if retired { "bundle.retire" } else { "bundle.bring_back" }, "bundle", id, json!({})).await?;
    tx.commit().await
}

async fn whole(conn: &mut innkeeper_db::PgConnection, rows: Vec<BundleRow>) -> Result<Vec<Bundle>> {
    let ids: Vec<BundleId> = rows.iter().map(|row| row.id).collect();
    let items = db::items(conn, &ids).await?;
    let of =
        |row: BundleRow| Bundle { items: items.iter().filter(|item| item.bundle_id == row.id).cloned().collect(), row };
    Ok(rows.into_iter().map(of).collect())
}

fn check(mut input: BundleInput) -> Result<BundleInput> {
    input.slug = if input.slug.trim().is_empty() { slug_of(&input.name) } else { input.slug.trim().to_owned() };
    let mut checks = Checks::default();
    checks.text("name", &input.name, 100, true);
    checks.text("description", &input.description, 2000, false);
    checks.require(is_slug(&input.slug), "slug", "must be lower-case letters and digits, with single hyphens between");
    checks.require((2..=MOST).contains(&input.items.len()), "items", format_args!("must be 2 to {MOST} products"));
    let mut products: Vec<ProductId> = input.items.iter().map(|(product, _)| *product).collect();
    products.sort_unstable();
    products.dedup();
    checks.require(products.len() == input.items.len(), "items", "has a product twice: choose one rhythm of each");
    checks.finish()?;
    Ok(input)
}

fn fields(input: &BundleInput) -> BundleFields<'_> {
    BundleFields {
        name: input.name.trim(),
        slug: &input.slug,
        description: input.description.trim(),
        promotion_id: input.promotion_id,
        position: input.position,
    }
}

fn refused(error: innkeeper_db::Error) -> AppError {
    match innkeeper_db::conflict(&error) {
        Some("bundle_slug_key") => AppError::invalid("slug", "is the address of another bundle"),
        Some("bundle_promotion_id_key") => AppError::invalid("promotion_id", "belongs to another bundle"),
        Some("bundle_promotion_id_fkey") => AppError::invalid("promotion_id", "is no promotion"),
        Some("bundle_item_product_id_fkey") => AppError::invalid("items", "has a product that there is not"),
        Some("bundle_item_cycle_id_fkey") => AppError::invalid("items", "has a billing cycle that there is not"),
        _ => error.into(),
    }
}
