//! Promotions: codes that take something off.

use axum::Json;
use chrono::{DateTime, NaiveDate, Utc};
use innkeeper_app::promotions::{self, PromotionInput as Command, PromotionRow, StoredPromotion, UseRow};
use innkeeper_domain::{CycleId, DiscountKind, ProductId, PromotionClients, PromotionFor, PromotionId, TldId};
use innkeeper_web::AppState;
use innkeeper_web::extract::Id;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::body::Body;
use super::caller::Caller;
use super::money::{Amount, AmountInput};
use super::params::{Page, Params, Part};
use super::problem::{Answer, Problem};
use super::reply::{Created, Done, Made};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, update))
        .routes(routes!(retire))
        .routes(routes!(bring_back))
        .routes(routes!(uses))
}

/// A promotion.
#[derive(Serialize, ToSchema)]
struct PromotionEntry {
    id: i64,
    #[schema(example = "SUMMER20")]
    code: String,
    /// For staff.
    note: String,
    /// `percent`, `amount`, `price` or `setup`.
    #[schema(example = "percent")]
    kind: &'static str,
    /// Of the kind `percent`.
    #[schema(value_type = Option<String>, example = "20")]
    percent: Option<Decimal>,
    /// For so many periods of a service, the first included; null: for all.
    periods: Option<i32>,
    starts_on: Option<NaiveDate>,
    /// The last day.
    ends_on: Option<NaiveDate>,
    /// Orders that may use it; null: any number.
    max_uses: Option<i32>,
    /// Orders that used it and were not cancelled.
    uses: i32,
    /// `orders`, `changes` (what a change of plan costs at once) or `both`.
    #[schema(example = "orders")]
    counts_for: &'static str,
    /// `all`, `new` (who has not ordered before) or `existing`.
    #[schema(example = "all")]
    clients: &'static str,
    once_per_client: bool,
    /// It counts for one thing of a cart only, the first that it covers.
    one_item: bool,
    retired_at: Option<DateTime<Utc>>,
}

fn brief(row: PromotionRow) -> PromotionEntry {
    PromotionEntry {
        id: row.id.get(),
        code: row.code,
        note: row.note,
        kind: row.kind.as_str(),
        percent: row.percent.map(|fraction| (fraction * Decimal::ONE_HUNDRED).normalize()),
        periods: row.periods,
        starts_on: row.starts_on,
        ends_on: row.ends_on,
        max_uses: row.max_uses,
        uses: row.uses,
        counts_for: row.counts_for.as_str(),
        clients: row.clients.as_str(),
        once_per_client: row.once_per_client,
        one_item: row.one_item,
        retired_at: row.retired_at,
    }
}

/// A promotion with what it covers.
#[derive(Serialize, ToSchema)]
struct WholePromotion {
    #[serde(flatten)]
    promotion: PromotionEntry,
    /// Of the kinds `amount` and `price`, one for each currency; without tax.
    amounts: Vec<Amount>,
    /// Ids of products. No product and no extension: everything is covered.
    products: Vec<i64>,
    /// Ids of extensions.
    tlds: Vec<i64>,
    /// Ids of the billing cycles of products; empty: all.
    cycles: Vec<i64>,
    /// Ids of products of which one has to be in the cart, or to be the client's already; empty: none has to.
    requires: Vec<i64>,
}

fn whole(StoredPromotion { row, input }: StoredPromotion) -> WholePromotion {
    WholePromotion {
        promotion: brief(row),
        amounts: input.amounts.into_iter().map(Amount::from).collect(),
        products: input.products.into_iter().map(ProductId::get).collect(),
        tlds: input.tlds.into_iter().map(TldId::get).collect(),
        cycles: input.cycles.into_iter().map(CycleId::get).collect(),
        requires: input.requires.into_iter().map(ProductId::get).collect(),
    }
}

/// Which promotions.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// Retired ones, too.
    #[serde(default)]
    retired: bool,
    limit: Option<i64>,
    before: Option<i64>,
}

/// Promotions, newest first
#[utoipa::path(get, path = "/promotions", tag = "Catalogue", params(Filter),
    responses((status = 200, body = Page<PromotionEntry>)))]
async fn list(Caller { app, actor }: Caller, Params(filter): Params<Filter>) -> Answer<Page<PromotionEntry>> {
    let part = Part::new(filter.limit, filter.before)?;
    let before = part.before.map(PromotionId);
    let rows = promotions::list(&app, &actor, filter.retired, before, part.fetch()).await?;
    part.page(rows, |row| row.id.get(), |row| Ok(brief(row)))
}

/// A promotion
#[utoipa::path(get, path = "/promotions/{id}", tag = "Catalogue", responses((status = 200, body = WholePromotion)))]
async fn get(Caller { app, actor }: Caller, Id(id): Id<PromotionId>) -> Answer<Json<WholePromotion>> {
    Ok(Json(whole(promotions::get(&app, &actor, id).await?)))
}

