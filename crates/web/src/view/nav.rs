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
    Daily,
    Reports,
    Products,
    Servers,
    Operations,
    Plugins,
    Events,
    Jobs,
    Mails,
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
        ("Billing", &[Self::Invoices, Self::Payments, Self::Daily, Self::Reports, Self::Products]),
        ("System", &[Self::Plugins, Self::Events, Self::Jobs, Self::Mails, Self::Audit, Self::Settings]),
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
            Self::Daily => ("Daily run", "/admin/daily", "calendar"),
            Self::Reports => ("Reports", "/admin/reports", "chart-bar"),
            Self::Products => ("Products", "/admin/products", "building-store"),
            Self::Servers => ("Servers", "/admin/servers", "server-2"),
            Self::Operations => ("Operations", "/admin/effects", "activity"),
            Self::Plugins => ("Plugins", "/admin/plugins", "plug"),
            Self::Events => ("Events", "/admin/events", "bolt"),
            Self::Jobs => ("Jobs", "/admin/jobs", "list-check"),
            Self::Mails => ("Mails", "/admin/mails", "mail"),
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
            Self::Reports => Some(Permission::ReportsRead),
            Self::Products => Some(Permission::CatalogueRead),
            Self::Servers | Self::Plugins => Some(Permission::ServersRead),
            Self::Daily | Self::Events | Self::Jobs | Self::Mails | Self::Audit | Self::Settings => {
                Some(Permission::SystemRead)
            }
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

/// A page of a snapin that stands in a menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MenuPage {
    /// What it is called.
    pub label: String,
    /// Its address.
    pub href: String,
    /// The heading it stands under; none: among the first entries.
    pub parent: Option<String>,
}

/// One entry of a menu, ready to print.
#[derive(Debug, Clone)]
pub struct NavItem {
    /// What it is called.
    pub label: String,
    /// Where it leads.
    pub href: String,
    /// Its picture.
    pub icon: Icon,
    /// Whether the page shown lies in this section.
    pub active: bool,
    /// It stands below the entry before it.
    pub below: bool,
}

/// Entries under one heading; the first group has none.
#[derive(Debug, Clone)]
pub struct NavGroup {
    /// The heading, or nothing.
    pub label: String,
    /// The entries.
    pub items: Vec<NavItem>,
}

/// A link of the portal's menu, or a heading that opens into links.
#[derive(Debug, Clone)]
pub struct NavEntry {
    /// The heading; none: `items` is the one link.
    pub heading: Option<String>,
    /// The links.
    pub items: Vec<NavItem>,
}

