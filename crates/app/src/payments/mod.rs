//! Payments. Recording money depends on nothing but the database.
//!
//! Those of a gateway that tells of them are recorded without staff: a callback, a browser that comes back
//! and the schedule are hints, upon which the gateway is asked, and what it says is taken in.

mod ask;
mod callback;
mod page;
mod payer;
mod read;
mod record;
mod returned;
mod take_in;

pub(crate) use ask::{ask, poll, poll_gateway};
pub use callback::callback;
pub use innkeeper_db::gateway_payments::GatewayPaymentRow;
pub use innkeeper_db::payments::{PaymentFilter, PaymentRow};
pub use page::{Method, Paying, methods, page, script};
pub use read::{at_gateways, get, list};
pub(crate) use record::settle_if_paid;
pub use record::{RecordPayment, record};
pub use returned::returned;
