//! Shopping carts: choices, never prices.

use innkeeper_domain::{CartId, CartItemId, ClientId, CycleId, OptionId, OrderId, ProductId, PromotionId, ServiceId};
use serde_json::Value;
use sqlx::{PgConnection, Result, types::Json};
use std::collections::BTreeMap;

/// A cart that was not ordered yet.
#[derive(Clone, Debug)]
pub struct CartRow {
    pub id: CartId,
    pub client_id: Option<i64>,
    pub currency: String,
    pub promotion_id: Option<i64>,
}

/// A choice.
#[derive(Clone, Debug)]
pub struct CartItemRow {
    pub id: CartItemId,
    pub kind: String,
    pub product_id: Option<i64>,
    pub cycle_id: Option<i64>,
    pub fields: Value,
    pub custom_fields: Value,
    /// What was chosen of each option: a value's id, 1 for yes, or how many.
    pub options: Json<BTreeMap<OptionId, i64>>,
    pub password_sealed: Option<String>,
    pub domain: Option<String>,
    pub years: Option<i32>,
    pub auth_code_sealed: Option<String>,
    /// Of an add-on: the choice or the service that it is for.
    pub parent_item_id: Option<i64>,
    pub parent_id: Option<i64>,
}

impl CartItemRow {
    /// A product as it would be in a cart, with nothing chosen.
    pub fn imagined(id: CartItemId, product: ProductId, cycle: CycleId) -> Self {
        Self {
            id,
            kind: "product".to_owned(),
            product_id: Some(product.get()),
            cycle_id: Some(cycle.get()),
            fields: Value::Null,
            custom_fields: Value::Null,
            options: Json(BTreeMap::new()),
            password_sealed: None,
            domain: None,
            years: None,
            auth_code_sealed: None,
            parent_item_id: None,
            parent_id: None,
        }
    }
}

/// A choice to be added.
pub struct NewItem<'a> {
    pub kind: &'a str,
    pub product_id: Option<i64>,
    pub cycle_id: Option<i64>,
    pub fields: &'a Value,
    /// Answers to custom fields, by their id.
    pub custom_fields: &'a Value,
    pub options: &'a BTreeMap<OptionId, i64>,
    pub password_sealed: Option<&'a str>,
    pub domain: Option<&'a str>,
    pub years: Option<i32>,
    pub auth_code_sealed: Option<&'a str>,
    pub parent_item: Option<CartItemId>,
    pub parent: Option<ServiceId>,
}

/// Makes a cart.
pub async fn insert(
    conn: &mut PgConnection,
    token_hash: &[u8],
    client: Option<ClientId>,
    currency: &str,
) -> Result<CartId> {
    let id = sqlx::query_scalar!(
        "INSERT INTO cart (token_hash, client_id, currency) VALUES ($1, $2, $3) RETURNING id",
        token_hash,
        client.map(ClientId::get),
        currency
    )
    .fetch_one(conn)
    .await?;
    Ok(CartId(id))
}

/// The cart of a token, unless it was ordered.
pub async fn find(conn: &mut PgConnection, token_hash: &[u8]) -> Result<Option<CartRow>> {
    sqlx::query_as!(
        CartRow,
        r#"SELECT id, client_id, currency, promotion_id FROM cart WHERE token_hash = $1
           AND NOT EXISTS (SELECT 1 FROM sales_order o WHERE o.cart_id = cart.id)"#,
        token_hash
    )
    .fetch_optional(conn)
    .await
}

/// Locks the cart of a token, ordered or not; the order it became, if any.
pub async fn lock(conn: &mut PgConnection, token_hash: &[u8]) -> Result<Option<(CartRow, Option<OrderId>)>> {
    let cart = sqlx::query_as!(
        CartRow,
        r#"SELECT id, client_id, currency, promotion_id FROM cart WHERE token_hash = $1 FOR UPDATE"#,
        token_hash
    )
    .fetch_optional(&mut *conn)
    .await?;
    let Some(cart) = cart else { return Ok(None) };
    let order = sqlx::query_scalar!("SELECT id FROM sales_order WHERE cart_id = $1", cart.id.get())
        .fetch_optional(conn)
        .await?;
    Ok(Some((cart, order.map(OrderId))))
}

