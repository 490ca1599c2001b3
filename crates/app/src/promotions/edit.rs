//! Promotions as staff make them.

use chrono::NaiveDate;
use innkeeper_db::promotions::{self as db, PromotionFields, Scope};
use innkeeper_domain::{
    Currency, CycleId, DiscountKind, Money, Permission, ProductId, PromotionClients, PromotionFor, PromotionId, Rate,
    TldId,
};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{Actor, App, AppError, Checks, Result};

pub use db::{PromotionRow, UseRow};

/// A promotion as staff write it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PromotionInput {
    /// What clients type; letters may be small or large.
    pub code: String,
    /// For staff.
    #[serde(default)]
    pub note: String,
    pub kind: DiscountKind,
    /// Of the kind `percent`: above 0 and at most 100.
    #[serde(default)]
    pub percent: Option<Decimal>,
    /// Of the kinds `amount` and `price`: one for each currency in which it can be used; without tax.
    #[serde(default)]
    pub amounts: Vec<Money>,
    /// For so many periods of a service, the first included; none: for all.
    pub periods: Option<i32>,
    #[serde(default)]
    pub starts_on: Option<NaiveDate>,
    /// The last day.
    #[serde(default)]
    pub ends_on: Option<NaiveDate>,
    /// Orders that may use it; none: any number.
    #[serde(default)]
    pub max_uses: Option<i32>,
    /// Whether it takes something off orders, changes of plan, or both.
    #[serde(default = "of_orders")]
    pub counts_for: PromotionFor,
    pub clients: PromotionClients,
    #[serde(default)]
    pub once_per_client: bool,
    /// It counts for one thing of the cart only, the first that it covers.
    #[serde(default)]
    pub one_item: bool,
    /// What it covers; no product and no extension: everything.
    #[serde(default)]
    pub products: Vec<ProductId>,
    #[serde(default)]
    pub tlds: Vec<TldId>,
    /// Rhythms of the products; empty: all.
    #[serde(default)]
    pub cycles: Vec<CycleId>,
    /// One of these has to be in the cart, too, or to be the client's already; empty: none.
    #[serde(default)]
    pub requires: Vec<ProductId>,
}

fn of_orders() -> PromotionFor {
    PromotionFor::Orders
}

/// A promotion with what it covers.
#[derive(Clone, Debug)]
pub struct StoredPromotion {
    pub row: PromotionRow,
    pub input: PromotionInput,
}

/// Promotions, newest first.
pub async fn list(
    app: &App,
    actor: &Actor,
    retired: bool,
    before: Option<PromotionId>,
    limit: i64,
) -> Result<Vec<PromotionRow>> {
    actor.require(Permission::CatalogueRead)?;
    Ok(db::list(&mut *app.conn().await?, retired, before, limit).await?)
}

/// One promotion.
pub async fn get(app: &App, actor: &Actor, id: PromotionId) -> Result<StoredPromotion> {
    actor.require(Permission::CatalogueRead)?;
    let mut conn = app.conn().await?;
    let row = db::get(&mut conn, id).await?.ok_or(AppError::NotFound("promotion"))?;
    let scope = db::scope(&mut conn, id).await?;
    Ok(StoredPromotion { input: written(&row, scope), row })
}

/// Who used it, newest first.
pub async fn uses(app: &App, actor: &Actor, id: PromotionId, before: Option<i64>, limit: i64) -> Result<Vec<UseRow>> {
    actor.require(Permission::CatalogueRead)?;
    Ok(db::uses(&mut *app.conn().await?, id, before, limit).await?)
}

/// Makes a promotion.
pub async fn create(app: &App, actor: &Actor, input: PromotionInput) -> Result<PromotionId> {
    actor.require(Permission::CatalogueWrite)?;
    let (input, rate) = check(input)?;
    let mut tx = app.begin(actor).await?;
    let id = db::insert(tx.conn(), &fields(&input, rate)).await.map_err(refused)?;
    db::set_scope(tx.conn(), id, &scope(&input)).await.map_err(refused)?;
    tx.audit("promotion.create", "promotion", id, json!({ "after": input })).await?;
    tx.commit().await?;
    Ok(id)
}

/// Changes a promotion for orders to come. What services were promised stays as it was.
pub async fn update(app: &App, actor: &Actor, id: PromotionId, input: PromotionInput) -> Result<()> {
    actor.require(Permission::CatalogueWrite)?;
    let (input, rate) = check(input)?;
    let mut tx = app.begin(actor).await?;
    let before = db::get(tx.conn(), id).await?.ok_or(AppError::NotFound("promotion"))?;
    let covered = db::scope(tx.conn(), id).await?;
    db::update(tx.conn(), id, &fields(&input, rate)).await.map_err(refused)?;
    db::set_scope(tx.conn(), id, &scope(&input)).await.map_err(refused)?;
    let before = written(&before, covered);
    tx.audit("promotion.update", "promotion", id, json!({ "before": before, "after": input })).await?;
    tx.commit().await
}

/// Ends it: nobody can use its code any more.
pub async fn retire(app: &App, actor: &Actor, id: PromotionId) -> Result<()> {
    set_retired(app, actor, id, true).await
}

/// Lets it be used again.
pub async fn bring_back(app: &App, actor: &Actor, id: PromotionId) -> Result<()> {
    set_retired(app, actor, id, false).await
}

async fn set_retired(app: &App, actor: &Actor, id: PromotionId, retired: bool) -> Result<()> {
    actor.require(Permission::CatalogueWrite)?;
    let mut tx = app.begin(actor).await?;
    db::get(tx.conn(), id).await?.ok_or(AppError::NotFound("promotion"))?;
    let at = retired.then(|| tx.now());
    db::set_retired(tx.conn(), id, at).await?;
    tx.audit(if retired { "promotion.retire" } else { "promotion.bring_back" }, "promotion", id, json!({})).await?;
    tx.commit().await
}

