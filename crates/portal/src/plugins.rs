//! Pages of snapins.

use askama::Template;
use axum::Router;
use axum::response::{Html, IntoResponse as _};
use axum::routing::{get, post};
use innkeeper_app::AppError;
use innkeeper_app::pages::{self, Opened};
use innkeeper_plugin_api::Place;
use innkeeper_plugin_api::pages::About;
use innkeeper_web::error::external_text;
use innkeeper_web::extract::Client;
use innkeeper_web::plugin_page::{self, PageAddress, Sent};
use innkeeper_web::plugin_view::PluginView;
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{Chrome, Flash, Form, PortalSection};
use innkeeper_web::{AppState, Failure};

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/plugins/{id}/{page}", get(show)).route("/plugins/{id}/{page}/{action}", post(act))
}

#[derive(Template)]
#[template(path = "portal/plugin_page.html")]
struct Page {
    chrome: Chrome,
    /// None: it could not be drawn, and why.
    view: Option<PluginView>,
    why: String,
}

/// A tile of the home page that leads to a page.
pub(super) struct Tile {
    pub title: String,
    pub text: String,
    pub href: String,
}

/// All tiles.
pub(super) async fn tiles(client: &innkeeper_web::extract::MaybeClient) -> Result<Vec<Tile>, Failure> {
    let known = pages::list(&client.app, &client.actor).await?;
    let tile = |page: &pages::PageOf| match &page.spec.place {
        Place::PortalHome { text } => {
            Some(Tile { title: page.spec.title.clone(), text: text.clone(), href: page.address() })
        }
        _ => None,
    };
    Ok(known.iter().filter_map(tile).collect())
}

async fn show(client: Client, address: PageAddress) -> PageResult {
    let opened = pages::open(&client.app, &client.actor, address.wanted.clone()).await?;
    match pages::draw(&client.app, &opened).await {
        Ok(view) => {
            let language = client.language().await;
            let view = plugin_page::drawn(view, &opened.page, &address.wanted, &language, "", &Form::new());
            page(&around(&client, &address, &opened, Ok(view)).await)
        }
        // The page says that its plugin failed, in its place.
        Err(AppError::External(error)) => {
            let why = external_text(&error);
            let status = Failure::from(AppError::External(error)).status();
            let view = around(&client, &address, &opened, Err(why)).await;
            Ok((status, Html(view.render()?)).into_response())
        }
        Err(other) => Err(other.into()),
    }
}

async fn act(client: Client, address: PageAddress, sent: Sent) -> PageResult {
    let opened = pages::open(&client.app, &client.actor, address.wanted.clone()).await?;
    let done = pages::act(&client.app, &client.actor, &opened, &address.action, sent.input()).await;
    match (done, sent.form()) {
        (Ok(reply), None) => Ok(plugin_page::reply(reply)),
        (Ok(reply), Some(_)) => {
            see_other(plugin_page::address(&opened.page, &address.wanted)).flash(Flash::success(reply.message)).ok()
        }
        (Err(error), None) => Err(error.into()),
        (Err(error), Some(mut form)) => {
            form.refuse(plugin_page::at_controls(error))?;
            let view = pages::draw(&client.app, &opened).await?;
            let language = client.language().await;
            let view = plugin_page::drawn(view, &opened.page, &address.wanted, &language, &address.action, &form);
            refused(&around(&client, &address, &opened, Ok(view)).await)
        }
    }
}

async fn around(client: &Client, address: &PageAddress, opened: &Opened, view: Result<PluginView, String>) -> Page {
    let page = &opened.page;
    let name = opened.thing.as_ref().map(|thing| thing.name.clone()).unwrap_or_default();
    let mut chrome = client.chrome().await.title(page.spec.title.as_str()).at(page.address());
    chrome = match address.wanted.about {
        About::Nothing | About::Client(_) => chrome,
        About::Service(id) => chrome
            .in_portal(PortalSection::Services)
            .crumb("Services", "/services")
            .crumb(name, format!("/services/{id}")),
        About::Domain(id) => {
            chrome.in_portal(PortalSection::Domains).crumb("Domains", "/domains").crumb(name, format!("/domains/{id}"))
        }
    };
    match view {
        Ok(view) => Page { chrome, view: Some(view), why: String::new() },
        Err(why) => Page { chrome, view: None, why },
    }
}
