//! Bundles: products that are sold together for less.

use chrono::{DateTime, Utc};
use innkeeper_app::bundles::{self, Bundle as Stored, BundleInput as Command};
use innkeeper_domain::{BundleId, CycleId, ProductId, PromotionId};
use innkeeper_web::AppState;
use innkeeper_web::extract::Id;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::Body;
use super::caller::Caller;
use super::params::Page;
use super::problem::Answer;
use super::reply::{Created, Done, Made};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(update))
        .routes(routes!(retire))
        .routes(routes!(bring_back))
}

/// Products that are sold together.
#[derive(Serialize, ToSchema)]
pub(super) struct Bundle {
    id: i64,
    #[schema(example = "Starter")]
    name: String,
    /// Its address in the shop.
    #[schema(example = "starter")]
    slug: String,
    description: String,
    /// What is taken off once all of it is in a cart, for one of each.
    promotion_id: i64,
    /// What is typed to have that.
    #[schema(example = "STARTER")]
    code: String,
    /// Lower comes first.
    position: i32,
    retired_at: Option<DateTime<Utc>>,
    items: Vec<BundlePart>,
}

/// A product of a bundle.
#[derive(Serialize, ToSchema)]
struct BundlePart {
    product_id: i64,
    #[schema(example = "Mailbox 10 GB")]
    product_name: String,
    cycle_id: i64,
    #[schema(example = "Monthly")]
    cycle_name: String,
}

pub(super) fn bundle(Stored { row, items }: Stored) -> Bundle {
    let part = |item: bundles::BundleItem| BundlePart {
        product_id: item.product_id.get(),
        product_name: item.product,
        cycle_id: item.cycle_id.get(),
        cycle_name: item.cycle,
    };
    Bundle {
        id: row.id.get(),
        name: row.name,
        slug: row.slug,
        description: row.description,
        promotion_id: row.promotion_id.get(),
        code: row.code,
        position: row.position,
        retired_at: row.retired_at,
        items: items.into_iter().map(part).collect(),
    }
}

/// Bundles in the order of the shop, retired ones last
#[utoipa::path(get, path = "/bundles", tag = "Catalogue", responses((status = 200, body = Page<Bundle>)))]
async fn list(Caller { app, actor }: Caller) -> Answer<Page<Bundle>> {
    Ok(Page::whole(bundles::list(&app, &actor).await?, bundle))
}

/// A bundle as staff write it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Starter", "promotion_id": 1, "items": [{"product_id": 1, "cycle_id": 1}, {"product_id": 2, "cycle_id": 1}]}))]
struct BundleInput {
    name: String,
    /// Made from the name if it is missing.
    #[serde(default)]
    slug: String,
    #[serde(default)]
    description: String,
    /// Of no other bundle.
    promotion_id: i64,
    #[serde(default)]
    position: i32,
    /// From 2 to 10, each product once.
    items: Vec<PartInput>,
}

/// A product in a rhythm.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PartInput {
    product_id: i64,
    cycle_id: i64,
}

fn command(new: BundleInput) -> Command {
    Command {
        name: new.name,
        slug: new.slug,
        description: new.description,
        promotion_id: PromotionId(new.promotion_id),
        position: new.position,
        items: new.items.into_iter().map(|item| (ProductId(item.product_id), CycleId(item.cycle_id))).collect(),
    }
}

/// Make a bundle
#[utoipa::path(post, path = "/bundles", tag = "Catalogue", request_body = BundleInput,
    responses((status = 201, body = Made)))]
async fn create(Caller { app, actor }: Caller, Body(new): Body<BundleInput>) -> Answer<Created<Made>> {
    let id = bundles::create(&app, &actor, command(new)).await?;
    Ok(Created("/bundles".to_owned(), Made { id: id.get() }))
}

/// Change a bundle for orders to come
#[utoipa::path(put, path = "/bundles/{id}", tag = "Catalogue", request_body = BundleInput, responses((status = 204)))]
async fn update(Caller { app, actor }: Caller, Id(id): Id<BundleId>, Body(new): Body<BundleInput>) -> Answer<Done> {
    bundles::update(&app, &actor, id, command(new)).await?;
    Ok(Done)
}

/// Take a bundle off the shelf, and its code with it
#[utoipa::path(post, path = "/bundles/{id}/retire", tag = "Catalogue", responses((status = 204)))]
async fn retire(Caller { app, actor }: Caller, Id(id): Id<BundleId>) -> Answer<Done> {
    bundles::set_retired(&app, &actor, id, true).await?;
    Ok(Done)
}

/// Put a bundle back on the shelf
#[utoipa::path(post, path = "/bundles/{id}/bring-back", tag = "Catalogue", responses((status = 204)))]
async fn bring_back(Caller { app, actor }: Caller, Id(id): Id<BundleId>) -> Answer<Done> {
    bundles::set_retired(&app, &actor, id, false).await?;
    Ok(Done)
}
