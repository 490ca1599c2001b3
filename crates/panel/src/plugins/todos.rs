//! What plugins want staff to do.

use askama::Template;
use axum::extract::Query;
use chrono::{DateTime, Utc};
use innkeeper_app::plugins::{self, TodoRow};
use innkeeper_domain::{Permission, TodoId};
use innkeeper_web::extract::{Id, Staff};
use innkeeper_web::reply::{PageResult, page};
use innkeeper_web::view::{AdminSection, Chrome, Empty, Moment, Pager, PostButton};

use super::house_tabs;
use crate::listing::{LIMIT, ListQuery, Tab};
use crate::outcome::back;

const PAGE: &str = "/admin/plugins/todos";

#[derive(Template)]
#[template(path = "admin/plugins/todos.html")]
struct List {
    chrome: Chrome,
    tabs: Vec<Tab>,
    states: Vec<Tab>,
    rows: Vec<Row>,
    empty: Empty,
    pager: Pager,
}

struct Row {
    title: String,
    text: String,
    plugin: String,
    at: Moment,
    done: String,
    button: Option<PostButton>,
}

pub(super) async fn list(staff: Staff, Query(query): Query<ListQuery>) -> PageResult {
    let open = query.state_word() != "done";
    let before = query.before().map(TodoId);
    let mut rows = plugins::list_todos(&staff.app, &staff.actor, open, before, LIMIT).await?;
    let pager = query.pager(&mut rows, |row| row.id.get());
    let (now, may) = (staff.app.now(), staff.may(Permission::ServicesWrite));
    let state = |word: &str, label: &str, current| Tab {
        href: format!("{PAGE}?state={word}"),
        label: label.to_owned(),
        current,
    };
    page(&List {
        chrome: staff
            .chrome()
            .await
            .title("To-dos of plugins")
            .subtitle("What plugins ask staff to do.")
            .in_admin(AdminSection::Plugins),
        tabs: house_tabs(PAGE),
        states: vec![state("open", "Open", open), state("done", "Done", !open)],
        rows: rows.iter().map(|r| row(r, may, now)).collect(),
        empty: Empty::new("circle-check", "Nothing to do", "When a plugin needs a person, it says so here."),
        pager,
    })
}

fn row(todo: &TodoRow, may: bool, now: DateTime<Utc>) -> Row {
    let button = PostButton::new(&format!("{PAGE}/{}/done", todo.id), "Done").icon("check").about(&todo.title).small();
    Row {
        title: todo.title.clone(),
        text: todo.text.clone(),
        plugin: todo.plugin_id.clone(),
        at: Moment::ago(&todo.updated_at, now),
        done: todo.done_by.clone().unwrap_or_default(),
        button: (may && todo.done_at.is_none()).then_some(button),
    }
}

pub(super) async fn done(staff: Staff, Id(id): Id<TodoId>) -> PageResult {
    back(PAGE, plugins::finish_todo(&staff.app, &staff.actor, id).await, "Done.")
}
