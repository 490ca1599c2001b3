//! Invoices.

use axum::Json;
use axum::response::Response;
use chrono::{DateTime, NaiveDate, Utc};
use innkeeper_app::invoices::{
    self, CreditInvoice, InvoiceFilter, InvoiceRow, InvoiceView, LineRow, Syntax, WriteOffRow,
};
use innkeeper_app::{Actor, AppError};
use innkeeper_domain::state::InvoiceState;
use innkeeper_domain::{InvoiceId, InvoiceLineId, Money};
use innkeeper_web::AppState;
use innkeeper_web::extract::Id;
use innkeeper_web::reply;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::Body;
use super::caller::Caller;
use super::money::{Amount, AmountInput};
use super::params::{Page, Params, Part};
use super::payments::Payment;
use super::problem::Answer;
use super::reply::{Created, Done};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(get))
        .routes(routes!(pdf))
        .routes(routes!(cii))
        .routes(routes!(ubl))
        .routes(routes!(invoice))
        .routes(routes!(void))
        .routes(routes!(credit))
        .routes(routes!(write_off))
        .routes(routes!(merge))
        .routes(routes!(split))
}

/// An invoice.
#[derive(Serialize, ToSchema)]
pub(super) struct Invoice {
    id: i64,
    client_id: i64,
    client_name: String,
    order_id: Option<i64>,
    /// `draft`, `unpaid`, `paid`, `void`, `refunded`, `written_off`, or `credit`: a credit note, whose amounts are negative.
    #[schema(example = "unpaid")]
    state: &'static str,
    /// As printed; null for drafts.
    #[schema(example = "2026-000123")]
    number: Option<String>,
    /// It is asked for, and no invoice yet; it becomes one, with another number, once it is paid.
    is_proforma: bool,
    subtotal: Amount,
    tax: Amount,
    total: Amount,
    /// What was paid on it.
    paid: Amount,
    issued_on: Option<NaiveDate>,
    due_on: Option<NaiveDate>,
    paid_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
}

impl TryFrom<&InvoiceRow> for Invoice {
    type Error = AppError;
    fn try_from(row: &InvoiceRow) -> Result<Self, AppError> {
        let amount = |minor| Amount::of(minor, &row.currency);
        Ok(Self {
            id: row.id.get(),
            client_id: row.client_id.get(),
            client_name: row.client_name.clone(),
            order_id: row.order_id,
            state: row.state.as_str(),
            number: row.number_text.clone(),
            is_proforma: row.is_proforma,
            subtotal: amount(row.subtotal)?,
            tax: amount(row.tax)?,
            total: amount(row.total)?,
            paid: amount(row.paid)?,
            issued_on: row.issued_on,
            due_on: row.due_on,
            paid_at: row.paid_at,
            created_at: row.created_at,
        })
    }
}

/// An invoice with its lines and payments.
#[derive(Serialize, ToSchema)]
struct InvoiceDetails {
    #[serde(flatten)]
    invoice: Invoice,
    /// The buyer as printed; null for drafts.
    client: Option<Value>,
    /// The seller as printed; null for drafts.
    seller: Option<Value>,
    lines: Vec<InvoiceLine>,
    payments: Vec<Payment>,
    /// Of a credit note: the invoices that it corrects; of an invoice: the credit notes about it.
    related_ids: Vec<i64>,
    /// The proforma that it was, as printed; null if it was none.
    #[schema(example = "PF-000031")]
    proforma: Option<String>,
    /// It is in the place of these: it has their lines.
    in_place_of_ids: Vec<i64>,
    /// These are in its place: they have its lines.
    replaced_by_ids: Vec<i64>,
    /// What was written off of it; null if nothing was.
    written_off: Option<WrittenOff>,
    /// What it is in the currency of the books; null if it is in that one, or no rate was known when it was issued.
    in_books: Option<InBooks>,
}

/// A document in the currency of the books.
#[derive(Serialize, ToSchema)]
struct InBooks {
    /// Tax included.
    total: Amount,
    tax: Amount,
    /// Units of the document's currency for one of the books'.
    #[schema(example = "1.0841")]
    rate: String,
    /// The day of the rate: the last one before the document that has one.
    rate_day: NaiveDate,
    /// `ecb`, the European Central Bank, or `hand`.
    rate_source: String,
}

