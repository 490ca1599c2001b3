//! Servers: the machines and accounts on which server plugins provision, in groups that are filled by a rule.

mod accounts;
mod addresses;
mod edit;
mod groups;
mod read;
mod try_out;
mod usage;

pub use accounts::{
    ImportInput, ListedAccount, Offers, Plan, import_account, import_plans, list_accounts, server_offers, sign_on,
};
pub use addresses::{add_addresses, list_addresses, remove_address};
pub use edit::{ServerInput, create_server, update_server};
pub use groups::{ServerGroupInput, create_server_group, list_server_groups, update_server_group};
pub use innkeeper_db::addresses::AddressRow;
pub use innkeeper_db::servers::{ServerGroupRow, ServerRow};
pub use read::{get_server, list_servers};
pub use try_out::test_connection;
pub(crate) use usage::collect_usage;
pub use usage::{ServerUsage, usage};

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
