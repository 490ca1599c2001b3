//! Search across everything, over trigram indexes.

use sqlx::{PgConnection, Result};

/// Something found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundRow {
    /// `client`, `invoice`, `service`, `domain`, `order` or `product`.
    pub kind: String,
    pub id: i64,
    pub title: String,
    /// A second line: address, state, whose it is.
    pub detail: String,
    pub state: String,
}

/// What to look for.
pub struct Query<'a> {
    /// Looked for inside texts; `%`, `_` and `\` escaped by the caller.
    pub pattern: &'a str,
    /// The text as a number: ids and invoice numbers.
    pub number: Option<i64>,
    /// Kinds that may be seen.
    pub kinds: &'a [String],
    pub limit_per_kind: i64,
}

/// Up to `limit_per_kind` of each kind, newest first within a kind.
pub async fn find(conn: &mut PgConnection, query: &Query<'_>) -> Result<Vec<FoundRow>> {
    sqlx::query_as!(
        FoundRow,
        r#"(SELECT 'client' AS "kind!", id AS "id!", trim(first_name || ' ' || last_name) AS "title!",
                   concat_ws(' · ', nullif(company, ''), nullif(email, '')) AS "detail!", state AS "state!"
            FROM client WHERE 'client' = ANY ($3)
              AND ((first_name || ' ' || last_name || ' ' || company || ' ' || email) ILIKE '%' || $1 || '%' OR id = $2)
            ORDER BY id DESC LIMIT $4)
           UNION ALL (SELECT 'invoice', i.id, i.number_text, trim(c.first_name || ' ' || c.last_name), i.state
            FROM invoice i JOIN client c ON c.id = i.client_id
            WHERE 'invoice' = ANY ($3) AND i.id IN (
                SELECT id FROM invoice WHERE number_text ILIKE '%' || $1 || '%' OR (number = $2 AND series IS NOT NULL)
                UNION ALL SELECT invoice_id FROM proforma WHERE number_text ILIKE '%' || $1 || '%')
            ORDER BY i.id DESC LIMIT $4)
           UNION ALL (SELECT 'service', s.id, s.label, p.name || ' · ' || trim(c.first_name || ' ' || c.last_name), s.state
            FROM service s JOIN product p ON p.id = s.product_id JOIN client c ON c.id = s.client_id
            WHERE 'service' = ANY ($3) AND (s.label ILIKE '%' || $1 || '%' OR s.id = $2) ORDER BY s.id DESC LIMIT $4)
           UNION ALL (SELECT 'domain', d.id, d.name, trim(c.first_name || ' ' || c.last_name), d.state
            FROM domain d JOIN client c ON c.id = d.client_id
            WHERE 'domain' = ANY ($3) AND d.name ILIKE '%' || $1 || '%' ORDER BY d.id DESC LIMIT $4)
           UNION ALL (SELECT 'order', o.id, 'Order ' || o.id, trim(c.first_name || ' ' || c.last_name), o.state
            FROM sales_order o JOIN client c ON c.id = o.client_id
            WHERE 'order' = ANY ($3) AND o.id = $2 ORDER BY o.id DESC LIMIT $4)
           UNION ALL (SELECT 'product', p.id, p.name, g.name, CASE WHEN p.retired_at IS NULL THEN 'on sale' ELSE 'retired' END
            FROM product p JOIN product_group g ON g.id = p.group_id
            WHERE 'product' = ANY ($3) AND (p.name ILIKE '%' || $1 || '%' OR p.slug ILIKE '%' || $1 || '%')
            ORDER BY p.id DESC LIMIT $4)"#,
        query.pattern,
        query.number,
        query.kinds,
        query.limit_per_kind
    )
    .fetch_all(conn)
    .await
}
