//! Mails: what was sent, what waits, what failed.

use askama::Template;
use axum::extract::Query;
use chrono::{DateTime, Utc};
use innkeeper_app::mail_templates::language_name;
use innkeeper_app::mailer::{self, MailEntry, MailFilter};
use innkeeper_domain::{MailId, Permission, state::MailState};
use innkeeper_web::extract::{Id, Staff};
use innkeeper_web::reply::{PageResult, page};
use innkeeper_web::view::{AdminSection, Badge, Cell, Chrome, Code, Empty, Facts, Moment, Pager, PostButton};

use crate::listing::{LIMIT, ListQuery, Tab};
use crate::outcome::back;

#[derive(Template)]
#[template(path = "admin/system/mails.html")]
struct List {
    chrome: Chrome,
    tabs: Vec<Tab>,
    rows: Vec<Row>,
    empty: Empty,
    pager: Pager,
}

struct Row {
    id: i64,
    subject: String,
    recipient: String,
    /// Address and name of the client.
    client: Option<(String, String)>,
    state: Badge,
    attempts: String,
    when: Moment,
    error: String,
}

#[derive(Template)]
#[template(path = "admin/system/mail.html")]
struct Show {
    chrome: Chrome,
    facts: Facts,
    error: String,
    text: Code,
    retry: Option<PostButton>,
}

pub(super) async fn list(staff: Staff, Query(query): Query<ListQuery>) -> PageResult {
    let filter =
        MailFilter { state: query.state(), client: query.client(), before: query.before().map(MailId), limit: LIMIT };
    let state = filter.state;
    let mut mails = mailer::list(&staff.app, &staff.actor, &filter).await?;
    let (waiting, failed) = mailer::unsent(&staff.app, &staff.actor).await?;
    let pager = query.pager(&mut mails, |mail| mail.id.get());
    let (waiting, failed) = (format!("Waiting ({waiting})"), format!("Failed ({failed})"));
    let words = [("queued", waiting.as_str()), ("failed", &failed), ("skipped", "Held back"), ("sent", "Sent")];
    let now = staff.app.now();
    let empty = match state {
        Some(MailState::Failed) => {
            Empty::new("circle-check", "Nothing failed", "Every mail was taken by the mail server.")
        }
        Some(MailState::Queued) => Empty::new("circle-check", "Nothing waits", "Every mail has left."),
        _ => Empty::new("mail", "No mails", "What is written to clients appears here, with what the mail server said."),
    };
    page(&List {
        chrome: staff.chrome().await.title("Mails").in_admin(AdminSection::Mails),
        tabs: query.tabs(&words),
        rows: mails.iter().map(|mail| row(mail, now)).collect(),
        empty,
        pager,
    })
}

fn badge(state: MailState) -> Badge {
    match state {
        MailState::Queued => Badge::state("waiting"),
        MailState::Sent => Badge::state("done").saying("Sent"),
        MailState::Failed => Badge::state("failed"),
        MailState::Skipped => Badge::state("skipped").saying("Held back"),
    }
}

fn client(mail: &MailEntry) -> Option<(String, String)> {
    Some((format!("/admin/clients/{}", mail.client_id?), mail.client_name.clone().unwrap_or_default()))
}

fn row(mail: &MailEntry, now: DateTime<Utc>) -> Row {
    Row {
        id: mail.id.get(),
        subject: mail.subject.clone(),
        recipient: mail.recipient.clone(),
        client: client(mail),
        state: badge(mail.state.0),
        attempts: if mail.attempts > 0 { mail.attempts.to_string() } else { "–".to_owned() },
        when: Moment::ago(&mail.sent_at.unwrap_or(mail.created_at), now),
        error: mail.last_error.clone().unwrap_or_default(),
    }
}

pub(super) async fn show(staff: Staff, Id(id): Id<MailId>) -> PageResult {
    let mail = mailer::get(&staff.app, &staff.actor, id).await?;
    let (entry, now) = (mail.entry, staff.app.now());
    let mut facts = Facts::new()
        .row("State", badge(entry.state.0))
        .row("To", entry.recipient.as_str())
        .row("Notice", mail.title)
        .row("Language", language_name(&entry.language))
        .row("Written", Moment::ago(&entry.created_at, now));
    if let Some((href, name)) = client(&entry) {
        facts = facts.row("Client", Cell::Link(href, name));
    }
    if let Some(at) = &entry.sent_at {
        facts = facts.row("Sent", Moment::ago(at, now));
    }
    if entry.attempts > 0 {
        facts = facts.row("Attempts", entry.attempts.to_string());
    }
    let retry = (mail.may_retry && staff.may(Permission::SystemWrite))
        .then(|| PostButton::new(&format!("/admin/mails/{id}/retry"), "Send again").primary().icon("send"));
    page(&Show {
        chrome: staff.chrome().await.title(entry.subject).in_admin(AdminSection::Mails).crumb("Mails", "/admin/mails"),
        facts,
        error: entry.last_error.unwrap_or_default(),
        text: Code::text("Text of the mail", mail.body),
        retry,
    })
}

pub(super) async fn retry(staff: Staff, Id(id): Id<MailId>) -> PageResult {
    let result = mailer::retry(&staff.app, &staff.actor, id).await;
    back(format!("/admin/mails/{id}"), result, "It is sent again in a moment.")
}
