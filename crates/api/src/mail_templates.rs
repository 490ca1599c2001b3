//! The texts of mails to clients.

use axum::Json;
use axum::extract::Path;
use chrono::{DateTime, Utc};
use innkeeper_app::mail_templates::{
    self, Draft, Entry, Preview as PreviewView, Save, Stored, Variable as VariableView,
};
use innkeeper_web::AppState;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::Body;
use super::caller::Caller;
use super::params::{Page, Params};
use super::problem::Answer;
use super::reply::Done;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(set_enabled))
        .routes(routes!(get, save, reset))
        .routes(routes!(preview))
}

/// A notice that clients get by mail.
#[derive(Serialize, ToSchema)]
struct MailNotice {
    #[schema(example = "invoice_created")]
    key: &'static str,
    #[schema(example = "Invoices")]
    group: &'static str,
    #[schema(example = "New invoice")]
    title: &'static str,
    /// When it is sent.
    #[schema(example = "When an invoice over more than nothing is issued.")]
    sent: &'static str,
    /// Null: it cannot be switched off.
    #[schema(example = true)]
    enabled: Option<bool>,
    /// Languages with a text of the host's own.
    changed: Vec<ChangedText>,
}

/// A text of the host's own.
#[derive(Serialize, ToSchema)]
struct ChangedText {
    #[schema(example = "de")]
    language: String,
    /// When it was saved.
    edited: DateTime<Utc>,
}

fn notice(entry: Entry) -> MailNotice {
    let changed = entry.own.into_iter().map(|(language, edited)| ChangedText { language, edited }).collect();
    MailNotice {
        key: entry.key,
        group: entry.group.title(),
        title: entry.title,
        sent: entry.sent,
        enabled: entry.enabled,
        changed,
    }
}

/// Every notice that clients get by mail
#[utoipa::path(get, path = "/mail-templates", tag = "Mails", responses((status = 200, body = Page<MailNotice>)))]
async fn list(Caller { app, actor }: Caller) -> Answer<Page<MailNotice>> {
    Ok(Page::whole(mail_templates::list(&app, &actor).await?.0, notice))
}

/// Whether a notice is sent.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"enabled": false}))]
struct NoticeSwitch {
    enabled: bool,
}

/// Switch a notice on or off
///
/// Those on which somebody's safety depends, such as links for a new password, stay on.
#[utoipa::path(put, path = "/mail-templates/{key}", tag = "Mails", request_body = NoticeSwitch,
    responses((status = 204)))]
async fn set_enabled(
    Caller { app, actor }: Caller,
    Path(key): Path<String>,
    Body(new): Body<NoticeSwitch>,
) -> Answer<Done> {
    mail_templates::set_enabled(&app, &actor, &key, new.enabled).await?;
    Ok(Done)
}

/// The text of a notice in a language.
#[derive(Serialize, ToSchema)]
struct MailTemplate {
    #[schema(example = "invoice_created")]
    key: &'static str,
    #[schema(example = "de")]
    language: String,
    #[schema(example = "Rechnung {{ number }} von {{ company }}")]
    subject: String,
    #[schema(example = "Guten Tag {{ name }},\n\nfür Sie gibt es eine neue Rechnung …")]
    body: String,
    /// The language of subject and body: another one if there is no text in this.
    #[schema(example = "de")]
    found_in: String,
    /// When the host's own text was saved; give it back when you save it again. Null: there is none.
    edited: Option<DateTime<Utc>>,
    /// The program ships with a text in this language.
    ships: bool,
    variables: Vec<TemplateVariable>,
}

/// A variable that a text may use.
#[derive(Serialize, ToSchema)]
struct TemplateVariable {
    #[schema(example = "number")]
    name: &'static str,
    /// `text`, `amount`, `date`, `number`, `yes or no` or `list`.
    #[schema(example = "text")]
    kind: &'static str,
    /// May be empty.
    optional: bool,
    #[schema(example = "The number of the invoice")]
    about: &'static str,
}

