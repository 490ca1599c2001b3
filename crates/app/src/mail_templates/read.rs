//! Looking at the texts of mails.

use chrono::{DateTime, Utc};
use innkeeper_db::mail_templates::{self as db, TemplateMark, TemplateRow};
use innkeeper_domain::Permission;
use std::collections::BTreeSet;

use super::{
    catalogue::{About, Group, Secrecy, Variable, find, notices},
    language::{SHIPPED, chain, parse},
};
use crate::{Actor, App, AppError, Result};

/// A notice and in which languages the host has texts of its own.
#[derive(Clone, Debug)]
pub struct Entry {
    pub key: &'static str,
    pub group: Group,
    pub title: &'static str,
    /// When it is sent, as a sentence.
    pub sent: &'static str,
    /// None: it cannot be switched off.
    pub enabled: Option<bool>,
    /// Where the host has a text of its own, and since when.
    pub own: Vec<(String, DateTime<Utc>)>,
}

/// A text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    pub subject: String,
    pub body: String,
}

/// The text of a notice in a language.
#[derive(Clone, Debug)]
pub struct Stored {
    pub key: &'static str,
    pub language: String,
    pub title: &'static str,
    pub sent: &'static str,
    /// A subject and a body; else only a body.
    pub is_mail: bool,
    /// What is sent now.
    pub text: Text,
    /// The language of `text`: another one if there is none in this.
    pub found_in: String,
    /// When the host's own text was saved: to be given when it is saved again. None: there is none.
    pub edited: Option<DateTime<Utc>>,
    /// Whether the program ships with a text in this language.
    pub ships: bool,
    pub variables: Vec<Variable>,
}

/// Every notice, in the order of the page, and every language that some text is in. Needs `system:read`.
pub async fn list(app: &App, actor: &Actor) -> Result<(Vec<Entry>, Vec<String>)> {
    actor.require(Permission::SystemRead)?;
    let mut conn = app.conn().await?;
    let (marks, off) = (db::marks(&mut conn).await?, db::off(&mut conn).await?);
    let entries = notices::ALL.iter().map(|about| entry(about, &marks, &off)).collect();
    let shipped = SHIPPED.map(|(tag, _)| tag.to_owned());
    let more: BTreeSet<String> = marks.into_iter().map(|m| m.language).filter(|tag| !shipped.contains(tag)).collect();
    Ok((entries, shipped.into_iter().chain(more).collect()))
}

fn entry(about: &'static About, marks: &[TemplateMark], off: &[String]) -> Entry {
    let own = marks.iter().filter(|m| m.key == about.key).map(|m| (m.language.clone(), m.updated_at));
    Entry {
        key: about.key,
        group: about.group,
        title: about.title,
        sent: about.sent,
        enabled: (about.secrecy == Secrecy::Usual).then(|| !off.iter().any(|key| key == about.key)),
        own: own.collect(),
    }
}

/// The text of a notice in a language: the host's own, the shipped one, or what a client of that language gets
/// instead. Needs `system:read`.
pub async fn get(app: &App, actor: &Actor, key: &str, language: &str) -> Result<Stored> {
    actor.require(Permission::SystemRead)?;
    let (about, language) = named(key, language)?;
    let company = crate::settings::mail(app).await?.language;
    let rows = db::of_keys(&mut *app.conn().await?, &[about.key]).await?;
    let own = rows.iter().find(|row| row.language == language);
    let candidates = chain(&language, &company).into_iter();
    let found = candidates.filter_map(|tag| text_in(about, &rows, tag)).next();
    let (found_in, text) = found.ok_or_else(|| AppError::internal(format!("there is no text of {}", about.key)))?;
    Ok(Stored {
        key: about.key,
        title: about.title,
        sent: about.sent,
        is_mail: about.is_mail(),
        text,
        found_in,
        edited: own.map(|row| row.updated_at),
        ships: about.shipped(&language).is_some(),
        variables: about.all_variables().copied().collect(),
        language,
    })
}

fn text_in(about: &About, rows: &[TemplateRow], language: String) -> Option<(String, Text)> {
    let own = rows.iter().find(|row| row.language == language).map(|row| (row.subject.as_str(), row.body.as_str()));
    let (subject, body) = own.or_else(|| about.shipped(&language))?;
    // A file ends with the end of a line, which is not part of the text.
    let (subject, body) = (subject.to_owned(), body.strip_suffix('\n').unwrap_or(body).to_owned());
    Some((language, Text { subject, body }))
}

/// The notice and the language of an address.
pub(super) fn named(key: &str, language: &str) -> Result<(&'static About, String)> {
    let about = find(key).ok_or(AppError::NotFound("notice"))?;
    Ok((about, parse(language).ok_or(AppError::NotFound("language"))?))
}
