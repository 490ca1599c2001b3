//! Services: looking at them, and the operations at their vendor.

mod act;
mod actions;
mod change;
mod console;
mod credentials;
mod end;
mod panels;
mod pause;
mod read;
mod records;
mod sign_on;

pub use crate::effects::WantedAddress;
pub use act::{change_password, create, suspend, terminate, unsuspend};
pub use actions::{available_actions, find_action, reveal_result, run_action};
pub use change::{ChangeInput, Changeable, change, changeable};
pub use console::console;
pub(crate) use end::withdraw;
pub use end::{End, end, keep};
pub use innkeeper_db::services::{EffectView, ServiceFilter, ServiceRow};
pub use panels::panel;
pub(crate) use pause::resume_in;
pub use pause::{pause, resume};
pub use read::{LiveStatus, ServiceView, get, list, live_status};
pub use records::{change_records, change_zone, records, zone, zone_fields};
pub(crate) use sign_on::checked as checked_link;
pub use sign_on::sign_on;
