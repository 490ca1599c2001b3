//! Which tax a client pays: the most specific rule of its country and region.

use innkeeper_db::{PgConnection, tax_rules};
use innkeeper_domain::Rate;

use crate::Result;

/// All rules, for work on many clients.
pub(crate) struct TaxTable(Vec<tax_rules::TaxRuleRow>);

impl TaxTable {
    pub(crate) async fn load(conn: &mut PgConnection) -> Result<Self> {
        Ok(Self(tax_rules::all(conn).await?))
    }

    /// Name and rate for somebody at `place`; none: no tax.
    pub(crate) fn rule(&self, country: &str, region: &str) -> Option<(&str, Rate)> {
        let fits = |r: &&tax_rules::TaxRuleRow| {
            (r.country.is_empty() || r.country == country)
                && (r.region.is_empty() || r.region.to_lowercase() == region.to_lowercase())
        };
        let best = self.0.iter().filter(fits).max_by_key(|r| (!r.country.is_empty(), !r.region.is_empty()))?;
        Some((&best.name, Rate::from_fraction(best.rate)?))
    }
}
