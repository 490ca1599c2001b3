//! Bundles: products that are sold together.

use chrono::{DateTime, NaiveDate, Utc};
use innkeeper_domain::{BundleId, Currency, CycleId, ProductId, PromotionId};
use sqlx::{PgConnection, Result};

/// A bundle without its products.
#[derive(Clone, Debug)]
pub struct BundleRow {
    pub id: BundleId,
    pub name: String,
    pub slug: String,
    pub description: String,
    pub promotion_id: PromotionId,
    /// What its promotion is called.
    pub code: String,
    pub position: i32,
    pub retired_at: Option<DateTime<Utc>>,
}

/// One of its products.
#[derive(Clone, Debug)]
pub struct BundleItem {
    pub bundle_id: BundleId,
    pub product_id: ProductId,
    pub product: String,
    pub slug: String,
    pub cycle_id: CycleId,
    pub cycle: String,
}

/// What is stored of a bundle.
pub struct BundleFields<'a> {
    pub name: &'a str,
    pub slug: &'a str,
    pub description: &'a str,
    pub promotion_id: PromotionId,
    pub position: i32,
}

/// Where a bundle is to be on sale.
#[derive(Clone, Copy, Debug)]
pub struct Sale {
    pub currency: Currency,
    pub today: NaiveDate,
}

/// All bundles in the order of the shop, retired ones last; with `sale`, those that are on sale.
pub async fn list(conn: &mut PgConnection, sale: Option<Sale>) -> Result<Vec<BundleRow>> {
    sqlx::query_as!(
        BundleRow,
        r#"SELECT b.id, b.name, b.slug, b.description, b.promotion_id, p.code, b.position, b.retired_at
           FROM bundle b JOIN promotion p ON p.id = b.promotion_id
           WHERE $1::text IS NULL OR b.retired_at IS NULL AND p.retired_at IS NULL
               AND coalesce(p.starts_on <= $2, true) AND coalesce(p.ends_on >= $2, true) AND coalesce(p.uses < p.max_uses, true)
               AND (p.kind NOT IN ('amount', 'price')
                    OR EXISTS (SELECT 1 FROM promotion_amount a WHERE a.promotion_id = p.id AND a.currency = $1))
               AND NOT EXISTS (SELECT 1 FROM bundle_item x JOIN product o ON o.id = x.product_id
                   WHERE x.bundle_id = b.id AND (o.retired_at IS NOT NULL OR o.hidden OR o.stock = 0
                       OR NOT EXISTS (SELECT 1 FROM price r WHERE r.product_id = o.id AND r.cycle_id = x.cycle_id
                                      AND r.currency = $1 AND r.retired_at IS NULL)))
           ORDER BY b.retired_at IS NOT NULL, b.position, b.id"#,
        sale.map(|sale| sale.currency.code()),
        sale.map(|sale| sale.today)
    )
    .fetch_all(conn)
    .await
}

/// Their products, in order.
pub async fn items(conn: &mut PgConnection, bundles: &[BundleId]) -> Result<Vec<BundleItem>> {
    sqlx::query_as!(
        BundleItem,
        "SELECT x.bundle_id, x.product_id, p.name AS product, p.slug, x.cycle_id, c.name AS cycle
         FROM bundle_item x JOIN product p ON p.id = x.product_id JOIN billing_cycle c ON c.id = x.cycle_id
         WHERE x.bundle_id = ANY($1) ORDER BY x.bundle_id, x.position",
        &bundles.iter().map(|id| id.get()).collect::<Vec<_>>()
    )
    .fetch_all(conn)
    .await
}

/// A product that a bundle may have, in one rhythm.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub product_id: ProductId,
    pub product: String,
    pub cycle_id: CycleId,
    pub cycle: String,
}

/// Products on sale in the rhythms that they have a price for; no add-ons.
pub async fn candidates(conn: &mut PgConnection) -> Result<Vec<Candidate>> {
    sqlx::query_as!(
        Candidate,
        "SELECT p.id AS product_id, p.name AS product, c.id AS cycle_id, c.name AS cycle
         FROM product p JOIN price r ON r.product_id = p.id AND r.retired_at IS NULL JOIN billing_cycle c ON c.id = r.cycle_id
         WHERE p.retired_at IS NULL AND NOT p.is_addon
         GROUP BY p.id, c.id ORDER BY p.position, p.id, c.id LIMIT 500"
    )
    .fetch_all(conn)
    .await
}

/// Adds a bundle. Fails on `bundle_slug_key` and `bundle_promotion_id_key`.
pub async fn insert(conn: &mut PgConnection, new: &BundleFields<'_>) -> Result<BundleId> {
    let id = sqlx::query_scalar!(
        "INSERT INTO bundle (name, slug, description, promotion_id, position) VALUES ($1, $2, $3, $4, $5) RETURNING id",
        new.name,
        new.slug,
        new.description,
        new.promotion_id.get(),
        new.position
    )
    .fetch_one(conn)
    .await?;
    Ok(BundleId(id))
}

/// Changes it. False: there is none. Fails as [`insert`].
pub async fn update(conn: &mut PgConnection, id: BundleId, new: &BundleFields<'_>) -> Result<bool> {
    let done = sqlx::query!(
        "UPDATE bundle SET name = $2, slug = $3, description = $4, promotion_id = $5, position = $6 WHERE id = $1",
        id.get(),
        new.name,
        new.slug,
        new.description,
        new.promotion_id.get(),
        new.position
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Sets its products, instead of those that it had.
pub async fn set_items(conn: &mut PgConnection, id: BundleId, items: &[(ProductId, CycleId)]) -> Result<()> {
    sqlx::query!("DELETE FROM bundle_item WHERE bundle_id = $1", id.get()).execute(&mut *conn).await?;
    sqlx::query!(
        "INSERT INTO bundle_item (bundle_id, product_id, cycle_id, position)
         SELECT $1, v.* FROM unnest($2::bigint[], $3::bigint[]) WITH ORDINALITY AS v",
        id.get(),
        &items.iter().map(|(product, _)| product.get()).collect::<Vec<_>>(),
        &items.iter().map(|(_, cycle)| cycle.get()).collect::<Vec<_>>()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes it off the shelf, or puts it back. False: there is none.
pub async fn set_retired(conn: &mut PgConnection, id: BundleId, at: Option<DateTime<Utc>>) -> Result<bool> {
    let done = sqlx::query!("UPDATE bundle SET retired_at = $2 WHERE id = $1", id.get(), at).execute(conn).await?;
    Ok(done.rows_affected() == 1)
}
