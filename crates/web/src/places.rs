//! Places on pages that snapins fill. A page never fails or waits long for one.

use innkeeper_app::pages::{self, PageOf};
use innkeeper_app::{Actor, App, slots};
use innkeeper_hooks::slots::{Fact, MenuLink, MetaTag, TextBlock};
use innkeeper_hooks::{Slot, payloads::*};

use crate::reply::local_or;
use crate::view::{Chrome, Facts, FootNote, MenuPage};

/// Blocks of text, as pages show them.
pub async fn blocks<S: Slot<Answer = TextBlock>>(app: &App, context: &S) -> Vec<FootNote> {
    slots::fill_or_nothing(app, context).await.into_iter().map(Into::into).collect()
}

/// Links: label and address.
pub async fn links<S: Slot<Answer = MenuLink>>(app: &App, context: &S) -> Vec<(String, String)> {
    let found = slots::fill_or_nothing(app, context).await.into_iter();
    found.filter(|link| is_harmless(&link.href)).map(|link| (link.label, link.href)).collect()
}

/// Adds labelled values to a list.
pub async fn facts<S: Slot<Answer = Fact>>(app: &App, context: &S, facts: Facts) -> Facts {
    let found = slots::fill_or_nothing(app, context).await.into_iter();
    found.fold(facts, |facts, fact| facts.row(fact.label, fact.value))
}

async fn meta<S: Slot<Answer = MetaTag>>(app: &App, context: &S) -> Vec<(String, String)> {
    slots::fill_or_nothing(app, context).await.into_iter().map(|tag| (tag.name, tag.content)).collect()
}

/// The pages of snapins that stand in the menu of whoever looks.
pub(crate) async fn menu(app: &App, actor: &Actor) -> Vec<MenuPage> {
    let known = pages::list(app, actor).await.unwrap_or_else(|error| {
        tracing::warn!(%error, "the menu has no pages of plugins");
        vec![]
    });
    let entry = |page: &PageOf| {
        let parent = page.menu()?.map(str::to_owned);
        Some(MenuPage { label: page.spec.title.clone(), href: page.address(), parent })
    };
    known.iter().filter_map(entry).collect()
}

/// Does it lead to a page: of this site, or elsewhere over HTTPS?
pub fn is_harmless(href: &str) -> bool {
    href.starts_with("https://") || (!href.is_empty() && local_or(href, "") == href)
}

/// Fills what every page of the portal has.
pub(crate) async fn portal(app: &App, chrome: &mut Chrome, context: ClientAreaPage) {
    macro_rules! place {
        ($slot:ident) => {{
            let ClientAreaPage { page, client_id, company, base_url, language, today, secure } = context.clone();
            $slot { page, client_id, company, base_url, language, today, secure }
        }};
    }
    chrome.meta = meta(app, &place!(ClientAreaHead)).await;
    chrome.menu = links(app, &place!(ClientAreaMenu)).await;
    chrome.top = blocks(app, &place!(ClientAreaHeader)).await;
    chrome.foot = blocks(app, &place!(ClientAreaFooter)).await;
    chrome.notes = blocks(app, &context).await;
}

/// Fills what every page of the panel has.
pub(crate) async fn panel(app: &App, chrome: &mut Chrome, context: AdminAreaPage) {
    macro_rules! place {
        ($slot:ident) => {{
            let AdminAreaPage { page, staff_id, email, permissions } = context.clone();
            $slot { page, staff_id, email, permissions }
        }};
    }
    chrome.meta = meta(app, &place!(AdminAreaHead)).await;
    chrome.top = blocks(app, &place!(AdminAreaHeader)).await;
    chrome.foot = blocks(app, &place!(AdminAreaFooter)).await;
    chrome.notes = blocks(app, &context).await;
}
