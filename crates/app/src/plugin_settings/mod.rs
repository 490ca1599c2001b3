//! Plugins as staff see them: what there is, how it is set up, whether it answers.

mod read;
mod save;
mod try_out;

pub use read::{PluginSettings, PluginSummary, get_plugin, list_plugins};
pub use save::{enable_plugin, save_plugin};
pub use try_out::test_plugin;

#[cfg(test)]
mod tests;
