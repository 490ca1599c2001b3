//! Lines that are due, and the invoices that they share.

use chrono::NaiveDate;
use innkeeper_db::invoices::NewLine;
use innkeeper_domain::{ClientId, Currency};

use crate::{Result, invoices::Draft, tax::TaxTable};

/// A line that is due.
pub(crate) struct Due<'a> {
    pub client_id: ClientId,
    /// The client wants each on an invoice of its own.
    pub separate: bool,
    pub currency: Currency,
    pub on: NaiveDate,
    pub line: NewLine<'a>,
}

/// What a client owes for one due date in one currency is on one invoice, unless it wants them apart; lines that share
/// one stand together. An invoice is due on that date, at the earliest today.
pub(super) fn drafts<'a>(due: Vec<Due<'a>>, taxes: &'a TaxTable, today: NaiveDate) -> Result<Vec<Draft<'a>>> {
    due.chunk_by(|a, b| !a.separate && (a.client_id, a.on, a.currency) == (b.client_id, b.on, b.currency))
        .filter_map(|group| Some((group.first()?, group)))
        .map(|(first, group)| {
            let lines = group.iter().map(|due| due.line.clone()).collect();
            Draft::new(first.client_id, first.currency, first.on.max(today), lines, taxes.of(first.client_id)?)
        })
        .collect()
}
