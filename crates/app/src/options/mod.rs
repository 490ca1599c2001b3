//! Configurable options: what a buyer chooses with a product and pays for with each period. They stand in groups, and a
//! group serves several products.

mod choose;
mod edit;
mod existing;
mod groups;
mod told;

pub use choose::{Selection, Shelf, number_of};
pub use edit::{OptionInput, ValueInput, bring_back, create, get, retire, update};
pub use existing::{Waiting, waiting, withdraw};
pub use groups::{OptionGroup, OptionGroupInput, create_group, get_group, list_groups, update_group};
pub use innkeeper_db::options::{GroupRow, OptionPriceRow, OptionRow, ValueRow};
pub(crate) use told::{Different, NewOptions, Told, ask};

#[cfg(test)]
mod change_tests;
#[cfg(test)]
mod ordering_tests;
#[cfg(test)]
mod tests;

/// A value with its prices.
#[derive(Clone, Debug)]
pub struct OptionValue {
    /// The value.
    pub row: ValueRow,
    /// What it costs.
    pub prices: Vec<OptionPriceRow>,
}

/// An option with its values.
#[derive(Clone, Debug)]
pub struct ProductOption {
    /// The option.
    pub row: OptionRow,
    /// In the order of the form.
    pub values: Vec<OptionValue>,
}
