//! Invoices that staff compose, before they are issued.

use axum::Json;
use chrono::{DateTime, Utc};
use innkeeper_app::invoices::compose::{ComposedLine, LineInput, TaxSum};
use innkeeper_app::invoices::drafts::{self, DraftFilter, DraftInput, DraftRow, DraftView};
use innkeeper_domain::{ClientId, Currency, InvoiceDraftId, Money};
use innkeeper_web::AppState;
use innkeeper_web::extract::Id;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::Body;
use super::caller::Caller;
use super::money::{Amount, AmountInput};
use super::params::{Page, Params, Part};
use super::problem::Answer;
use super::reply::{Created, Done, Made};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(get, update, delete)).routes(routes!(issue))
}

/// A draft without its lines.
#[derive(Serialize, ToSchema)]
struct InvoiceDraft {
    id: i64,
    client_id: i64,
    /// Days until it is due; null: as the company gives.
    due_days: Option<i32>,
    /// What the client reads below the lines.
    notes: String,
    /// Rises with each change.
    version: i32,
    /// The sum of its lines, without tax.
    subtotal: Amount,
    /// The invoice that it has become.
    invoice_id: Option<i64>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

fn brief(row: DraftRow) -> InvoiceDraft {
    InvoiceDraft {
        id: row.id.get(),
        client_id: row.client_id.get(),
        due_days: row.due_days,
        notes: row.notes,
        version: row.version,
        subtotal: Money::new(row.net, *row.currency).into(),
        invoice_id: row.invoice_id,
        created_at: row.created_at,
        updated_at: row.updated_at,
    }
}

/// A line that staff wrote.
#[derive(Serialize, ToSchema)]
pub(super) struct DraftLine {
    #[schema(example = "Moving your site, per hour")]
    description: String,
    quantity: i32,
    /// For each, without tax.
    amount: Amount,
    /// Tax is added.
    taxable: bool,
}

pub(super) fn line(line: ComposedLine, currency: Currency) -> DraftLine {
    let ComposedLine { description, quantity, amount, taxable } = line;
    DraftLine { description, quantity, amount: Money::new(amount, currency).into(), taxable }
}

/// A tax of a draft.
#[derive(Serialize, ToSchema)]
pub(super) struct DraftTax {
    name: String,
    #[schema(example = "20%")]
    rate: String,
    amount: Amount,
}

/// A draft with what it would be as an invoice of today.
#[derive(Serialize, ToSchema)]
struct WholeInvoiceDraft {
    #[serde(flatten)]
    draft: InvoiceDraft,
    lines: Vec<DraftLine>,
    taxes: Vec<DraftTax>,
    /// Tax included.
    total: Amount,
}

pub(super) fn tax(tax: TaxSum) -> DraftTax {
    DraftTax { name: tax.name, rate: tax.rate.to_string(), amount: tax.amount.into() }
}

fn whole(view: DraftView) -> WholeInvoiceDraft {
    let currency = *view.row.currency;
    WholeInvoiceDraft {
        draft: brief(view.row),
        lines: view.lines.into_iter().map(|l| line(l, currency)).collect(),
        taxes: view.preview.taxes.into_iter().map(tax).collect(),
        total: view.preview.total.into(),
    }
}

/// Which drafts.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Filter {
    client: Option<i64>,
    limit: Option<i64>,
    before: Option<i64>,
}

/// Drafts that are not issued, newest first
#[utoipa::path(get, path = "/invoice-drafts", tag = "Invoices", params(Filter),
    responses((status = 200, body = Page<InvoiceDraft>)))]
async fn list(Caller { app, actor }: Caller, Params(filter): Params<Filter>) -> Answer<Page<InvoiceDraft>> {
    let part = Part::new(filter.limit, filter.before)?;
    let wanted = DraftFilter {
        client: filter.client.map(ClientId),
        before: part.before.map(InvoiceDraftId),
        limit: part.fetch(),
        ..DraftFilter::default()
    };
    let rows = drafts::list(&app, &actor, wanted).await?;
    part.page(rows, |row| row.id.get(), |row| Ok(brief(row)))
}

/// A draft with its totals
#[utoipa::path(get, path = "/invoice-drafts/{id}", tag = "Invoices",
    responses((status = 200, body = WholeInvoiceDraft)))]
async fn get(Caller { app, actor }: Caller, Id(id): Id<InvoiceDraftId>) -> Answer<Json<WholeInvoiceDraft>> {
    Ok(Json(whole(drafts::get(&app, &actor, id).await?)))
}

