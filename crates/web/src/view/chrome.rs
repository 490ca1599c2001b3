//! What surrounds the content of every page.

use std::collections::BTreeSet;

use askama::Template;
use innkeeper_domain::Permission;
use innkeeper_hooks::slots::TextBlock;

use super::action::PostButton;
use super::badge::Tone;
use super::icon::{Icon, icon};
use super::nav::{self, AdminSection, MenuPage, NavEntry, NavGroup, PortalSection};
use crate::assets;

/// The shared part of every page struct: `pub chrome: Chrome`.
///
/// The request's extractor fills in who is signed in, the messages
/// and the cart; the handler adds title, section and crumbs.
#[derive(Debug, Clone, Default)]
pub struct Chrome {
    /// The page's heading and the first part of the browser's title.
    pub title: String,
    /// A line below the heading; may be empty.
    pub subtitle: String,
    /// Which entry of the admin menu is marked.
    pub admin: Option<AdminSection>,
    /// What a member of staff may do: decides which entries the admin menu has.
    pub may: BTreeSet<Permission>,
    /// Which entry of the portal's menu is marked.
    pub portal: Option<PortalSection>,
    /// Who is signed in.
    pub user: Option<Person>,
    /// Messages left by the page before.
    pub flash: Vec<Flash>,
    /// How many things are in the cart.
    pub cart_count: usize,
    /// The way back up, outermost first, without the page itself.
    pub crumbs: Vec<Crumb>,
    /// Whose site this is.
    pub brand: Brand,
    /// What stands in the search box of the panel.
    pub search: String,
    /// The clients a login may act for: id, name, whether it is the current one. Empty if there is
    /// no choice.
    pub accounts: Vec<(i64, String, bool)>,
    /// Pages of snapins in the menu.
    pub pages: Vec<MenuPage>,
    /// The address of the page shown, if it is one of [`Chrome::pages`].
    pub at: String,
    /// Tags that plugins add to the head: name and content.
    pub meta: Vec<(String, String)>,
    /// A script of a plugin that this page needs, at an address of ours.
    pub script: Option<String>,
    /// Links that plugins add to the portal's menu: label and address.
    pub menu: Vec<(String, String)>,
    /// Links that plugins add beside the page's own buttons: label and address.
    pub actions: Vec<(String, String)>,
    /// What plugins add above the page's heading.
    pub top: Vec<FootNote>,
    /// What plugins add below the page's content.
    pub notes: Vec<FootNote>,
    /// What plugins add to the foot of the page.
    pub foot: Vec<FootNote>,
}

impl Chrome {
    /// Sets the heading.
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// Sets the line below the heading.
    #[must_use]
    pub fn subtitle(mut self, text: impl Into<String>) -> Self {
        self.subtitle = text.into();
        self
    }

    /// Marks a section of the admin menu.
    #[must_use]
    pub fn in_admin(mut self, section: AdminSection) -> Self {
        self.admin = Some(section);
        self
    }

    /// Marks a section of the portal's menu.
    #[must_use]
    pub fn in_portal(mut self, section: PortalSection) -> Self {
        self.portal = Some(section);
        self
    }

    /// Adds a step to the way back up.
    #[must_use]
    pub fn crumb(mut self, label: impl Into<String>, href: impl Into<String>) -> Self {
        self.crumbs.push(Crumb { label: label.into(), href: href.into() });
        self
    }

    /// Marks the page of a snapin in the menu.
    #[must_use]
    pub fn at(mut self, address: impl Into<String>) -> Self {
        self.at = address.into();
        self
    }

    /// A button that posts to a local address.
    pub fn post(&self, action: impl AsRef<str>, label: &str) -> PostButton {
        PostButton::new(action.as_ref(), label)
    }

    /// An icon, a file name under `crates/web/assets/icons`.
    pub fn icon(&self, name: &'static str) -> Icon {
        icon(name)
    }

    /// The address of an asset of this build.
    pub fn asset(&self, path: &str) -> String {
        assets::url(path)
    }

    /// Skip link's target, breadcrumbs, heading.
    pub fn heading(&self) -> Heading<'_> {
        Heading { chrome: self }
    }

    /// The messages left by the page before.
    pub fn messages(&self) -> Messages<'_> {
        Messages { flash: &self.flash }
    }

    /// The sidebar of the panel.
    pub fn admin_nav(&self) -> AdminNav<'_> {
        AdminNav { chrome: self, groups: nav::admin(self.admin, &self.may, &self.pages, &self.at) }
    }

    /// The top bar of the portal.
    pub fn portal_nav(&self) -> PortalNav<'_> {
        PortalNav { chrome: self, entries: nav::portal(self.user.is_some(), self.portal, &self.pages, &self.at) }
    }

    /// The menu of the person who is signed in; `root` is empty in the portal, `/admin` in the panel.
    pub fn user_menu(&self, root: &'static str) -> UserMenu<'_> {
        UserMenu { chrome: self, root }
    }

    /// The light, dark and automatic switch.
    pub fn theme_switch(&self) -> ThemeSwitch {
        ThemeSwitch
    }
}

/// Whose site this is. Hosts change it while the server runs.
#[derive(Debug, Clone)]
pub struct Brand {
    /// The company's name.
    pub name: String,
    /// The address of its logo; our own mark if none is set.
    pub logo: Option<String>,
    /// The address of a style sheet that sets its colours.
    pub css: Option<String>,
    /// A line for the first page; may be empty.
    pub tagline: String,
}

impl Default for Brand {
    fn default() -> Self {
        Self { name: "Innkeeper".to_owned(), logo: None, css: None, tagline: String::new() }
    }
}

