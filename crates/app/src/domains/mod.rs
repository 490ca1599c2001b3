//! Domains: finding free ones, looking at ours, and the operations at their registrar.

mod act;
pub mod import;
mod late;
mod read;
mod registrar;
mod search;
pub mod tools;

pub use act::{auth_code, register, renew, set_contacts, set_lock, set_nameservers};
pub use innkeeper_db::domains::{DomainFilter, DomainRow};
pub(crate) use late::ask_state;
pub use late::{Late, late};
pub use read::{DomainView, contacts, get, list, live_info};
pub use registrar::{ImportDomain, ListedDomain, balance, import_domain, registrar_domains, registrar_prices};
pub(crate) use search::availability;
pub use search::{SearchHit, search};
