//! Payments. Recording money depends on nothing but the database.
//!
//! Those of a gateway that tells of them are recorded without staff: a callback, a browser that comes back
//! and the schedule are hints, upon which the gateway is asked, and what it says is taken in.

mod ask;
mod callback;
mod charge;
mod collections;
#[cfg(test)]
mod collections_tests;
mod customer;
mod disputes;
#[cfg(test)]
mod disputes_tests;
mod give_up;
mod page;
mod payer;
mod read;
mod record;
mod refund;
mod returned;
pub mod statement;
mod stored;
mod subscriptions;
mod take_in;
mod taking;
#[cfg(test)]
mod tests;

pub(crate) use ask::{ask, poll, poll_gateway};
pub use callback::callback;
pub(crate) use charge::ChargeRequest;
pub use charge::{ChargeInvoice, charge};
pub use collections::{Ahead, CollectionFilter, CollectionRow, ahead, collection, collections, pay_ahead, pay_several};
pub(crate) use collections::{end_begun, let_go};
pub(crate) use customer::{forget_customer, forget_everywhere};
pub use disputes::{DisputeFilter, DisputeRow, dispute, disputes};
pub(crate) use give_up::give_up;
pub use innkeeper_db::gateway_payments::{GatewayPaymentFilter, GatewayPaymentRow, Purpose};
pub use innkeeper_db::payments::{PaymentFilter, PaymentRow};
pub(crate) use page::request;
pub use page::{Method, Paying, methods, number_of, page, page_of, script};
pub use read::{any_stored, at_gateway, at_gateways, charges, get, list, list_at_gateways, operations};
#[cfg(test)]
pub(crate) use record::book;
pub(crate) use record::settle_if_paid;
pub use record::{RecordPayment, record};
pub use refund::{RefundPayment, RefundRow, Refundable, refund, refund_by_hand, refundable};
pub(crate) use refund::{RefundRequest, given_back};
pub use returned::returned;
pub(crate) use stored::ability as stored_methods;
pub use stored::{Wallet, forget, make_default, setup, stored_one, wallets};
pub(crate) use subscriptions::EndRequest;
pub use subscriptions::{Subscription, end_subscription, subscriptions};
pub(crate) use take_in::{apply, take_in};
