//! Trying settings out, for plugins that need nobody to work: those of servers and registrars always can.

use async_trait::async_trait;

use crate::{PluginCtx, PluginError};

/// Ability of gateways and snapins: try the settings out.
#[async_trait]
pub trait TestConnection: Send + Sync {
    /// Talks to the other side with the stored settings; its line of good news is shown to staff. No money moves,
    /// and nothing changes there that somebody has to undo. Wrong credentials are `Config`.
    async fn test_connection(&self, ctx: &PluginCtx) -> Result<String, PluginError>;
}
