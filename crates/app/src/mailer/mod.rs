//! Mail to clients: written in the transaction it tells of, sent by a job.
//!
//! *How to add a mail*: a template in `templates/email`, its struct and a function here that reads
//! what it needs and queues it with an occasion, so that the same notice is not written twice.

mod notices;
mod send;
#[cfg(test)]
mod tests;

pub(crate) use notices::{
    confirm_payment, domain_active, invoice_reminders, invoices_created, order_confirmation, password_reset,
    payment_received, service_active, welcome,
};
pub(crate) use send::send;
