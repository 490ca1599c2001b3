//! The double-entry ledger: append-only, every transaction sums to zero.

use innkeeper_domain::ClientId;
use sqlx::{PgConnection, Result};

/// One side of a transaction; debits are positive, credits negative.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// `cash`, `receivable`, `client_credit`, `income`, `tax_payable`, `bad_debt` or `adjustment`.
    pub account: &'static str,
    /// Whose account; none for the business's own.
    pub client: Option<ClientId>,
    /// In minor units, not zero.
    pub amount: i64,
}

/// A transaction: why it exists, and its entries in one currency.
#[derive(Clone, Debug)]
pub struct Posting<'a> {
    /// The same fact is never posted twice: `payment:17`.
    pub key: String,
    pub currency: &'a str,
    pub entries: Vec<Entry>,
}

/// Posts many transactions. Fails on a key if the same fact was posted before.
pub async fn post_all(conn: &mut PgConnection, postings: &[Posting<'_>]) -> Result<()> {
    let rows: Vec<(&Posting<'_>, &Entry)> =
        postings.iter().flat_map(|p| p.entries.iter().filter(|e| e.amount != 0).map(move |e| (p, e))).collect();
    if rows.is_empty() {
        return Ok(());
    }
    let keys: Vec<&str> = rows.iter().map(|(p, _)| p.key.as_str()).collect();
    let currencies: Vec<&str> = rows.iter().map(|(p, _)| p.currency).collect();
    let kinds: Vec<&str> = rows.iter().map(|(_, e)| e.account).collect();
    let clients: Vec<Option<i64>> = rows.iter().map(|(_, e)| e.client.map(ClientId::get)).collect();
    let amounts: Vec<i64> = rows.iter().map(|(_, e)| e.amount).collect();
    sqlx::query!(
        "INSERT INTO ledger_account (kind, client_id, currency)
         SELECT DISTINCT e.kind, e.client, e.currency FROM unnest($1::text[], $2::bigint[], $3::text[]) AS e (kind, client, currency)
         ON CONFLICT DO NOTHING",
        &kinds as &[&str],
        clients.as_slice() as &[Option<i64>],
        &currencies as &[&str]
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "WITH e AS (SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::bigint[])
                        AS e (key, kind, client, currency, amount)),
         posted AS (INSERT INTO ledger_transaction (key) SELECT DISTINCT key FROM e RETURNING id, key),
         own AS (SELECT id, kind, currency FROM ledger_account WHERE client_id IS NULL)
         INSERT INTO ledger_entry (transaction_id, account_id, amount, currency)
         SELECT posted.id, a.id, sum(e.amount), e.currency
         FROM e JOIN posted USING (key) JOIN LATERAL (
             SELECT id FROM own WHERE e.client IS NULL AND own.kind = e.kind AND own.currency = e.currency
             UNION ALL SELECT id FROM ledger_account c WHERE c.client_id = e.client AND c.kind = e.kind AND c.currency = e.currency
         ) a ON true
         GROUP BY posted.id, a.id, e.currency HAVING sum(e.amount) <> 0",
        &keys as &[&str],
        &kinds as &[&str],
        clients.as_slice() as &[Option<i64>],
        &currencies as &[&str],
        &amounts
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Posts a transaction under `key`. Fails on the key if the same fact was posted before.
pub async fn post(conn: &mut PgConnection, key: &str, currency: &str, entries: &[Entry]) -> Result<()> {
    post_all(conn, &[Posting { key: key.to_owned(), currency, entries: entries.to_vec() }]).await
}
