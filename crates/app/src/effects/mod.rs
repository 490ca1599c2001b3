//! Effects on the outside, in three steps: a transaction records the intent and a job; the plugin is
//! called with no transaction open; a transaction writes the outcome if this attempt is still the
//! current one. Where nobody knows what happened, the vendor is asked before anything is repeated.

mod action;
mod addresses;
mod change;
mod domain;
mod domain_change;
mod kind;
mod payment;
mod plan;
mod run;
mod service;

pub(crate) use action::reveal as reveal_result;
pub(crate) use change::Wanted;
pub use change::WantedAddress;
pub(crate) use domain_change::DomainWanted;
pub use kind::{Kind, Subject};
pub use plan::{Plan, give_up, plan, retry};
pub(crate) use run::{run, sweep};
pub(crate) use service::switched;

use crate::{App, Result};

pub(crate) use domain::{Ready as ReadyDomain, SKIPPED_BY};

/// A server plugin, ready to be asked about a service.
pub(crate) async fn ready_service(app: &App, id: innkeeper_domain::ServiceId) -> Result<service::Ready> {
    service::ready(app, id, None).await
}

/// A registrar, ready to be asked about a domain.
pub(crate) async fn ready_domain(app: &App, id: innkeeper_domain::DomainId) -> Result<ReadyDomain> {
    domain::ready(app, id, None).await
}
