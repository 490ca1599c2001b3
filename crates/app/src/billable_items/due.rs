//! Items on invoices that the daily run makes.

use chrono::{Days, NaiveDate};
use innkeeper_db::{billable_items::ItemRow, invoices::NewLine};
use innkeeper_domain::{ItemWhen, Money, Period, ServiceId};

use crate::{Result, billing::Due, tax::TaxTable, usage::month_after};

/// The line of an item, or of what was used in a month.
pub(crate) fn line<'a>(item: &'a ItemRow, taxes: &'a TaxTable) -> Result<NewLine<'a>> {
    let net = Money::new(item.amount, *item.currency).checked_mul(i64::from(item.quantity))?;
    let kind = if item.month.is_some() { "usage" } else { "manual" };
    let line = NewLine {
        item_id: Some(item.id),
        quantity: item.quantity,
        service_id: item.service_id.map(ServiceId),
        period: item.month.map(|start| Period { start, end: month_after(start) }),
        ..NewLine::new(kind, item.description.as_str(), net)
    };
    Ok(taxes.of(item.client_id)?.on_net(line, item.taxable))
}

/// Adds the items that are due on `day` to what else is due, sorted as invoices share lines: an item with a day of its own
/// on that day, one for the next invoice with what is due first, what was used after the company's `due_days`.
pub(crate) fn due<'a>(
    mut due: Vec<Due<'a>>,
    items: &'a [ItemRow],
    taxes: &'a TaxTable,
    (day, due_days): (NaiveDate, u16),
) -> Result<Vec<Due<'a>>> {
    let mut added = vec![];
    for item in items {
        let on = match (*item.bill, item.bill_on) {
            (ItemWhen::Day, Some(on)) if on <= day && item.month.is_some() => Some(on + Days::new(due_days.into())),
            (ItemWhen::Day, Some(on)) if on <= day => Some(on),
            (ItemWhen::Next, _) => {
                let same = |due: &&Due<'_>| (due.client_id, due.currency) == (item.client_id, *item.currency);
                due.iter().filter(same).map(|due| due.on).min()
            }
            _ => None,
        };
        if let Some(on) = on {
            let (client_id, separate, currency) = (item.client_id, item.separate, *item.currency);
            added.push(Due { client_id, separate, currency, on, line: line(item, taxes)? });
        }
    }
    due.append(&mut added);
    due.sort_by_key(|due| (due.client_id, due.on, due.currency));
    Ok(due)
}
