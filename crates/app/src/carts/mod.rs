//! Carts: a client's or visitor's choices, priced anew each time they are looked at.

mod change;
mod domain_answers;
mod parent;
mod quote;
mod view;

pub(crate) use change::must_be_free;
pub use change::{AddDomain, AddProduct, add_domain, add_product, create, drop_code, remove, use_code};
pub(crate) use domain_answers::wishes;
pub use domain_answers::{DomainQuestions, answer_domain, domain_questions};
pub use parent::{Parent, parents};
pub use quote::{Applied, Quote, QuoteLine};
pub use view::{CartItemView, CartView, view};
pub(crate) use view::{answers, quote_for};
