//! Quotes: offers to clients.

use axum::Json;
use axum::response::Response;
use chrono::{DateTime, NaiveDate, Utc};
use innkeeper_app::quotes::{self, QuoteFilter, QuoteInput, QuoteRow, QuoteView};
use innkeeper_domain::{ClientId, Money, QuoteId, state::QuoteState};
use innkeeper_web::AppState;
use innkeeper_web::extract::Id;
use innkeeper_web::reply;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::Body;
use super::caller::Caller;
use super::clients::Address;
use super::invoice_drafts::{DraftLine, DraftTax, NewDraftLine, line, line_inputs, tax};
use super::money::Amount;
use super::params::{Page, Params, Part};
use super::problem::Answer;
use super::reply::{Created, Done, Made};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, update, delete))
        .routes(routes!(pdf))
        .routes(routes!(duplicate))
        .routes(routes!(send))
        .routes(routes!(accept))
        .routes(routes!(decline))
}

/// A quote without its lines.
#[derive(Serialize, ToSchema)]
struct Quote {
    id: i64,
    /// None: for somebody who is no client yet.
    client_id: Option<i64>,
    /// `draft`, `sent`, `accepted`, `declined` or `expired`.
    #[schema(example = "sent")]
    state: &'static str,
    #[schema(example = "A new site")]
    subject: String,
    /// The last day on which it can be accepted.
    valid_until: NaiveDate,
    /// Rises with each change.
    version: i32,
    /// The sum of its lines, without tax.
    subtotal: Amount,
    /// The invoice that it has become.
    invoice_id: Option<i64>,
    sent_at: Option<DateTime<Utc>>,
    /// When it was accepted or declined.
    decided_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

fn brief(row: &QuoteRow) -> Quote {
    Quote {
        id: row.id.get(),
        client_id: row.client_id,
        state: row.state.as_str(),
        subject: row.subject.clone(),
        valid_until: row.valid_until,
        version: row.version,
        subtotal: Money::new(row.net, *row.currency).into(),
        invoice_id: row.invoice_id,
        sent_at: row.sent_at,
        decided_at: row.decided_at,
        created_at: row.created_at,
        updated_at: row.updated_at,
    }
}

/// A quote with what it would be as an invoice of today.
#[derive(Serialize, ToSchema)]
struct WholeQuote {
    #[serde(flatten)]
    quote: Quote,
    /// Who is no client yet.
    prospect: Option<Address>,
    /// What the client reads above the lines.
    introduction: String,
    /// What the client reads below the lines.
    terms: String,
    lines: Vec<DraftLine>,
    taxes: Vec<DraftTax>,
    /// Tax included.
    total: Amount,
}

fn whole(view: QuoteView) -> WholeQuote {
    WholeQuote {
        quote: brief(&view.row),
        prospect: view.prospect.map(Into::into),
        lines: view.lines.into_iter().map(|l| line(l, *view.row.currency)).collect(),
        taxes: view.preview.taxes.into_iter().map(tax).collect(),
        total: view.preview.total.into(),
        introduction: view.row.introduction,
        terms: view.row.terms,
    }
}

/// Which quotes.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Filter {
    client: Option<i64>,
    /// `draft`, `sent`, `accepted`, `declined` or `expired`.
    #[param(value_type = Option<String>)]
    state: Option<QuoteState>,
    limit: Option<i64>,
    before: Option<i64>,
}

/// Quotes, newest first
#[utoipa::path(get, path = "/quotes", tag = "Invoices", params(Filter), responses((status = 200, body = Page<Quote>)))]
async fn list(Caller { app, actor }: Caller, Params(filter): Params<Filter>) -> Answer<Page<Quote>> {
    let part = Part::new(filter.limit, filter.before)?;
    let wanted = QuoteFilter {
        client: filter.client.map(ClientId),
        state: filter.state,
        before: part.before.map(QuoteId),
        limit: part.fetch(),
        ..QuoteFilter::default()
    };
    let rows = quotes::list(&app, &actor, wanted).await?;
    part.page(rows, |row| row.id.get(), |row| Ok(brief(&row)))
}

/// A quote with its totals
#[utoipa::path(get, path = "/quotes/{id}", tag = "Invoices", responses((status = 200, body = WholeQuote)))]
async fn get(Caller { app, actor }: Caller, Id(id): Id<QuoteId>) -> Answer<Json<WholeQuote>> {
    Ok(Json(whole(quotes::get(&app, &actor, id).await?)))
}

/// A quote as a PDF
#[utoipa::path(get, path = "/quotes/{id}/pdf", tag = "Invoices",
    responses((status = 200, content_type = "application/pdf", body = Vec<u8>)))]
async fn pdf(Caller { app, actor }: Caller, Id(id): Id<QuoteId>) -> Answer<Response> {
    Ok(reply::pdf(quotes::pdf(&app, &actor, id).await?))
}

