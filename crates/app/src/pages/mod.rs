//! Pages of snapins: which there are, who may see them, what they show, and what their forms do.
//!
//! Which pages there are, a plugin is asked once. It is asked again only when one of them is drawn.

mod list;
mod visit;

pub(crate) use list::usable;
pub use list::{PageOf, RESERVED, list};
pub use visit::{Opened, Thing, Wanted, act, draw, open, tabs};
