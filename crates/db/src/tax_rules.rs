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
    /// 1 or 2: at each level one rule counts.
    pub level: i16,
    /// Of level 2: also on the tax of level 1.
    pub compound: bool,
    pub name: String,
    pub rate: Decimal,
}

/// What is stored of a rule.
pub struct TaxRuleFields<'a> {
    pub country: &'a str,
    pub region: &'a str,
    pub level: i16,
    pub compound: bool,
    pub name: &'a str,
    pub rate: Decimal,
}

/// All, by country and region.
pub async fn all(conn: &mut PgConnection) -> Result<Vec<TaxRuleRow>> {
    sqlx::query_as!(
        TaxRuleRow,
        "SELECT id, country, region, level, compound, name, rate FROM tax_rule ORDER BY country, region, level"
    )
    .fetch_all(conn)
    .await
}

/// The rule.
pub async fn get(conn: &mut PgConnection, id: TaxRuleId) -> Result<Option<TaxRuleRow>> {
    sqlx::query_as!(
        TaxRuleRow,
        "SELECT id, country, region, level, compound, name, rate FROM tax_rule WHERE id = $1",
        id.get()
    )
    .fetch_optional(conn)
    .await
}

/// Adds a rule. Fails on `tax_rule_country_region_key` if there is one for that place.
pub async fn insert(conn: &mut PgConnection, rule: &TaxRuleFields<'_>) -> Result<TaxRuleId> {
    let id = sqlx::query_scalar!(
        "INSERT INTO tax_rule (country, region, name, rate, level, compound) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
        rule.country,
        rule.region,
        rule.name,
        rule.rate,
        rule.level,
        rule.compound
    )
    .fetch_one(conn)
    .await?;
    Ok(TaxRuleId(id))
}

/// Changes a rule; issued invoices keep the rate they were issued with.
pub async fn update(conn: &mut PgConnection, id: TaxRuleId, rule: &TaxRuleFields<'_>) -> Result<()> {
    sqlx::query!(
        "UPDATE tax_rule SET country = $2, region = $3, name = $4, rate = $5, level = $6, compound = $7 WHERE id = $1",
        id.get(),
        rule.country,
        rule.region,
        rule.name,
        rule.rate,
        rule.level,
        rule.compound
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Adds rules of level 1 for whole countries that have none; the countries that got one.
pub async fn insert_missing(conn: &mut PgConnection, rules: &[TaxRuleFields<'_>]) -> Result<Vec<String>> {
    sqlx::query_scalar!(
        "INSERT INTO tax_rule (country, name, rate)
         SELECT * FROM unnest($1::text[], $2::text[], $3::numeric[]) ON CONFLICT DO NOTHING RETURNING country",
        &rules.iter().map(|r| r.country).collect::<Vec<_>>() as &[&str],
        &rules.iter().map(|r| r.name).collect::<Vec<_>>() as &[&str],
        &rules.iter().map(|r| r.rate).collect::<Vec<_>>()
    )
    .fetch_all(conn)
    .await
}

/// Removes a rule.
pub async fn delete(conn: &mut PgConnection, id: TaxRuleId) -> Result<()> {
    sqlx::query!("DELETE FROM tax_rule WHERE id = $1", id.get()).execute(conn).await?;
    Ok(())
}
