//! Product groups and products.

use chrono::{DateTime, Utc};
use innkeeper_domain::{AfterTerm, ProductGroupId, ProductId, ServerGroupId, SetupWhen, Terms};
use serde_json::Value;
use sqlx::{PgConnection, Result};

use crate::Text;

/// A product group.
#[derive(Clone, Debug)]
pub struct GroupRow {
    pub id: ProductGroupId,
    pub name: String,
    pub description: String,
    pub hidden: bool,
    pub position: i32,
    /// Products in it that are not retired.
    pub products: i64,
}

/// What is stored of a product group.
pub struct GroupFields<'a> {
    pub name: &'a str,
    pub description: &'a str,
    pub hidden: bool,
    pub position: i32,
}

/// All groups, in the order of the shop.
pub async fn groups(conn: &mut PgConnection) -> Result<Vec<GroupRow>> {
    sqlx::query_as!(
        GroupRow,
        r#"SELECT g.id, g.name, g.description, g.hidden, g.position,
                  count(p.id) FILTER (WHERE p.retired_at IS NULL) AS "products!"
           FROM product_group g LEFT JOIN product p ON p.group_id = g.id GROUP BY g.id ORDER BY g.position, g.id"#
    )
    .fetch_all(conn)
    .await
}

/// Adds a group.
pub async fn insert_group(conn: &mut PgConnection, group: &GroupFields<'_>) -> Result<ProductGroupId> {
    let id = sqlx::query_scalar!(
        "INSERT INTO product_group (name, description, hidden, position) VALUES ($1, $2, $3, $4) RETURNING id",
        group.name,
        group.description,
        group.hidden,
        group.position
    )
    .fetch_one(conn)
    .await?;
    Ok(ProductGroupId(id))
}

/// Changes a group. False: there is none.
pub async fn update_group(conn: &mut PgConnection, id: ProductGroupId, group: &GroupFields<'_>) -> Result<bool> {
    let done = sqlx::query!(
        "UPDATE product_group SET name = $2, description = $3, hidden = $4, position = $5 WHERE id = $1",
        id.get(),
        group.name,
        group.description,
        group.hidden,
        group.position
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A product as stored; secrets in `settings` are sealed.
#[derive(Clone, Debug)]
pub struct ProductRow {
    pub id: ProductId,
    pub group_id: ProductGroupId,
    pub group_name: String,
    pub name: String,
    pub slug: String,
    pub description: String,
    pub plugin_id: Option<String>,
    pub settings: Value,
    pub server_group_id: Option<i64>,
    pub setup_when: Text<SetupWhen>,
    pub stock: Option<i32>,
    pub taxable: bool,
    pub hidden: bool,
    pub retired_at: Option<DateTime<Utc>>,
    pub position: i32,
    pub created_at: DateTime<Utc>,
    pub trial_days: Option<i32>,
    pub term_periods: Option<i32>,
    pub after_term: Text<AfterTerm>,
    pub billing_day: Option<i32>,
    pub join_days: Option<i32>,
    /// Sold only together with others.
    pub is_addon: bool,
}

/// The terms of a row that has the columns of them: the numbers are within what the database allows.
macro_rules! terms {
    ($row:expr) => {
        innkeeper_domain::Terms {
            trial_days: $row.trial_days.and_then(|n| n.try_into().ok()),
            periods: $row.term_periods.and_then(|n| n.try_into().ok()),
            afterwards: *$row.after_term,
            billing_day: $row.billing_day.and_then(|n| n.try_into().ok()),
            join_days: $row.join_days.and_then(|n| n.try_into().ok()),
        }
    };
}
pub(crate) use terms;

impl ProductRow {
    /// The terms on which it is sold.
    pub fn terms(&self) -> Terms {
        terms!(self)
    }
}

/// What is stored of a product.
pub struct ProductFields<'a> {
    pub group_id: ProductGroupId,
    pub name: &'a str,
    pub slug: &'a str,
    pub description: &'a str,
    pub plugin_id: Option<&'a str>,
    pub settings: &'a Value,
    pub server_group_id: Option<ServerGroupId>,
    pub setup_when: SetupWhen,
    pub stock: Option<i32>,
    pub taxable: bool,
    pub hidden: bool,
    pub position: i32,
    pub terms: Terms,
}

/// Which products to list.
pub struct ProductFilter<'a> {
    pub group_id: Option<ProductGroupId>,
    /// Part of the name; none: all.
    pub text: Option<&'a str>,
    /// Those no longer sold, too.
    pub retired: bool,
    pub before: Option<ProductId>,
    pub limit: i64,
}

/// A page of products, newest first.
pub async fn list(conn: &mut PgConnection, filter: &ProductFilter<'_>) -> Result<Vec<ProductRow>> {
    sqlx::query_as!(
        ProductRow,
        r#"SELECT p.id, p.group_id, g.name AS group_name, p.name, p.slug, p.description, p.plugin_id, p.settings,
                  p.server_group_id, p.setup_when AS "setup_when: _", p.stock, p.taxable, p.hidden, p.retired_at,
                  p.position, p.created_at, p.trial_days, p.term_periods, p.after_term AS "after_term: _", p.billing_day, p.join_days,
                  p.is_addon
           FROM product p JOIN product_group g ON g.id = p.group_id
           WHERE ($1::bigint IS NULL OR p.group_id = $1) AND ($2::text IS NULL OR p.name ILIKE '%' || $2 || '%')
             AND ($3 OR p.retired_at IS NULL) AND ($4::bigint IS NULL OR p.id < $4)
           ORDER BY p.id DESC LIMIT $5"#,
        filter.group_id.map(ProductGroupId::get),
        filter.text,
        filter.retired,
        filter.before.map(ProductId::get),
        filter.limit
    )
    .fetch_all(conn)
    .await
}

