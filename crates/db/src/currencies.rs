//! Currencies.

use innkeeper_domain::Currency;
use sqlx::{PgConnection, Result};

use crate::Text;

/// A currency the business knows.
#[derive(Clone, Debug)]
pub struct CurrencyRow {
    pub code: Text<Currency>,
    pub is_default: bool,
    pub enabled: bool,
}

/// All, the default one first.
pub async fn all(conn: &mut PgConnection) -> Result<Vec<CurrencyRow>> {
    sqlx::query_as!(
        CurrencyRow,
        r#"SELECT code AS "code: _", is_default, enabled FROM currency ORDER BY is_default DESC, code"#
    )
    .fetch_all(conn)
    .await
}

/// Adds a currency or changes whether it is enabled.
pub async fn put(conn: &mut PgConnection, code: Currency, enabled: bool) -> Result<()> {
    sqlx::query!(
        "INSERT INTO currency (code, enabled) VALUES ($1, $2) ON CONFLICT (code) DO UPDATE SET enabled = excluded.enabled",
        code.code(),
        enabled
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Makes a currency the default one, which is always enabled. False: it is unknown.
pub async fn make_default(conn: &mut PgConnection, code: Currency) -> Result<bool> {
    sqlx::query!("UPDATE currency SET is_default = false WHERE is_default AND code <> $1", code.code())
        .execute(&mut *conn)
        .await?;
    let done = sqlx::query!("UPDATE currency SET is_default = true, enabled = true WHERE code = $1", code.code())
        .execute(conn)
        .await?;
    Ok(done.rows_affected() == 1)
}
