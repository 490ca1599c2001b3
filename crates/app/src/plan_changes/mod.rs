//! Services that become another product, have other options or are paid in another rhythm: what it costs, and when it happens.
//! `docs/billing.md` says the rules.

mod apply;
mod difference;
mod offers;
mod order;
mod paths;
mod task;
#[cfg(test)]
mod tests;

pub(crate) use apply::{paid, withdrawn};
#[cfg(test)]
pub(crate) use difference::{Price, difference};
pub use innkeeper_db::plan_changes::{ChangeRow, Offer};
pub use offers::{Offers, offers};
pub use order::{Changed, Quote, Wanted, When, cancel, list, order, quote};
pub use paths::{Path, paths, set_paths};
pub(crate) use task::PlanChanges;