fn in_books(view: &InvoiceView) -> Result<Option<InBooks>, AppError> {
    let invoice = &view.invoice;
    let currency = invoice.currency.parse()?;
    let amount = |minor| Some(view.in_books(Money::new(minor, currency))?.0.into());
    let books = view.exchange.as_ref().zip(amount(invoice.total)).zip(amount(invoice.tax));
    Ok(books.map(|((rate, total), tax)| InBooks {
        total,
        tax,
        rate: rate.rate.normalize().to_string(),
        rate_day: rate.day,
        rate_source: rate.source.clone(),
    }))
}

/// What nobody will pay of an invoice.
#[derive(Serialize, ToSchema)]
struct WrittenOff {
    /// Tax included.
    amount: Amount,
    /// The tax in it.
    tax: Amount,
    /// For staff; empty for others.
    reason: String,
    written_off_at: DateTime<Utc>,
}

fn written_off(actor: &Actor, row: WriteOffRow, currency: &str) -> Result<WrittenOff, AppError> {
    Ok(WrittenOff {
        amount: Amount::of(row.amount, currency)?,
        tax: Amount::of(row.tax, currency)?,
        reason: if actor.is_staff() { row.reason } else { String::new() },
        written_off_at: row.created_at,
    })
}

/// A line of an invoice.
#[derive(Serialize, ToSchema)]
struct InvoiceLine {
    id: i64,
    #[schema(example = "recurring")]
    kind: String,
    description: String,
    service_id: Option<i64>,
    domain_id: Option<i64>,
    /// First day it covers.
    period_start: Option<NaiveDate>,
    /// First day after.
    period_end: Option<NaiveDate>,
    quantity: i32,
    /// Taken off, contained in `net`.
    discount: Amount,
    /// Without tax.
    net: Amount,
    tax_name: String,
    /// As a fraction: `0.21` is 21 %.
    #[schema(example = "0.21")]
    tax_rate: String,
    tax: Amount,
    /// The second of two taxes; `tax` and `tax_rate` are both.
    second_tax: Option<SecondTax>,
}

/// The second of two taxes on a line.
#[derive(Serialize, ToSchema)]
struct SecondTax {
    #[schema(example = "QST")]
    name: String,
    /// As a fraction.
    #[schema(example = "0.09975")]
    rate: String,
    /// Also on the first tax?
    compound: bool,
    amount: Amount,
}

fn line(row: &LineRow, currency: &str) -> Result<InvoiceLine, AppError> {
    let amount = |minor| Amount::of(minor, currency);
    let second = || {
        let (name, rate) = (row.tax2_name.clone(), row.tax2_rate.normalize().to_string());
        amount(row.tax2).map(|amount| SecondTax { name, rate, compound: row.tax2_compound, amount })
    };
    Ok(InvoiceLine {
        id: row.id.get(),
        kind: row.kind.clone(),
        description: row.description.clone(),
        service_id: row.service_id,
        domain_id: row.domain_id,
        period_start: row.period_start,
        period_end: row.period_end,
        quantity: row.quantity,
        discount: amount(row.discount)?,
        net: amount(row.net)?,
        tax_name: row.tax_name.clone(),
        tax_rate: row.tax_rate.normalize().to_string(),
        tax: amount(row.tax)?,
        second_tax: if row.tax2_rate.is_zero() { None } else { Some(second()?) },
    })
}

fn details(actor: &Actor, view: InvoiceView) -> Answer<InvoiceDetails> {
    let currency = &view.invoice.currency;
    let in_books = in_books(&view)?;
    let lines = view.lines.iter().map(|row| line(row, currency)).collect::<Result<_, _>>()?;
    let payments = view.payments.into_iter().map(|row| Payment::seen_by(actor, row)).collect::<Result<_, _>>()?;
    let written_off = view.written_off.map(|row| written_off(actor, row, currency)).transpose()?;
    let moved =
        |is_newer: bool| view.moved.iter().filter(move |o| o.is_newer == is_newer).map(|o| o.id.get()).collect();
    Ok(InvoiceDetails {
        proforma: view.proforma.map(|proforma| proforma.number),
        in_place_of_ids: moved(false),
        replaced_by_ids: moved(true),
        written_off,
        in_books,
        invoice: Invoice::try_from(&view.invoice)?,
        client: view.invoice.client_snapshot,
        seller: view.invoice.seller_snapshot,
        lines,
        payments,
        related_ids: view.related.into_iter().map(|(id, _)| id.get()).collect(),
    })
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct InvoiceQuery {
    /// Of this client.
    client_id: Option<i64>,
    /// In this state.
    #[param(value_type = Option<String>)]
    state: Option<InvoiceState>,
    /// Unpaid and due before this day.
    #[serde(default, deserialize_with = "super::day::optional_day")]
    overdue_on: Option<NaiveDate>,
    /// Only proformas that are owed.
    #[serde(default)]
    proformas: bool,
    limit: Option<i64>,
    before: Option<i64>,
}

/// Invoices, newest first
#[utoipa::path(get, path = "/invoices", tag = "Invoices", params(InvoiceQuery),
    responses((status = 200, body = Page<Invoice>)))]
