//! Promotions: codes, what they cover, and who used them.

use chrono::{DateTime, NaiveDate, Utc};
use innkeeper_domain::{
    ClientId, Currency, CycleId, Discount, DiscountKind, DomainId, OrderId, ProductId, PromotionClients, PromotionFor,
    PromotionId, Rate, ServiceId, TldId,
};
use rust_decimal::Decimal;
use sqlx::{PgConnection, Result};

use crate::Text;

/// A promotion without what it covers. `percent` is a fraction.
#[derive(Clone, Debug)]
pub struct PromotionRow {
    pub id: PromotionId,
    pub code: String,
    pub note: String,
    pub kind: Text<DiscountKind>,
    pub percent: Option<Decimal>,
    pub periods: Option<i32>,
    pub starts_on: Option<NaiveDate>,
    pub ends_on: Option<NaiveDate>,
    pub max_uses: Option<i32>,
    pub uses: i32,
    pub counts_for: Text<PromotionFor>,
    pub clients: Text<PromotionClients>,
    pub once_per_client: bool,
    pub one_item: bool,
    pub retired_at: Option<DateTime<Utc>>,
}

/// Amounts and what a promotion covers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    pub amounts: Vec<(Currency, i64)>,
    pub products: Vec<ProductId>,
    pub tlds: Vec<TldId>,
    pub cycles: Vec<CycleId>,
    pub requires: Vec<ProductId>,
}

/// What is stored of a promotion.
pub struct PromotionFields<'a> {
    pub code: &'a str,
    pub note: &'a str,
    pub kind: DiscountKind,
    pub percent: Option<Decimal>,
    pub periods: Option<i32>,
    pub starts_on: Option<NaiveDate>,
    pub ends_on: Option<NaiveDate>,
    pub max_uses: Option<i32>,
    pub counts_for: PromotionFor,
    pub clients: PromotionClients,
    pub once_per_client: bool,
    pub one_item: bool,
}

/// Promotions, newest first; `retired`: those that are, too.
pub async fn list(
    conn: &mut PgConnection,
    retired: bool,
    before: Option<PromotionId>,
    limit: i64,
) -> Result<Vec<PromotionRow>> {
    sqlx::query_as!(
        PromotionRow,
        r#"SELECT id, code, note, kind AS "kind: _", percent, periods, starts_on, ends_on, max_uses, uses,
                  counts_for AS "counts_for: _", clients AS "clients: _", once_per_client, one_item, retired_at
           FROM promotion WHERE ($1 OR retired_at IS NULL) AND ($2::bigint IS NULL OR id < $2) ORDER BY id DESC LIMIT $3"#,
        retired,
        before.map(PromotionId::get),
        limit
    )
    .fetch_all(conn)
    .await
}

/// The promotion.
pub async fn get(conn: &mut PgConnection, id: PromotionId) -> Result<Option<PromotionRow>> {
    let next = PromotionId(id.get().saturating_add(1));
    Ok(list(conn, true, Some(next), 1).await?.into_iter().find(|row| row.id == id))
}

/// Amounts and what it covers.
pub async fn scope(conn: &mut PgConnection, id: PromotionId) -> Result<Scope> {
    let amounts = sqlx::query!(
        r#"SELECT currency AS "currency: Text<Currency>", amount FROM promotion_amount WHERE promotion_id = $1 ORDER BY currency"#,
        id.get()
    )
    .fetch_all(&mut *conn)
    .await?;
    let row = sqlx::query!(
        r#"SELECT ARRAY(SELECT product_id FROM promotion_product WHERE promotion_id = $1 ORDER BY 1) AS "products!",
                  ARRAY(SELECT tld_id FROM promotion_tld WHERE promotion_id = $1 ORDER BY 1) AS "tlds!",
                  ARRAY(SELECT cycle_id FROM promotion_cycle WHERE promotion_id = $1 ORDER BY 1) AS "cycles!",
                  ARRAY(SELECT product_id FROM promotion_requires WHERE promotion_id = $1 ORDER BY 1) AS "requires!""#,
        id.get()
    )
    .fetch_one(conn)
    .await?;
    Ok(Scope {
        amounts: amounts.into_iter().map(|row| (row.currency.0, row.amount)).collect(),
        products: row.products.into_iter().map(ProductId).collect(),
        tlds: row.tlds.into_iter().map(TldId).collect(),
        cycles: row.cycles.into_iter().map(CycleId).collect(),
        requires: row.requires.into_iter().map(ProductId).collect(),
    })
}

