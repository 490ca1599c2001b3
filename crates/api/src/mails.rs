//! What was sent, what waits, and what failed.

use axum::Json;
use chrono::{DateTime, Utc};
use innkeeper_app::mailer::{self, MailEntry, MailFilter};
use innkeeper_domain::state::MailState;
use innkeeper_domain::{ClientId, MailId};
use innkeeper_web::AppState;
use innkeeper_web::extract::Id;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::caller::Caller;
use super::params::{Page, Params, Part};
use super::problem::Answer;
use super::reply::Done;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(get)).routes(routes!(retry))
}

/// A mail.
#[derive(Serialize, ToSchema)]
struct Mail {
    id: i64,
    /// The key of its notice.
    #[schema(example = "invoice_created")]
    template: String,
    /// The language of its text.
    #[schema(example = "de")]
    language: String,
    client_id: Option<i64>,
    #[schema(example = "ada@example.org")]
    recipient: String,
    #[schema(example = "Rechnung INV-2027-00042 von Host Example")]
    subject: String,
    /// `queued`, `sent`, `failed` or `skipped`: held back by a snapin.
    #[schema(example = "sent")]
    state: &'static str,
    /// How often it was handed to the mail server.
    #[schema(example = 1)]
    attempts: i32,
    /// What the mail server said.
    last_error: Option<String>,
    created_at: DateTime<Utc>,
    sent_at: Option<DateTime<Utc>>,
}

fn mail(entry: MailEntry) -> Mail {
    Mail {
        id: entry.id.get(),
        template: entry.template,
        language: entry.language,
        client_id: entry.client_id,
        recipient: entry.recipient,
        subject: entry.subject,
        state: entry.state.as_str(),
        attempts: entry.attempts,
        last_error: entry.last_error,
        created_at: entry.created_at,
        sent_at: entry.sent_at,
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct MailQuery {
    /// In this state.
    #[param(value_type = Option<String>)]
    state: Option<MailState>,
    /// To this client.
    client_id: Option<i64>,
    limit: Option<i64>,
    before: Option<i64>,
}

/// Mails, newest first
#[utoipa::path(get, path = "/mails", tag = "Mails", params(MailQuery), responses((status = 200, body = Page<Mail>)))]
async fn list(Caller { app, actor }: Caller, Params(query): Params<MailQuery>) -> Answer<Page<Mail>> {
    let part = Part::new(query.limit, query.before)?;
    let filter = MailFilter {
        state: query.state,
        client: query.client_id.map(ClientId),
        before: part.before.map(MailId),
        limit: part.fetch(),
    };
    part.page(mailer::list(&app, &actor, &filter).await?, |row| row.id.get(), |row| Ok(mail(row)))
}

/// A mail with its text.
#[derive(Serialize, ToSchema)]
struct WholeMail {
    #[serde(flatten)]
    mail: Mail,
    /// What is kept of its text.
    #[schema(example = "Guten Tag Ada Lovelace,\n\nfür Sie gibt es eine neue Rechnung …")]
    body: String,
}

/// A mail with its text
#[utoipa::path(get, path = "/mails/{id}", tag = "Mails", responses((status = 200, body = WholeMail)))]
async fn get(Caller { app, actor }: Caller, Id(id): Id<MailId>) -> Answer<Json<WholeMail>> {
    let whole = mailer::get(&app, &actor, id).await?;
    Ok(Json(WholeMail { mail: mail(whole.entry), body: whole.body }))
}

/// Send a failed mail again
#[utoipa::path(post, path = "/mails/{id}/retry", tag = "Mails", responses((status = 204)))]
async fn retry(Caller { app, actor }: Caller, Id(id): Id<MailId>) -> Answer<Done> {
    mailer::retry(&app, &actor, id).await?;
    Ok(Done)
}
