//! What staff charge by hand.

use chrono::{DateTime, NaiveDate, Utc};
use innkeeper_domain::{BillableItemId, ClientId, Currency, ItemWhen};
use sqlx::{PgConnection, Result};

use crate::Text;

/// An item. `amount` is for each, without tax.
#[derive(Clone, Debug)]
pub struct ItemRow {
    pub id: BillableItemId,
    pub client_id: ClientId,
    pub description: String,
    pub quantity: i32,
    pub currency: Text<Currency>,
    pub amount: i64,
    pub taxable: bool,
    pub bill: Text<ItemWhen>,
    pub bill_on: Option<NaiveDate>,
    pub created_at: DateTime<Utc>,
    /// Whether the client wants each thing on an invoice of its own.
    pub separate: bool,
    /// Of what was measured: the service and the month.
    pub service_id: Option<i64>,
    pub month: Option<NaiveDate>,
}

/// What is stored of an item.
pub struct NewItem<'a> {
    pub client_id: ClientId,
    pub description: &'a str,
    pub quantity: i32,
    pub currency: Currency,
    pub amount: i64,
    pub taxable: bool,
    pub bill: ItemWhen,
    pub bill_on: Option<NaiveDate>,
}

/// Adds an item.
pub async fn insert(conn: &mut PgConnection, new: &NewItem<'_>) -> Result<BillableItemId> {
    let id = sqlx::query_scalar!(
        "INSERT INTO billable_item (client_id, description, quantity, currency, amount, taxable, bill, bill_on)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id",
        new.client_id.get(),
        new.description,
        new.quantity,
        new.currency.code(),
        new.amount,
        new.taxable,
        new.bill.as_str(),
        new.bill_on
    )
    .fetch_one(conn)
    .await?;
    Ok(BillableItemId(id))
}

/// The items of these clients that are not invoiced, oldest first.
pub async fn open(conn: &mut PgConnection, clients: &[ClientId]) -> Result<Vec<ItemRow>> {
    sqlx::query_as!(
        ItemRow,
        r#"SELECT b.id, b.client_id, b.description, b.quantity, b.currency AS "currency: _", b.amount, b.taxable,
                  b.bill AS "bill: _", b.bill_on, b.created_at,
                  c.separate_invoices AS separate, u.service_id AS "service_id?", u.month AS "month?"
           FROM billable_item b JOIN client c ON c.id = b.client_id LEFT JOIN usage_month u ON u.id = b.usage_id
           WHERE b.client_id = ANY($1) AND b.removed_at IS NULL
             AND NOT EXISTS (SELECT 1 FROM invoice_line l WHERE l.billable_item_id = b.id AND NOT l.voided)
           ORDER BY b.client_id, b.id"#,
        &clients.iter().map(|c| c.get()).collect::<Vec<_>>()
    )
    .fetch_all(conn)
    .await
}

/// The client of an item.
pub async fn client_of(conn: &mut PgConnection, id: BillableItemId) -> Result<Option<ClientId>> {
    let client =
        sqlx::query_scalar!("SELECT client_id FROM billable_item WHERE id = $1", id.get()).fetch_optional(conn);
    Ok(client.await?.map(ClientId))
}

/// Removes an item. False: it is invoiced or removed already.
pub async fn remove(conn: &mut PgConnection, id: BillableItemId) -> Result<bool> {
    let done = sqlx::query!(
        "UPDATE billable_item SET removed_at = now() WHERE id = $1 AND removed_at IS NULL
           AND NOT EXISTS (SELECT 1 FROM invoice_line l WHERE l.billable_item_id = $1 AND NOT l.voided)",
        id.get()
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Notes every client with an item whose day has come as work of `task`; how many are new.
pub async fn collect(conn: &mut PgConnection, task: &str, day: NaiveDate) -> Result<u64> {
    let done = sqlx::query!(
        "INSERT INTO task_client (task, day, client_id)
         SELECT DISTINCT $1, $2::date, b.client_id FROM billable_item b
         WHERE b.bill = 'day' AND b.bill_on <= $2 AND b.removed_at IS NULL
           AND NOT EXISTS (SELECT 1 FROM invoice_line l WHERE l.billable_item_id = b.id AND NOT l.voided)
           AND NOT EXISTS (SELECT 1 FROM parked k WHERE k.task = $1 AND k.client_id = b.client_id AND k.last_on >= $2)
         ON CONFLICT DO NOTHING",
        task,
        day
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}
