//! The catalogue: product groups, products, prices, cycles, currencies, extensions, tax rules.
//! Staff change it; visitors see the part of it that is on sale.

mod currencies;
mod cycles;
mod groups;
mod late_rules;
mod prices;
mod products;
mod storefront;
mod tax_rules;
mod tlds;

pub use currencies::{default_currency, enable_currency, list_currencies, make_default_currency};
pub use cycles::{NewCycle, OldCycle, create_cycle, cycle_of, list_cycles};
pub(crate) use groups::taken;
pub use groups::{GroupInput, create_group, list_groups, update_group};
pub use innkeeper_db::{
    currencies::CurrencyRow,
    cycles::CycleRow,
    prices::PriceRow,
    products::{GroupRow, ProductRow},
};
pub use late_rules::{LateFee, LateRules, late_rules, set_late_rules};
pub use prices::{NewPrice, list_prices, set_prices};
pub use products::{
    ListProducts, Product, ProductInput, bring_back_product, create_product, get_product, list_products,
    retire_product, update_product,
};
pub(crate) use products::{is_slug, slug_of};
pub use storefront::{
    Offer, OrderForm, ProductKey, StoreGroup, StoreProduct, StoreTld, product_for_order, storefront, storefront_tlds,
};
pub use tax_rules::{TaxRule, TaxRuleInput, create_tax_rule, delete_tax_rule, list_tax_rules, update_tax_rule};
pub use tlds::{NewTldPrice, Tld, TldInput, TldPrice, create_tld, get_tld, list_tlds, set_tld_prices, update_tld};

#[cfg(test)]
mod tests;
