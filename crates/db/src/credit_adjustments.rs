//! Credit that staff give or take.

use chrono::{DateTime, NaiveDate, Utc};
use innkeeper_domain::{ClientId, CreditAdjustmentId, Currency, PaymentId};
use sqlx::{PgConnection, Result};

use crate::Text;

/// What staff gave or took.
#[derive(Clone, Debug)]
pub struct AdjustmentRow {
    pub id: CreditAdjustmentId,
    pub currency: Text<Currency>,
    /// In minor units; negative: taken.
    pub amount: i64,
    /// For staff.
    pub reason: String,
    pub created_at: DateTime<Utc>,
}

/// What a client has to its credit in a currency.
#[derive(Clone, Debug)]
pub struct BalanceRow {
    pub currency: Text<Currency>,
    pub amount: i64,
}

/// A payment with something left.
#[derive(Clone, Copy, Debug)]
pub struct Free {
    pub payment_id: PaymentId,
    pub amount: i64,
}

/// What staff gave or took of a client, newest first; before `before`.
pub async fn list(
    conn: &mut PgConnection,
    client: ClientId,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<AdjustmentRow>> {
    sqlx::query_as!(
        AdjustmentRow,
        r#"SELECT id, currency AS "currency: _", amount, reason, created_at FROM credit_adjustment
           WHERE client_id = $1 AND ($2::bigint IS NULL OR id < $2) ORDER BY id DESC LIMIT $3"#,
        client.get(),
        before,
        limit
    )
    .fetch_all(conn)
    .await
}

/// A client's credit in each currency in which it has some.
pub async fn balances(conn: &mut PgConnection, client: ClientId) -> Result<Vec<BalanceRow>> {
    sqlx::query_as!(
        BalanceRow,
        r#"SELECT currency AS "currency: _", -balance AS "amount!" FROM ledger_account
           WHERE client_id = $1 AND kind = 'client_credit' AND balance <> 0 ORDER BY currency"#,
        client.get()
    )
    .fetch_all(conn)
    .await
}

/// The payments of a client that have something left which nobody is giving back: what was given by hand first, then the
/// newest.
pub async fn free(conn: &mut PgConnection, client: ClientId, currency: Currency) -> Result<Vec<Free>> {
    sqlx::query_as!(
        Free,
        r#"SELECT p.id AS payment_id, f.amount AS "amount!"
           FROM payment p
           CROSS JOIN LATERAL (SELECT (p.amount - coalesce((SELECT sum(amount) FROM allocation WHERE payment_id = p.id), 0)
               - coalesce((SELECT sum(from_credit) FROM refund WHERE payment_id = p.id), 0))::bigint AS amount) f
           WHERE p.client_id = $1 AND p.currency = $2 AND f.amount > 0
             AND NOT EXISTS (SELECT 1 FROM effect e WHERE e.subject = 'payment' AND e.subject_id = p.id
                 AND e.state IN ('planned', 'sent', 'pending', 'unknown', 'needs_human'))
           ORDER BY p.adjustment_id IS NULL, p.id DESC"#,
        client.get(),
        currency.code()
    )
    .fetch_all(conn)
    .await
}

/// Notes what staff give or take.
pub async fn insert(
    conn: &mut PgConnection,
    client: ClientId,
    (currency, amount): (Currency, i64),
    reason: &str,
) -> Result<CreditAdjustmentId> {
    let id = sqlx::query_scalar!(
        "INSERT INTO credit_adjustment (client_id, currency, amount, reason) VALUES ($1, $2, $3, $4) RETURNING id",
        client.get(),
        currency.code(),
        amount,
        reason
    )
    .fetch_one(conn)
    .await?;
    Ok(CreditAdjustmentId(id))
}

/// Makes what was given usable, like a payment.
pub async fn give(conn: &mut PgConnection, id: CreditAdjustmentId, today: NaiveDate) -> Result<PaymentId> {
    let payment = sqlx::query_scalar!(
        "INSERT INTO payment (client_id, gateway, transaction_ref, currency, amount, received_on, note, adjustment_id)
         SELECT client_id, 'adjustment', 'credit-' || id, currency, amount, $2, reason, id FROM credit_adjustment WHERE id = $1
         RETURNING id",
        id.get(),
        today
    )
    .fetch_one(conn)
    .await?;
    Ok(PaymentId(payment))
}

/// Takes so much of each payment.
pub async fn take(conn: &mut PgConnection, id: CreditAdjustmentId, parts: &[Free]) -> Result<()> {
    let payments: Vec<i64> = parts.iter().map(|part| part.payment_id.get()).collect();
    let amounts: Vec<i64> = parts.iter().map(|part| part.amount).collect();
    sqlx::query!(
        "INSERT INTO refund (payment_id, gateway, remote_id, currency, amount, from_credit, note, adjustment_id)
         SELECT t.payment, 'adjustment', 'credit-' || c.id || '/' || t.payment, c.currency, t.amount, t.amount, c.reason, c.id
         FROM credit_adjustment c, unnest($2::bigint[], $3::bigint[]) AS t (payment, amount) WHERE c.id = $1",
        id.get(),
        &payments,
        &amounts
    )
    .execute(conn)
    .await?;
    Ok(())
}
