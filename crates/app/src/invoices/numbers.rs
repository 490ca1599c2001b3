//! Which series a document is numbered in.

#[cfg(test)]
mod tests;

use chrono::NaiveDate;
use innkeeper_db::{invoices::Series, number_series};
use innkeeper_domain::state::InvoiceState;

use crate::{Result, Tx, settings};

/// A kind of document with numbers of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Document {
    Invoice,
    Proforma,
    CreditNote,
}

impl Document {
    /// With what clients are asked to pay.
    pub(super) async fn asked(tx: &mut Tx<'_>) -> Result<Self> {
        let proforma_first = settings::numbers_in(tx).await?.proforma_first;
        Ok(if proforma_first { Self::Proforma } else { Self::Invoice })
    }
    /// The state that it begins with.
    pub(super) fn state(self) -> InvoiceState {
        if self == Self::CreditNote { InvoiceState::Credit } else { InvoiceState::Unpaid }
    }
}

/// The series of a document of `today`, which begins if it has not; locked. A preview has one of its own.
pub(super) async fn series(tx: &mut Tx<'_>, today: NaiveDate, document: Document) -> Result<Series> {
    let numbers = settings::numbers_in(tx).await?;
    let format = match document {
        Document::Invoice => &numbers.invoices,
        Document::Proforma => &numbers.proformas,
        Document::CreditNote => &numbers.credit_notes,
    };
    let apart = tx.numbered_apart().map(str::to_owned);
    // Whoever numbers a document may number one of another kind next: two that do wait for each other in turn.
    let all = apart.as_ref().map_or_else(|| numbers.series(today), |name| vec![name.clone()]);
    number_series::lock(tx.conn(), &all).await?;
    Ok(Series { name: apart.unwrap_or_else(|| format.series(today)), digits: i32::from(format.digits) })
}