fn item((label, href, icon_name): (&'static str, &'static str, &'static str), active: bool) -> NavItem {
    NavItem { label: label.to_owned(), href: href.to_owned(), icon: icon(icon_name), active, below: false }
}

fn page(page: &MenuPage, at: &str, below: bool) -> NavItem {
    let (label, href) = (page.label.clone(), page.href.clone());
    NavItem { active: href == at, label, href, icon: icon("plug"), below }
}

/// The admin menu of somebody who may do `may`, with one section marked, or the page at `at`. A page of a snapin
/// stands under the heading, or below the entry, that it names; under a heading of its own if there is none.
pub(super) fn admin(
    active: Option<AdminSection>,
    may: &BTreeSet<Permission>,
    pages: &[MenuPage],
    at: &str,
) -> Vec<NavGroup> {
    let open = |section: &&AdminSection| section.needs().is_none_or(|needed| may.contains(&needed));
    let group = |(label, sections): (&'static str, &'static [AdminSection])| NavGroup {
        label: label.to_owned(),
        items: sections.iter().filter(open).map(|section| item(section.parts(), active == Some(*section))).collect(),
    };
    let mut groups: Vec<NavGroup> = AdminSection::GROUPS.map(group).into();
    for one in pages {
        let parent = one.parent.as_deref().unwrap_or_default();
        if let Some(group) = groups.iter_mut().find(|group| group.label == parent) {
            group.items.push(page(one, at, false));
        } else if let Some((items, place)) = groups.iter_mut().find_map(|group| {
            let place = group.items.iter().position(|item| item.label == parent && !item.below)?;
            Some((&mut group.items, place))
        }) {
            items.insert(place + 1, page(one, at, true));
        } else {
            groups.push(NavGroup { label: parent.to_owned(), items: vec![page(one, at, false)] });
        }
    }
    groups.into_iter().filter(|group| !group.items.is_empty()).collect()
}

/// The portal's menu for a client or a visitor, with one section marked, or the page at `at`. A page of a snapin
/// stands where it does in the admin menu, but a heading opens into its links.
pub(super) fn portal(signed_in: bool, active: Option<PortalSection>, pages: &[MenuPage], at: &str) -> Vec<NavEntry> {
    let sections: &[PortalSection] = if signed_in { &PortalSection::CLIENT } else { &PortalSection::VISITOR };
    let link = |item| NavEntry { heading: None, items: vec![item] };
    let mut entries: Vec<NavEntry> =
        sections.iter().map(|section| link(item(section.parts(), active == Some(*section)))).collect();
    for one in pages {
        let Some(parent) = one.parent.as_deref().filter(|parent| !parent.is_empty()) else {
            entries.push(link(page(one, at, false)));
            continue;
        };
        let named = |entry: &NavEntry| match &entry.heading {
            Some(heading) => heading == parent,
            None => entry.items.iter().any(|item| item.label == parent),
        };
        match entries.iter().position(named) {
            Some(place) => match entries.get_mut(place) {
                Some(entry) if entry.heading.is_some() => entry.items.push(page(one, at, false)),
                _ => entries.insert(place + 1, link(page(one, at, true))),
            },
            None => {
                entries.push(NavEntry { heading: Some(parent.to_owned()), items: vec![page(one, at, false)] });
            }
        }
    }
    entries
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_the_section_shown_is_marked() {
        let all = Permission::ALL.iter().copied().collect();
        let marked: Vec<_> = admin(Some(AdminSection::Jobs), &all, &[], "")
            .into_iter()
            .flat_map(|group| group.items)
            .filter(|item| item.active)
            .map(|item| item.href)
            .collect();
        assert_eq!(marked, ["/admin/jobs"]);
    }

    #[test]
    fn staff_are_offered_what_they_may_open() {
        let groups = admin(None, &BTreeSet::from([Permission::OrdersRead]), &[], "");
        let labels: Vec<_> = groups.iter().flat_map(|group| &group.items).map(|item| item.label.as_str()).collect();
        assert_eq!(labels, ["Dashboard", "Orders", "API tokens"]);
    }

    #[test]
    fn a_visitor_is_offered_only_what_is_open_to_all() {
        let labels: Vec<_> = portal(false, None, &[], "").iter().map(|e| e.items[0].label.clone()).collect();
        assert_eq!(labels, ["Order"]);
    }

    fn menu() -> Vec<MenuPage> {
        [("Club", None), ("Prizes", Some("Club house")), ("Rules", Some("Club house")), ("Points", Some("Services"))]
            .map(|(label, parent)| MenuPage {
                label: label.into(),
                href: format!("/{label}"),
                parent: parent.map(Into::into),
            })
            .into()
    }

    #[test]
    fn pages_of_snapins_stand_under_the_heading_or_entry_that_they_name() {
        let all = Permission::ALL.iter().copied().collect();
        let groups = admin(None, &all, &menu(), "/Rules");
        let of = |label: &str| {
            let group = groups.iter().find(|group| group.label == label).unwrap();
            group.items.iter().map(|item| (item.label.as_str(), item.below, item.active)).collect::<Vec<_>>()
        };
        assert_eq!(of("").last(), Some(&("Club", false, false)));
        assert_eq!(of("Club house"), [("Prizes", false, false), ("Rules", false, true)]);
        assert_eq!(of("Provisioning")[1], ("Points", true, false));
    }

    #[test]
    fn in_the_portal_a_heading_opens_into_its_links() {
        let entries = portal(true, None, &menu(), "/Prizes");
        let shown: Vec<(Option<&str>, Vec<&str>)> = entries
            .iter()
            .map(|e| (e.heading.as_deref(), e.items.iter().map(|item| item.label.as_str()).collect()))
            .collect();
        assert_eq!(shown[2], (None, vec!["Points"]));
        assert_eq!(shown.last().unwrap(), &(Some("Club house"), vec!["Prizes", "Rules"]));
        assert!(entries.last().unwrap().items[0].active);
    }
}
