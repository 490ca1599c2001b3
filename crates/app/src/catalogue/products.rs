//! Products, as staff see and change them.

use innkeeper_db::{
    prices::{self, PriceRow},
    products::{self, ProductFields, ProductFilter, ProductRow},
    servers,
};
use innkeeper_domain::{Permission, ProductGroupId, ProductId, ServerGroupId, SetupWhen, Terms};
use innkeeper_hooks::payloads::{AddonConfigSaved, ProductAddonDeleted, ProductEdited};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::groups::taken;
use crate::{Actor, App, AppError, Checks, Result, Tx, plugins};

/// A product as staff write it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ProductInput {
    /// The group it is shown in.
    pub group_id: ProductGroupId,
    /// Name in the shop and on invoices.
    pub name: String,
    /// Part of its address in the shop: lower-case letters, digits and hyphens; unique. Empty: made from the name.
    #[serde(default)]
    pub slug: String,
    /// Text in the shop; may be empty.
    #[serde(default)]
    pub description: String,
    /// The server plugin that sets it up; none: nothing is set up anywhere.
    #[serde(default)]
    pub plugin_id: Option<String>,
    /// Settings of that plugin for this product. Secrets left empty keep their value.
    #[serde(default)]
    pub settings: Value,
    /// Where it is set up; needed with a plugin.
    #[serde(default)]
    pub server_group_id: Option<ServerGroupId>,
    /// When it is set up.
    pub setup_when: SetupWhen,
    /// How many may still be sold; none: any number.
    #[serde(default)]
    pub stock: Option<i32>,
    /// Is tax added?
    pub taxable: bool,
    /// Left out of the shop, but sold to those who have the link.
    #[serde(default)]
    pub hidden: bool,
    /// Lower comes first.
    #[serde(default)]
    pub position: i32,
    /// Free days at first, and after how many periods it is over.
    #[serde(default)]
    pub terms: Terms,
}

/// A page of products.
#[derive(Clone, Debug, Default)]
pub struct ListProducts {
    /// Of this group only.
    pub group_id: Option<ProductGroupId>,
    /// With this in the name; empty: all.
    pub text: String,
    /// Those no longer sold, too.
    pub retired: bool,
    /// Older than this one.
    pub before: Option<ProductId>,
    /// How many, 1 to 200.
    pub limit: i64,
}

/// A product with its current prices; secrets of its settings are masked.
#[derive(Clone, Debug)]
pub struct Product {
    /// The product itself.
    pub row: ProductRow,
    /// Its current prices.
    pub prices: Vec<PriceRow>,
    /// Services that live or wait to.
    pub live_services: i64,
}

/// A page of products, newest first; settings are masked.
pub async fn list_products(app: &App, actor: &Actor, list: ListProducts) -> Result<Vec<ProductRow>> {
    actor.require(Permission::CatalogueRead)?;
    let filter = ProductFilter {
        group_id: list.group_id,
        text: Some(list.text.trim()).filter(|t| !t.is_empty()),
        retired: list.retired,
        before: list.before,
        limit: list.limit.clamp(1, 200),
    };
    let mut rows = products::list(&mut *app.conn().await?, &filter).await?;
    for row in &mut rows {
        row.settings = masked(app, row)?;
    }
    Ok(rows)
}

/// A product with its current prices.
pub async fn get_product(app: &App, actor: &Actor, id: ProductId) -> Result<Product> {
    actor.require(Permission::CatalogueRead)?;
    let mut conn = app.conn().await?;
    let mut row = products::get(&mut conn, id).await?.ok_or(AppError::NotFound("product"))?;
    row.settings = masked(app, &row)?;
    let prices = prices::of_product(&mut conn, id, false).await?;
    let live_services = products::live_services(&mut conn, id).await?;
    Ok(Product { row, prices, live_services })
}

/// Adds a product. It has no price yet, so nobody can buy it.
pub async fn create_product(app: &App, actor: &Actor, mut input: ProductInput) -> Result<ProductId> {
    actor.require(Permission::CatalogueWrite)?;
    let mut tx = app.begin(actor).await?;
    let settings = check(app, &mut tx, &mut input, None).await?;
    let id = products::insert(tx.conn(), &fields(&input, &settings)).await.map_err(slug_taken)?;
    input.settings = plugins::mask_product(app, input.plugin_id.as_deref(), &settings)?;
    edited(&mut tx, id, "create").await?;
    tx.audit("product.create", "product", id, json!({ "after": input })).await?;
    tx.commit().await?;
    Ok(id)
}

