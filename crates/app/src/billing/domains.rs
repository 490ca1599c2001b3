//! Invoicing renewals of domains, some time before they expire. What is paid for is renewed; what is not, is not.

use async_trait::async_trait;
use chrono::NaiveDate;
use innkeeper_db::{
    domain_renewals::{self as db, DueDomain},
    invoices::NewLine,
};
use innkeeper_domain::{ClientId, Currency, Money, Rate, invoice};

use super::credit;
use crate::{
    AppError, Result, Tx,
    daily::{Counts, Day, Task},
    invoices::{Draft, issue_all},
    tax::TaxTable,
};

/// The task that invoices renewals.
pub(crate) struct DomainRenewals;

#[async_trait]
impl Task for DomainRenewals {
    fn key(&self) -> &'static str {
        "domain_renewals"
    }
    fn title(&self) -> &'static str {
        "Invoice renewals of domains"
    }
    async fn collect(&self, tx: &mut Tx<'_>, day: &Day) -> Result<u64> {
        Ok(db::collect(tx.conn(), self.key(), day.date, day.rules.domain_days.into()).await?)
    }
    async fn work(&self, tx: &mut Tx<'_>, day: &Day, clients: &[ClientId]) -> Result<Counts> {
        let domains = db::of_clients(tx.conn(), clients, day.date, day.rules.domain_days.into()).await?;
        let taxes = TaxTable::load(tx.conn()).await?;
        let charged: Vec<Charged<'_>> = domains.iter().map(|d| charge(d, &taxes)).collect::<Result<_>>()?;
        let drafts = charged
            .chunk_by(|a, b| a.shares_invoice_with(b))
            .map(|group| draft(group, day.date))
            .collect::<Result<Vec<_>>>()?;
        let invoices = issue_all(tx, day.date, &drafts).await?;
        credit::use_up(tx, &invoices).await?;
        let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        Ok(Counts::from([("invoices", count(invoices.len())), ("domains", count(domains.len()))]))
    }
}

/// A domain and what its renewal costs.
struct Charged<'a> {
    domain: &'a DueDomain,
    currency: Currency,
    net: Money,
    description: String,
    tax: Option<(&'a str, Rate)>,
}

impl Charged<'_> {
    fn shares_invoice_with(&self, other: &Self) -> bool {
        let (a, b) = (self.domain, other.domain);
        !a.separate && (a.client_id, a.expires_on, &a.currency) == (b.client_id, b.expires_on, &b.currency)
    }
}

fn charge<'a>(domain: &'a DueDomain, taxes: &'a TaxTable) -> Result<Charged<'a>> {
    let currency: Currency = domain.currency.parse()?;
    let years = domain.years;
    let span = if years == 1 { "1 year".to_owned() } else { format!("{years} years") };
    let tax = if domain.tax_exempt { None } else { taxes.rule(&domain.country, &domain.region) };
    Ok(Charged {
        domain,
        currency,
        net: Money::new(domain.amount, currency).checked_mul(years.into())?,
        description: format!("Renewal of {}, {span}", domain.name),
        tax,
    })
}

/// The invoice of domains that share one. It is due when they expire, at the earliest today.
fn draft<'a>(group: &'a [Charged<'a>], today: NaiveDate) -> Result<Draft<'a>> {
    let first = group.first().ok_or_else(|| AppError::internal("an invoice over nothing"))?;
    let rate = |c: &Charged<'_>| c.tax.map_or(Rate::ZERO, |(_, rate)| rate);
    let bare: Vec<invoice::Line> = group.iter().map(|c| invoice::Line { net: c.net, rate: rate(c) }).collect();
    let totals = invoice::totals(first.currency, &bare)?;
    let line = |(c, tax): (&'a Charged<'a>, Money)| NewLine {
        kind: "domain_renew",
        description: &c.description,
        service_id: None,
        domain_id: Some(c.domain.id),
        period: None,
        renews_from: Some(c.domain.expires_on),
        price_id: None,
        tld_price_id: c.domain.tld_price_id,
        quantity: c.domain.years,
        net: c.net.minor(),
        tax_name: c.tax.map_or("", |(name, _)| name),
        tax_rate: rate(c).fraction(),
        tax: tax.minor(),
    };
    Ok(Draft {
        client_id: first.domain.client_id,
        order: None,
        currency: first.currency,
        due_on: first.domain.expires_on.max(today),
        lines: group.iter().zip(totals.tax_per_line).map(line).collect(),
    })
}
