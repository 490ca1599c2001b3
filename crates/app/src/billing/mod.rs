//! What recurs: periods of services and renewals of domains become invoices, and invoices that nobody pays have
//! consequences. `docs/billing.md` says the rules.

mod charges;
mod credit;
mod disputed;
mod domains;
mod due;
mod endings;
mod exceptions;
mod follow_up;
mod forecast;
mod invoices;
mod late_domains;
mod late_fees;
mod overdue;
mod reminders;
mod renew;
mod resumptions;
mod switch;

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

pub(crate) use charges::{Charges, charge_due};
pub(crate) use credit::use_up as use_credit;
pub(crate) use disputed::suspend_disputed;
pub(crate) use domains::DomainRenewals;
pub(crate) use due::Due;
pub(crate) use endings::Endings;
pub use exceptions::{
    ClientRules, OwnTerms, ProductRules, client_rules, own_terms, product_rules, set_client_rules, set_invoice_days,
    set_own_terms, set_product_rules,
};
pub(crate) use follow_up::{follow_up, follow_up_job};
pub use forecast::{ComingInvoice, Month, forecast, preview};
pub(crate) use invoices::Invoices;
pub use late_domains::renew_late;
pub(crate) use late_fees::LateFees;
pub(crate) use overdue::{Suspensions, Terminations};
pub(crate) use reminders::Reminders;
pub use renew::{NextPeriod, next_period, renew};
pub(crate) use resumptions::Resumptions;
pub(crate) use switch::{OVERDUE, switch};
