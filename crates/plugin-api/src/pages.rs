//! Pages of a snapin: in the panel and in the portal, as menu entries, tabs or tiles.

use async_trait::async_trait;
use innkeeper_domain::{ClientId, DomainId, Permission, ServiceId, StaffId};
use std::collections::BTreeMap;

use crate::{PluginCtx, PluginError, PluginKind, view::View};

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
    /// On services that no plugin provisions: what staff do by hand.
    ByHand,
    /// On services whose product is in the group of this name, in capitals or not.
    InGroup(String),
    /// On domains.
    Domains,
    /// On domains at one registrar, by the id of its plugin.
    DomainsAt(String),
    /// On what a plugin of this kind looks after: services for `Server`, domains for `Registrar`.
    OfKind(PluginKind),
    /// Where any of these says so.
    Any(Vec<ProductFilter>),
}

impl ProductFilter {
    /// Does it show on this one?
    pub fn takes(&self, product: &Product) -> bool {
        match (self, product) {
            (Self::All, _)
            | (Self::Services, Product::Service { .. })
            | (Self::Domains | Self::OfKind(PluginKind::Registrar), Product::Domain { .. })
            | (Self::ByHand, Product::Service { plugin: None, .. })
            | (Self::OfKind(PluginKind::Server), Product::Service { plugin: Some(_), .. }) => true,
            (Self::ServicesOf(wanted), Product::Service { plugin: Some(plugin), .. }) => plugin == wanted,
            (Self::InGroup(wanted), Product::Service { group, .. }) => group.to_lowercase() == wanted.to_lowercase(),
            (Self::DomainsAt(wanted), Product::Domain { registrar }) => registrar == wanted,
            (Self::Any(all), _) => all.iter().any(|one| one.takes(product)),
            _ => false,
        }
    }
}

/// What a tab of a product may be on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Product {
    /// A service.
    Service {
        /// Id of the plugin that provisions it; none: staff do it by hand.
        plugin: Option<String>,
        /// Name of the group that its product is in.
        group: String,
    },
    /// A domain.
    Domain {
        /// Id of its registrar's plugin.
        registrar: String,
    },
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_says_on_which_products() {
        use ProductFilter::{All, Any, ByHand, Domains, DomainsAt, InGroup, OfKind, Services, ServicesOf};
        let service = |plugin: Option<&str>, group: &str| Product::Service {
            plugin: plugin.map(str::to_owned),
            group: group.to_owned(),
        };
        let domain = |registrar: &str| Product::Domain { registrar: registrar.to_owned() };
        // A mailbox, a certificate, work by hand, a domain here, a domain there.
        let sold = [
            service(Some("mail"), "Hosting"),
            service(Some("ssl"), "Certificates"),
            service(None, "Hosting"),
            domain("names"),
            domain("others"),
        ];
        for (filter, shown) in [
            (All, [true, true, true, true, true]),
            (Services, [true, true, true, false, false]),
            (ServicesOf("mail".into()), [true, false, false, false, false]),
            (ServicesOf("names".into()), [false; 5]),
            (ByHand, [false, false, true, false, false]),
            (InGroup("hosting".into()), [true, false, true, false, false]),
            (InGroup("names".into()), [false; 5]),
            (Domains, [false, false, false, true, true]),
            (DomainsAt("names".into()), [false, false, false, true, false]),
            (OfKind(PluginKind::Server), [true, true, false, false, false]),
            (OfKind(PluginKind::Registrar), [false, false, false, true, true]),
            (OfKind(PluginKind::Gateway), [false; 5]),
            (Any(vec![ByHand, DomainsAt("others".into())]), [false, false, true, false, true]),
            (Any(vec![]), [false; 5]),
        ] {
            assert_eq!(sold.clone().map(|product| filter.takes(&product)), shown, "{filter:?}");
        }
    }
}
