//! Several invoices that are paid by one payment, and money ahead.

use axum::Json;
use axum::extract::Path;
use chrono::{DateTime, Utc};
use innkeeper_app::payments::{self, CollectionFilter, CollectionRow};
use innkeeper_app::{Actor, AppError};
use innkeeper_domain::{ClientId, CollectionId, InvoiceId, Money};
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
use super::payments::Payable;
use super::problem::{Answer, Problem};
use super::reply::{Created, Made};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list, begin)).routes(routes!(get)).routes(routes!(page)).routes(routes!(ahead))
}

/// Several invoices that are paid by one payment, or money ahead.
#[derive(Serialize, ToSchema)]
struct Collection {
    id: i64,
    client_id: i64,
    client_name: String,
    /// What a payer quotes.
    #[schema(example = "PAY-3")]
    number: String,
    /// What was asked for.
    amount: Amount,
    /// `open`, `ended` (another payment took its place) or `paid`.
    #[schema(example = "open")]
    state: String,
    /// In the order in which they are paid; empty: money ahead.
    invoice_ids: Vec<i64>,
    /// The first payment of it.
    payment_id: Option<i64>,
    created_at: DateTime<Utc>,
}

fn view(row: CollectionRow) -> Collection {
    Collection {
        id: row.id.get(),
        client_id: row.client_id.get(),
        client_name: row.client_name,
        number: payments::number_of(row.id),
        amount: Money::new(row.amount, *row.currency).into(),
        state: row.state,
        invoice_ids: row.invoices,
        payment_id: row.payment_id,
        created_at: row.created_at,
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct CollectionQuery {
    /// Of this client.
    client_id: Option<i64>,
    limit: Option<i64>,
    before: Option<i64>,
}

/// What was begun to be paid together or ahead, newest first
#[utoipa::path(get, path = "/collections", tag = "Payments", params(CollectionQuery),
    responses((status = 200, body = Page<Collection>)))]
async fn list(Caller { app, actor }: Caller, Params(query): Params<CollectionQuery>) -> Answer<Page<Collection>> {
    let part = Part::new(query.limit, query.before)?;
    let filter = CollectionFilter {
        client: query.client_id.map(Into::into),
        before: part.before,
        limit: part.fetch(),
        ..CollectionFilter::default()
    };
    part.page(payments::collections(&app, &actor, filter).await?, |row| row.id.get(), |row| Ok(view(row)))
}

/// What was begun to be paid together or ahead
#[utoipa::path(get, path = "/collections/{id}", tag = "Payments", responses((status = 200, body = Collection)))]
async fn get(Caller { app, actor }: Caller, Id(id): Id<CollectionId>) -> Answer<Json<Collection>> {
    Ok(Json(view(payments::collection(&app, &actor, id).await?)))
}

/// Invoices to be paid together, or an amount ahead: one of both.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"client_id": 17, "invoice_ids": [41, 42]}))]
struct NewCollection {
    /// Must be given by staff; clients pay their own.
    #[serde(default)]
    client_id: Option<i64>,
    /// Owed, and in one currency.
    #[serde(default)]
    invoice_ids: Vec<i64>,
    /// Money ahead, within the limits of the client's currency.
    #[serde(default)]
    amount: Option<AmountInput>,
}

/// The client itself, or the one that staff name.
fn whose(actor: &Actor, named: Option<i64>) -> Result<ClientId, Problem> {
    let named = named.map(ClientId).or(actor.client_id());
    named.ok_or_else(|| Problem::field("client_id", "must be given"))
}

/// Begin one payment for several invoices, or ahead
///
/// Money ahead becomes the client's credit. A payment of several invoices takes the place of payments that were begun for
/// any of them; 409 while money of one of them is on its way. What comes pays them oldest due first; what is left of it is
/// credit.
#[utoipa::path(post, path = "/collections", tag = "Payments", request_body = NewCollection,
    responses((status = 201, body = Made)))]
async fn begin(Caller { app, actor }: Caller, Body(new): Body<NewCollection>) -> Answer<Created<Made>> {
    let client = whose(&actor, new.client_id)?;
    let made = match new.amount {
        Some(amount) if new.invoice_ids.is_empty() => {
            payments::pay_ahead(&app, &actor, client, amount.money("amount")?).await?
        }
        Some(_) => return Err(Problem::field("amount", "must not be given with invoices: what they owe is paid")),
        None => {
            let invoices = new.invoice_ids.into_iter().map(InvoiceId).collect();
            payments::pay_several(&app, &actor, client, invoices).await?
        }
    };
    Ok(Made::at("/collections", made))
}

/// How to pay several invoices, or ahead
#[utoipa::path(post, path = "/collections/{id}/payment-page/{gateway}", tag = "Payments",
    responses((status = 200, body = Payable)))]
async fn page(Caller { app, actor }: Caller, Path((id, gateway)): Path<(String, String)>) -> Answer<Json<Payable>> {
    let id: CollectionId = id.parse().map_err(|_| AppError::NotFound("collection"))?;
    let page = payments::page_of(&app, &actor, id, &gateway).await?.page;
    Ok(Json(Payable::of(page, || format!("{}/pay/{id}?method={gateway}", app.base_url()))))
}

/// What a client may pay ahead.
#[derive(Serialize, ToSchema)]
struct AheadLimits {
    /// Is it offered at all?
    offered: bool,
    least: Option<Amount>,
    /// What fits below the highest balance now.
    most: Option<Amount>,
}

/// What a client may pay ahead, in its currency
#[utoipa::path(get, path = "/clients/{id}/pay-ahead", tag = "Payments", responses((status = 200, body = AheadLimits)))]
async fn ahead(Caller { app, actor }: Caller, Id(id): Id<ClientId>) -> Answer<Json<AheadLimits>> {
    let found = payments::ahead(&app, &actor, id).await?;
    let least = found.as_ref().map(|ahead| Money::new(ahead.limit.least, ahead.most.currency()).into());
    Ok(Json(AheadLimits { offered: found.is_some(), least, most: found.map(|ahead| ahead.most.into()) }))
}
