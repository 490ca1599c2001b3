//! Pages of snapins: of their own, and as tabs on clients, services and domains.

use askama::Template;
use axum::response::{Html, IntoResponse as _};
use innkeeper_app::AppError;
use innkeeper_app::pages::{self, Opened, PageOf};
use innkeeper_domain::Permission;
use innkeeper_plugin_api::pages::About;
use innkeeper_web::Failure;
use innkeeper_web::extract::Staff;
use innkeeper_web::plugin_page::{self, PageAddress, Sent, on};
use innkeeper_web::plugin_view::PluginView;
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{AdminSection, Chrome, Flash, Form};

use crate::listing::Tab;

#[derive(Template)]
#[template(path = "admin/plugins/page.html")]
struct Page {
    chrome: Chrome,
    tabs: Vec<Tab>,
    /// None: it could not be drawn, and why.
    view: Option<PluginView>,
    why: String,
    /// Where its settings are, for those who may see them.
    settings: Option<String>,
}

pub(super) async fn show(staff: Staff, address: PageAddress) -> PageResult {
    let opened = pages::open(&staff.app, &staff.actor, address.wanted.clone()).await?;
    let drawn = pages::draw(&staff.app, &opened).await;
    match drawn {
        Ok(view) => {
            let language = staff.language().await;
            let view = plugin_page::drawn(view, &opened.page, &address.wanted, &language, "", &Form::new());
            page(&around(&staff, &address, &opened, Ok(view)).await?)
        }
        // The page says what is wrong with its plugin, in its place.
        Err(AppError::External(error)) => {
            let why = error.detail.clone();
            let status = Failure::from(AppError::External(error)).status();
            let view = around(&staff, &address, &opened, Err(why)).await?;
            Ok((status, Html(view.render()?)).into_response())
        }
        Err(other) => Err(other.into()),
    }
}

pub(super) async fn act(staff: Staff, address: PageAddress, sent: Sent) -> PageResult {
    let opened = pages::open(&staff.app, &staff.actor, address.wanted.clone()).await?;
    let done = pages::act(&staff.app, &staff.actor, &opened, &address.action, sent.input()).await;
    match (done, sent.form()) {
        (Ok(reply), None) => Ok(plugin_page::reply(reply)),
        (Ok(reply), Some(_)) => {
            see_other(plugin_page::address(&opened.page, &address.wanted)).flash(Flash::success(reply.message)).ok()
        }
        (Err(error), None) => Err(error.into()),
        (Err(error), Some(mut form)) => {
            form.refuse(plugin_page::at_controls(error))?;
            let view = pages::draw(&staff.app, &opened).await?;
            let language = staff.language().await;
            let view = plugin_page::drawn(view, &opened.page, &address.wanted, &language, &address.action, &form);
            refused(&around(&staff, &address, &opened, Ok(view)).await?)
        }
    }
}

async fn around(
    staff: &Staff,
    address: &PageAddress,
    opened: &Opened,
    view: Result<PluginView, String>,
) -> Result<Page, Failure> {
    let (page, about) = (&opened.page, address.wanted.about);
    let name = opened.thing.as_ref().map(|thing| thing.name.clone()).unwrap_or_default();
    let plugin = staff.app.plugins().get(&page.plugin)?.manifest.name.clone();
    let mut chrome = staff.chrome().await.title(page.spec.title.as_str()).at(page.address());
    if let Some((section, label, root, home)) = home(about) {
        chrome = chrome.in_admin(section).crumb(label, root).crumb(name, home);
    } else {
        chrome = chrome.subtitle(plugin);
    }
    let is_tab = page.menu().is_none();
    let tabs = if is_tab { tabs_on(staff, about, &page.address()).await? } else { vec![] };
    let (view, why) = match view {
        Ok(view) => (Some(view), String::new()),
        Err(why) => (None, why),
    };
    let settings = staff.may(Permission::ServersRead).then(|| format!("/admin/plugins/{}", page.plugin));
    Ok(Page { chrome, tabs, view, why, settings })
}

/// Where something is: its section, the list it is in, its own page.
fn home(about: About) -> Option<(AdminSection, &'static str, &'static str, String)> {
    Some(match about {
        About::Nothing => return None,
        About::Client(id) => (AdminSection::Clients, "Clients", "/admin/clients", format!("/admin/clients/{id}")),
        About::Service(id) => (AdminSection::Services, "Services", "/admin/services", format!("/admin/services/{id}")),
        About::Domain(id) => (AdminSection::Domains, "Domains", "/admin/domains", format!("/admin/domains/{id}")),
    })
}

/// The tabs on the page of a client, a service or a domain: its own page, then those of snapins. None if there are
/// none. `current` is the address of the page shown; empty: the thing's own.
pub(crate) async fn tabs_on(staff: &Staff, about: About, current: &str) -> Result<Vec<Tab>, Failure> {
    let Some((_, _, _, own)) = home(about) else { return Ok(vec![]) };
    let known = pages::tabs(&staff.app, &staff.actor, about).await?;
    let mut tabs: Vec<Tab> = known.iter().map(|page| tab(page, about, current)).collect();
    if !tabs.is_empty() {
        tabs.insert(0, Tab { href: own, label: "Overview".to_owned(), current: current.is_empty() });
    }
    Ok(tabs)
}

fn tab(page: &PageOf, about: About, current: &str) -> Tab {
    let address = page.address();
    Tab { current: address == current, href: format!("{address}{}", on(about)), label: page.spec.title.clone() }
}