/// A line to be written.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewDraftLine {
    description: String,
    #[serde(default = "one")]
    quantity: i32,
    /// For each, without tax, in the currency of the draft.
    amount: AmountInput,
    #[serde(default = "yes")]
    taxable: bool,
}

const fn one() -> i32 {
    1
}

const fn yes() -> bool {
    true
}

/// The lines as they are to be written; the first is `lines.1`.
pub(super) fn line_inputs(lines: Vec<NewDraftLine>) -> Answer<Vec<LineInput>> {
    let read = |(n, line): (usize, NewDraftLine)| {
        let amount = line.amount.money(&format!("lines.{n}.amount"))?;
        let NewDraftLine { description, quantity, taxable, .. } = line;
        Ok(LineInput { description, quantity, amount, taxable })
    };
    (1..).zip(lines).map(read).collect()
}

fn input(due_days: Option<i32>, notes: String, lines: Vec<NewDraftLine>) -> Answer<DraftInput> {
    Ok(DraftInput { due_days, notes, lines: line_inputs(lines)? })
}

/// A draft to be begun.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"client_id": 7, "due_days": 14, "lines": [{"description": "Moving your site, per hour",
    "quantity": 3, "amount": {"amount": "60.00", "currency": "EUR"}}]}))]
struct NewInvoiceDraft {
    client_id: i64,
    /// Days until it is due; null: as the company gives.
    #[serde(default)]
    due_days: Option<i32>,
    /// What the client reads below the lines.
    #[serde(default)]
    notes: String,
    lines: Vec<NewDraftLine>,
}

/// Begin a draft
#[utoipa::path(post, path = "/invoice-drafts", tag = "Invoices", request_body = NewInvoiceDraft,
    responses((status = 201, body = Made)))]
async fn create(Caller { app, actor }: Caller, Body(new): Body<NewInvoiceDraft>) -> Answer<Created<Made>> {
    let id = drafts::create(&app, &actor, ClientId(new.client_id), input(new.due_days, new.notes, new.lines)?).await?;
    Ok(Made::at("/invoice-drafts", id))
}

/// A draft as it is to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"version": 1, "notes": "Thank you.", "lines": [{"description": "Moving your site, per hour",
    "quantity": 4, "amount": {"amount": "60.00", "currency": "EUR"}}]}))]
struct InvoiceDraftChange {
    /// The version that was looked at: refused if there is a newer one.
    #[serde(default)]
    version: Option<i32>,
    /// Days until it is due; null: as the company gives.
    #[serde(default)]
    due_days: Option<i32>,
    /// What the client reads below the lines.
    #[serde(default)]
    notes: String,
    lines: Vec<NewDraftLine>,
}

/// Change a draft
#[utoipa::path(put, path = "/invoice-drafts/{id}", tag = "Invoices", request_body = InvoiceDraftChange,
    responses((status = 204)))]
async fn update(
    Caller { app, actor }: Caller,
    Id(id): Id<InvoiceDraftId>,
    Body(new): Body<InvoiceDraftChange>,
) -> Answer<Done> {
    drafts::update(&app, &actor, id, new.version, input(new.due_days, new.notes, new.lines)?).await?;
    Ok(Done)
}

/// Throw a draft away
#[utoipa::path(delete, path = "/invoice-drafts/{id}", tag = "Invoices", responses((status = 204)))]
async fn delete(Caller { app, actor }: Caller, Id(id): Id<InvoiceDraftId>) -> Answer<Done> {
    drafts::delete(&app, &actor, id).await?;
    Ok(Done)
}

/// Which version of a draft is to be issued.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"version": 2}))]
struct DraftToIssue {
    /// The version that was looked at: refused if there is a newer one.
    #[serde(default)]
    version: Option<i32>,
}

/// Issue a draft: it becomes an invoice, once
#[utoipa::path(post, path = "/invoice-drafts/{id}/issue", tag = "Invoices", request_body = DraftToIssue,
    responses((status = 201, body = Made)))]
async fn issue(
    Caller { app, actor }: Caller,
    Id(id): Id<InvoiceDraftId>,
    Body(wanted): Body<DraftToIssue>,
) -> Answer<Created<Made>> {
    Ok(Made::at("/invoices", drafts::issue(&app, &actor, id, wanted.version).await?))
}