/// Changes a product. What was sold keeps its price; a new plugin counts for new services only.
pub async fn update_product(app: &App, actor: &Actor, id: ProductId, mut input: ProductInput) -> Result<()> {
    actor.require(Permission::CatalogueWrite)?;
    let mut tx = app.begin(actor).await?;
    let before = products::get(tx.conn(), id).await?.ok_or(AppError::NotFound("product"))?;
    let settings = check(app, &mut tx, &mut input, Some(&before)).await?;
    if before.plugin_id != input.plugin_id && products::live_services(tx.conn(), id).await? > 0 {
        return Err(AppError::conflict("services of this product exist at its plugin: make a new product instead"));
    }
    products::update(tx.conn(), id, &fields(&input, &settings)).await.map_err(slug_taken)?;
    input.settings = plugins::mask_product(app, input.plugin_id.as_deref(), &settings)?;
    let detail = json!({ "before": written(&before, masked(app, &before)?), "after": input });
    edited(&mut tx, id, "update").await?;
    tx.audit("product.update", "product", id, detail).await?;
    tx.commit().await
}

/// Takes a product out of sale. What was sold lives on and renews.
pub async fn retire_product(app: &App, actor: &Actor, id: ProductId) -> Result<()> {
    set_retired(app, actor, id, true).await
}

/// Puts a retired product back on sale.
pub async fn bring_back_product(app: &App, actor: &Actor, id: ProductId) -> Result<()> {
    set_retired(app, actor, id, false).await
}

async fn set_retired(app: &App, actor: &Actor, id: ProductId, retired: bool) -> Result<()> {
    actor.require(Permission::CatalogueWrite)?;
    let mut tx = app.begin(actor).await?;
    let at = retired.then_some(tx.now());
    if !products::set_retired(tx.conn(), id, at).await? {
        return Err(AppError::NotFound("product"));
    }
    let action = if retired { "retire" } else { "bring_back" };
    edited(&mut tx, id, action).await?;
    tx.audit(&format!("product.{action}"), "product", id, json!({})).await?;
    tx.commit().await
}

/// Tells of a product as it is now.
pub(super) async fn edited(tx: &mut Tx<'_>, id: ProductId, action: &str) -> Result<()> {
    let row = products::get(tx.conn(), id).await?.ok_or(AppError::NotFound("product"))?;
    match action {
        _ if !row.is_addon => {}
        "retire" => drop(tx.emit(&ProductAddonDeleted { product_addon_id: id.get() }).await?),
        _ => drop(tx.emit(&AddonConfigSaved { product_addon_id: id.get() }).await?),
    }
    tx.emit(&ProductEdited {
        product_id: id,
        action: action.to_owned(),
        group_id: row.group_id,
        name: row.name,
        description: row.description,
        plugin_id: row.plugin_id,
        server_group_id: row.server_group_id.map(ServerGroupId),
        setup_when: row.setup_when.to_string(),
        stock: row.stock,
        taxable: row.taxable,
        hidden: row.hidden,
        retired: row.retired_at.is_some(),
    })
    .await?;
    Ok(())
}

