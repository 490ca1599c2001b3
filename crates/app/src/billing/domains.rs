//! Invoicing renewals of domains, some time before they expire. What is paid for is renewed; what is not, is not.

use async_trait::async_trait;
use innkeeper_db::{
    domain_renewals::{self as db, DueDomain},
    invoices::NewLine,
};
use innkeeper_domain::{ClientId, Money};

use super::{
    credit,
    due::{Due, drafts},
};
use crate::{
    Result, Tx,
    daily::{Counts, Day, Task},
    invoices::issue_all,
    promotions::taken_off,
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
        let taxes = TaxTable::load(tx.conn(), clients).await?;
        let lines = domains.iter().map(|domain| line(domain, &taxes)).collect::<Result<_>>()?;
        let drafts = drafts(lines, &taxes, day.date)?;
        let invoices = issue_all(tx, day.date, &drafts).await?;
        credit::use_up(tx, &invoices).await?;
        let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        Ok(Counts::from([("invoices", count(invoices.len())), ("domains", count(domains.len()))]))
    }
}

/// The renewal of a domain.
pub(super) fn line<'a>(domain: &'a DueDomain, taxes: &'a TaxTable) -> Result<Due<'a>> {
    let years = domain.years;
    let span = if years == 1 { "1 year".to_owned() } else { format!("{years} years") };
    let net = Money::new(domain.amount, *domain.currency).checked_mul(years.into())?;
    let description = format!("Renewal of {}, {span}", domain.name);
    let (description, net, discount) = match domain.promised() {
        Some((id, code, discount)) => taken_off(description, net, (id, code), discount.off_price(net.minor())),
        None => (description, net, None),
    };
    let line = NewLine {
        domain_id: Some(domain.id),
        renews_from: Some(domain.expires_on),
        tld_price_id: domain.tld_price_id,
        quantity: years,
        discount,
        ..NewLine::new("domain_renew", description, net)
    };
    Ok(Due {
        client_id: domain.client_id,
        separate: domain.separate,
        currency: *domain.currency,
        on: domain.expires_on,
        line: taxes.of(domain.client_id)?.at_price(line, *domain.currency, true)?,
    })
}
