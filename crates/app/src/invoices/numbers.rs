//! Which series a document is numbered in.

#[cfg(test)]
mod tests;

use chrono::NaiveDate;
use innkeeper_db::{invoices::Series, number_series};
use innkeeper_domain::state::InvoiceState;

use crate::{Result, Tx, settings};

/// The series of a document of `today`, which begins if it has not. A preview has one of its own.
pub(super) async fn series(tx: &mut Tx<'_>, today: NaiveDate, state: InvoiceState) -> Result<Series> {
    let numbers = settings::numbers_in(tx).await?;
    let format = if state == InvoiceState::Credit { numbers.credit_notes } else { numbers.invoices };
    let name = match tx.numbered_apart() {
        Some(name) => name.to_owned(),
        None => format.series(today),
    };
    number_series::ensure(tx.conn(), &name).await?;
    Ok(Series { name, digits: i32::from(format.digits) })
}
