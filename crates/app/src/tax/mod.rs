//! The one place that decides which tax a client pays. Everybody who makes an invoice, or says what one will be, asks
//! it here.

mod decide;
mod numbers;
mod rates;
#[cfg(test)]
mod tests;
mod vies;
mod words;

use innkeeper_db::{
    PgConnection,
    invoices::NewLine,
    tax_rules,
    taxpayers::{self, TaxpayerRow},
};
use innkeeper_domain::{ClientId, Currency, Money, TaxRounding, Treatment};
use serde_json::Value;
use std::collections::HashMap;

use crate::{AppError, Result, clients::Details, settings};

pub(crate) use decide::Rules;
use decide::{Seller, decide};
pub use numbers::{VatNumberView, check, confirm, get};
pub(crate) use numbers::{note, recheck, refresh};
pub use rates::{UnionRate, add_union_rates, union_rates};
pub use vies::{Answer, VatRegister, Vies};
pub use words::{printed, sentence};

/// How some clients are taxed.
pub(crate) struct TaxTable(HashMap<ClientId, ClientTax>);

impl TaxTable {
    /// Reads what decides about these clients, whose locks the caller holds if it is going to invoice them.
    pub(crate) async fn load(conn: &mut PgConnection, clients: &[ClientId]) -> Result<Self> {
        let rules = Rules(tax_rules::all(&mut *conn).await?);
        let seller = Seller { country: settings::company_in(conn).await?.country, tax: settings::tax_in(conn).await? };
        let rows = taxpayers::of_clients(conn, clients).await?;
        let of = |row: &TaxpayerRow| Ok((row.client_id, decide(&rules, &seller, row)?));
        Ok(Self(rows.iter().map(of).collect::<Result<_>>()?))
    }

    /// How the client is taxed.
    pub(crate) fn of(&self, client: ClientId) -> Result<&ClientTax> {
        self.0.get(&client).ok_or(AppError::NotFound("client"))
    }
}

/// How somebody would be taxed who is no client yet: as one whose VAT number nobody has asked after.
pub(crate) async fn of_prospect(conn: &mut PgConnection, known: &Details) -> Result<ClientTax> {
    let rules = Rules(tax_rules::all(&mut *conn).await?);
    let seller = Seller { country: settings::company_in(conn).await?.country, tax: settings::tax_in(conn).await? };
    let row = TaxpayerRow {
        client_id: ClientId(0),
        country: known.country.clone(),
        region: known.region.clone(),
        is_business: !known.company.is_empty(),
        is_exempt: false,
        language: known.language.clone(),
        vat_number: None,
        vat_state: None,
        vat_reference: None,
        vat_checked_at: None,
    };
    decide(&rules, &seller, &row)
}

/// How a client is taxed.
#[derive(Clone, Debug)]
pub(crate) struct ClientTax {
    pub first_name: String,
    pub second_name: String,
    pub treatment: Treatment,
    /// Prices of the catalogue include tax: what is taxed so at home. None: they do not.
    pub home: Option<Treatment>,
    pub rounding: TaxRounding,
    /// What was known and decided.
    pub basis: Value,
}

impl ClientTax {
    /// Of somebody of whom nothing is known yet: prices as they are.
    pub(crate) fn unknown() -> Self {
        Self {
            first_name: String::new(),
            second_name: String::new(),
            treatment: Treatment::NONE,
            home: None,
            rounding: TaxRounding::Invoice,
            basis: Value::Null,
        }
    }

    /// A price of the catalogue and how it is taxed. Whoever pays no tax on something taxable pays what is left of a
    /// price that includes tax when the tax of home is taken out.
    /// `off` is what was taken off it before, which is without tax then, too.
    pub(crate) fn price(&self, amount: Money, off: i64, taxable: bool) -> Result<(Money, i64, Treatment)> {
        match self.home.filter(|_| taxable) {
            Some(home) if self.treatment.rate().is_zero() => {
                let before = amount.checked_add(Money::new(off, amount.currency()))?;
                let net = home.taken_out_of(amount)?;
                let off = home.taken_out_of(before)?.checked_sub(net)?;
                Ok((net, off.minor().max(0), self.kept(taxable)))
            }
            Some(_) => Ok((amount, off, self.treatment.included(true))),
            None => Ok((amount, off, self.kept(taxable))),
        }
    }

    /// What is left of a price of the catalogue without tax.
    pub(crate) fn without_tax(&self, amount: Money, taxable: bool) -> Result<Money> {
        let (amount, _, treatment) = self.price(amount, 0, taxable)?;
        if treatment.is_included() { Ok(treatment.taken_out_of(amount)?) } else { Ok(amount) }
    }

    fn kept(&self, taxable: bool) -> Treatment {
        if taxable { self.treatment } else { Treatment::NONE }
    }

    /// The line of something at a price of the catalogue.
    pub(crate) fn at_price<'a>(&'a self, line: NewLine<'a>, currency: Currency, taxable: bool) -> Result<NewLine<'a>> {
        let off = line.discount.map_or(0, |(_, off)| off);
        let (amount, off, treatment) = self.price(Money::new(line.net, currency), off, taxable)?;
        let discount = line.discount.map(|(promotion, _)| (promotion, off));
        Ok(self.named(NewLine { net: amount.minor(), discount, ..line }, treatment, taxable))
    }

    /// The line of something at a price without tax.
    pub(crate) fn on_net<'a>(&'a self, line: NewLine<'a>, taxable: bool) -> NewLine<'a> {
        self.named(line, self.kept(taxable), taxable)
    }

    fn named<'a>(&'a self, line: NewLine<'a>, treatment: Treatment, taxable: bool) -> NewLine<'a> {
        let (tax_name, tax2_name) = self.names(taxable);
        NewLine { treatment, tax_name, tax2_name, ..line }
    }

    /// What the taxes are called.
    pub(crate) fn names(&self, taxable: bool) -> (&str, &str) {
        if taxable { (&self.first_name, &self.second_name) } else { ("", "") }
    }
}
