//! From a request to what a handler needs: who asks, which thing, what was filled in.
//!
//! A handler takes [`Staff`], [`Client`] or [`MaybeClient`] first, [`Id`] for the thing in the
//! address, and [`Posted`] last.

mod id;
mod portal;
mod posted;
mod staff;
mod visit;

pub use id::{Id, Ids, Keyed, KeyedTwice};
pub use portal::{Client, MaybeClient};
pub use posted::Posted;
pub use staff::Staff;
pub use visit::Visit;