/// The product.
pub async fn get(conn: &mut PgConnection, id: ProductId) -> Result<Option<ProductRow>> {
    sqlx::query_as!(
        ProductRow,
        r#"SELECT p.id, p.group_id, g.name AS group_name, p.name, p.slug, p.description, p.plugin_id, p.settings,
                  p.server_group_id, p.setup_when AS "setup_when: _", p.stock, p.taxable, p.hidden, p.retired_at,
                  p.position, p.created_at, p.trial_days, p.term_periods, p.after_term AS "after_term: _", p.billing_day, p.join_days,
                  p.is_addon
           FROM product p JOIN product_group g ON g.id = p.group_id WHERE p.id = $1"#,
        id.get()
    )
    .fetch_optional(conn)
    .await
}

/// The product with this slug.
pub async fn id_of_slug(conn: &mut PgConnection, slug: &str) -> Result<Option<ProductId>> {
    let id = sqlx::query_scalar!("SELECT id FROM product WHERE slug = $1", slug).fetch_optional(conn).await?;
    Ok(id.map(ProductId))
}

/// Adds a product. Fails on `product_slug_key` if the slug is taken.
pub async fn insert(conn: &mut PgConnection, product: &ProductFields<'_>) -> Result<ProductId> {
    let id = sqlx::query_scalar!(
        "INSERT INTO product (group_id, name, slug, description, plugin_id, settings, server_group_id, setup_when,
                              stock, taxable, hidden, position, trial_days, term_periods, after_term, billing_day,
                              join_days)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) RETURNING id",
        product.group_id.get(),
        product.name,
        product.slug,
        product.description,
        product.plugin_id,
        product.settings,
        product.server_group_id.map(ServerGroupId::get),
        product.setup_when.as_str(),
        product.stock,
        product.taxable,
        product.hidden,
        product.position,
        product.terms.trial_days.map(i32::from),
        product.terms.periods.map(i32::from),
        product.terms.afterwards.as_str(),
        product.terms.billing_day.map(i32::from),
        product.terms.join_days.map(i32::from)
    )
    .fetch_one(conn)
    .await?;
    Ok(ProductId(id))
}

/// Changes a product. False: there is none. Fails on `product_slug_key` if the slug is taken.
pub async fn update(conn: &mut PgConnection, id: ProductId, product: &ProductFields<'_>) -> Result<bool> {
    let done = sqlx::query!(
        "UPDATE product SET group_id = $2, name = $3, slug = $4, description = $5, plugin_id = $6, settings = $7,
                server_group_id = $8, setup_when = $9, stock = $10, taxable = $11, hidden = $12, position = $13,
                trial_days = $14, term_periods = $15, after_term = $16, billing_day = $17, join_days = $18
         WHERE id = $1",
        id.get(),
        product.group_id.get(),
        product.name,
        product.slug,
        product.description,
        product.plugin_id,
        product.settings,
        product.server_group_id.map(ServerGroupId::get),
        product.setup_when.as_str(),
        product.stock,
        product.taxable,
        product.hidden,
        product.position,
        product.terms.trial_days.map(i32::from),
        product.terms.periods.map(i32::from),
        product.terms.afterwards.as_str(),
        product.terms.billing_day.map(i32::from),
        product.terms.join_days.map(i32::from)
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes a product out of sale (`Some`) or back into it. False: there is none.
pub async fn set_retired(conn: &mut PgConnection, id: ProductId, at: Option<DateTime<Utc>>) -> Result<bool> {
    let done = sqlx::query!("UPDATE product SET retired_at = $2 WHERE id = $1", id.get(), at).execute(conn).await?;
    Ok(done.rows_affected() == 1)
}

/// Services of the product that live or wait to.
pub async fn live_services(conn: &mut PgConnection, id: ProductId) -> Result<i64> {
    sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM service WHERE product_id = $1 AND state IN ('pending', 'active', 'suspended')"#,
        id.get()
    )
    .fetch_one(conn)
    .await
}

/// The other products that are on sale by themselves, as (id, name), by name.
pub async fn of_their_own(conn: &mut PgConnection, except: ProductId) -> Result<Vec<(ProductId, String)>> {
    let rows = sqlx::query!(
        "SELECT id, name FROM product WHERE id <> $1 AND NOT is_addon AND retired_at IS NULL ORDER BY name, id",
        except.get()
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (ProductId(row.id), row.name)).collect())
}

/// The other products of a plugin that are on sale, as (id, name), by name.
pub async fn of_plugin(
    conn: &mut PgConnection,
    plugin: Option<&str>,
    except: ProductId,
) -> Result<Vec<(ProductId, String)>> {
    let rows = sqlx::query!(
        "SELECT id, name FROM product WHERE plugin_id IS NOT DISTINCT FROM $1 AND id <> $2 AND retired_at IS NULL ORDER BY name, id",
        plugin,
        except.get()
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (ProductId(row.id), row.name)).collect())
}