impl Brand {
    /// The address of the picture beside the name.
    pub fn mark(&self) -> String {
        self.logo.clone().unwrap_or_else(|| assets::url("brand/mark.svg"))
    }
}

/// Who is signed in.
#[derive(Debug, Clone)]
pub struct Person {
    /// The name shown.
    pub name: String,
    /// The address they sign in with.
    pub email: String,
}

impl Person {
    /// The first letters of the first and the last word of the name.
    fn initials(&self) -> String {
        let mut words = self.name.split_whitespace();
        let first = words.next().and_then(|word| word.chars().next());
        let last = words.next_back().and_then(|word| word.chars().next());
        let letters: String = first.into_iter().chain(last).collect();
        if letters.is_empty() { "?".to_owned() } else { letters.to_uppercase() }
    }
}

/// A message that outlives one redirect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flash {
    /// How it went.
    pub tone: Tone,
    /// What happened and, if it failed, what to do.
    pub text: String,
}

impl Flash {
    /// It worked.
    pub fn success(text: impl Into<String>) -> Self {
        Self::of(Tone::Success, text)
    }

    /// It did not work.
    pub fn danger(text: impl Into<String>) -> Self {
        Self::of(Tone::Danger, text)
    }

    /// It worked, but.
    pub fn warning(text: impl Into<String>) -> Self {
        Self::of(Tone::Warning, text)
    }

    /// Worth knowing.
    pub fn info(text: impl Into<String>) -> Self {
        Self::of(Tone::Info, text)
    }

    fn of(tone: Tone, text: impl Into<String>) -> Self {
        Self { tone, text: text.into() }
    }

    fn icon(&self) -> Icon {
        icon(match self.tone {
            Tone::Success => "circle-check",
            Tone::Warning => "alert-triangle",
            Tone::Danger => "circle-x",
            Tone::Info | Tone::Neutral => "info-circle",
        })
    }

    /// What a screen reader says first, since it sees no colour.
    fn spoken(&self) -> &'static str {
        match self.tone {
            Tone::Success => "Done:",
            Tone::Warning => "Warning:",
            Tone::Danger => "Error:",
            Tone::Info | Tone::Neutral => "Note:",
        }
    }
}

/// Text of a plugin somewhere on a page.
#[derive(Debug, Clone)]
pub struct FootNote {
    /// Its heading; may be empty.
    pub title: String,
    /// The text.
    pub text: String,
    /// Where it leads: `https:` or an address of this site.
    pub href: Option<String>,
}

impl From<TextBlock> for FootNote {
    fn from(block: TextBlock) -> Self {
        let href = block.link.filter(|link| crate::places::is_harmless(link));
        Self { title: block.title, text: block.text, href }
    }
}

/// A step on the way back up.
#[derive(Debug, Clone)]
pub struct Crumb {
    /// What it is called.
    pub label: String,
    /// Where it leads.
    pub href: String,
}

/// Breadcrumbs, heading, subtitle.
#[derive(Debug, Template)]
#[template(path = "components/heading.html")]
pub struct Heading<'a> {
    chrome: &'a Chrome,
}

/// Flash messages.
#[derive(Debug, Template)]
#[template(path = "components/messages.html")]
pub struct Messages<'a> {
    flash: &'a [Flash],
}

/// The panel's sidebar.
#[derive(Debug, Template)]
#[template(path = "components/admin_nav.html")]
pub struct AdminNav<'a> {
    chrome: &'a Chrome,
    groups: Vec<NavGroup>,
}

/// The portal's top bar.
#[derive(Debug, Template)]
#[template(path = "components/portal_nav.html")]
pub struct PortalNav<'a> {
    chrome: &'a Chrome,
    entries: Vec<NavEntry>,
}

/// The menu behind one's name.
#[derive(Debug, Template)]
#[template(path = "components/user_menu.html")]
pub struct UserMenu<'a> {
    chrome: &'a Chrome,
    root: &'static str,
}

/// The light, dark and automatic switch.
#[derive(Debug, Template)]
#[template(path = "components/theme_switch.html")]
pub struct ThemeSwitch;

component!(Heading<'_>, Messages<'_>, AdminNav<'_>, PortalNav<'_>, UserMenu<'_>, ThemeSwitch);

#[cfg(test)]
mod tests {
    use super::*;

    fn person(name: &str) -> Person {
        Person { name: name.to_owned(), email: String::new() }
    }

    #[test]
    fn initials_come_from_the_first_and_the_last_name() {
        assert_eq!(person("Ada King Lovelace").initials(), "AL");
        assert_eq!(person("plato").initials(), "P");
        assert_eq!(person("  ").initials(), "?");
        assert_eq!(person("Łukasz Żak").initials(), "ŁŻ");
    }

    #[test]
    fn a_foot_note_leads_nowhere_dangerous() {
        let note = |link: &str| {
            FootNote::from(TextBlock { title: String::new(), text: "x".into(), link: Some(link.to_owned()) }).href
        };
        assert_eq!(note("/order").as_deref(), Some("/order"));
        assert_eq!(note("https://status.example").as_deref(), Some("https://status.example"));
        for odd in ["javascript:alert(1)", "//evil.example", "data:text/html,x", ""] {
            assert_eq!(note(odd), None, "{odd}");
        }
    }

    #[test]
    fn a_message_is_announced_and_escaped() {
        let chrome = Chrome { flash: vec![Flash::danger("<b>No</b>")], ..Chrome::default() };
        let html = chrome.messages().to_string();
        assert!(html.contains("Error:"));
        assert!(html.contains("&#60;b&#62;No"));
    }
}
