//! Plugins as staff see them: what there is, how it is set up, whether it answers.

mod choices;
mod read;
mod save;
mod try_out;

pub use choices::{Near, VendorChoices, vendor_choices};
pub(crate) use read::ready;
pub use read::{PluginSettings, PluginSummary, get_plugin, list_plugins};
pub use save::{enable_plugin, save_plugin};
pub use try_out::test_plugin;

#[cfg(test)]
mod tests;
