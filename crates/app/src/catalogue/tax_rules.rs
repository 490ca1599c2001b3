//! Tax rules: country and region, else country, else everywhere.

use innkeeper_db::tax_rules::{self, TaxRuleFields, TaxRuleRow};
use innkeeper_domain::{Permission, Rate, TaxRuleId};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::groups::taken;
use crate::{Actor, App, AppError, Checks, Result};

/// A tax rule as staff write it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TaxRuleInput {
    /// ISO 3166 alpha-2; empty: any.
    #[serde(default)]
    pub country: String,
    /// Name of the region as clients write it; empty: any.
    #[serde(default)]
    pub region: String,
    /// 1 or 2: at each level the most specific rule counts, and both are charged.
    #[serde(default = "first")]
    pub level: i16,
    /// Of level 2: also on the tax of level 1.
    #[serde(default)]
    pub compound: bool,
    /// As printed on invoices: `VAT`.
    pub name: String,
    /// In percent: `21`.
    pub percent: Decimal,
}

fn first() -> i16 {
    1
}

/// A tax rule.
#[derive(Clone, Debug)]
pub struct TaxRule {
    pub id: TaxRuleId,
    /// Empty: any.
    pub country: String,
    /// Empty: any.
    pub region: String,
    /// 1 or 2.
    pub level: i16,
    /// Of level 2: also on the tax of level 1.
    pub compound: bool,
    pub name: String,
    pub rate: Rate,
}

/// All rules, by country and region.
pub async fn list_tax_rules(app: &App, actor: &Actor) -> Result<Vec<TaxRule>> {
    actor.require(Permission::CatalogueRead)?;
    tax_rules::all(&mut *app.conn().await?).await?.into_iter().map(rule).collect()
}

/// Adds a rule; it counts for invoices issued from now on.
pub async fn create_tax_rule(app: &App, actor: &Actor, mut input: TaxRuleInput) -> Result<TaxRuleId> {
    actor.require(Permission::CatalogueWrite)?;
    let rate = check(&mut input)?;
    let mut tx = app.begin(actor).await?;
    let id = tax_rules::insert(tx.conn(), &fields(&input, rate)).await.map_err(place_taken)?;
    tx.audit("tax_rule.create", "tax_rule", id, json!({ "after": input })).await?;
    tx.commit().await?;
    Ok(id)
}

/// Changes a rule for invoices issued from now on.
pub async fn update_tax_rule(app: &App, actor: &Actor, id: TaxRuleId, mut input: TaxRuleInput) -> Result<()> {
    actor.require(Permission::CatalogueWrite)?;
    let rate = check(&mut input)?;
    let mut tx = app.begin(actor).await?;
    let before = tax_rules::get(tx.conn(), id).await?.ok_or(AppError::NotFound("tax rule"))?;
    tax_rules::update(tx.conn(), id, &fields(&input, rate)).await.map_err(place_taken)?;
    tx.audit("tax_rule.update", "tax_rule", id, json!({ "before": written(&before), "after": input })).await?;
    tx.commit().await
}

/// Removes a rule; invoices issued from now on no longer know it.
pub async fn delete_tax_rule(app: &App, actor: &Actor, id: TaxRuleId) -> Result<()> {
    actor.require(Permission::CatalogueWrite)?;
    let mut tx = app.begin(actor).await?;
    let before = tax_rules::get(tx.conn(), id).await?.ok_or(AppError::NotFound("tax rule"))?;
    tax_rules::delete(tx.conn(), id).await?;
    tx.audit("tax_rule.delete", "tax_rule", id, json!({ "before": written(&before) })).await?;
    tx.commit().await
}

fn check(input: &mut TaxRuleInput) -> Result<Rate> {
    input.country = input.country.trim().to_uppercase();
    input.region = input.region.trim().to_owned();
    let mut checks = Checks::default();
    let country_ok =
        input.country.is_empty() || input.country.len() == 2 && input.country.bytes().all(|b| b.is_ascii_uppercase());
    checks.require(country_ok, "country", "must be a two-letter country code, or empty");
    checks.text("region", &input.region, 100, false);
    checks.require(input.region.is_empty() || !input.country.is_empty(), "country", "must be given with a region");
    checks.require(matches!(input.level, 1 | 2), "level", "must be 1 or 2");
    checks.require(input.level == 2 || !input.compound, "compound", "is for rules of level 2 only");
    checks.text("name", &input.name, 40, true);
    let rate = Rate::from_percent(input.percent);
    checks.require(rate.is_some(), "percent", "must be from 0 to 1000, with at most 3 decimals");
    checks.finish()?;
    Ok(rate.unwrap_or(Rate::ZERO))
}

fn fields(input: &TaxRuleInput, rate: Rate) -> TaxRuleFields<'_> {
    TaxRuleFields {
        country: &input.country,
        region: &input.region,
        level: input.level,
        compound: input.compound,
        name: input.name.trim(),
        rate: rate.fraction(),
    }
}

fn rule(row: TaxRuleRow) -> Result<TaxRule> {
    let rate = Rate::from_fraction(row.rate)
        .ok_or_else(|| AppError::internal(format!("tax rule {} has the rate {}", row.id, row.rate)))?;
    let TaxRuleRow { id, country, region, level, compound, name, .. } = row;
    Ok(TaxRule { id, country, region, level, compound, name, rate })
}

fn written(row: &TaxRuleRow) -> TaxRuleInput {
    TaxRuleInput {
        country: row.country.clone(),
        region: row.region.clone(),
        level: row.level,
        compound: row.compound,
        name: row.name.clone(),
        percent: (row.rate * Decimal::ONE_HUNDRED).normalize(),
    }
}

fn place_taken(error: innkeeper_db::Error) -> AppError {
    taken(error, "tax_rule_country_region_key", "country", "has a rule of this level for this region already")
}
