//! Orders: from a cart to services, domains and an invoice; accepted by payment or by staff.

mod close;
mod fulfil;
mod place;
mod read;
mod screen;

pub use close::{cancel, mark_fraud};
pub use fulfil::accept;
pub(crate) use fulfil::{fulfil, job as fulfil_job};
pub use innkeeper_db::orders::{OrderFilter, OrderRow};
pub use place::checkout;
pub use read::{get, list};
pub(crate) use screen::screen;
pub use screen::{Screened, hold, release, screenings};
