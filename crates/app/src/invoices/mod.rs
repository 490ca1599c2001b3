//! Invoices: issued once, never edited.

pub mod compose;
mod credit_note;
pub mod drafts;
mod einvoice;
mod issue;
mod numbers;
pub mod pdf;
pub(crate) mod print;
mod proforma;
mod read;
mod regroup;
mod void;
mod write_off;

pub use credit_note::{CreditInvoice, credit, creditable};
pub(crate) use credit_note::{Taken, issue as issue_credit, tax_share};
pub use einvoice::{Syntax, company_gaps, obstacles, xml};
pub use innkeeper_db::credit_notes::CreditableLine;
pub use innkeeper_db::invoices::{InvoiceFilter, InvoiceRow, LineRow};
pub use innkeeper_db::moved_lines::OtherInvoice;
pub use innkeeper_db::proformas::ProformaRow;
pub use innkeeper_db::write_offs::WriteOffRow;
pub(crate) use issue::{Draft, due_day, issue, issue_all};
pub use print::{pdf, taxes};
pub use proforma::invoice as invoice_proforma;
pub(crate) use proforma::invoice_in as invoice_proforma_in;
pub use read::{InvoiceView, get, list};
pub use regroup::{merge, merged, parted, split};
pub use void::void;
pub(crate) use void::void_in;
#[cfg(test)]
pub(crate) use write_off::tax_in;
pub use write_off::write_off;
