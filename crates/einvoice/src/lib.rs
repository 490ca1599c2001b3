//! Machine-readable invoices after the European norm EN 16931.
//!
//! A [`Draft`] says what an invoice says, in the norm's terms. [`Document::new`] judges it by the norm's
//! rules and names each one that it breaks, so that a host knows before issuing why something cannot be an
//! e-invoice. A [`Document`] is written in either syntax of the norm: [`cii::write`] (UN/CEFACT Cross
//! Industry Invoice, the one inside of Factur-X and ZUGFeRD files) and [`ubl::write`] (UBL 2.1, an
//! `Invoice` or a `CreditNote`).
//!
//! Pure: no clock, no files, nothing asynchronous. What the documents must satisfy beyond this crate's own
//! checks, an independent judge says in the tests (see `docs/einvoices.md`).

mod amount;
mod check;
pub mod cii;
mod codes;
mod model;
mod rules;
mod text;
pub mod ubl;
mod xml;

pub use check::{Document, is_iban};
pub use codes::{Category, Kind, Unit, is_country};
pub use model::{
    Address, Adjustment, Breakdown, Change, Draft, ElectronicAddress, Line, LineAdjustment, Party, PaymentMeans,
    Period, Preceding, Reason, Totals, Vat,
};
pub use rules::{Rule, VatRule, Violation, Violations};