async fn list(Caller { app, actor }: Caller, Params(query): Params<InvoiceQuery>) -> Answer<Page<Invoice>> {
    let part = Part::new(query.limit, query.before)?;
    let filter = InvoiceFilter {
        client: query.client_id.map(Into::into),
        state: query.state,
        overdue_on: query.overdue_on,
        proformas: query.proformas,
        before: part.before,
        limit: part.fetch(),
        ..InvoiceFilter::default()
    };
    let rows = invoices::list(&app, &actor, filter).await?;
    part.page(rows, |row| row.id.get(), |row| Ok(Invoice::try_from(&row)?))
}

/// An invoice with its lines and payments
#[utoipa::path(get, path = "/invoices/{id}", tag = "Invoices", responses((status = 200, body = InvoiceDetails)))]
async fn get(Caller { app, actor }: Caller, Id(id): Id<InvoiceId>) -> Answer<Json<InvoiceDetails>> {
    Ok(Json(details(&actor, invoices::get(&app, &actor, id).await?)?))
}

/// An issued invoice as a PDF
#[utoipa::path(get, path = "/invoices/{id}/pdf", tag = "Invoices",
    responses((status = 200, content_type = "application/pdf", body = Vec<u8>)))]
async fn pdf(Caller { app, actor }: Caller, Id(id): Id<InvoiceId>) -> Answer<Response> {
    Ok(reply::pdf(invoices::pdf(&app, &actor, id).await?))
}

/// An issued invoice for machines: EN 16931 as CII
///
/// The syntax of Factur-X and ZUGFeRD; also attached to the PDF. 409 if the invoice cannot be an e-invoice.
#[utoipa::path(get, path = "/invoices/{id}/cii.xml", tag = "Invoices",
    responses((status = 200, content_type = "application/xml", body = String,
        example = json!("<rsm:CrossIndustryInvoice>…</rsm:CrossIndustryInvoice>"))))]
async fn cii(Caller { app, actor }: Caller, Id(id): Id<InvoiceId>) -> Answer<Response> {
    Ok(reply::xml(invoices::xml(&app, &actor, id, Syntax::Cii).await?))
}

/// An issued invoice for machines: EN 16931 as UBL 2.1
///
/// 409 if the invoice cannot be an e-invoice.
#[utoipa::path(get, path = "/invoices/{id}/ubl.xml", tag = "Invoices",
    responses((status = 200, content_type = "application/xml", body = String,
        example = json!("<Invoice>…</Invoice>"))))]
async fn ubl(Caller { app, actor }: Caller, Id(id): Id<InvoiceId>) -> Answer<Response> {
    Ok(reply::xml(invoices::xml(&app, &actor, id, Syntax::Ubl).await?))
}

/// Make an invoice of a proforma before it is paid
///
/// It keeps its id, and gets the next number and the day of today. A proforma that is paid becomes an invoice by itself.
#[utoipa::path(post, path = "/invoices/{id}/invoice", tag = "Invoices", responses((status = 204)))]
async fn invoice(Caller { app, actor }: Caller, Id(id): Id<InvoiceId>) -> Answer<Done> {
    invoices::invoice_proforma(&app, &actor, id).await?;
    Ok(Done)
}

/// Withdraw an invoice on which nothing was paid
#[utoipa::path(post, path = "/invoices/{id}/void", tag = "Invoices", responses((status = 204)))]
async fn void(Caller { app, actor }: Caller, Id(id): Id<InvoiceId>) -> Answer<Done> {
    invoices::void(&app, &actor, id).await?;
    Ok(Done)
}

/// Why an invoice is written off.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "Moved away, address unknown"}))]
struct WriteOffInput {
    /// For staff.
    reason: String,
}

/// Write off what is owed on an invoice
///
/// Final. What was paid on it stays; the tax in what is written off is not payable any more. Money that still comes is the
/// client's credit.
#[utoipa::path(post, path = "/invoices/{id}/write-off", tag = "Invoices", request_body = WriteOffInput,
    responses((status = 204)))]
