//! Definitions of custom fields.

use innkeeper_db::{
    custom_fields::{self, FieldFields, FieldFilter, FieldRow},
    products,
};
use innkeeper_domain::{AnswerKind, CustomFieldId, FieldScope, Permission, ProductId};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{Actor, App, AppError, Checks, Result, catalogue::taken};

/// A custom field as staff write it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FieldInput {
    /// Asked for each service of this product; none: for each client. Cannot change later.
    #[serde(default)]
    pub product_id: Option<ProductId>,
    /// Name in the API and in hooks: lower-case letters, digits and underscores; unique in its scope.
    pub key: String,
    /// Shown to people.
    pub label: String,
    /// How it is asked. Cannot change later.
    pub kind: AnswerKind,
    /// What may be chosen, for a choice.
    #[serde(default)]
    pub options: Vec<String>,
    /// Must be answered.
    #[serde(default)]
    pub required: bool,
    /// Clients see and answer it; else staff only.
    pub shown_to_client: bool,
    /// Lower comes first.
    #[serde(default)]
    pub position: i32,
}

/// Fields of clients, of all products (`None`), or of one product.
pub async fn list_fields(
    app: &App,
    actor: &Actor,
    scope: Option<FieldScope>,
    product: Option<ProductId>,
) -> Result<Vec<FieldRow>> {
    actor.require(Permission::CatalogueRead)?;
    Ok(custom_fields::list(&mut *app.conn().await?, FieldFilter { scope, product, ..FieldFilter::default() }).await?)
}

/// Adds a field.
pub async fn create_field(app: &App, actor: &Actor, mut input: FieldInput) -> Result<CustomFieldId> {
    actor.require(Permission::CatalogueWrite)?;
    let mut tx = app.begin(actor).await?;
    let known = match input.product_id {
        Some(product) => products::get(tx.conn(), product).await?.is_some(),
        None => true,
    };
    check(&mut input, known)?;
    let id = custom_fields::insert(tx.conn(), input.product_id, &fields(&input)).await.map_err(key_taken)?;
    tx.audit("custom_field.create", "custom_field", id, json!({ "after": input })).await?;
    tx.commit().await?;
    Ok(id)
}

/// Changes a field. What it asks about and its kind stay; answers on record stay.
pub async fn update_field(app: &App, actor: &Actor, id: CustomFieldId, mut input: FieldInput) -> Result<()> {
    actor.require(Permission::CatalogueWrite)?;
    let mut tx = app.begin(actor).await?;
    let found = custom_fields::list(tx.conn(), FieldFilter { id: Some(id), ..FieldFilter::default() }).await?.pop();
    let before = written(found.ok_or(AppError::NotFound("custom field"))?);
    if before.kind != input.kind {
        return Err(AppError::invalid("kind", "cannot change: add another field instead"));
    }
    if before.product_id != input.product_id {
        return Err(AppError::invalid("product_id", "cannot change: add another field instead"));
    }
    check(&mut input, true)?;
    custom_fields::update(tx.conn(), id, &fields(&input)).await.map_err(key_taken)?;
    tx.audit("custom_field.update", "custom_field", id, json!({ "before": before, "after": input })).await?;
    tx.commit().await
}

/// Removes a field and all answers to it, for good.
pub async fn delete_field(app: &App, actor: &Actor, id: CustomFieldId) -> Result<()> {
    actor.require(Permission::CatalogueWrite)?;
    let mut tx = app.begin(actor).await?;
    let found = custom_fields::list(tx.conn(), FieldFilter { id: Some(id), ..FieldFilter::default() }).await?.pop();
    let before = written(found.ok_or(AppError::NotFound("custom field"))?);
    custom_fields::delete(tx.conn(), id).await?;
    tx.audit("custom_field.delete", "custom_field", id, json!({ "before": before })).await?;
    tx.commit().await
}

fn check(input: &mut FieldInput, product_known: bool) -> Result<()> {
    input.options = input.options.iter().map(|o| o.trim().to_owned()).filter(|o| !o.is_empty()).collect();
    let mut checks = Checks::default();
    checks.require(product_known, "product_id", "is not a product");
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    let key_ok = (1..=40).contains(&input.key.len()) && input.key.bytes().all(plain);
    checks.require(key_ok, "key", "must be 1 to 40 lower-case letters, digits and underscores");
    checks.text("label", &input.label, 100, true);
    let choice = input.kind == AnswerKind::Choice;
    checks.require(!choice || !input.options.is_empty(), "options", "must list at least one choice");
    checks.require(choice || input.options.is_empty(), "options", "must be empty: only a choice has options");
    checks.require(
        input.options.iter().all(|o| o.chars().count() <= 100),
        "options",
        "must have at most 100 characters each",
    );
    checks.finish()
}

fn fields(input: &FieldInput) -> FieldFields<'_> {
    FieldFields {
        key: &input.key,
        label: input.label.trim(),
        kind: input.kind,
        options: &input.options,
        required: input.required,
        shown_to_client: input.shown_to_client,
        position: input.position,
    }
}

fn written(row: FieldRow) -> FieldInput {
    FieldInput {
        product_id: row.product_id.map(ProductId),
        key: row.key,
        label: row.label,
        kind: *row.kind,
        options: row.options,
        required: row.required,
        shown_to_client: row.shown_to_client,
        position: row.position,
    }
}

fn key_taken(error: innkeeper_db::Error) -> AppError {
    taken(error, "custom_field_scope_product_id_key_key", "key", "is the key of another field here")
}
