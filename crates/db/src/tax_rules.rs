//! Tax rules: the most specific one wins.

use innkeeper_domain::TaxRuleId;
use rust_decimal::Decimal;
use sqlx::{PgConnection, Result};

/// A tax rule. An empty country or region means any; `rate` is a fraction.
#[derive(Clone, Debug)]
pub struct TaxRuleRow {
    pub id: TaxRuleId,
    pub country: String,
    pub region: String,
    pub name: String,
    pub rate: Decimal,
}

/// What is stored of a rule.
pub struct TaxRuleFields<'a> {
    pub country: &'a str,
    pub region: &'a str,
    pub name: &'a str,
    pub rate: Decimal,
}

/// All, by country and region.
pub async fn all(conn: &mut PgConnection) -> Result<Vec<TaxRuleRow>> {
    sqlx::query_as!(TaxRuleRow, "SELECT id, country, region, name, rate FROM tax_rule ORDER BY country, region")
        .fetch_all(conn)
        .await
}

/// The rule.
pub async fn get(conn: &mut PgConnection, id: TaxRuleId) -> Result<Option<TaxRuleRow>> {
    sqlx::query_as!(TaxRuleRow, "SELECT id, country, region, name, rate FROM tax_rule WHERE id = $1", id.get())
        .fetch_optional(conn)
        .await
}

/// Adds a rule. Fails on `tax_rule_country_region_key` if there is one for that place.
pub async fn insert(conn: &mut PgConnection, rule: &TaxRuleFields<'_>) -> Result<TaxRuleId> {
    let id = sqlx::query_scalar!(
        "INSERT INTO tax_rule (country, region, name, rate) VALUES ($1, $2, $3, $4) RETURNING id",
        rule.country,
        rule.region,
        rule.name,
        rule.rate
    )
    .fetch_one(conn)
    .await?;
    Ok(TaxRuleId(id))
}

/// Changes a rule; issued invoices keep the rate they were issued with.
pub async fn update(conn: &mut PgConnection, id: TaxRuleId, rule: &TaxRuleFields<'_>) -> Result<()> {
    sqlx::query!(
        "UPDATE tax_rule SET country = $2, region = $3, name = $4, rate = $5 WHERE id = $1",
        id.get(),
        rule.country,
        rule.region,
        rule.name,
        rule.rate
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Removes a rule.
pub async fn delete(conn: &mut PgConnection, id: TaxRuleId) -> Result<()> {
    sqlx::query!("DELETE FROM tax_rule WHERE id = $1", id.get()).execute(conn).await?;
    Ok(())
}