fn template(stored: Stored) -> MailTemplate {
    let variable = |v: VariableView| TemplateVariable {
        name: v.name,
        kind: v.kind.as_str(),
        optional: v.optional,
        about: v.about,
    };
    MailTemplate {
        key: stored.key,
        language: stored.language,
        subject: stored.text.subject,
        body: stored.text.body,
        found_in: stored.found_in,
        edited: stored.edited,
        ships: stored.ships,
        variables: stored.variables.into_iter().map(variable).collect(),
    }
}

/// The text of a notice in a language
#[utoipa::path(get, path = "/mail-templates/{key}/{language}", tag = "Mails",
    responses((status = 200, body = MailTemplate)))]
async fn get(
    Caller { app, actor }: Caller,
    Path((key, language)): Path<(String, String)>,
) -> Answer<Json<MailTemplate>> {
    Ok(Json(template(mail_templates::get(&app, &actor, &key, &language).await?)))
}

/// A text of the host's own.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"subject": "Rechnung {{ number }}", "body": "Guten Tag {{ name }},\n\n{{ total }}\n",
    "edited": null}))]
struct TemplateInput {
    /// One line.
    subject: String,
    body: String,
    /// When the text that it replaces was saved, as it was told; null: there was none of the host's own.
    #[serde(default)]
    edited: Option<DateTime<Utc>>,
}

/// Save a text
///
/// What cannot be sent is refused with the line that is wrong; a text that would replace a newer one with 409.
#[utoipa::path(put, path = "/mail-templates/{key}/{language}", tag = "Mails", request_body = TemplateInput,
    responses((status = 204)))]
async fn save(
    Caller { app, actor }: Caller,
    Path((key, language)): Path<(String, String)>,
    Body(new): Body<TemplateInput>,
) -> Answer<Done> {
    let TemplateInput { subject, body, edited } = new;
    mail_templates::save(&app, &actor, &key, &language, &Save { text: Draft { subject, body }, edited }).await?;
    Ok(Done)
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ResetQuery {
    /// Only if it was saved then; left out: whatever was saved last.
    edited: Option<DateTime<Utc>>,
}

/// Go back to the text that ships with the program
#[utoipa::path(delete, path = "/mail-templates/{key}/{language}", tag = "Mails", params(ResetQuery),
    responses((status = 204)))]
async fn reset(
    Caller { app, actor }: Caller,
    Path((key, language)): Path<(String, String)>,
    Params(query): Params<ResetQuery>,
) -> Answer<Done> {
    mail_templates::reset(&app, &actor, &key, &language, query.edited).await?;
    Ok(Done)
}

/// A text to be tried out.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"subject": "Rechnung {{ number }}", "body": "Guten Tag {{ name }},\n\n{{ total }}\n"}))]
struct DraftInput {
    subject: String,
    body: String,
}

/// A mail that is not sent.
#[derive(Serialize, ToSchema)]
struct MailPreview {
    #[schema(example = "Rechnung INV-2027-00042")]
    subject: String,
    #[schema(example = "Guten Tag Ada Lovelace,\n\n25,41 EUR")]
    body: String,
    #[schema(example = "de")]
    language: String,
    /// What its values are of; null: they are made up.
    #[schema(example = "invoice INV-2027-00042")]
    of: Option<String>,
}

/// What a text looks like
///
/// With the values of the newest thing that it could be about, if the token may read clients, orders, invoices and
/// services; else with made-up ones. Nothing is saved or sent.
#[utoipa::path(post, path = "/mail-templates/{key}/{language}/preview", tag = "Mails", request_body = DraftInput,
    responses((status = 200, body = MailPreview)))]
async fn preview(
    Caller { app, actor }: Caller,
    Path((key, language)): Path<(String, String)>,
    Body(new): Body<DraftInput>,
) -> Answer<Json<MailPreview>> {
    let draft = Draft { subject: new.subject, body: new.body };
    let PreviewView { subject, body, language, of } =
        mail_templates::preview(&app, &actor, &key, &language, Some(&draft)).await?;
    Ok(Json(MailPreview { subject, body, language, of }))
}
