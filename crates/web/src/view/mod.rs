//! What pages are made of: components that templates print as they are, and
//! the one way each to write money, dates and sizes.
//!
//! A component is a small struct with its own template. Printing one in a page
//! (`{{ status }}`) escapes what it was given, never its own markup.

/// Declares that the template of a type does its own escaping. For components; their crate needs `askama`.
#[macro_export]
macro_rules! component {
    ($($type:ty),+ $(,)?) => {
        $(impl askama::filters::HtmlSafe for $type {})+
    };
}

mod action;
mod badge;
mod bytes;
mod chrome;
pub mod countries;
mod dates;
mod error_page;
mod field;
mod form;
mod icon;
mod money;
mod nav;
mod pager;
mod parts;
mod table;

pub use action::{Link, PostButton};
pub use badge::{Badge, Tone};
pub use bytes::{bytes, decimal_bytes};
pub use chrome::{Brand, Chrome, Crumb, Flash, FootNote, Person};
pub use dates::{Moment, date, date_range, datetime, relative};
pub use error_page::ErrorPage;
pub use field::{Choice, Field};
pub use form::{Form, Summary};
pub use icon::{Icon, icon};
pub use money::{amount_input, money, price, price_in};
pub use nav::{AdminSection, MenuPage, NavEntry, NavGroup, NavItem, PortalSection};
pub use pager::Pager;
pub use parts::{Code, Empty, Event, Stat, Timeline};
pub use table::{Cell, Facts};
