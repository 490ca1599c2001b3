//! The double-entry ledger: append-only, every transaction sums to zero.

use innkeeper_domain::ClientId;
use sqlx::{PgConnection, Result};

/// One side of a transaction; debits are positive, credits negative.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// `cash`, `receivable`, `client_credit`, `income` or `tax_payable`.
    pub account: &'static str,
    /// Whose account; none for the business's own.
    pub client: Option<ClientId>,
    /// In minor units, not zero.
    pub amount: i64,
}

/// Posts a transaction under `key`. Fails on the key if the same fact was posted before.
pub async fn post(conn: &mut PgConnection, key: &str, currency: &str, entries: &[Entry]) -> Result<()> {
    let entries: Vec<&Entry> = entries.iter().filter(|e| e.amount != 0).collect();
    if entries.is_empty() {
        return Ok(());
    }
    let kinds: Vec<String> = entries.iter().map(|e| e.account.to_owned()).collect();
    let clients: Vec<Option<i64>> = entries.iter().map(|e| e.client.map(ClientId::get)).collect();
    let amounts: Vec<i64> = entries.iter().map(|e| e.amount).collect();
    sqlx::query!(
        "INSERT INTO ledger_account (kind, client_id, currency) SELECT DISTINCT kind, client, $3
         FROM unnest($1::text[], $2::bigint[]) AS e (kind, client) ON CONFLICT DO NOTHING",
        &kinds,
        clients.as_slice() as &[Option<i64>],
        currency
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "WITH posted AS (INSERT INTO ledger_transaction (key) VALUES ($1) RETURNING id)
         INSERT INTO ledger_entry (transaction_id, account_id, amount, currency)
         SELECT posted.id, a.id, sum(e.amount), $2
         FROM posted, unnest($3::text[], $4::bigint[], $5::bigint[]) AS e (kind, client, amount)
         JOIN ledger_account a ON a.kind = e.kind AND a.client_id IS NOT DISTINCT FROM e.client AND a.currency = $2
         GROUP BY posted.id, a.id HAVING sum(e.amount) <> 0",
        key,
        currency,
        &kinds,
        clients.as_slice() as &[Option<i64>],
        &amounts
    )
    .execute(conn)
    .await?;
    Ok(())
}
