//! Which pages there are.

use innkeeper_domain::Permission;
use innkeeper_plugin_api::{PageSpec, Place};
use std::collections::BTreeSet;

use crate::{Actor, App, Identity, Result};

/// Words that mean something else in the panel's addresses of a plugin: no page can be called so.
pub const RESERVED: [&str; 8] = ["overview", "calls", "level", "enable", "disable", "test", "tasks", "pictures"];
/// Most pages of one snapin.
const MOST: usize = 50;
/// The longest key and title, in characters.
const KEY: usize = 60;
const TITLE: usize = 80;

/// A page, and the snapin it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageOf {
    /// Id of the plugin.
    pub plugin: String,
    /// The page.
    pub spec: PageSpec,
}

impl PageOf {
    /// Its address in this site.
    pub fn address(&self) -> String {
        let root = if self.spec.place.is_panel() { "/admin" } else { "" };
        format!("{root}/plugins/{}/{}", self.plugin, self.spec.key)
    }
    /// Is it a tab on the panel's page of a client, a service or a domain?
    pub fn is_tab(&self) -> bool {
        matches!(self.spec.place, Place::ClientTab | Place::ProductTab(_))
    }
    /// For entries of a menu: the heading they stand under, if they name one.
    pub fn menu(&self) -> Option<Option<&str>> {
        match &self.spec.place {
            Place::PanelMenu { parent } | Place::PortalMenu { parent } => Some(parent.as_deref()),
            _ => None,
        }
    }
}

/// The pages of enabled snapins that this actor may see: those of the panel for staff, those of the portal for
/// clients; in the order of the plugins. A snapin that does not say which pages it has is left out.
pub async fn list(app: &App, actor: &Actor) -> Result<Vec<PageOf>> {
    let is_panel = match actor.identity {
        Identity::Staff(_) => true,
        Identity::Client { .. } => false,
        Identity::Visitor | Identity::System(_) => return Ok(vec![]),
    };
    let mut all = vec![];
    for plugin in app.plugins.all() {
        let id = plugin.manifest.id.as_str();
        match app.pages_of(id).await {
            Ok(pages) => all.extend(pages.into_iter().map(|spec| PageOf { plugin: id.to_owned(), spec })),
            Err(error) => tracing::debug!(plugin = id, %error, "its pages are not known"),
        }
    }
    all.retain(|page| page.spec.place.is_panel() == is_panel);
    all.retain(|page| !is_panel || actor.permissions.contains(&page.spec.permission));
    if !all.is_empty() {
        let off = innkeeper_db::plugins::switched_off(&mut *app.conn().await?).await?;
        all.retain(|page| !off.contains(&page.plugin));
    }
    Ok(all)
}

/// Those pages that have a usable key that no earlier one has.
pub(crate) fn usable(plugin: &str, pages: Vec<PageSpec>) -> Vec<PageSpec> {
    let mut known = BTreeSet::new();
    let fits = |key: &str| {
        let plain = key.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        plain && !key.is_empty() && key.len() <= KEY && !RESERVED.contains(&key)
    };
    let mut good = vec![];
    for mut page in pages {
        if !fits(&page.key) || good.len() == MOST || !known.insert(page.key.clone()) {
            tracing::warn!(plugin, page = page.key, "a page is left out: its key cannot be used, or is used twice");
            continue;
        }
        if page.title.chars().count() > TITLE {
            page.title = page.title.chars().take(TITLE).collect();
        }
        good.push(page);
    }
    good
}

/// What staff need to see the thing that a tab is on.
pub(super) const fn needs(place: &Place) -> Option<Permission> {
    match place {
        Place::ClientTab => Some(Permission::ClientsRead),
        Place::ProductTab(_) => Some(Permission::ServicesRead),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(key: &str, place: Place) -> PageSpec {
        PageSpec { key: key.into(), title: "T".repeat(100), place, permission: Permission::ClientsRead }
    }

    #[test]
    fn keys_are_words_that_are_not_taken() {
        let menu = || Place::PanelMenu { parent: None };
        let keys = ["a", "calls", "B", "a", "", "x/y", "a-1", "../a"];
        let good = usable("p", keys.iter().map(|key| page(key, menu())).collect());
        let left: Vec<&str> = good.iter().map(|page| page.key.as_str()).collect();
        assert_eq!(left, ["a", "a-1"]);
        assert_eq!(good[0].title.len(), TITLE);
    }
}
