//! What is logged, switched while the program runs.

use askama::Template;
use chrono::{DateTime, Utc};
use innkeeper_app::plugins::{self, Change, ProgramLevel, WORDS};
use innkeeper_domain::Permission;
use innkeeper_web::extract::{Posted, Staff};
use innkeeper_web::reply::{PageResult, page};
use innkeeper_web::view::{AdminSection, Choice, Chrome, Form, Moment, PostButton};

use super::house_tabs;
use super::overview::{minutes, span_choices};
use crate::listing::Tab;
use crate::outcome::back;

const PAGE: &str = "/admin/plugins/log-levels";

#[derive(Template)]
#[template(path = "admin/plugins/levels.html")]
struct Levels {
    chrome: Chrome,
    tabs: Vec<Tab>,
    program: Option<Row>,
    rows: Vec<Row>,
    form: Form,
    words: Vec<Choice>,
    spans: Vec<Choice>,
    may_set: bool,
}

struct Row {
    what: String,
    href: Option<String>,
    level: String,
    until: Option<Moment>,
    drop: Option<PostButton>,
}

pub(super) async fn show(staff: Staff) -> PageResult {
    let levels = plugins::log_levels(&staff.app, &staff.actor).await?;
    let (now, may_set) = (staff.app.now(), staff.may(Permission::SystemWrite));
    let drop = |target: &str| {
        may_set.then(|| PostButton::new(PAGE, "Drop").with("target", target).with("level", "").about(target).small())
    };
    let row = |what: &str, target: &str, level: &ProgramLevel| Row {
        what: what.to_owned(),
        href: None,
        level: level.level.clone(),
        until: moment(level.until, now),
        drop: drop(target),
    };
    let mut rows: Vec<Row> = levels.targets.iter().map(|(target, level)| row(target, target, level)).collect();
    rows.extend(levels.plugins.iter().map(|(id, level)| Row {
        what: id.clone(),
        href: Some(format!("/admin/plugins/{id}/overview")),
        level: level.level.to_string(),
        until: moment(level.until, now),
        drop: None,
    }));
    page(&Levels {
        chrome: staff
            .chrome()
            .await
            .title("Log levels")
            .subtitle(
                "What goes to the log. Every node follows within seconds; a level with an end falls back by itself.",
            )
            .in_admin(AdminSection::Plugins),
        tabs: house_tabs(PAGE),
        program: levels.program.as_ref().map(|level| row("The whole program", "", level)),
        rows,
        form: Form::new().with("level", "debug").with("minutes", "60"),
        words: WORDS.iter().map(|word| Choice::new(*word, *word)).collect(),
        spans: span_choices(),
        may_set,
    })
}

fn moment(until: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Option<Moment> {
    until.map(|until| Moment::ago(&until, now))
}

pub(super) async fn save(staff: Staff, posted: Posted) -> PageResult {
    let filled = |name: &str| Some(posted.get(name).trim().to_owned()).filter(|text| !text.is_empty());
    let level = filled("level");
    let change = match filled("target") {
        Some(target) => Change::Target(target, level),
        None => Change::Program(level),
    };
    let result = plugins::set_log_level(&staff.app, &staff.actor, change, minutes(&posted)).await;
    back(PAGE, result, "The level holds on every node within seconds.")
}
