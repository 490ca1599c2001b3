//! Looking at invoices.

use innkeeper_db::{
    credit_notes, exchange_rates, invoices,
    moved_lines::{self, OtherInvoice},
    payments::{self, PaymentFilter, PaymentRow},
    proformas::{self, ProformaRow},
    write_offs::{self, WriteOffRow},
};
use innkeeper_domain::{InvoiceId, Money, Permission};

use super::{InvoiceFilter, InvoiceRow, LineRow};
use crate::{
    Actor, App, AppError, Result,
    exchange::{self, RateRow},
};

/// An invoice with everything on its page.
#[derive(Clone, Debug)]
pub struct InvoiceView {
    /// The invoice.
    pub invoice: InvoiceRow,
    /// Its lines.
    pub lines: Vec<LineRow>,
    /// What was paid on it.
    pub payments: Vec<PaymentRow>,
    /// The invoices that this credit note corrects, or the credit notes about this invoice, as (id, number).
    pub related: Vec<(InvoiceId, String)>,
    /// The invoices in whose place it is, and those that are in its place.
    pub moved: Vec<OtherInvoice>,
    /// The proforma that it was.
    pub proforma: Option<ProformaRow>,
    /// What was written off.
    pub written_off: Option<WriteOffRow>,
    /// The exchange rate to the currency of the books that counted when it was issued.
    pub exchange: Option<RateRow>,
}

impl InvoiceView {
    /// An amount of it in the currency of the books, and by which rate; none: it is in that currency, or no rate was known.
    pub fn in_books(&self, money: Money) -> Option<(Money, String)> {
        exchange::in_books(self.exchange.as_ref()?, money)
    }
    /// The same of its tax.
    pub fn tax_in_books(&self) -> Option<(Money, String)> {
        self.in_books(Money::new(self.invoice.tax, self.invoice.currency.parse().ok()?))
    }
}

/// Invoices, newest first: everybody's for staff, its own for a client.
pub async fn list(app: &App, actor: &Actor, filter: InvoiceFilter) -> Result<Vec<InvoiceRow>> {
    let owner = actor.owner(Permission::InvoicesRead)?;
    Ok(invoices::list(&mut *app.conn().await?, &InvoiceFilter { owner, ..filter }).await?)
}

/// One invoice.
pub async fn get(app: &App, actor: &Actor, id: InvoiceId) -> Result<InvoiceView> {
    let owner = actor.owner(Permission::InvoicesRead)?;
    let mut conn = app.conn().await?;
    let invoice = invoices::get(&mut conn, owner, id).await?.ok_or(AppError::NotFound("invoice"))?;
    let lines = invoices::lines(&mut conn, id).await?;
    let filter = PaymentFilter { invoice: Some(id), limit: 100, ..PaymentFilter::default() };
    let payments = payments::list(&mut conn, &filter).await?;
    let related = credit_notes::related(&mut conn, id).await?;
    let moved = moved_lines::others(&mut conn, id).await?;
    let proforma = proformas::of_invoice(&mut conn, id).await?;
    let written_off = write_offs::of_invoice(&mut conn, id).await?;
    let exchange = exchange_rates::of_invoice(&mut conn, id).await?;
    Ok(InvoiceView { invoice, lines, payments, related, moved, proforma, written_off, exchange })
}
