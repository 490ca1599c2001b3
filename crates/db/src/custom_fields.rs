//! Custom fields of clients and products.

use innkeeper_domain::{AnswerKind, CustomFieldId, FieldScope, ProductId, ServiceId};
use serde_json::Value;
use sqlx::{PgConnection, Result};

use crate::Text;

/// A custom field.
#[derive(Clone, Debug)]
pub struct FieldRow {
    pub id: CustomFieldId,
    pub scope: Text<FieldScope>,
    pub product_id: Option<i64>,
    pub product_name: Option<String>,
    pub key: String,
    pub label: String,
    pub kind: Text<AnswerKind>,
    pub options: Vec<String>,
    pub required: bool,
    pub shown_to_client: bool,
    pub position: i32,
}

/// What is stored of a field.
pub struct FieldFields<'a> {
    pub key: &'a str,
    pub label: &'a str,
    pub kind: AnswerKind,
    pub options: &'a [String],
    pub required: bool,
    pub shown_to_client: bool,
    pub position: i32,
}

/// Which fields to list.
#[derive(Clone, Copy, Default)]
pub struct FieldFilter {
    pub id: Option<CustomFieldId>,
    pub scope: Option<FieldScope>,
    pub product: Option<ProductId>,
}

/// The fields, in the order of the form.
pub async fn list(conn: &mut PgConnection, filter: FieldFilter) -> Result<Vec<FieldRow>> {
    sqlx::query_as!(
        FieldRow,
        r#"SELECT f.id, f.scope AS "scope: _", f.product_id, p.name AS "product_name?", f.key, f.label, f.kind AS "kind: _",
                  f.options, f.required, f.shown_to_client, f.position
           FROM custom_field f LEFT JOIN product p ON p.id = f.product_id
           WHERE ($1::bigint IS NULL OR f.id = $1) AND ($2::text IS NULL OR f.scope = $2)
             AND ($3::bigint IS NULL OR f.product_id = $3)
           ORDER BY f.scope, f.product_id, f.position, f.id"#,
        filter.id.map(CustomFieldId::get),
        filter.scope.map(FieldScope::as_str),
        filter.product.map(ProductId::get)
    )
    .fetch_all(conn)
    .await
}

/// Adds a field; of a product, or of every client. Fails on `custom_field_scope_product_id_key_key` if its key is taken.
pub async fn insert(
    conn: &mut PgConnection,
    product: Option<ProductId>,
    field: &FieldFields<'_>,
) -> Result<CustomFieldId> {
    let scope = if product.is_some() { FieldScope::Product } else { FieldScope::Client };
    let id = sqlx::query_scalar!(
        "INSERT INTO custom_field (scope, product_id, key, label, kind, options, required, shown_to_client, position)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id",
        scope.as_str(),
        product.map(ProductId::get),
        field.key,
        field.label,
        field.kind.as_str(),
        field.options,
        field.required,
        field.shown_to_client,
        field.position
    )
    .fetch_one(conn)
    .await?;
    Ok(CustomFieldId(id))
}

/// Changes a field. Its kind stays: the values on record were checked for it.
pub async fn update(conn: &mut PgConnection, id: CustomFieldId, field: &FieldFields<'_>) -> Result<()> {
    sqlx::query!(
        "UPDATE custom_field SET key = $2, label = $3, options = $4, required = $5, shown_to_client = $6, position = $7
         WHERE id = $1",
        id.get(),
        field.key,
        field.label,
        field.options,
        field.required,
        field.shown_to_client,
        field.position
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Removes a field with the values on record.
pub async fn delete(conn: &mut PgConnection, id: CustomFieldId) -> Result<()> {
    sqlx::query!("DELETE FROM client_field_value WHERE field_id = $1", id.get()).execute(&mut *conn).await?;
    sqlx::query!("DELETE FROM service_field_value WHERE field_id = $1", id.get()).execute(&mut *conn).await?;
    sqlx::query!("DELETE FROM custom_field WHERE id = $1", id.get()).execute(conn).await?;
    Ok(())
}

/// Keeps the answers of an order, `{"<field id>": "<answer>"}`, with its service. Fields removed since are left out.
pub async fn answer(conn: &mut PgConnection, service: ServiceId, answers: &Value) -> Result<()> {
    sqlx::query!(
        "INSERT INTO service_field_value (service_id, field_id, value)
         SELECT $1, f.id, a.value FROM jsonb_each_text($2) a JOIN custom_field f ON f.id = a.key::bigint",
        service.get(),
        answers
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The answer to a custom field.
#[derive(Clone, Debug)]
pub struct AnswerRow {
    pub key: String,
    pub label: String,
    pub value: String,
    pub shown_to_client: bool,
}

/// What was answered about a service, in the order of the form.
pub async fn answers(conn: &mut PgConnection, service: ServiceId) -> Result<Vec<AnswerRow>> {
    sqlx::query_as!(
        AnswerRow,
        "SELECT f.key, f.label, v.value, f.shown_to_client
         FROM service_field_value v JOIN custom_field f ON f.id = v.field_id
         WHERE v.service_id = $1 ORDER BY f.position, f.id",
        service.get()
    )
    .fetch_all(conn)
    .await
}