/// A promotion as staff write it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PromotionInput, example = json!({"code": "SUMMER20", "kind": "percent", "percent": "20", "periods": 3}))]
struct Input {
    /// 3 to 40 letters, digits, - or _; clients may type it in small letters.
    code: String,
    #[serde(default)]
    note: String,
    /// `percent`, `amount`, `price` or `setup`.
    #[schema(value_type = String)]
    kind: DiscountKind,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    percent: Option<Decimal>,
    #[serde(default)]
    amounts: Vec<AmountInput>,
    /// Null: for all periods; missing: for the first one.
    #[serde(default = "first")]
    periods: Option<i32>,
    #[serde(default)]
    starts_on: Option<NaiveDate>,
    #[serde(default)]
    ends_on: Option<NaiveDate>,
    #[serde(default)]
    max_uses: Option<i32>,
    /// `orders`, `changes` or `both`; the last two of the kinds `percent` and `amount`.
    #[serde(default = "orders")]
    #[schema(value_type = String)]
    counts_for: PromotionFor,
    /// `all`, `new` or `existing`.
    #[serde(default = "everybody")]
    #[schema(value_type = String)]
    clients: PromotionClients,
    #[serde(default)]
    once_per_client: bool,
    #[serde(default)]
    one_item: bool,
    #[serde(default)]
    products: Vec<i64>,
    #[serde(default)]
    tlds: Vec<i64>,
    #[serde(default)]
    cycles: Vec<i64>,
    #[serde(default)]
    requires: Vec<i64>,
}

const fn first() -> Option<i32> {
    Some(1)
}

const fn orders() -> PromotionFor {
    PromotionFor::Orders
}

const fn everybody() -> PromotionClients {
    PromotionClients::All
}

fn command(new: Input) -> Answer<Command> {
    let amount = |(n, amount): (usize, &AmountInput)| amount.money(&format!("amounts.{n}"));
    Ok::<_, Problem>(Command {
        code: new.code,
        note: new.note,
        kind: new.kind,
        percent: new.percent,
        amounts: new.amounts.iter().enumerate().map(amount).collect::<Answer<_>>()?,
        periods: new.periods,
        starts_on: new.starts_on,
        ends_on: new.ends_on,
        max_uses: new.max_uses,
        counts_for: new.counts_for,
        clients: new.clients,
        once_per_client: new.once_per_client,
        one_item: new.one_item,
        products: new.products.into_iter().map(ProductId).collect(),
        tlds: new.tlds.into_iter().map(TldId).collect(),
        cycles: new.cycles.into_iter().map(CycleId).collect(),
        requires: new.requires.into_iter().map(ProductId).collect(),
    })
}

/// Add a promotion
#[utoipa::path(post, path = "/promotions", tag = "Catalogue", request_body = Input,
    responses((status = 201, body = Made)))]
async fn create(Caller { app, actor }: Caller, Body(new): Body<Input>) -> Answer<Created<Made>> {
    Ok(Made::at("/promotions", promotions::create(&app, &actor, command(new)?).await?))
}

/// Change a promotion for orders to come
///
/// What services were promised stays as it was.
#[utoipa::path(put, path = "/promotions/{id}", tag = "Catalogue", request_body = Input, responses((status = 204)))]
async fn update(Caller { app, actor }: Caller, Id(id): Id<PromotionId>, Body(new): Body<Input>) -> Answer<Done> {
    promotions::update(&app, &actor, id, command(new)?).await?;
    Ok(Done)
}

/// End a promotion: nobody can use its code any more
#[utoipa::path(post, path = "/promotions/{id}/retire", tag = "Catalogue", responses((status = 204)))]
async fn retire(Caller { app, actor }: Caller, Id(id): Id<PromotionId>) -> Answer<Done> {
    promotions::retire(&app, &actor, id).await?;
    Ok(Done)
}

/// Let an ended promotion be used again
#[utoipa::path(post, path = "/promotions/{id}/bring-back", tag = "Catalogue", responses((status = 204)))]
async fn bring_back(Caller { app, actor }: Caller, Id(id): Id<PromotionId>) -> Answer<Done> {
    promotions::bring_back(&app, &actor, id).await?;
    Ok(Done)
}

/// An order or a change of plan that used a promotion.
#[derive(Serialize, ToSchema)]
struct PromotionUse {
    id: i64,
    client_id: i64,
    client_name: String,
    /// Null: a change of plan did.
    order_id: Option<i64>,
    /// Of a change of plan.
    service_id: Option<i64>,
    used_at: DateTime<Utc>,
    /// When it was cancelled: then it no longer counts.
    released_at: Option<DateTime<Utc>>,
}

fn used(row: UseRow) -> PromotionUse {
    let UseRow { id, client_id, client_name, order_id, service_id, used_at, released_at } = row;
    PromotionUse { id, client_id: client_id.get(), client_name, order_id, service_id, used_at, released_at }
}

/// Which of them.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Slice {
    limit: Option<i64>,
    before: Option<i64>,
}

/// The orders and changes of plan that used a promotion, newest first
#[utoipa::path(get, path = "/promotions/{id}/uses", tag = "Catalogue", params(Slice),
    responses((status = 200, body = Page<PromotionUse>)))]
async fn uses(
    Caller { app, actor }: Caller,
    Id(id): Id<PromotionId>,
    Params(slice): Params<Slice>,
) -> Answer<Page<PromotionUse>> {
    let part = Part::new(slice.limit, slice.before)?;
    promotions::get(&app, &actor, id).await?;
    let rows = promotions::uses(&app, &actor, id, part.before, part.fetch()).await?;
    part.page(rows, |row| row.id, |row| Ok(used(row)))
}
