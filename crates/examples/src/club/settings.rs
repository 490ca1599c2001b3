//! What staff set.

use innkeeper_plugin_api::{Level, PluginCtx, PluginError};
use schemars::JsonSchema;
use serde::Deserialize;

/// The settings of the club.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ClubSettings {
    /// Points for each invoice that is paid.
    #[schemars(title = "Points for an invoice", range(min = 1, max = 1000))]
    pub points: u32,
    /// Above every page of the portal; empty: nothing.
    #[schemars(title = "Banner")]
    pub banner: String,
    /// Names that nobody can order, such as `club` for `club.com`.
    #[schemars(title = "Reserved names")]
    pub reserved: Vec<String>,
    /// Look at new orders before they are fulfilled.
    #[schemars(title = "Screen orders")]
    pub screen: bool,
    /// Only if orders are screened: e-mail domains whose orders staff look at first.
    #[schemars(title = "Throwaway mail")]
    pub throwaway: Vec<String>,
    /// Only if orders are screened: e-mail and network addresses whose orders are fraud.
    #[schemars(title = "Hostile addresses")]
    pub hostile: Vec<String>,
}

impl Default for ClubSettings {
    fn default() -> Self {
        Self {
            points: 10,
            banner: String::new(),
            reserved: vec![],
            screen: true,
            throwaway: vec!["mailinator.example".into()],
            hostile: vec![],
        }
    }
}

impl ClubSettings {
    /// As they are stored; fails with `Config` if they make no sense together.
    pub fn of(ctx: &PluginCtx) -> Result<Self, PluginError> {
        let own: Self = ctx.settings(Level::Plugin)?;
        if !(1..=1000).contains(&own.points) {
            return Err(PluginError::config("plugin settings: points must be from 1 to 1000"));
        }
        Ok(own)
    }
}
