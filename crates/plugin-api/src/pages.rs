//! Pages of a snapin: in the panel and in the portal, as menu entries, tabs or tiles.

use async_trait::async_trait;
use innkeeper_domain::{ClientId, DomainId, Permission, ServiceId, StaffId};
use std::collections::BTreeMap;

use crate::{PluginCtx, PluginError, view::View};

/// Where a page can be reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// An entry in the panel's menu; under the heading of another entry, if `parent` names one.
    PanelMenu {
        /// Title of the heading it stands under.
        parent: Option<String>,
    },
    /// An entry in the portal's menu.
    PortalMenu {
        /// Title of the heading it stands under.
        parent: Option<String>,
    },
    /// A tile on the portal's home page that leads to it.
    PortalHome {
        /// One line below the title.
        text: String,
    },
    /// A tab on the panel's page of a client.
    ClientTab,
    /// A tab on the panel's page of a service, or of a domain.
    ProductTab(ProductFilter),
    /// Nowhere in the panel: other pages link to it.
    PanelUnlisted,
    /// Nowhere in the portal: other pages link to it.
    PortalUnlisted,
}

impl Place {
    /// Is it a page of staff?
    pub const fn is_panel(&self) -> bool {
        matches!(self, Self::PanelMenu { .. } | Self::ClientTab | Self::ProductTab(_) | Self::PanelUnlisted)
    }
}

/// On which products a tab shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProductFilter {
    /// On services and domains.
    All,
    /// On services.
    Services,
    /// On services of one plugin, by its id.
    ServicesOf(String),
    /// On domains.
    Domains,
}

/// A page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageSpec {
    /// Its key within the snapin: lower case, digits and `-`.
    pub key: String,
    /// Its title, and the text of what leads to it.
    pub title: String,
    /// Where it can be reached.
    pub place: Place,
    /// What staff need to see it. Pages of the portal need a login and nothing else.
    pub permission: Permission,
}

/// Who looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Viewer {
    /// Staff.
    Staff(StaffId),
    /// A login of this client.
    Client(ClientId),
}

/// What a tab is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// A page of its own.
    Nothing,
    /// A client.
    Client(ClientId),
    /// A service.
    Service(ServiceId),
    /// A domain.
    Domain(DomainId),
}

/// A visit.
#[derive(Clone, Debug)]
pub struct Visit {
    /// Who.
    pub viewer: Viewer,
    /// On what; the host has checked that the viewer may see it.
    pub about: About,
    /// The query of the address.
    pub query: BTreeMap<String, String>,
}

/// What an action of a page did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActionReply {
    /// A line for the person.
    pub message: String,
    /// For programs that call the action: sent to them as JSON.
    pub data: serde_json::Value,
}

/// Ability: pages.
#[async_trait]
pub trait Pages: Send + Sync {
    /// All of them.
    fn pages(&self) -> Vec<PageSpec>;
    /// Draws one.
    async fn draw(&self, ctx: &PluginCtx, page: &str, visit: &Visit) -> Result<View, PluginError>;
    /// Runs an action of a page, sent by one of its forms or as JSON from this site. `Invalid` with a
    /// public text says what to correct.
    async fn act(
        &self,
        ctx: &PluginCtx,
        page: &str,
        action: &str,
        visit: &Visit,
        input: &BTreeMap<String, String>,
    ) -> Result<ActionReply, PluginError>;
}
