//! What staff charge by hand.

use chrono::{DateTime, NaiveDate, Utc};
use innkeeper_app::billable_items::{self, ItemInput, ItemRow};
use innkeeper_domain::{BillableItemId, ClientId, ItemWhen, Money};
use innkeeper_web::AppState;
use innkeeper_web::extract::Id;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::Body;
use super::caller::Caller;
use super::money::{Amount, AmountInput};
use super::params::Page;
use super::problem::Answer;
use super::reply::{Created, Done, Made};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list, add)).routes(routes!(remove)).routes(routes!(invoice))
}

/// Something that is to be invoiced.
#[derive(Serialize, ToSchema)]
struct BillableItem {
    id: i64,
    client_id: i64,
    #[schema(example = "Moving your site, per hour")]
    description: String,
    quantity: i32,
    /// For each, without tax.
    amount: Amount,
    /// Tax is added.
    taxable: bool,
    /// `hand`: when it is asked for; `next`: with the client's next invoice; `day`: on a day.
    #[schema(example = "next")]
    bill: &'static str,
    /// The day of `day`.
    bill_on: Option<NaiveDate>,
    created_at: DateTime<Utc>,
}

fn item(row: ItemRow) -> BillableItem {
    BillableItem {
        id: row.id.get(),
        client_id: row.client_id.get(),
        description: row.description,
        quantity: row.quantity,
        amount: Money::new(row.amount, *row.currency).into(),
        taxable: row.taxable,
        bill: row.bill.as_str(),
        bill_on: row.bill_on,
        created_at: row.created_at,
    }
}

/// The items of a client that are not invoiced, oldest first
#[utoipa::path(get, path = "/clients/{id}/billable-items", tag = "Invoices",
    responses((status = 200, body = Page<BillableItem>)))]
async fn list(Caller { app, actor }: Caller, Id(id): Id<ClientId>) -> Answer<Page<BillableItem>> {
    Ok(Page::whole(billable_items::list(&app, &actor, id).await?, item))
}

/// An item to be added.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"description": "Moving your site, per hour", "quantity": 3,
    "amount": {"amount": "60.00", "currency": "EUR"}, "bill": "next"}))]
struct NewBillableItem {
    description: String,
    #[serde(default = "one")]
    quantity: i32,
    amount: AmountInput,
    #[serde(default = "yes")]
    taxable: bool,
    /// `hand`, `next` or `day`.
    #[schema(value_type = String)]
    bill: ItemWhen,
    /// Must be given with `day`.
    #[serde(default)]
    bill_on: Option<NaiveDate>,
}

const fn one() -> i32 {
    1
}

const fn yes() -> bool {
    true
}

/// Add an item to what a client is to be invoiced
#[utoipa::path(post, path = "/clients/{id}/billable-items", tag = "Invoices", request_body = NewBillableItem,
    responses((status = 201, body = Made)))]
async fn add(
    Caller { app, actor }: Caller,
    Id(id): Id<ClientId>,
    Body(new): Body<NewBillableItem>,
) -> Answer<Created<Made>> {
    let amount = new.amount.money("amount")?;
    let NewBillableItem { description, quantity, taxable, bill, bill_on, .. } = new;
    let input = ItemInput { description, quantity, amount, taxable, bill, bill_on };
    let made = billable_items::add(&app, &actor, id, input).await?;
    Ok(Created(format!("/clients/{id}/billable-items"), Made { id: made.get() }))
}

/// Remove an item that is not invoiced
#[utoipa::path(delete, path = "/billable-items/{id}", tag = "Invoices", responses((status = 204)))]
async fn remove(Caller { app, actor }: Caller, Id(id): Id<BillableItemId>) -> Answer<Done> {
    billable_items::remove(&app, &actor, id).await?;
    Ok(Done)
}

/// Items to be invoiced now.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"items": [5, 6]}))]
struct ItemsToInvoice {
    items: Vec<i64>,
}

/// Invoice items of a client now
#[utoipa::path(post, path = "/clients/{id}/billable-items/invoice", tag = "Invoices", request_body = ItemsToInvoice,
    responses((status = 201, body = Made)))]
async fn invoice(
    Caller { app, actor }: Caller,
    Id(id): Id<ClientId>,
    Body(new): Body<ItemsToInvoice>,
) -> Answer<Created<Made>> {
    let items: Vec<BillableItemId> = new.items.into_iter().map(BillableItemId).collect();
    Ok(Made::at("/invoices", billable_items::invoice(&app, &actor, id, &items).await?))
}
