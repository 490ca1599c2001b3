//! What add-ons are sold with, and what a service has of them.

use innkeeper_db::{addons as db, products, services::ServiceRow};
use innkeeper_domain::{Currency, Permission, ProductId, ServiceId};
use innkeeper_hooks::payloads::AddonConfigSaved;
use serde_json::json;

use super::{AddonOffer, Relative};
use crate::{Actor, App, AppError, Result};

/// How a product is sold.
#[derive(Clone, Debug)]
pub struct Sold {
    /// Only together with others.
    pub is_addon: bool,
    /// The products that it could be sold with, by name, and which of them it is.
    pub with: Vec<(ProductId, String, bool)>,
}

/// How a product is sold.
pub async fn sold(app: &App, actor: &Actor, id: ProductId) -> Result<Sold> {
    actor.require(Permission::CatalogueRead)?;
    let mut conn = app.conn().await?;
    let is_addon = products::get(&mut conn, id).await?.ok_or(AppError::NotFound("product"))?.is_addon;
    let chosen = db::sold_with(&mut conn, id).await?;
    let others = products::of_their_own(&mut conn, id).await?;
    let with = others.into_iter().map(|(other, name)| (other, name, chosen.contains(&other))).collect();
    Ok(Sold { is_addon, with })
}

/// Makes a product an add-on of exactly these, or sells it by itself again. `Conflict` while it has add-ons or is
/// somebody's service of its own. What was sold stays as it is.
pub async fn set_sold(app: &App, actor: &Actor, id: ProductId, is_addon: bool, with: &[ProductId]) -> Result<()> {
    actor.require(Permission::CatalogueWrite)?;
    let known = sold(app, actor, id).await?.with;
    if let Some(stranger) = with.iter().find(|id| !known.iter().any(|(other, ..)| other == *id)) {
        return Err(AppError::invalid("with", format_args!("{stranger} is no product that has add-ons")));
    }
    if is_addon && with.is_empty() {
        return Err(AppError::invalid("with", "choose at least one product that it is sold with"));
    }
    let mut tx = app.begin(actor).await?;
    if is_addon && db::stands_alone(tx.conn(), id).await? {
        return Err(AppError::conflict("it has add-ons or services of its own: make a new product for the add-on"));
    }
    let with = if is_addon { with } else { &[] };
    db::set(tx.conn(), id, is_addon, with).await?;
    if is_addon {
        tx.emit(&AddonConfigSaved { product_addon_id: id.get() }).await?;
    }
    tx.audit("product.addon", "product", id, json!({ "is_addon": is_addon, "with": with })).await?;
    tx.commit().await
}

/// The names of the products on sale that an add-on is sold with.
pub async fn names(app: &App, addon: ProductId) -> Result<Vec<String>> {
    let mut conn = app.conn().await?;
    let with = db::sold_with(&mut conn, addon).await?;
    let all = products::of_their_own(&mut conn, addon).await?;
    Ok(all.into_iter().filter(|(id, _)| with.contains(id)).map(|(_, name)| name).collect())
}

/// The add-ons on sale with these products in a currency, in the order of the shop.
pub async fn on_sale(app: &App, products: &[ProductId], currency: Currency) -> Result<Vec<AddonOffer>> {
    Ok(db::on_sale(&mut *app.conn().await?, products, currency).await?)
}

/// The add-ons of a service, in the order in which they were bought.
pub async fn of_service(app: &App, actor: &Actor, id: ServiceId) -> Result<Vec<Relative>> {
    let owner = actor.owner(Permission::ServicesRead)?;
    let mut addons = db::of_service(&mut *app.conn().await?, id).await?;
    addons.retain(|addon| owner.is_none_or(|owner| addon.client_id == owner));
    Ok(addons)
}

/// The service that an add-on belongs to.
pub async fn parent_of(app: &App, actor: &Actor, service: &ServiceRow) -> Result<Option<Relative>> {
    let owner = actor.owner(Permission::ServicesRead)?;
    if service.parent_id.is_none() {
        return Ok(None);
    }
    let parent = db::parent_of(&mut *app.conn().await?, service.id).await?;
    Ok(parent.filter(|parent| owner.is_none_or(|owner| parent.client_id == owner)))
}
