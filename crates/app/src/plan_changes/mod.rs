//! Services that become another product or are paid in another rhythm: what it costs, and when it happens.
//! `docs/billing.md` says the rules.

mod apply;
mod difference;
mod order;
mod paths;
mod task;
#[cfg(test)]
mod tests;

pub(crate) use apply::{paid, withdrawn};
#[cfg(test)]
pub(crate) use difference::{Price, difference};
pub use innkeeper_db::plan_changes::{ChangeRow, Offer};
pub use order::{Changed, Quote, Wanted, When, cancel, list, offers, order, quote};
pub use paths::{Path, paths, set_paths};
pub(crate) use task::PlanChanges;
