//! Extensions that are sold, and their yearly prices.

use chrono::{DateTime, Utc};
use innkeeper_domain::{Currency, TldId};
use sqlx::{PgConnection, Result};

use crate::Text;

/// An extension, without its leading dot.
#[derive(Clone, Debug)]
pub struct TldRow {
    pub id: TldId,
    pub name: String,
    pub plugin_id: String,
    pub min_years: i32,
    pub max_years: i32,
    pub auth_code_required: bool,
    pub enabled: bool,
    pub position: i32,
}

/// What is stored of an extension.
pub struct TldFields<'a> {
    pub name: &'a str,
    pub plugin_id: &'a str,
    pub min_years: i32,
    pub max_years: i32,
    pub auth_code_required: bool,
    pub enabled: bool,
    pub position: i32,
}

/// A current price: minor units for one year.
#[derive(Clone, Debug)]
pub struct TldPriceRow {
    pub id: i64,
    pub tld_id: TldId,
    pub currency: Text<Currency>,
    pub register: i64,
    pub renew: i64,
    pub transfer: i64,
}

/// The prices an extension is to have, column by column.
#[derive(Default)]
pub struct Wanted {
    pub currencies: Vec<String>,
    pub register: Vec<i64>,
    pub renew: Vec<i64>,
    pub transfer: Vec<i64>,
}

/// All, in the order of the shop.
pub async fn all(conn: &mut PgConnection) -> Result<Vec<TldRow>> {
    sqlx::query_as!(
        TldRow,
        "SELECT id, name, plugin_id, min_years, max_years, auth_code_required, enabled, position
         FROM tld ORDER BY position, name"
    )
    .fetch_all(conn)
    .await
}

/// The extension.
pub async fn get(conn: &mut PgConnection, id: TldId) -> Result<Option<TldRow>> {
    sqlx::query_as!(
        TldRow,
        "SELECT id, name, plugin_id, min_years, max_years, auth_code_required, enabled, position FROM tld WHERE id = $1",
        id.get()
    )
    .fetch_optional(conn)
    .await
}

/// Current prices, of one extension or of all.
pub async fn prices(conn: &mut PgConnection, tld: Option<TldId>) -> Result<Vec<TldPriceRow>> {
    sqlx::query_as!(
        TldPriceRow,
        r#"SELECT id, tld_id, currency AS "currency: _", register, renew, transfer
           FROM tld_price WHERE retired_at IS NULL AND ($1::bigint IS NULL OR tld_id = $1) ORDER BY tld_id, currency"#,
        tld.map(TldId::get)
    )
    .fetch_all(conn)
    .await
}

/// Adds an extension. Fails on `tld_name_key` if it is there.
pub async fn insert(conn: &mut PgConnection, tld: &TldFields<'_>) -> Result<TldId> {
    let id = sqlx::query_scalar!(
        "INSERT INTO tld (name, plugin_id, min_years, max_years, auth_code_required, enabled, position)
         VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
        tld.name,
        tld.plugin_id,
        tld.min_years,
        tld.max_years,
        tld.auth_code_required,
        tld.enabled,
        tld.position
    )
    .fetch_one(conn)
    .await?;
    Ok(TldId(id))
}

/// Changes an extension.
pub async fn update(conn: &mut PgConnection, id: TldId, tld: &TldFields<'_>) -> Result<()> {
    sqlx::query!(
        "UPDATE tld SET name = $2, plugin_id = $3, min_years = $4, max_years = $5, auth_code_required = $6,
                enabled = $7, position = $8 WHERE id = $1",
        id.get(),
        tld.name,
        tld.plugin_id,
        tld.min_years,
        tld.max_years,
        tld.auth_code_required,
        tld.enabled,
        tld.position
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Retires current prices that are not among `wanted`, then inserts those of `wanted` that are missing.
/// Returns how many were retired and inserted.
pub async fn replace_prices(
    conn: &mut PgConnection,
    tld: TldId,
    wanted: &Wanted,
    now: DateTime<Utc>,
) -> Result<(u64, u64)> {
    let retired = sqlx::query!(
        "UPDATE tld_price p SET retired_at = $6 WHERE p.tld_id = $1 AND p.retired_at IS NULL AND NOT EXISTS (
             SELECT 1 FROM unnest($2::text[], $3::bigint[], $4::bigint[], $5::bigint[]) AS w (currency, register, renew, transfer)
             WHERE (w.currency, w.register, w.renew, w.transfer) = (p.currency, p.register, p.renew, p.transfer))",
        tld.get(),
        &wanted.currencies,
        &wanted.register,
        &wanted.renew,
        &wanted.transfer,
        now
    )
    .execute(&mut *conn)
    .await?;
    let inserted = sqlx::query!(
        "INSERT INTO tld_price (tld_id, currency, register, renew, transfer, created_at)
         SELECT $1, w.currency, w.register, w.renew, w.transfer, $6
         FROM unnest($2::text[], $3::bigint[], $4::bigint[], $5::bigint[]) AS w (currency, register, renew, transfer)
         WHERE NOT EXISTS (
             SELECT 1 FROM tld_price p WHERE p.tld_id = $1 AND p.retired_at IS NULL AND p.currency = w.currency)",
        tld.get(),
        &wanted.currencies,
        &wanted.register,
        &wanted.renew,
        &wanted.transfer,
        now
    )
    .execute(conn)
    .await?;
    Ok((retired.rows_affected(), inserted.rows_affected()))
}
