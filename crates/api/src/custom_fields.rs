//! Custom fields: questions that the host adds to clients or to the services of a product.

use axum::Json;
use innkeeper_app::custom_fields::{self, FieldInput as FieldCommand, FieldRow};
use innkeeper_domain::{AnswerKind, CustomFieldId, FieldScope};
use innkeeper_web::AppState;
use innkeeper_web::extract::Id;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::Body;
use super::caller::Caller;
use super::params::{Page, Params, entry};
use super::problem::Answer;
use super::reply::{Created, Done, Made};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(get, update, delete))
}

/// A custom field.
#[derive(Serialize, ToSchema)]
struct CustomField {
    id: i64,
    /// `client` or `product`.
    #[schema(example = "client")]
    scope: &'static str,
    /// Asked for each service of this product; null: for each client.
    product_id: Option<i64>,
    product_name: Option<String>,
    #[schema(example = "birthday")]
    key: String,
    #[schema(example = "Birthday")]
    label: String,
    /// `text`, `number`, `date`, `choice` or `checkbox`.
    #[schema(example = "date")]
    kind: &'static str,
    /// What may be chosen.
    options: Vec<String>,
    required: bool,
    /// Clients see and answer it; else staff only.
    shown_to_client: bool,
    position: i32,
}

fn field(row: FieldRow) -> CustomField {
    CustomField {
        id: row.id.get(),
        scope: row.scope.as_str(),
        product_id: row.product_id,
        product_name: row.product_name,
        key: row.key,
        label: row.label,
        kind: row.kind.as_str(),
        options: row.options,
        required: row.required,
        shown_to_client: row.shown_to_client,
        position: row.position,
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct FieldQuery {
    /// `client` or `product`.
    #[param(value_type = Option<String>)]
    scope: Option<FieldScope>,
    /// Of this product.
    product_id: Option<i64>,
}

/// Custom fields, in the order of the form
#[utoipa::path(get, path = "/custom-fields", tag = "Custom fields", params(FieldQuery),
    responses((status = 200, body = Page<CustomField>)))]
async fn list(Caller { app, actor }: Caller, Params(query): Params<FieldQuery>) -> Answer<Page<CustomField>> {
    let product = query.product_id.map(Into::into);
    Ok(Page::whole(custom_fields::list_fields(&app, &actor, query.scope, product).await?, field))
}

/// A custom field
#[utoipa::path(get, path = "/custom-fields/{id}", tag = "Custom fields", responses((status = 200, body = CustomField)))]
async fn get(Caller { app, actor }: Caller, Id(id): Id<CustomFieldId>) -> Answer<Json<CustomField>> {
    entry(custom_fields::list_fields(&app, &actor, None, None).await?, "custom field", |row| row.id == id, field)
}

/// A custom field as staff write it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"key": "birthday", "label": "Birthday", "kind": "date", "shown_to_client": true}))]
struct FieldInput {
    /// Asked for each service of this product; left out: for each client. Cannot change later.
    #[serde(default)]
    product_id: Option<i64>,
    /// Lower-case letters, digits and underscores.
    key: String,
    label: String,
    /// `text`, `number`, `date`, `choice` or `checkbox`. Cannot change later.
    #[schema(value_type = String)]
    kind: AnswerKind,
    #[serde(default)]
    options: Vec<String>,
    #[serde(default)]
    required: bool,
    shown_to_client: bool,
    #[serde(default)]
    position: i32,
}

impl From<FieldInput> for FieldCommand {
    fn from(new: FieldInput) -> Self {
        let FieldInput { product_id, key, label, kind, options, required, shown_to_client, position } = new;
        Self { product_id: product_id.map(Into::into), key, label, kind, options, required, shown_to_client, position }
    }
}

/// Add a custom field
#[utoipa::path(post, path = "/custom-fields", tag = "Custom fields", request_body = FieldInput,
    responses((status = 201, body = Made)))]
async fn create(Caller { app, actor }: Caller, Body(new): Body<FieldInput>) -> Answer<Created<Made>> {
    Ok(Made::at("/custom-fields", custom_fields::create_field(&app, &actor, new.into()).await?))
}

/// Change a custom field
#[utoipa::path(put, path = "/custom-fields/{id}", tag = "Custom fields", request_body = FieldInput,
    responses((status = 204)))]
async fn update(Caller { app, actor }: Caller, Id(id): Id<CustomFieldId>, Body(new): Body<FieldInput>) -> Answer<Done> {
    custom_fields::update_field(&app, &actor, id, new.into()).await?;
    Ok(Done)
}

/// Remove a custom field and all answers to it
#[utoipa::path(delete, path = "/custom-fields/{id}", tag = "Custom fields", responses((status = 204)))]
async fn delete(Caller { app, actor }: Caller, Id(id): Id<CustomFieldId>) -> Answer<Done> {
    custom_fields::delete_field(&app, &actor, id).await?;
    Ok(Done)
}
