//! Plugins: their settings, how they do, their calls, and what is logged.

mod calls;
mod edit;
mod levels;
mod list;
mod overview;
mod page;
mod pictures;
mod registrar;
mod tasks;
mod todos;

use axum::Router;
use axum::routing::{get, post};
use innkeeper_app::plugins::OUTCOMES;
use innkeeper_app::{App, AppError};
use innkeeper_web::AppState;
use innkeeper_web::view::{AdminSection, Chrome};

use crate::listing::Tab;

pub(crate) use page::tabs_on;
pub(crate) use tasks::{TaskLine, lines};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/plugins", get(list::list))
        .route("/plugins/log-levels", get(levels::show).post(levels::save))
        .route("/plugins/todos", get(todos::list))
        .route("/plugins/todos/{id}/done", post(todos::done))
        .route("/plugins/tasks", get(tasks::all))
        .route("/plugins/{id}", get(edit::show).post(edit::save))
        .route("/plugins/{id}/overview", get(overview::show))
        .route("/plugins/{id}/domains", get(registrar::domains))
        .route("/plugins/{id}/domains/import", post(registrar::import))
        .route("/plugins/{id}/prices", get(registrar::prices))
        .route("/plugins/{id}/pictures/{number}", get(pictures::show))
        .route("/plugins/{id}/level", post(overview::set_level))
        .route("/plugins/{id}/calls", get(calls::list))
        .route("/plugins/{id}/calls/{call}", get(calls::show))
        .route("/plugins/{id}/calls/{call}/repeat", post(calls::repeat))
        .route("/plugins/{id}/enable", post(edit::enable))
        .route("/plugins/{id}/disable", post(edit::disable))
        .route("/plugins/{id}/test", post(edit::test))
        .route("/plugins/{id}/tasks", get(tasks::of_plugin))
        .route("/plugins/{id}/tasks/{task}/run", post(tasks::run))
        .route("/plugins/{id}/tasks/{task}/preview", get(tasks::preview))
        .route("/plugins/{id}/{page}", get(page::show))
        .route("/plugins/{id}/{page}/{action}", post(page::act))
}

fn tab(href: String, label: &str, current: bool) -> Tab {
    Tab { href, label: label.to_owned(), current }
}

/// The pages of one plugin.
async fn tabs(app: &App, id: &str, current: &str) -> Vec<Tab> {
    let is_registrar = app.plugins().registrar(id).is_ok();
    let offered = if is_registrar { app.abilities_of(id).await.unwrap_or_default() } else { vec![] };
    let page = |word: &str, path: &str, label: &str| tab(format!("/admin/plugins/{id}{path}"), label, current == word);
    let mut pages = vec![
        page("overview", "/overview", "Overview"),
        page("settings", "", "Settings"),
        page("calls", "/calls", "Call log"),
    ];
    if innkeeper_app::tasks::offered(app, id).await {
        pages.push(page("tasks", "/tasks", "Tasks"));
    }
    pages.extend(offered.contains(&"inventory").then(|| page("domains", "/domains", "Domains")));
    pages.extend(offered.contains(&"price_list").then(|| page("prices", "/prices", "Prices")));
    pages
}

/// What concerns all plugins.
fn house_tabs(current: &str) -> Vec<Tab> {
    let pages = [
        ("/admin/plugins", "Plugins"),
        ("/admin/plugins/todos", "To-dos"),
        ("/admin/plugins/tasks", "Tasks"),
        ("/admin/plugins/log-levels", "Log levels"),
    ];
    pages.into_iter().map(|(href, label)| tab(href.to_owned(), label, href == current)).collect()
}

/// How a call ended, in words.
fn outcome_words(word: &str) -> &str {
    OUTCOMES.iter().find(|(known, _)| *known == word).map_or(word, |(_, text)| text)
}

/// The surroundings of a page of one plugin.
fn below(chrome: Chrome, app: &App, id: &str) -> Result<Chrome, AppError> {
    let manifest = &app.plugins().get(id)?.manifest;
    let chrome = chrome.title(manifest.name.as_str()).subtitle(manifest.description.as_str());
    Ok(chrome.in_admin(AdminSection::Plugins).crumb("Plugins", "/admin/plugins"))
}
