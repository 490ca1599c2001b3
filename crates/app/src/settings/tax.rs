//! How tax is charged.

use innkeeper_db::{PgConnection, tax_rules};
use innkeeper_domain::{
    TaxRounding,
    vat_number::{UNION, in_union},
};
use serde::{Deserialize, Serialize};

use crate::{Actor, App, Checks, Result, tax::Rules};

/// How tax is charged. The rules of places are in the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Tax {
    /// Prices of the catalogue include the tax that the client pays.
    pub prices_include_tax: bool,
    /// Where it is rounded.
    pub rounding: TaxRounding,
    /// Services to clients in the European Union are taxed where its rules say.
    pub union_vat: bool,
    /// The seller sells less than 10,000 EUR a year to consumers in other member states, and taxes them as at home.
    pub below_threshold: bool,
    /// A VAT number that is valid is asked after again after so many days, 1 to 365.
    pub recheck_days: u16,
}

impl Default for Tax {
    fn default() -> Self {
        Self {
            prices_include_tax: false,
            rounding: TaxRounding::Invoice,
            union_vat: false,
            below_threshold: false,
            recheck_days: 90,
        }
    }
}

const KEY: &str = "tax";

/// How tax is charged.
pub async fn tax(app: &App) -> Result<Tax> {
    super::read(app, KEY).await
}

/// The same on a connection that the caller has.
pub(crate) async fn tax_in(conn: &mut PgConnection) -> Result<Tax> {
    super::read_from(conn, KEY).await
}

/// Changes it, for invoices issued from now on.
pub async fn save_tax(app: &App, actor: &Actor, tax: Tax) -> Result<()> {
    actor.require(innkeeper_domain::Permission::SystemWrite)?;
    let mut checks = Checks::default();
    checks.require((1..=365).contains(&tax.recheck_days), "recheck_days", "must be from 1 to 365");
    if tax.union_vat {
        let home = super::company(app).await?.country;
        let known = "needs the company's country, a member state: fill it in under Company first";
        checks.require(in_union(&home), "union_vat", known);
        let rules = Rules(tax_rules::all(&mut *app.conn().await?).await?);
        let wanted = UNION.into_iter().filter(|country| !tax.below_threshold || *country == home);
        let missing: Vec<&str> = wanted.filter(|country| !rules.knows(country)).collect();
        let text =
            format!("needs a tax rule for each member state, add the Union's rates first: {}", missing.join(", "));
        checks.require(missing.is_empty(), "union_vat", text);
    }
    checks.finish()?;
    super::save(app, actor, KEY, &tax).await
}
