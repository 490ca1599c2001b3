//! The texts of mails: which there are, and in which languages.

use askama::Template;
use axum::extract::{Path, Query};
use innkeeper_app::mail_templates::{self, Entry, Group, language_name, parse_language};
use innkeeper_app::settings::{self, Mail};
use innkeeper_domain::Permission;
use innkeeper_web::Failure;
use innkeeper_web::extract::{Posted, Staff};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{AdminSection, Badge, Choice, Chrome, Flash, Form, PostButton, Tone};
use serde::Deserialize;

use crate::listing::Tab;
use crate::outcome::back;
use crate::sections;

pub(super) const PAGE: &str = "/admin/settings/mail";

#[derive(Template)]
#[template(path = "admin/settings/mail.html")]
struct Page {
    chrome: Chrome,
    tabs: Vec<Tab>,
    languages: Vec<Tab>,
    language: String,
    groups: Vec<Rows>,
    /// Which language stands in for others.
    form: Form,
    choices: Vec<Choice>,
    may_write: bool,
}

struct Rows {
    title: &'static str,
    rows: Vec<Row>,
}

struct Row {
    key: &'static str,
    title: &'static str,
    sent: &'static str,
    text: Badge,
    /// Where else it was changed.
    also: String,
    off: Option<Badge>,
    switch: Option<PostButton>,
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    language: String,
}

pub(super) async fn list(staff: Staff, Query(wanted): Query<Wanted>) -> PageResult {
    let mail = settings::mail(&staff.app).await?;
    let form = Form::new().with("language", &mail.language);
    page(&view(&staff, &wanted.language, form).await?)
}

pub(super) async fn save_language(staff: Staff, posted: Posted) -> PageResult {
    match settings::save_mail(&staff.app, &staff.actor, Mail { language: posted.text("language") }).await {
        Ok(()) => see_other(PAGE).flash(Flash::success("Saved, for mails written from now on.")).ok(),
        Err(error) => {
            let mut form = posted.form();
            form.refuse(error)?;
            refused(&view(&staff, "", form).await?)
        }
    }
}

pub(super) async fn switch_on(staff: Staff, Path(key): Path<String>) -> PageResult {
    let result = mail_templates::set_enabled(&staff.app, &staff.actor, &key, true).await;
    back(PAGE, result, "The notice is sent again.")
}

pub(super) async fn switch_off(staff: Staff, Path(key): Path<String>) -> PageResult {
    let result = mail_templates::set_enabled(&staff.app, &staff.actor, &key, false).await;
    back(PAGE, result, "The notice is not sent any more.")
}

async fn view(staff: &Staff, wanted: &str, form: Form) -> Result<Page, Failure> {
    let (entries, mut known) = mail_templates::list(&staff.app, &staff.actor).await?;
    let language = parse_language(wanted).unwrap_or_else(|| "en".to_owned());
    if !known.contains(&language) {
        known.push(language.clone());
    }
    let may_write = staff.may(Permission::SystemWrite);
    let group = |group: Group| Rows {
        title: group.title(),
        rows: entries.iter().filter(|e| e.group == group).map(|e| row(e, &language, may_write)).collect(),
    };
    let tab = |tag: &String| {
        let own = entries.iter().filter(|entry| entry.own.iter().any(|(of, _)| of == tag)).count();
        let changed = if own == 0 { String::new() } else { format!(" ({own} changed)") };
        Tab {
            href: format!("{PAGE}?language={tag}"),
            label: format!("{}{changed}", language_name(tag)),
            current: *tag == language,
        }
    };
    let chrome = staff.chrome().await.title("Mail templates");
    let chrome = chrome.subtitle("What clients read: as it ships, or in your words.");
    Ok(Page {
        chrome: chrome.in_admin(AdminSection::Settings),
        tabs: sections::settings(PAGE),
        languages: known.iter().map(tab).collect(),
        groups: Group::ALL.map(group).into(),
        choices: known.iter().map(|tag| Choice::new(tag, language_name(tag))).collect(),
        language,
        form,
        may_write,
    })
}

fn row(entry: &Entry, language: &str, may_write: bool) -> Row {
    let own = |tag: &str| entry.own.iter().any(|(of, _)| of == tag);
    let ships = mail_templates::SHIPPED.iter().any(|(tag, _)| *tag == language);
    let text = match (own(language), ships) {
        (true, _) => Badge::new(Tone::Info, "edit", "Your text"),
        (false, true) => Badge::new(Tone::Neutral, "file-text", "As it ships"),
        (false, false) => Badge::new(Tone::Neutral, "language", "Another language"),
    };
    let others = entry.own.iter().filter(|(of, _)| of != language).map(|(of, _)| language_name(of));
    let also: Vec<String> = others.collect();
    let switch = |enabled: bool| match enabled {
        true => PostButton::new(&format!("{PAGE}/{}/off", entry.key), "Switch off")
            .confirm(&format!("Switch “{}” off? Nobody gets this mail any more.", entry.title)),
        false => PostButton::new(&format!("{PAGE}/{}/on", entry.key), "Switch on"),
    };
    Row {
        key: entry.key,
        title: entry.title,
        sent: entry.sent,
        text,
        also: if also.is_empty() { also.concat() } else { format!("changed in {}", also.join(", ")) },
        off: (entry.enabled == Some(false)).then(|| Badge::state("disabled").saying("Off")),
        switch: entry.enabled.filter(|_| may_write).map(|enabled| switch(enabled).small().about(entry.title)),
    }
}
