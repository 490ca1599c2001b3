//! What staff charge by hand: work done, hardware sold. An item is invoiced when staff say so, on a day, or with the
//! client's next invoice; once, and again only if that invoice is void.

mod due;
#[cfg(test)]
mod tests;

use chrono::NaiveDate;
use innkeeper_db::{
    billable_items::{self as db, NewItem},
    clients,
};
use innkeeper_domain::{BillableItemId, ClientId, InvoiceId, ItemWhen, Money, Permission};
use serde_json::json;

use crate::{
    Actor, App, AppError, Checks, Result, Tx, billing, calendar,
    invoices::{Draft, due_day, issue_all},
    tax::TaxTable,
};

pub use db::ItemRow;
pub(crate) use due::{due, line};

/// An item as staff write it.
#[derive(Clone, Debug)]
pub struct ItemInput {
    /// What the client reads on the invoice.
    pub description: String,
    /// From 1 to 100,000.
    pub quantity: i32,
    /// For each, without tax, in the client's currency.
    pub amount: Money,
    /// Tax is added.
    pub taxable: bool,
    /// When it is invoiced.
    pub bill: ItemWhen,
    /// Of [`ItemWhen::Day`].
    pub bill_on: Option<NaiveDate>,
}

/// The items of a client that are not invoiced, oldest first.
pub async fn list(app: &App, actor: &Actor, client: ClientId) -> Result<Vec<ItemRow>> {
    actor.require(Permission::InvoicesRead)?;
    let mut conn = app.conn().await?;
    clients::get(&mut conn, None, client).await?.ok_or(AppError::NotFound("client"))?;
    Ok(db::open(&mut conn, &[client]).await?)
}

/// Adds an item.
pub async fn add(app: &App, actor: &Actor, client: ClientId, input: ItemInput) -> Result<BillableItemId> {
    actor.require(Permission::InvoicesWrite)?;
    let mut tx = app.begin(actor).await?;
    tx.lock_client(client).await?;
    let currency = *clients::get(tx.conn(), None, client).await?.ok_or(AppError::NotFound("client"))?.currency;
    let mut checks = Checks::default();
    checks.text("description", &input.description, 500, true);
    checks.require((1..=100_000).contains(&input.quantity), "quantity", "must be between 1 and 100000");
    checks.require(input.amount.is_positive(), "amount", "must be more than nothing");
    checks.require(input.amount.currency() == currency, "amount", format_args!("must be in {currency}"));
    let whole = input.amount.checked_mul(i64::from(input.quantity));
    checks.require(whole.is_ok(), "amount", "is too much for that quantity");
    let has_day = input.bill_on.is_some() == (input.bill == ItemWhen::Day);
    checks.require(has_day, "bill_on", "must be given if, and only if, it is invoiced on a day");
    checks.finish()?;
    let new = NewItem {
        client_id: client,
        description: input.description.trim(),
        quantity: input.quantity,
        currency,
        amount: input.amount.minor(),
        taxable: input.taxable,
        bill: input.bill,
        bill_on: input.bill_on,
    };
    let id = db::insert(tx.conn(), &new).await?;
    let what = json!({ "client": client, "description": new.description, "quantity": new.quantity,
                       "amount": input.amount, "bill": input.bill, "bill_on": input.bill_on });
    tx.audit("billable_item.add", "billable_item", id, what).await?;
    tx.commit().await?;
    Ok(id)
}

/// Removes an item that is not invoiced.
pub async fn remove(app: &App, actor: &Actor, id: BillableItemId) -> Result<()> {
    actor.require(Permission::InvoicesWrite)?;
    let mut tx = app.begin(actor).await?;
    let client = db::client_of(tx.conn(), id).await?.ok_or(AppError::NotFound("item"))?;
    tx.lock_client(client).await?;
    if !db::remove(tx.conn(), id).await? {
        return Err(AppError::conflict("the item is invoiced or removed already"));
    }
    tx.audit("billable_item.remove", "billable_item", id, json!({})).await?;
    tx.commit().await
}

/// Invoices items of a client now, due after the days that the company gives.
pub async fn invoice(app: &App, actor: &Actor, client: ClientId, ids: &[BillableItemId]) -> Result<InvoiceId> {
    actor.require(Permission::InvoicesWrite)?;
    let mut tx = app.begin(actor).await?;
    tx.lock_client(client).await?;
    let open = db::open(tx.conn(), &[client]).await?;
    if let Some(id) = ids.iter().find(|id| !open.iter().any(|item| item.id == **id)) {
        return Err(AppError::conflict(format!("item {id} is not there any more, or is invoiced already")));
    }
    let chosen: Vec<&ItemRow> = open.iter().filter(|item| ids.contains(&item.id)).collect();
    let first = chosen.first().ok_or_else(|| AppError::invalid("items", "must be at least one"))?;
    if chosen.iter().any(|item| item.currency != first.currency) {
        return Err(AppError::conflict("these items are in several currencies: invoice them apart"));
    }
    let today = calendar::today_in(&mut tx).await?;
    let taxes = TaxTable::load(tx.conn(), &[client]).await?;
    let lines = chosen.iter().map(|item| line(item, &taxes)).collect::<Result<_>>()?;
    let due_on = due_day(&mut tx, today).await?;
    let draft = Draft::new(client, *first.currency, due_on, lines, taxes.of(client)?)?;
    let id = issued(&mut tx, today, draft).await?;
    tx.audit("billable_item.invoice", "invoice", id, json!({ "items": ids })).await?;
    tx.commit().await?;
    Ok(id)
}

async fn issued(tx: &mut Tx<'_>, today: NaiveDate, draft: Draft<'_>) -> Result<InvoiceId> {
    let issued = issue_all(tx, today, &[draft]).await?;
    billing::use_credit(tx, &issued).await?;
    issued.into_iter().next().ok_or_else(|| AppError::internal("an issued invoice is gone"))
}