/// Gives a cart to a client, in the client's currency.
pub async fn adopt(conn: &mut PgConnection, cart: CartId, client: ClientId) -> Result<()> {
    sqlx::query!(
        "UPDATE cart SET client_id = $2, currency = (SELECT currency FROM client WHERE id = $2), updated_at = now() WHERE id = $1",
        cart.get(),
        client.get()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The choices, in the order they were made.
pub async fn items(conn: &mut PgConnection, cart: CartId) -> Result<Vec<CartItemRow>> {
    sqlx::query_as!(
        CartItemRow,
        r#"SELECT id, kind, product_id, cycle_id, fields, custom_fields, options AS "options: _", password_sealed, domain,
                  years, auth_code_sealed, parent_item_id, parent_id
           FROM cart_item WHERE cart_id = $1 ORDER BY id"#,
        cart.get()
    )
    .fetch_all(conn)
    .await
}

/// Whose cart it is.
pub async fn client_of(conn: &mut PgConnection, cart: CartId) -> Result<Option<ClientId>> {
    let client =
        sqlx::query_scalar!("SELECT client_id FROM cart WHERE id = $1", cart.get()).fetch_optional(conn).await?;
    Ok(client.flatten().map(ClientId))
}

/// The choices of a cart that an add-on is sold with, with the names of their products.
pub async fn parents(conn: &mut PgConnection, cart: CartId, addon: ProductId) -> Result<Vec<(CartItemId, String)>> {
    let rows = sqlx::query!(
        "SELECT i.id, p.name FROM cart_item i JOIN product p ON p.id = i.product_id
         JOIN product_addon w ON w.product_id = p.id AND w.addon_id = $2
         WHERE i.cart_id = $1 AND i.parent_item_id IS NULL AND i.parent_id IS NULL ORDER BY i.id",
        cart.get(),
        addon.get()
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (CartItemId(row.id), row.name)).collect())
}

/// Adds a choice. A domain that is in the cart already is replaced.
pub async fn add(conn: &mut PgConnection, cart: CartId, item: &NewItem<'_>) -> Result<CartItemId> {
    let id = sqlx::query_scalar!(
        "INSERT INTO cart_item
             (cart_id, kind, product_id, cycle_id, fields, custom_fields, password_sealed, domain, years, auth_code_sealed,
              options, parent_item_id, parent_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
         ON CONFLICT (cart_id, domain) WHERE domain IS NOT NULL
         DO UPDATE SET kind = excluded.kind, years = excluded.years, auth_code_sealed = excluded.auth_code_sealed
         RETURNING id",
        cart.get(),
        item.kind,
        item.product_id,
        item.cycle_id,
        item.fields,
        item.custom_fields,
        item.password_sealed,
        item.domain,
        item.years,
        item.auth_code_sealed,
        Json(item.options) as _,
        item.parent_item.map(CartItemId::get),
        item.parent.map(ServiceId::get)
    )
    .fetch_one(&mut *conn)
    .await?;
    sqlx::query!("UPDATE cart SET updated_at = now() WHERE id = $1", cart.get()).execute(conn).await?;
    Ok(CartItemId(id))
}

/// Sets the answers of a choice; false: there is none.
pub async fn answer(conn: &mut PgConnection, cart: CartId, item: CartItemId, fields: &Value) -> Result<bool> {
    let done =
        sqlx::query!("UPDATE cart_item SET fields = $3 WHERE id = $1 AND cart_id = $2", item.get(), cart.get(), fields)
            .execute(conn)
            .await?;
    Ok(done.rows_affected() == 1)
}

/// Sets the promotion, or removes it.
pub async fn set_promotion(conn: &mut PgConnection, cart: CartId, promotion: Option<PromotionId>) -> Result<()> {
    sqlx::query!(
        "UPDATE cart SET promotion_id = $2, updated_at = now() WHERE id = $1",
        cart.get(),
        promotion.map(PromotionId::get)
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Removes a choice. False: the cart has no such one.
pub async fn remove(conn: &mut PgConnection, cart: CartId, item: CartItemId) -> Result<bool> {
    let done = sqlx::query!("DELETE FROM cart_item WHERE cart_id = $1 AND id = $2", cart.get(), item.get())
        .execute(conn)
        .await?;
    Ok(done.rows_affected() == 1)
}
