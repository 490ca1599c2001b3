//! The standard rates of the European Union, which ship with the program.

use innkeeper_db::tax_rules::{self, TaxRuleFields};
use innkeeper_domain::{Permission, Rate};
use serde_json::json;

use crate::{Actor, App, AppError, Result};

const FILE: &str = include_str!("rates.csv");

/// The standard rate of a member state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnionRate {
    /// ISO 3166 alpha-2.
    pub country: String,
    /// As the tax is called there.
    pub name: String,
    /// The rate.
    pub rate: Rate,
}

/// The standard rates as they ship.
pub fn union_rates() -> Result<Vec<UnionRate>> {
    let lines = FILE.lines().filter(|line| !line.starts_with('#')).skip(1);
    let read = |line: &str| {
        let mut parts = line.split(',');
        let (country, name) = (parts.next()?.to_owned(), parts.next()?.to_owned());
        Some(UnionRate { country, name, rate: Rate::from_percent(parts.next()?.parse().ok()?)? })
    };
    lines.map(|line| read(line).ok_or_else(|| AppError::internal(format!("{line} is no rate")))).collect()
}

/// Adds a rule for each member state that has none; how many. Rules that are there stay as they are.
pub async fn add_union_rates(app: &App, actor: &Actor) -> Result<usize> {
    actor.require(Permission::CatalogueWrite)?;
    let rates = union_rates()?;
    let rules: Vec<TaxRuleFields<'_>> = rates
        .iter()
        .map(|r| TaxRuleFields {
            country: &r.country,
            region: "",
            level: 1,
            compound: false,
            name: &r.name,
            rate: r.rate.fraction(),
        })
        .collect();
    let mut tx = app.begin(actor).await?;
    let added = tax_rules::insert_missing(tx.conn(), &rules).await?;
    if !added.is_empty() {
        tx.audit("tax_rule.add_union", "tax_rule", 0, json!({ "countries": added })).await?;
    }
    tx.commit().await?;
    Ok(added.len())
}