/// A quote to be begun.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"client_id": 7, "subject": "A new site", "valid_until": "2027-03-31", "lines": [
    {"description": "Moving your site, per hour", "quantity": 3, "amount": {"amount": "60.00", "currency": "EUR"}}]}))]
struct NewQuote {
    /// Either this or `prospect`.
    #[serde(default)]
    client_id: Option<i64>,
    /// Somebody who is no client yet.
    #[serde(default)]
    prospect: Option<Address>,
    /// For a prospect; none: the default one.
    #[serde(default)]
    currency: Option<String>,
    subject: String,
    #[serde(default)]
    introduction: String,
    #[serde(default)]
    terms: String,
    valid_until: NaiveDate,
    lines: Vec<NewDraftLine>,
}

/// Begin a quote
#[utoipa::path(post, path = "/quotes", tag = "Invoices", request_body = NewQuote,
    responses((status = 201, body = Made)))]
async fn create(Caller { app, actor }: Caller, Body(new): Body<NewQuote>) -> Answer<Created<Made>> {
    let NewQuote { client_id, prospect, currency, subject, introduction, terms, valid_until, lines } = new;
    let prospect = prospect.map(Into::into);
    let input = QuoteInput { subject, introduction, terms, valid_until, lines: line_inputs(lines)?, prospect };
    let id = match client_id {
        Some(client) => quotes::create(&app, &actor, ClientId(client), input).await?,
        None => quotes::create_for_prospect(&app, &actor, currency.as_deref(), input).await?,
    };
    Ok(Made::at("/quotes", id))
}

/// A quote as it is to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"version": 1, "subject": "A new site", "valid_until": "2027-03-31", "lines": [
    {"description": "Moving your site, per hour", "quantity": 4, "amount": {"amount": "60.00", "currency": "EUR"}}]}))]
struct QuoteChange {
    /// The version that was looked at: refused if there is a newer one.
    #[serde(default)]
    version: Option<i32>,
    /// Who is no client yet; none: as before.
    #[serde(default)]
    prospect: Option<Address>,
    subject: String,
    #[serde(default)]
    introduction: String,
    #[serde(default)]
    terms: String,
    valid_until: NaiveDate,
    lines: Vec<NewDraftLine>,
}

/// Change a quote: it is a draft then
#[utoipa::path(put, path = "/quotes/{id}", tag = "Invoices", request_body = QuoteChange,
    responses((status = 204)))]
async fn update(Caller { app, actor }: Caller, Id(id): Id<QuoteId>, Body(new): Body<QuoteChange>) -> Answer<Done> {
    let QuoteChange { version, prospect, subject, introduction, terms, valid_until, lines } = new;
    let prospect = prospect.map(Into::into);
    let input = QuoteInput { subject, introduction, terms, valid_until, lines: line_inputs(lines)?, prospect };
    quotes::update(&app, &actor, id, version, input).await?;
    Ok(Done)
}

/// Throw a quote away that was never sent
#[utoipa::path(delete, path = "/quotes/{id}", tag = "Invoices", responses((status = 204)))]
async fn delete(Caller { app, actor }: Caller, Id(id): Id<QuoteId>) -> Answer<Done> {
    quotes::delete(&app, &actor, id).await?;
    Ok(Done)
}

/// Copy a quote
#[utoipa::path(post, path = "/quotes/{id}/duplicate", tag = "Invoices", responses((status = 201, body = Made)))]
async fn duplicate(Caller { app, actor }: Caller, Id(id): Id<QuoteId>) -> Answer<Created<Made>> {
    Ok(Made::at("/quotes", quotes::duplicate(&app, &actor, id).await?))
}

/// Which version of a quote is meant.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"version": 2}))]
struct QuoteVersion {
    /// The version that was looked at: refused if there is a newer one.
    #[serde(default)]
    version: Option<i32>,
}

/// Send a quote by mail
#[utoipa::path(post, path = "/quotes/{id}/send", tag = "Invoices", request_body = QuoteVersion,
    responses((status = 204)))]
async fn send(Caller { app, actor }: Caller, Id(id): Id<QuoteId>, Body(seen): Body<QuoteVersion>) -> Answer<Done> {
    quotes::send(&app, &actor, id, seen.version).await?;
    Ok(Done)
}

/// Accept a quote: it becomes an invoice, once
#[utoipa::path(post, path = "/quotes/{id}/accept", tag = "Invoices", request_body = QuoteVersion,
    responses((status = 201, body = Made)))]
async fn accept(
    Caller { app, actor }: Caller,
    Id(id): Id<QuoteId>,
    Body(seen): Body<QuoteVersion>,
) -> Answer<Created<Made>> {
    Ok(Made::at("/invoices", quotes::accept(&app, &actor, id, seen.version).await?))
}

/// Decline a quote
#[utoipa::path(post, path = "/quotes/{id}/decline", tag = "Invoices", responses((status = 204)))]
async fn decline(Caller { app, actor }: Caller, Id(id): Id<QuoteId>) -> Answer<Done> {
    quotes::decline(&app, &actor, id).await?;
    Ok(Done)
}
