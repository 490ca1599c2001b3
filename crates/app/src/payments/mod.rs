//! Payments. Recording money depends on nothing but the database.

mod page;
mod read;
mod record;

pub use innkeeper_db::payments::{PaymentFilter, PaymentRow};
pub use page::{Method, methods, page};
pub use read::{get, list};
pub(crate) use record::settle_if_paid;
pub use record::{RecordPayment, record};
