//! How invoices and credit notes are numbered.

use chrono::{Datelike, NaiveDate};
use innkeeper_db::number_series;
use innkeeper_domain::Permission;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{Actor, App, AppError, Checks, Result, Tx, calendar};

/// How a document is numbered: `INV-2027-000042`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NumberFormat {
    /// 1 to 20 capital letters, digits or `-`.
    pub prefix: String,
    /// Each year begins with 1 again; the year stands in the number.
    pub yearly: bool,
    /// At least so many digits, 1 to 12.
    pub digits: u16,
}

/// How invoices and credit notes are numbered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Numbers {
    pub invoices: NumberFormat,
    pub credit_notes: NumberFormat,
}

/// With which numbers to begin; none: as it is, or with 1.
#[derive(Clone, Copy, Debug, Default)]
pub struct NextNumbers {
    pub invoice: Option<i64>,
    pub credit_note: Option<i64>,
}

impl Default for Numbers {
    fn default() -> Self {
        let format = |prefix: &str| NumberFormat { prefix: prefix.to_owned(), yearly: false, digits: 6 };
        Self { invoices: format("INV"), credit_notes: format("CN") }
    }
}

impl NumberFormat {
    /// The series of a day; numbers of a series have no gap.
    pub fn series(&self, day: NaiveDate) -> String {
        if self.yearly { format!("{}-{}", self.prefix, day.year()) } else { self.prefix.clone() }
    }
}

/// How documents are numbered.
pub async fn numbers(app: &App) -> Result<Numbers> {
    super::read(app, KEY).await
}

const KEY: &str = "numbers";

/// The same within a transaction.
pub(crate) async fn numbers_in(tx: &mut Tx<'_>) -> Result<Numbers> {
    super::read_from(tx.conn(), KEY).await
}

/// The next number of invoices and of credit notes, as things are now.
pub async fn next_numbers(app: &App, actor: &Actor) -> Result<NextNumbers> {
    actor.require(Permission::SystemRead)?;
    let (numbers, today) = (numbers(app).await?, calendar::today(app).await?);
    let mut conn = app.conn().await?;
    let invoice = number_series::next(&mut conn, &numbers.invoices.series(today)).await?;
    let credit_note = number_series::next(&mut conn, &numbers.credit_notes.series(today)).await?;
    Ok(NextNumbers { invoice: Some(invoice.unwrap_or(1)), credit_note: Some(credit_note.unwrap_or(1)) })
}

/// Changes how documents are numbered from now on. A series begins with `next`, if nothing has a number of it yet:
/// anything else would leave a gap.
pub async fn save_numbers(app: &App, actor: &Actor, numbers: Numbers, next: NextNumbers) -> Result<()> {
    actor.require(Permission::SystemWrite)?;
    let mut checks = Checks::default();
    for (field, format) in [("invoices", &numbers.invoices), ("credit_notes", &numbers.credit_notes)] {
        let fine = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-';
        let known = (1..=20).contains(&format.prefix.len()) && format.prefix.chars().all(fine);
        checks.require(known, &format!("{field}.prefix"), "must be 1 to 20 capital letters, digits or -");
        checks.require((1..=12).contains(&format.digits), &format!("{field}.digits"), "must be from 1 to 12");
    }
    let today = calendar::today(app).await?;
    let apart = numbers.invoices.prefix != numbers.credit_notes.prefix;
    checks.require(apart, "credit_notes.prefix", "must not be that of invoices");
    for (field, next) in [("invoices.next", next.invoice), ("credit_notes.next", next.credit_note)] {
        checks.require(next.is_none_or(|n| (1..=1_000_000_000_000).contains(&n)), field, "must be at least 1");
    }
    checks.finish()?;
    let mut tx = app.begin(actor).await?;
    let before = numbers_in(&mut tx).await?;
    for (field, format, next) in [
        ("invoices.next", &numbers.invoices, next.invoice),
        ("credit_notes.next", &numbers.credit_notes, next.credit_note),
    ] {
        let Some(next) = next else { continue };
        if !number_series::begin(tx.conn(), &format.series(today), next).await? {
            return Err(AppError::invalid(field, "cannot be changed: this series has numbers already"));
        }
    }
    innkeeper_db::settings::put(tx.conn(), KEY, &serde_json::to_value(&numbers)?).await?;
    let what = json!({ "key": KEY, "before": before, "after": numbers,
                       "next": { "invoice": next.invoice, "credit_note": next.credit_note } });
    tx.audit("settings.save", "setting", 0, what).await?;
    tx.commit().await
}
