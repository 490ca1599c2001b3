//! Invoicing what recurs: a service's next period, as soon as its time has come.

use async_trait::async_trait;
use innkeeper_db::{
    billable_items,
    invoices::NewLine,
    renewals::{self, DueService, Horizon},
};
use innkeeper_domain::{ClientId, Money, Period, PriceId, options::described};

use super::{
    credit,
    due::{Due, drafts},
};
use crate::{
    AppError, Result, Tx,
    billable_items::due,
    daily::{Counts, Day, Task},
    invoices::issue_all,
    promotions::taken_off,
    settings,
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
        "Invoice services and items"
    }
    async fn collect(&self, tx: &mut Tx<'_>, day: &Day) -> Result<u64> {
        let services = renewals::collect(tx.conn(), self.key(), horizon(day)).await?;
        Ok(services + billable_items::collect(tx.conn(), self.key(), day.date).await?)
    }
    async fn work(&self, tx: &mut Tx<'_>, day: &Day, clients: &[ClientId]) -> Result<Counts> {
        let services = renewals::of_clients(tx.conn(), clients, horizon(day)).await?;
        let taxes = TaxTable::load(tx.conn(), clients).await?;
        let items = billable_items::open(tx.conn(), clients).await?;
        let periods = services.iter().map(|service| line(service, &taxes)).collect::<Result<Vec<_>>>()?;
        let due_days = settings::company_in(tx.conn()).await?.invoice_due_days;
        let drafts = drafts(due(periods, &items, &taxes, (day.date, due_days))?, &taxes, day.date)?;
        let invoices = issue_all(tx, day.date, &drafts).await?;
        credit::use_up(tx, &invoices).await?;
        Ok(Counts::from([("invoices", count(invoices.len())), ("periods", count(services.len()))]))
    }
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn horizon(day: &Day) -> Horizon {
    Horizon { day: day.date, invoice_days: day.rules.invoice_days.into(), continuous: day.rules.continuous }
}

/// The next period of a service.
fn period(service: &DueService) -> Result<Period> {
    service.cycle.next_period(service.anchor, Some(service.billed_through)).ok_or_else(|| {
        AppError::conflict(format!(
            "service {}: no period of {} from {} starts on {}",
            service.id, service.cycle, service.anchor, service.billed_through
        ))
    })
}

/// The line over it.
pub(super) fn line<'a>(service: &'a DueService, taxes: &'a TaxTable) -> Result<Due<'a>> {
    let with = described(&service.options);
    let description = format!("{} ({}){with}: {}", service.product, service.cycle_name, service.label);
    let price = Money::new(service.amount, *service.currency);
    let (description, net, discount) = match service.promised() {
        Some((id, code, discount)) => {
            let off = discount.off_with_options(service.amount, service.options_amount);
            taken_off(description, price, (id, code), off)
        }
        None => (description, price, None),
    };
    let line = NewLine {
        service_id: Some(service.id),
        period: Some(period(service)?),
        price_id: service.price_id.map(PriceId),
        discount,
        ..NewLine::new("recurring", description, net)
    };
    Ok(Due {
        client_id: service.client_id,
        separate: service.separate,
        currency: *service.currency,
        on: service.billed_through,
        line: taxes.of(service.client_id)?.at_price(line, *service.currency, service.taxable)?,
    })
}