async fn write_off(
    Caller { app, actor }: Caller,
    Id(id): Id<InvoiceId>,
    Body(input): Body<WriteOffInput>,
) -> Answer<Done> {
    invoices::write_off(&app, &actor, id, &input.reason).await?;
    Ok(Done)
}

/// What is taken back.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"lines": [{"line_id": 17, "net": {"amount": "5.00", "currency": "EUR"}}], "reason": "Outage on 3 May"}))]
struct CreditNoteInput {
    /// How much of which line; empty or absent: all that is left of every line.
    #[serde(default)]
    lines: Vec<CreditedLine>,
    /// The client reads it.
    reason: String,
}

/// A part of a line.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CreditedLine {
    line_id: i64,
    /// Without tax; its share of the tax goes with it.
    net: AmountInput,
}

/// A credit note that was issued.
#[derive(Serialize, ToSchema)]
struct CreditNote {
    /// It is read as an invoice.
    invoice_id: i64,
}

/// Issue a credit note about an invoice
///
/// What is still owed becomes less, what was paid becomes the client's credit. An invoice on which nothing was paid and
/// nothing is owed any more is void.
#[utoipa::path(post, path = "/invoices/{id}/credit-notes", tag = "Invoices", request_body = CreditNoteInput,
    responses((status = 201, body = CreditNote)))]
async fn credit(
    Caller { app, actor }: Caller,
    Id(invoice_id): Id<InvoiceId>,
    Body(input): Body<CreditNoteInput>,
) -> Answer<Created<CreditNote>> {
    let lines = input
        .lines
        .iter()
        .map(|line| Ok((InvoiceLineId(line.line_id), line.net.money(&format!("lines.{}", line.line_id))?)))
        .collect::<Answer<Vec<_>>>()?;
    let command = CreditInvoice { invoice_id, lines, reason: input.reason };
    let id = invoices::credit(&app, &actor, command).await?;
    Ok(Created(format!("/invoices/{id}"), CreditNote { invoice_id: id.get() }))
}

/// Which invoices become one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"invoice_ids": [9, 10]}))]
struct MergeInput {
    /// From 2 to 50.
    invoice_ids: Vec<i64>,
}

/// An invoice in the place of others.
#[derive(Serialize, ToSchema)]
struct Merged {
    invoice_id: i64,
}

/// Make one invoice of several unpaid ones
///
/// They are void then; the new one has their lines, taxed as they were, and is due when the first of them was. 409 if they are
/// in different currencies or taxed differently, money is on one of them or on its way, or an order or a change of plan waits
/// for one of them.
#[utoipa::path(post, path = "/invoices/merge", tag = "Invoices", request_body = MergeInput,
    responses((status = 201, body = Merged)))]
async fn merge(Caller { app, actor }: Caller, Body(input): Body<MergeInput>) -> Answer<Created<Merged>> {
    let ids: Vec<InvoiceId> = input.invoice_ids.into_iter().map(InvoiceId).collect();
    let id = invoices::merge(&app, &actor, &ids).await?;
    Ok(Created(format!("/invoices/{id}"), Merged { invoice_id: id.get() }))
}

/// Which lines go to an invoice of their own.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"line_ids": [17]}))]
struct SplitInput {
    /// Some of them, not all.
    line_ids: Vec<i64>,
}

/// The two invoices in the place of one.
#[derive(Serialize, ToSchema)]
struct Split {
    /// With the lines that were chosen.
    invoice_id: i64,
    /// With the rest.
    rest_id: i64,
}

/// Make two invoices of an unpaid one
///
/// It is void then; the new ones have its lines, taxed as they were, and are due when it was. 409 as for merging.
#[utoipa::path(post, path = "/invoices/{id}/split", tag = "Invoices", request_body = SplitInput,
    responses((status = 201, body = Split)))]
async fn split(
    Caller { app, actor }: Caller,
    Id(id): Id<InvoiceId>,
    Body(input): Body<SplitInput>,
) -> Answer<Created<Split>> {
    let lines: Vec<InvoiceLineId> = input.line_ids.into_iter().map(InvoiceLineId).collect();
    let (split, rest) = invoices::split(&app, &actor, id, &lines).await?;
    Ok(Created(format!("/invoices/{split}"), Split { invoice_id: split.get(), rest_id: rest.get() }))
}