/// Checks the input, completes the slug, and gives the settings with secrets sealed.
async fn check(app: &App, tx: &mut Tx<'_>, input: &mut ProductInput, before: Option<&ProductRow>) -> Result<Value> {
    input.slug = if input.slug.trim().is_empty() { slug_of(&input.name) } else { input.slug.trim().to_owned() };
    input.plugin_id = input.plugin_id.take().filter(|id| !id.is_empty());
    let mut checks = Checks::default();
    checks.text("name", &input.name, 120, true);
    checks.require(is_slug(&input.slug), "slug", "must be lower-case letters and digits, with single hyphens between");
    checks.text("description", &input.description, 10_000, false);
    checks.require(input.stock.is_none_or(|n| n >= 0), "stock", "must not be negative");
    let days = input.terms.trial_days.is_none_or(|days| (1..=365).contains(&days));
    checks.require(days, "terms.trial_days", "must be between 1 and 365, or empty");
    let periods = input.terms.periods.is_none_or(|periods| (1..=600).contains(&periods));
    checks.require(periods, "terms.periods", "must be between 1 and 600, or empty");
    let day = input.terms.billing_day;
    checks.require(
        day.is_none_or(|day| (1..=28).contains(&day)),
        "terms.billing_day",
        "must be between 1 and 28, or empty",
    );
    let alone = day.is_none() || input.terms.trial_days.is_none();
    checks.require(alone, "terms.billing_day", "cannot be together with free days");
    let join = input.terms.join_days;
    checks.require(
        join.is_none_or(|days| (1..=31).contains(&days)),
        "terms.join_days",
        "must be between 1 and 31, or empty",
    );
    checks.require(join.is_none() || day.is_some(), "terms.join_days", "needs a day on which periods begin");
    let groups = products::groups(tx.conn()).await?;
    checks.require(groups.iter().any(|g| g.id == input.group_id), "group_id", "is not a product group");
    if let Some(group) = input.server_group_id {
        let known = servers::groups(tx.conn()).await?;
        checks.require(known.iter().any(|g| g.id == group), "server_group_id", "is not a server group");
    }
    let Some(plugin_id) = input.plugin_id.as_deref() else {
        checks.finish()?;
        return Ok(json!({}));
    };
    checks.require(input.server_group_id.is_some(), "server_group_id", "must be chosen for a product with a plugin");
    let known = app.plugins.server(plugin_id).is_ok();
    checks.require(known, "plugin_id", "is not a server plugin of this installation");
    let schema =
        app.plugins.all().find(|p| p.manifest.id == plugin_id).and_then(|p| p.manifest.schemas.product.as_ref());
    let same_plugin = before.filter(|b| b.plugin_id.as_deref() == Some(plugin_id));
    let old = same_plugin.map_or(Value::Null, |b| b.settings.clone());
    let settings = plugins::accept(&app.cipher, schema, input.settings.clone(), &old, "settings", &mut checks)?;
    checks.finish()?;
    Ok(settings)
}

fn masked(app: &App, row: &ProductRow) -> Result<Value> {
    plugins::mask_product(app, row.plugin_id.as_deref(), &row.settings)
}

fn fields<'a>(input: &'a ProductInput, settings: &'a Value) -> ProductFields<'a> {
    ProductFields {
        group_id: input.group_id,
        name: input.name.trim(),
        slug: &input.slug,
        description: input.description.trim(),
        plugin_id: input.plugin_id.as_deref(),
        settings,
        server_group_id: input.server_group_id,
        setup_when: input.setup_when,
        stock: input.stock,
        taxable: input.taxable,
        hidden: input.hidden,
        position: input.position,
        terms: input.terms,
    }
}

/// A stored product as staff would write it, for the audit log.
fn written(row: &ProductRow, settings: Value) -> ProductInput {
    ProductInput {
        group_id: row.group_id,
        name: row.name.clone(),
        slug: row.slug.clone(),
        description: row.description.clone(),
        plugin_id: row.plugin_id.clone(),
        settings,
        server_group_id: row.server_group_id.map(ServerGroupId),
        setup_when: *row.setup_when,
        stock: row.stock,
        taxable: row.taxable,
        hidden: row.hidden,
        position: row.position,
        terms: row.terms(),
    }
}

fn slug_taken(error: innkeeper_db::Error) -> AppError {
    taken(error, "product_slug_key", "slug", "is the address of another product")
}

pub(crate) fn is_slug(text: &str) -> bool {
    text.len() <= 80
        && text
            .split('-')
            .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()))
}

pub(crate) fn slug_of(name: &str) -> String {
    let lower = name.to_lowercase();
    let words = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty());
    words.collect::<Vec<_>>().join("-").chars().take(80).collect::<String>().trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_made_of_names() {
        assert_eq!(slug_of("Mailbox  5 GB (Pro)"), "mailbox-5-gb-pro");
        assert!(is_slug("mailbox-5-gb") && !is_slug("a--b") && !is_slug("Ä") && !is_slug("") && !is_slug("-a"));
    }
}
