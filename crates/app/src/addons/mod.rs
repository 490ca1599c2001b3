//! Add-ons: products that are sold only together with others. What is bought of one is a service that belongs to another:
//! it has its own price, rhythm, due date and plugin, and goes where its service goes.

mod follow;
mod sold;
mod tell;
#[cfg(test)]
mod tests;

pub(crate) use follow::{end_with, follow, keep_with, lead};
pub use innkeeper_db::addons::{AddonOffer, Relative};
pub use sold::{Sold, names, of_service, on_sale, parent_of, set_sold, sold};
pub(crate) use tell::{News, tell, tell_renewed};
