//! Invoicing what recurs: a service's next period, as soon as its time has come.

use async_trait::async_trait;
use chrono::NaiveDate;
use innkeeper_db::{
    invoices::NewLine,
    renewals::{self, Due, DueService},
};
use innkeeper_domain::{BillingCycle, ClientId, Currency, Money, Period, PriceId, Rate, TimeUnit, invoice};

use super::credit;
use crate::{
    AppError, Result, Tx,
    daily::{Counts, Day, Task},
    invoices::{Draft, issue_all},
    tax::TaxTable,
};

/// The task that invoices services.
pub(crate) struct Invoices;

#[async_trait]
impl Task for Invoices {
    fn key(&self) -> &'static str {
        "invoices"
    }
    fn title(&self) -> &'static str {
        "Invoice services"
    }
    async fn collect(&self, tx: &mut Tx<'_>, day: &Day) -> Result<u64> {
        Ok(renewals::collect(tx.conn(), self.key(), due(day)).await?)
    }
    async fn work(&self, tx: &mut Tx<'_>, day: &Day, clients: &[ClientId]) -> Result<Counts> {
        let services = renewals::of_clients(tx.conn(), clients, due(day)).await?;
        let taxes = TaxTable::load(tx.conn()).await?;
        let charged: Vec<Charged<'_>> =
            services.iter().map(|service| charge(service, &taxes)).collect::<Result<_>>()?;
        let drafts = charged
            .chunk_by(|a, b| a.shares_invoice_with(b))
            .map(|group| draft(group, day.date))
            .collect::<Result<Vec<_>>>()?;
        let invoices = issue_all(tx, day.date, &drafts).await?;
        credit::use_up(tx, &invoices).await?;
        Ok(Counts::from([("invoices", count(invoices.len())), ("periods", count(services.len()))]))
    }
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn due(day: &Day) -> Due {
    Due { day: day.date, invoice_days: day.rules.invoice_days.into(), continuous: day.rules.continuous }
}

/// A service and what its due period costs.
struct Charged<'a> {
    service: &'a DueService,
    currency: Currency,
    period: Period,
    description: String,
    tax: Option<(&'a str, Rate)>,
}

impl Charged<'_> {
    /// What a client owes for one due date is on one invoice, unless it wants them apart.
    fn shares_invoice_with(&self, other: &Self) -> bool {
        let (a, b) = (self.service, other.service);
        !a.separate && (a.client_id, a.billed_through, &a.currency) == (b.client_id, b.billed_through, &b.currency)
    }
}

fn charge<'a>(service: &'a DueService, taxes: &'a TaxTable) -> Result<Charged<'a>> {
    let cycle = cycle(service)?;
    let period = cycle.next_period(service.anchor, Some(service.billed_through)).ok_or_else(|| {
        AppError::conflict(format!(
            "service {}: no period of {cycle} from {} starts on {}",
            service.id, service.anchor, service.billed_through
        ))
    })?;
    let description = format!("{} ({}): {}", service.product, service.cycle, service.label);
    let taxed = service.taxable && !service.tax_exempt;
    let tax = if taxed { taxes.rule(&service.country, &service.region) } else { None };
    Ok(Charged { service, currency: service.currency.parse()?, period, description, tax })
}

fn cycle(service: &DueService) -> Result<BillingCycle> {
    let unit: TimeUnit = service.unit.parse().map_err(|e| AppError::internal(format!("stored unit: {e}")))?;
    Ok(BillingCycle::Every { count: u16::try_from(service.count).map_err(AppError::internal)?, unit })
}

/// The invoice of services that share one. It is due when their periods start, at the earliest today.
fn draft<'a>(group: &'a [Charged<'a>], today: NaiveDate) -> Result<Draft<'a>> {
    let first = group.first().ok_or_else(|| AppError::internal("an invoice over nothing"))?;
    let bare: Vec<invoice::Line> = group
        .iter()
        .map(|c| invoice::Line {
            net: Money::new(c.service.amount, c.currency),
            rate: c.tax.map_or(Rate::ZERO, |(_, rate)| rate),
        })
        .collect();
    let totals = invoice::totals(first.currency, &bare)?;
    let lines = group.iter().zip(totals.tax_per_line).map(|(c, tax)| line(c, tax)).collect();
    Ok(Draft {
        client_id: first.service.client_id,
        order: None,
        currency: first.currency,
        due_on: first.service.billed_through.max(today),
        lines,
    })
}

fn line<'a>(c: &'a Charged<'a>, tax: Money) -> NewLine<'a> {
    NewLine {
        kind: "recurring",
        description: &c.description,
        service_id: Some(c.service.id),
        domain_id: None,
        period: Some(c.period),
        renews_from: None,
        price_id: c.service.price_id.map(PriceId),
        tld_price_id: None,
        quantity: 1,
        net: c.service.amount,
        tax_name: c.tax.map_or("", |(name, _)| name),
        tax_rate: c.tax.map_or(Rate::ZERO, |(_, rate)| rate).fraction(),
        tax: tax.minor(),
    }
}
