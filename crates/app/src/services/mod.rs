//! Services: looking at them, and the operations at their vendor.

mod act;
mod read;

pub use act::{change_password, create, suspend, terminate, unsuspend};
pub use innkeeper_db::services::{EffectView, ServiceFilter, ServiceRow};
pub use read::{LiveStatus, ServiceView, get, list, live_status};