/// Trims what was written, and judges it.
fn check(mut input: PromotionInput) -> Result<(PromotionInput, Option<Rate>)> {
    input.code = input.code.trim().to_uppercase();
    let mut checks = Checks::default();
    let fine = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit();
    let spelt = input.code.starts_with(fine) && input.code.chars().all(|c| fine(c) || c == '-' || c == '_');
    let long = (3..=40).contains(&input.code.len());
    checks.require(spelt && long, "code", "must be 3 to 40 letters, digits, - or _, and begin with a letter or digit");
    checks.text("note", &input.note, 1000, false);
    let rate = input.percent.filter(|_| input.kind == DiscountKind::Percent).and_then(Rate::from_percent);
    let is_share = rate.is_some_and(|rate| !rate.is_zero() && rate.fraction() <= Decimal::ONE);
    checks.require(
        input.kind != DiscountKind::Percent || is_share,
        "percent",
        "must be above 0 and at most 100, with at most 3 decimals",
    );
    let takes_off = matches!(input.kind, DiscountKind::Percent | DiscountKind::Amount);
    checks.require(
        takes_off || input.counts_for == PromotionFor::Orders,
        "counts_for",
        "must be orders, unless it takes a share or an amount off",
    );
    amounts(&input, &mut checks);
    let positive = |number: Option<i32>| number.is_none_or(|n| (1..=1_000_000).contains(&n));
    checks.require(positive(input.periods), "periods", "must be at least 1, or empty for all");
    checks.require(positive(input.max_uses), "max_uses", "must be at least 1, or empty for any number");
    let in_order = input.starts_on.zip(input.ends_on).is_none_or(|(start, end)| start <= end);
    checks.require(in_order, "ends_on", "must not be before the first day");
    checks.finish()?;
    for ids in [&mut input.products, &mut input.requires] {
        ids.sort_unstable();
        ids.dedup();
    }
    input.tlds.sort_unstable();
    input.tlds.dedup();
    input.cycles.sort_unstable();
    input.cycles.dedup();
    Ok((input, rate))
}

fn amounts(input: &PromotionInput, checks: &mut Checks) {
    let takes = matches!(input.kind, DiscountKind::Amount | DiscountKind::Price);
    checks.require(!takes || !input.amounts.is_empty(), "amounts", "must be given in at least one currency");
    for (n, money) in input.amounts.iter().enumerate() {
        let field = format!("amounts.{n}");
        let least = if input.kind == DiscountKind::Amount { 1 } else { 0 };
        checks.require(money.minor() >= least, &field, "must be more than nothing");
        let twice = input.amounts.iter().take(n).any(|other| other.currency() == money.currency());
        checks.require(!twice, &field, "is given twice in this currency");
    }
}

fn fields(input: &PromotionInput, rate: Option<Rate>) -> PromotionFields<'_> {
    PromotionFields {
        code: &input.code,
        note: input.note.trim(),
        kind: input.kind,
        percent: rate.map(Rate::fraction),
        periods: input.periods,
        starts_on: input.starts_on,
        ends_on: input.ends_on,
        max_uses: input.max_uses,
        counts_for: input.counts_for,
        clients: input.clients,
        once_per_client: input.once_per_client,
        one_item: input.one_item,
    }
}

fn scope(input: &PromotionInput) -> Scope {
    let takes = matches!(input.kind, DiscountKind::Amount | DiscountKind::Price);
    let amounts = input.amounts.iter().filter(|_| takes).map(|money| (money.currency(), money.minor()));
    Scope {
        amounts: amounts.collect::<Vec<(Currency, i64)>>(),
        products: input.products.clone(),
        tlds: input.tlds.clone(),
        cycles: input.cycles.clone(),
        requires: input.requires.clone(),
    }
}

fn written(row: &PromotionRow, scope: Scope) -> PromotionInput {
    PromotionInput {
        code: row.code.clone(),
        note: row.note.clone(),
        kind: *row.kind,
        percent: row.percent.map(|fraction| (fraction * Decimal::ONE_HUNDRED).normalize()),
        amounts: scope.amounts.into_iter().map(|(currency, minor)| Money::new(minor, currency)).collect(),
        periods: row.periods,
        starts_on: row.starts_on,
        ends_on: row.ends_on,
        max_uses: row.max_uses,
        counts_for: *row.counts_for,
        clients: *row.clients,
        once_per_client: row.once_per_client,
        one_item: row.one_item,
        products: scope.products,
        tlds: scope.tlds,
        cycles: scope.cycles,
        requires: scope.requires,
    }
}

fn refused(error: innkeeper_db::Error) -> AppError {
    match innkeeper_db::conflict(&error) {
        Some("promotion_code_key") => AppError::invalid("code", "is taken by another promotion"),
        Some("promotion_within_its_uses") => {
            AppError::invalid("max_uses", "is less than the number of orders that used it already")
        }
        Some("promotion_amount_currency_fkey") => AppError::invalid("amounts", "has a currency that is not set up"),
        Some("promotion_product_product_id_fkey" | "promotion_requires_product_id_fkey") => {
            AppError::invalid("products", "has a product that there is not")
        }
        Some("promotion_tld_tld_id_fkey") => AppError::invalid("tlds", "has an extension that there is not"),
        Some("promotion_cycle_cycle_id_fkey") => AppError::invalid("cycles", "has a billing cycle that there is not"),
        _ => error.into(),
    }
}
