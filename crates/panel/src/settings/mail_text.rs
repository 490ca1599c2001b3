//! One text of a mail: its editor, and what comes out of it.

use askama::Template;
use axum::extract::Path;
use chrono::{DateTime, Utc};
use innkeeper_app::mail_templates::{self, Draft, Preview, Save, Stored, Variable, language_name};
use innkeeper_domain::Permission;
use innkeeper_web::Failure;
use innkeeper_web::extract::{Posted, Staff};
use innkeeper_web::reply::{PageResult, page, refused, see_other};
use innkeeper_web::view::{AdminSection, Chrome, Code, Flash, Form, PostButton};

use super::mail::PAGE;
use crate::listing::Tab;
use crate::outcome::back;

#[derive(Template)]
#[template(path = "admin/settings/mail_text.html")]
struct Page {
    chrome: Chrome,
    languages: Vec<Tab>,
    /// Why the text is not in the language of the page.
    stand_in: Option<String>,
    is_mail: bool,
    form: Form,
    how: &'static str,
    preview_at: String,
    variables: Vec<Variable>,
    preview: Option<Shown>,
    reset: Option<PostButton>,
    may_write: bool,
}

struct Shown {
    subject: String,
    body: Code,
    of: String,
}

/// How a text is written.
const HOW: &str = "Variables stand in double braces: {{ company }}. What is there only sometimes stands between \
                   {% if name %} and {% endif %}; lines of a list between {% for line in lines %} and {% endfor %}.";

type Place = Path<(String, String)>;

pub(super) async fn show(staff: Staff, Path((key, language)): Place) -> PageResult {
    let stored = mail_templates::get(&staff.app, &staff.actor, &key, &language).await?;
    let shown = mail_templates::preview(&staff.app, &staff.actor, &key, &language, None).await?;
    let form = Form::new()
        .with("subject", &stored.text.subject)
        .with("body", &stored.text.body)
        .with("edited", written(stored.edited));
    page(&view(&staff, stored, form, Some(shown)).await?)
}

pub(super) async fn save(staff: Staff, Path((key, language)): Place, posted: Posted) -> PageResult {
    let edited = posted.optional("edited").and_then(|at| at.parse().ok());
    let new = Save { text: draft(&posted), edited };
    match mail_templates::save(&staff.app, &staff.actor, &key, &language, &new).await {
        Ok(()) => {
            let saved = Flash::success("Saved, for mails written from now on.");
            see_other(format!("{PAGE}/{key}/{language}")).flash(saved).ok()
        }
        Err(error) => again(&staff, &key, &language, &posted, Some(error)).await,
    }
}

pub(super) async fn preview(staff: Staff, Path((key, language)): Place, posted: Posted) -> PageResult {
    match mail_templates::preview(&staff.app, &staff.actor, &key, &language, Some(&draft(&posted))).await {
        Ok(shown) => {
            let stored = mail_templates::get(&staff.app, &staff.actor, &key, &language).await?;
            page(&view(&staff, stored, posted.form(), Some(shown)).await?)
        }
        Err(error) => again(&staff, &key, &language, &posted, Some(error)).await,
    }
}

pub(super) async fn reset(staff: Staff, Path((key, language)): Place, posted: Posted) -> PageResult {
    let edited = posted.optional("edited").and_then(|at| at.parse().ok());
    let result = mail_templates::reset(&staff.app, &staff.actor, &key, &language, edited).await;
    back(format!("{PAGE}/{key}/{language}"), result, "The text is as it ships again.")
}

/// The page with what was typed, and why it was refused.
async fn again(
    staff: &Staff,
    key: &str,
    language: &str,
    posted: &Posted,
    error: Option<innkeeper_app::AppError>,
) -> PageResult {
    let mut form = posted.form();
    if let Some(error) = error {
        form.refuse(error)?;
    }
    let stored = mail_templates::get(&staff.app, &staff.actor, key, language).await?;
    refused(&view(staff, stored, form, None).await?)
}

fn draft(posted: &Posted) -> Draft {
    Draft { subject: posted.text("subject"), body: posted.get("body").to_owned() }
}

/// When a text was saved, so that nothing of it is lost.
fn written(at: Option<DateTime<Utc>>) -> String {
    at.map(|at| at.to_rfc3339()).unwrap_or_default()
}

async fn view(staff: &Staff, stored: Stored, form: Form, shown: Option<Preview>) -> Result<Page, Failure> {
    let (_, mut known) = mail_templates::list(&staff.app, &staff.actor).await?;
    if !known.contains(&stored.language) {
        known.push(stored.language.clone());
    }
    let at = |tag: &str| format!("{PAGE}/{}/{tag}", stored.key);
    let address = at(&stored.language);
    let tab = |tag: &String| Tab { href: at(tag), label: language_name(tag), current: *tag == stored.language };
    let languages = known.iter().map(tab).collect();
    let may_write = staff.may(Permission::SystemWrite);
    let reset = stored.edited.filter(|_| may_write).map(|edited| {
        let (label, question) = match stored.ships {
            true => {
                ("Back to the shipped text", "Give up your text? The one that ships with the program is sent again.")
            }
            false => ("Remove this text", "Give up your text? Clients of this language get another language again."),
        };
        PostButton::new(&format!("{address}/reset"), label)
            .danger()
            .icon("rotate-clockwise")
            .confirm(question)
            .with("edited", &edited.to_rfc3339())
    });
    let stand_in = (stored.found_in != stored.language).then(|| {
        let (wanted, found) = (language_name(&stored.language), language_name(&stored.found_in));
        format!("There is no text in {wanted} yet. Clients of this language get the one in {found}, which you see here: translate it and save.")
    });
    let chrome = staff.chrome().await.title(stored.title).subtitle(stored.sent);
    Ok(Page {
        chrome: chrome
            .in_admin(AdminSection::Settings)
            .crumb("Mail templates", format!("{PAGE}?language={}", stored.language)),
        languages,
        stand_in,
        is_mail: stored.is_mail,
        form,
        how: HOW,
        preview_at: format!("{address}/preview"),
        variables: stored.variables,
        preview: shown.map(|shown| Shown {
            of: shown.of.map_or_else(|| "made-up values".to_owned(), |of| format!("the values of {of}")),
            subject: shown.subject,
            body: Code::text("Text of the mail", shown.body),
        }),
        reset,
        may_write,
    })
}
