//! Effects on the outside, in three steps: a transaction records the intent and a job; the plugin is
//! called with no transaction open; a transaction writes the outcome if this attempt is still the
//! current one. Where nobody knows what happened, the vendor is asked before anything is repeated.

mod domain;
mod kind;
mod plan;
mod run;
mod service;

pub use kind::{Kind, Subject};
pub use plan::{Plan, give_up, plan, retry};
pub(crate) use run::{run, sweep};
