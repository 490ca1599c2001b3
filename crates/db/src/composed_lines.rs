//! Lines that staff write, of drafts and of quotes.

use innkeeper_domain::{InvoiceDraftId, QuoteId};
use sqlx::{PgConnection, Result};

/// Whose lines.
#[derive(Clone, Copy, Debug)]
pub enum Of {
    Draft(InvoiceDraftId),
    Quote(QuoteId),
}

impl Of {
    fn ids(self) -> (Option<i64>, Option<i64>) {
        match self {
            Self::Draft(id) => (Some(id.get()), None),
            Self::Quote(id) => (None, Some(id.get())),
        }
    }
}

/// A line as staff wrote it. `amount` is for each, without tax.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComposedLine {
    pub description: String,
    pub quantity: i32,
    pub amount: i64,
    pub taxable: bool,
}

/// The lines, in their order.
pub async fn get(conn: &mut PgConnection, of: Of) -> Result<Vec<ComposedLine>> {
    let (draft, quote) = of.ids();
    sqlx::query_as!(
        ComposedLine,
        "SELECT description, quantity, amount, taxable FROM composed_line
         WHERE draft_id = $1 OR quote_id = $2 ORDER BY position",
        draft,
        quote
    )
    .fetch_all(conn)
    .await
}

/// Sets the lines, instead of what was there.
pub async fn set(conn: &mut PgConnection, of: Of, lines: &[ComposedLine]) -> Result<()> {
    let (draft, quote) = of.ids();
    sqlx::query!("DELETE FROM composed_line WHERE draft_id = $1 OR quote_id = $2", draft, quote)
        .execute(&mut *conn)
        .await?;
    sqlx::query!(
        "INSERT INTO composed_line (draft_id, quote_id, position, description, quantity, amount, taxable)
         SELECT $1, $2, l.n::int, l.description, l.quantity, l.amount, l.taxable
         FROM unnest($3::text[], $4::int[], $5::bigint[], $6::boolean[])
                  WITH ORDINALITY AS l (description, quantity, amount, taxable, n)",
        draft,
        quote,
        &lines.iter().map(|l| l.description.as_str()).collect::<Vec<_>>() as &[&str],
        &lines.iter().map(|l| l.quantity).collect::<Vec<_>>(),
        &lines.iter().map(|l| l.amount).collect::<Vec<_>>(),
        &lines.iter().map(|l| l.taxable).collect::<Vec<_>>()
    )
    .execute(conn)
    .await?;
    Ok(())
}
