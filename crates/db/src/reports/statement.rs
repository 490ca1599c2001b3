//! A client's account: what was charged, what was paid.

use chrono::NaiveDate;
use innkeeper_domain::{ClientId, Currency};
use sqlx::{PgConnection, Result};

use crate::Text;

/// An item of an account. The first of a currency may be its opening balance, which has no day.
#[derive(Clone, Debug)]
pub struct ItemRow {
    pub currency: Text<Currency>,
    pub day: Option<NaiveDate>,
    /// `opening`, `invoice`, `credit_note`, `void`, `write_off`, `payment`, `adjustment`, `reversal` (the part of an invoice that a refund takes back) or `refund`.
    pub kind: String,
    /// Of the invoice or payment.
    pub id: i64,
    /// Number of the invoice, or reference of the payment.
    pub reference: String,
    /// In minor units; positive: the client owes more.
    pub amount: i64,
}

/// The items from `from` to `until`, days of the zone, with what was owed before them; for each currency, oldest first.
pub async fn items(
    conn: &mut PgConnection,
    client: ClientId,
    (from, until): (NaiveDate, NaiveDate),
    zone: &str,
    limit: i64,
) -> Result<Vec<ItemRow>> {
    sqlx::query_as!(
        ItemRow,
        r#"WITH item AS (
               SELECT currency, issued_on AS day, 1 AS rank, CASE state WHEN 'credit' THEN 'credit_note' ELSE 'invoice' END AS kind, id, number_text AS reference, total AS amount
               FROM invoice WHERE client_id = $1 AND issued_on IS NOT NULL AND NOT is_proforma
               UNION ALL
               SELECT currency, coalesce((voided_at AT TIME ZONE $4)::date, issued_on), 2, 'void', id, number_text, -total
               FROM invoice WHERE client_id = $1 AND issued_on IS NOT NULL AND state = 'void' AND NOT credited AND NOT is_proforma
               UNION ALL
               SELECT w.currency, (w.created_at AT TIME ZONE $4)::date, 2, 'write_off', i.id, i.number_text, -w.amount
               FROM invoice i JOIN write_off w ON w.invoice_id = i.id WHERE i.client_id = $1
               UNION ALL
               SELECT currency, received_on, 3, 'payment', id, transaction_ref, -amount FROM payment
               WHERE client_id = $1 AND credit_note_id IS NULL AND adjustment_id IS NULL
               UNION ALL
               SELECT currency, (created_at AT TIME ZONE $4)::date, 3, 'adjustment', id, '', -amount FROM credit_adjustment
               WHERE client_id = $1
               UNION ALL
               SELECT r.currency, (r.created_at AT TIME ZONE $4)::date, 4, 'reversal', i.id, i.number_text, r.from_credit - r.amount
               FROM payment p JOIN refund r ON r.payment_id = p.id JOIN invoice i ON i.id = r.invoice_id
               WHERE p.client_id = $1 AND r.amount > r.from_credit
               UNION ALL
               SELECT r.currency, (r.created_at AT TIME ZONE $4)::date, 5, 'refund', p.id, p.transaction_ref, r.amount
               FROM payment p JOIN refund r ON r.payment_id = p.id AND r.adjustment_id IS NULL WHERE p.client_id = $1)
           SELECT currency AS "currency!: _", day AS "day?", kind AS "kind!", id AS "id!", reference AS "reference!", amount AS "amount!"
           FROM (SELECT currency, NULL::date AS day, 0 AS rank, 'opening' AS kind, 0 AS id, '' AS reference,
                        sum(amount)::bigint AS amount
                 FROM item WHERE day < $2 GROUP BY currency
                 UNION ALL SELECT * FROM item WHERE day BETWEEN $2 AND $3) x
           ORDER BY currency, day NULLS FIRST, rank, id LIMIT $5"#,
        client.get(),
        from,
        until,
        zone,
        limit
    )
    .fetch_all(conn)
    .await
}