/// Adds a promotion. Fails on `promotion_code_key` if there is one with that code.
pub async fn insert(conn: &mut PgConnection, new: &PromotionFields<'_>) -> Result<PromotionId> {
    let id = sqlx::query_scalar!(
        "INSERT INTO promotion (code, note, kind, percent, periods, starts_on, ends_on, max_uses, clients,
                                once_per_client, one_item, counts_for)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) RETURNING id",
        new.code,
        new.note,
        new.kind.as_str(),
        new.percent,
        new.periods,
        new.starts_on,
        new.ends_on,
        new.max_uses,
        new.clients.as_str(),
        new.once_per_client,
        new.one_item,
        new.counts_for.as_str()
    )
    .fetch_one(conn)
    .await?;
    Ok(PromotionId(id))
}

/// Changes it. Fails on `promotion_within_its_uses` if it was used more often than it may be.
pub async fn update(conn: &mut PgConnection, id: PromotionId, new: &PromotionFields<'_>) -> Result<()> {
    sqlx::query!(
        "UPDATE promotion SET code = $2, note = $3, kind = $4, percent = $5, periods = $6, starts_on = $7, ends_on = $8,
                max_uses = $9, clients = $10, once_per_client = $11, one_item = $12, counts_for = $13 WHERE id = $1",
        id.get(),
        new.code,
        new.note,
        new.kind.as_str(),
        new.percent,
        new.periods,
        new.starts_on,
        new.ends_on,
        new.max_uses,
        new.clients.as_str(),
        new.once_per_client,
        new.one_item,
        new.counts_for.as_str()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Sets its amounts and what it covers, instead of what was there.
pub async fn set_scope(conn: &mut PgConnection, id: PromotionId, scope: &Scope) -> Result<()> {
    let (currencies, amounts): (Vec<&str>, Vec<i64>) = scope.amounts.iter().map(|(c, n)| (c.code(), *n)).unzip();
    sqlx::query!(
        "WITH a AS (DELETE FROM promotion_amount WHERE promotion_id = $1),
              p AS (DELETE FROM promotion_product WHERE promotion_id = $1),
              t AS (DELETE FROM promotion_tld WHERE promotion_id = $1),
              r AS (DELETE FROM promotion_requires WHERE promotion_id = $1)
         DELETE FROM promotion_cycle WHERE promotion_id = $1",
        id.get()
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "WITH a AS (INSERT INTO promotion_amount SELECT $1, * FROM unnest($2::text[], $3::bigint[])),
              p AS (INSERT INTO promotion_product SELECT $1, unnest($4::bigint[])),
              t AS (INSERT INTO promotion_tld SELECT $1, unnest($5::bigint[])),
              r AS (INSERT INTO promotion_requires SELECT $1, unnest($6::bigint[]))
         INSERT INTO promotion_cycle SELECT $1, unnest($7::bigint[])",
        id.get(),
        &currencies as &[&str],
        &amounts,
        &scope.products.iter().map(|id| id.get()).collect::<Vec<_>>(),
        &scope.tlds.iter().map(|id| id.get()).collect::<Vec<_>>(),
        &scope.requires.iter().map(|id| id.get()).collect::<Vec<_>>(),
        &scope.cycles.iter().map(|id| id.get()).collect::<Vec<_>>()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes it off the shelf, or puts it back.
pub async fn set_retired(conn: &mut PgConnection, id: PromotionId, at: Option<DateTime<Utc>>) -> Result<()> {
    sqlx::query!("UPDATE promotion SET retired_at = $2 WHERE id = $1", id.get(), at).execute(conn).await?;
    Ok(())
}

/// Who orders, and when.
#[derive(Clone, Copy, Debug)]
pub struct Buyer {
    /// None: a visitor.
    pub client: Option<ClientId>,
    pub currency: Currency,
    pub today: NaiveDate,
}

/// A promotion as it is for one buyer.
#[derive(Clone, Debug)]
pub struct Offer {
    pub id: PromotionId,
    pub code: String,
    pub kind: Text<DiscountKind>,
    pub percent: Option<Decimal>,
    /// In the buyer's currency.
    pub amount: Option<i64>,
    pub periods: Option<i32>,
    pub counts_for: Text<PromotionFor>,
    pub clients: Text<PromotionClients>,
    pub once_per_client: bool,
    pub one_item: bool,
    /// It is on the shelf, and has begun.
    pub is_open: bool,
    pub has_ended: bool,
    pub is_used_up: bool,
    /// By this buyer.
    pub was_used: bool,
    /// The buyer has ordered before.
    pub has_ordered: bool,
    /// The buyer has one of the products that it requires.
    pub owns_required: bool,
    pub products: Vec<i64>,
    pub tlds: Vec<i64>,
    pub cycles: Vec<i64>,
    pub requires: Vec<i64>,
    /// It is of a bundle: its products with their rhythms and names.
    pub bundle_products: Vec<i64>,
    pub bundle_cycles: Vec<i64>,
    pub bundle_names: Vec<String>,
}

impl Offer {
    /// What has to be in the cart together; empty: it is of no bundle.
    pub fn bundle(&self) -> impl Iterator<Item = (i64, i64)> {
        self.bundle_products.iter().copied().zip(self.bundle_cycles.iter().copied())
    }

    /// What it takes off; none: it has no amount in the buyer's currency.
    pub fn discount(&self) -> Option<Discount> {
        discount(*self.kind, self.percent, self.amount)
    }
}

/// What the columns `kind`, `percent` and `amount` mean.
pub fn discount(kind: DiscountKind, percent: Option<Decimal>, amount: Option<i64>) -> Option<Discount> {
    match kind {
        DiscountKind::Percent => percent.and_then(Rate::from_fraction).map(Discount::Percent),
        DiscountKind::Amount => amount.map(Discount::Amount),
        DiscountKind::Price => amount.map(Discount::Price),
        DiscountKind::Setup => Some(Discount::SetUp),
    }
}

/// The promotion of a code, however its letters are written.
pub async fn find(conn: &mut PgConnection, code: &str) -> Result<Option<PromotionId>> {
    let id = sqlx::query_scalar!("SELECT id FROM promotion WHERE code = upper($1)", code.trim()).fetch_optional(conn);
    Ok(id.await?.map(PromotionId))
}

/// A promotion as it is for `buyer`.
pub async fn offer(conn: &mut PgConnection, id: PromotionId, buyer: Buyer) -> Result<Option<Offer>> {
    sqlx::query_as!(
        Offer,
        r#"SELECT p.id, p.code, p.kind AS "kind: _", p.percent, a.amount AS "amount?", p.periods, p.counts_for AS "counts_for: _", p.clients AS "clients: _", p.once_per_client, p.one_item,
                  (p.retired_at IS NULL AND coalesce(p.starts_on <= $4, true) AND b.retired_at IS NULL) AS "is_open!",
                  coalesce(p.ends_on < $4, false) AS "has_ended!", coalesce(p.uses >= p.max_uses, false) AS "is_used_up!",
                  EXISTS (SELECT 1 FROM promotion_use u WHERE u.promotion_id = p.id AND u.client_id = $2
                          AND u.released_at IS NULL) AS "was_used!",
                  EXISTS (SELECT 1 FROM sales_order o WHERE o.client_id = $2 AND o.state IN ('pending', 'active')) AS "has_ordered!",
                  EXISTS (SELECT 1 FROM service s JOIN promotion_requires r ON r.product_id = s.product_id AND r.promotion_id = p.id
                          WHERE s.client_id = $2 AND s.state IN ('active', 'suspended')) AS "owns_required!",
                  ARRAY(SELECT product_id FROM promotion_product x WHERE x.promotion_id = p.id) AS "products!",
                  ARRAY(SELECT tld_id FROM promotion_tld x WHERE x.promotion_id = p.id) AS "tlds!",
                  ARRAY(SELECT cycle_id FROM promotion_cycle x WHERE x.promotion_id = p.id) AS "cycles!",
                  ARRAY(SELECT product_id FROM promotion_requires x WHERE x.promotion_id = p.id) AS "requires!",
                  ARRAY(SELECT product_id FROM bundle_item x WHERE x.bundle_id = b.id ORDER BY position) AS "bundle_products!",
                  ARRAY(SELECT cycle_id FROM bundle_item x WHERE x.bundle_id = b.id ORDER BY position) AS "bundle_cycles!",
                  ARRAY(SELECT o.name || ' (' || y.name || ')' FROM bundle_item x JOIN product o ON o.id = x.product_id
                        JOIN billing_cycle y ON y.id = x.cycle_id WHERE x.bundle_id = b.id ORDER BY x.position) AS "bundle_names!"
           FROM promotion p LEFT JOIN promotion_amount a ON a.promotion_id = p.id AND a.currency = $3
           LEFT JOIN bundle b ON b.promotion_id = p.id WHERE p.id = $1"#,
        id.get(),
        buyer.client.map(ClientId::get),
        buyer.currency.code(),
        buyer.today
    )
    .fetch_optional(conn)
    .await
}

/// What uses a promotion.
#[derive(Clone, Copy, Debug)]
pub enum User {
    Order(OrderId),
    /// A change of plan.
    Change(i64),
}

impl User {
    fn ids(self) -> (Option<i64>, Option<i64>) {
        match self {
            Self::Order(id) => (Some(id.get()), None),
            Self::Change(id) => (None, Some(id)),
        }
    }
}

/// Uses it. False: it has no use left. Fails on `promotion_use_once` if the client used it before.
pub async fn take(conn: &mut PgConnection, id: PromotionId, client: ClientId, user: User) -> Result<bool> {
    let (order, change) = user.ids();
    let done = sqlx::query!(
        "WITH p AS (UPDATE promotion SET uses = uses + 1
                    WHERE id = $1 AND retired_at IS NULL AND (max_uses IS NULL OR uses < max_uses) RETURNING once_per_client)
         INSERT INTO promotion_use (promotion_id, client_id, order_id, plan_change_id, once)
         SELECT $1, $2, $3, $4, once_per_client FROM p",
        id.get(),
        client.get(),
        order,
        change
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Gives back what was used.
pub async fn release(conn: &mut PgConnection, user: User) -> Result<()> {
    let (order, change) = user.ids();
    sqlx::query!(
        "WITH u AS (UPDATE promotion_use SET released_at = now() WHERE (order_id = $1 OR plan_change_id = $2)
                    AND released_at IS NULL RETURNING promotion_id)
         UPDATE promotion p SET uses = uses - 1 FROM u WHERE p.id = u.promotion_id",
        order,
        change
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Promises a service what the offer takes off its periods.
pub async fn promise(conn: &mut PgConnection, service: ServiceId, offer: &Offer) -> Result<()> {
    sqlx::query!(
        "INSERT INTO service_discount (service_id, promotion_id, product_id, cycle_id, kind, percent, amount, periods)
         SELECT id, $2, product_id, cycle_id, $3, $4, $5, $6 FROM service WHERE id = $1",
        service.get(),
        offer.id.get(),
        offer.kind.as_str(),
        offer.percent,
        offer.amount,
        offer.periods
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Promises a domain what the offer takes off its renewals.
pub async fn promise_domain(conn: &mut PgConnection, domain: DomainId, offer: &Offer) -> Result<()> {
    sqlx::query!(
        "INSERT INTO domain_discount (domain_id, promotion_id, kind, percent, amount, periods) VALUES ($1, $2, $3, $4, $5, $6)",
        domain.get(),
        offer.id.get(),
        offer.kind.as_str(),
        offer.percent,
        offer.amount,
        offer.periods
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A use of a promotion.
#[derive(Clone, Debug)]
pub struct UseRow {
    pub id: i64,
    pub client_id: ClientId,
    pub client_name: String,
    pub order_id: Option<i64>,
    /// Of a change of plan: its service.
    pub service_id: Option<i64>,
    pub used_at: DateTime<Utc>,
    pub released_at: Option<DateTime<Utc>>,
}

/// Its uses, newest first.
pub async fn uses(conn: &mut PgConnection, id: PromotionId, before: Option<i64>, limit: i64) -> Result<Vec<UseRow>> {
    sqlx::query_as!(
        UseRow,
        r#"SELECT u.id, u.client_id, coalesce(nullif(c.company, ''), c.first_name || ' ' || c.last_name) AS "client_name!",
                  u.order_id, x.service_id AS "service_id?", u.used_at, u.released_at
           FROM promotion_use u JOIN client c ON c.id = u.client_id LEFT JOIN plan_change x ON x.id = u.plan_change_id
           WHERE u.promotion_id = $1 AND ($2::bigint IS NULL OR u.id < $2) ORDER BY u.id DESC LIMIT $3"#,
        id.get(),
        before,
        limit
    )
    .fetch_all(conn)
    .await
}
