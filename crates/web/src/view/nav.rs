//! The two menus: what is in them, in which order, and where it leads.

use std::collections::BTreeSet;

use innkeeper_domain::Permission;

use super::icon::{Icon, icon};

/// A place in the admin menu.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AdminSection {
    Dashboard,
    Clients,
    Orders,
    Services,
    Domains,
    Invoices,
    Payments,
    Products,
    Servers,
    Operations,
    Plugins,
    Events,
    Jobs,
    Audit,
    Settings,
    Staff,
    ApiTokens,
    Autologin,
}

impl AdminSection {
    /// The menu, group by group.
    pub const GROUPS: [(&'static str, &'static [Self]); 5] = [
        ("", &[Self::Dashboard, Self::Clients, Self::Orders]),
        ("Provisioning", &[Self::Services, Self::Domains, Self::Operations, Self::Servers]),
        ("Billing", &[Self::Invoices, Self::Payments, Self::Products]),
        ("System", &[Self::Plugins, Self::Events, Self::Jobs, Self::Audit, Self::Settings]),
        ("Access", &[Self::Staff, Self::ApiTokens, Self::Autologin]),
    ];

    /// Name, address and icon.
    const fn parts(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Dashboard => ("Dashboard", "/admin", "layout-dashboard"),
            Self::Clients => ("Clients", "/admin/clients", "users"),
            Self::Orders => ("Orders", "/admin/orders", "shopping-cart"),
            Self::Services => ("Services", "/admin/services", "package"),
            Self::Domains => ("Domains", "/admin/domains", "world"),
            Self::Invoices => ("Invoices", "/admin/invoices", "file-invoice"),
            Self::Payments => ("Payments", "/admin/payments", "cash"),
            Self::Products => ("Products", "/admin/products", "building-store"),
            Self::Servers => ("Servers", "/admin/servers", "server-2"),
            Self::Operations => ("Operations", "/admin/effects", "activity"),
            Self::Plugins => ("Plugins", "/admin/plugins", "plug"),
            Self::Events => ("Events", "/admin/events", "bolt"),
            Self::Jobs => ("Jobs", "/admin/jobs", "list-check"),
            Self::Audit => ("Audit", "/admin/audit", "shield-check"),
            Self::Settings => ("Settings", "/admin/settings", "settings"),
            Self::Staff => ("Staff", "/admin/staff", "shield-lock"),
            Self::ApiTokens => ("API tokens", "/admin/api-tokens", "key"),
            Self::Autologin => ("Autologin", "/admin/autologin", "login"),
        }
    }

    /// What its first page needs; nothing: every member of staff has some use of it.
    const fn needs(self) -> Option<Permission> {
        match self {
            Self::Dashboard | Self::ApiTokens => None,
            Self::Clients => Some(Permission::ClientsRead),
            Self::Orders => Some(Permission::OrdersRead),
            Self::Services | Self::Domains | Self::Operations => Some(Permission::ServicesRead),
            Self::Invoices | Self::Payments => Some(Permission::InvoicesRead),
            Self::Products => Some(Permission::CatalogueRead),
            Self::Servers | Self::Plugins => Some(Permission::ServersRead),
            Self::Events | Self::Jobs | Self::Audit | Self::Settings => Some(Permission::SystemRead),
            Self::Staff | Self::Autologin => Some(Permission::StaffWrite),
        }
    }
}

/// A place in the portal's menu.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PortalSection {
    Home,
    Services,
    Domains,
    Invoices,
    Order,
    Profile,
}

impl PortalSection {
    /// The menu of a client who is signed in.
    pub const CLIENT: [Self; 6] =
        [Self::Home, Self::Services, Self::Domains, Self::Invoices, Self::Order, Self::Profile];
    /// The menu of a visitor.
    pub const VISITOR: [Self; 1] = [Self::Order];

    const fn parts(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Home => ("Overview", "/", "home"),
            Self::Services => ("Services", "/services", "package"),
            Self::Domains => ("Domains", "/domains", "world"),
            Self::Invoices => ("Invoices", "/invoices", "file-invoice"),
            Self::Order => ("Order", "/order", "shopping-cart-plus"),
            Self::Profile => ("Profile", "/profile", "user"),
        }
    }
}

/// One entry of a menu, ready to print.
#[derive(Debug, Clone)]
pub struct NavItem {
    /// What it is called.
    pub label: &'static str,
    /// Where it leads.
    pub href: &'static str,
    /// Its picture.
    pub icon: Icon,
    /// Whether the page shown lies in this section.
    pub active: bool,
}

/// Entries under one heading; the first group has none.
#[derive(Debug, Clone)]
pub struct NavGroup {
    /// The heading, or nothing.
    pub label: &'static str,
    /// The entries.
    pub items: Vec<NavItem>,
}

fn item(parts: (&'static str, &'static str, &'static str), active: bool) -> NavItem {
    let (label, href, icon_name) = parts;
    NavItem { label, href, icon: icon(icon_name), active }
}

/// The admin menu of somebody who may do `may`, with one section marked.
pub(super) fn admin(active: Option<AdminSection>, may: &BTreeSet<Permission>) -> Vec<NavGroup> {
    let open = |section: &&AdminSection| section.needs().is_none_or(|needed| may.contains(&needed));
    let group = |(label, sections): (&'static str, &'static [AdminSection])| NavGroup {
        label,
        items: sections.iter().filter(open).map(|section| item(section.parts(), active == Some(*section))).collect(),
    };
    AdminSection::GROUPS.map(group).into_iter().filter(|group| !group.items.is_empty()).collect()
}

/// The portal's menu for a client or a visitor, with one section marked.
pub(super) fn portal(signed_in: bool, active: Option<PortalSection>) -> Vec<NavItem> {
    let sections: &[PortalSection] = if signed_in { &PortalSection::CLIENT } else { &PortalSection::VISITOR };
    sections.iter().map(|section| item(section.parts(), active == Some(*section))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_the_section_shown_is_marked() {
        let all = Permission::ALL.iter().copied().collect();
        let marked: Vec<_> = admin(Some(AdminSection::Jobs), &all)
            .into_iter()
            .flat_map(|group| group.items)
            .filter(|item| item.active)
            .map(|item| item.href)
            .collect();
        assert_eq!(marked, ["/admin/jobs"]);
    }

    #[test]
    fn staff_are_offered_what_they_may_open() {
        let groups = admin(None, &BTreeSet::from([Permission::OrdersRead]));
        let labels: Vec<_> = groups.iter().flat_map(|group| &group.items).map(|item| item.label).collect();
        assert_eq!(labels, ["Dashboard", "Orders", "API tokens"]);
    }

    #[test]
    fn a_visitor_is_offered_only_what_is_open_to_all() {
        let labels: Vec<_> = portal(false, None).iter().map(|i| i.label).collect();
        assert_eq!(labels, ["Order"]);
    }
}
