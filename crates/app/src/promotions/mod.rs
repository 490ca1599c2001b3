//! Promotions: codes that take something off what is ordered, and for some periods off what recurs.

mod edit;
mod offer;
#[cfg(test)]
mod tests;

pub use edit::{
    PromotionInput, PromotionRow, StoredPromotion, UseRow, bring_back, create, get, list, retire, update, uses,
};
pub(crate) use offer::{Promotion, taken_off};
#[cfg(test)]
pub(crate) use tests::summer;
