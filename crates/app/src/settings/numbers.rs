//! How invoices, proformas and credit notes are numbered.

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

/// How invoices, proformas and credit notes are numbered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Numbers {
    pub invoices: NumberFormat,
    pub credit_notes: NumberFormat,
    pub proformas: NumberFormat,
    /// Clients are asked to pay with a proforma; the invoice follows once it is paid.
    pub proforma_first: bool,
}

/// With which numbers to begin; none: as it is, or with 1.
#[derive(Clone, Copy, Debug, Default)]
pub struct NextNumbers {
    pub invoice: Option<i64>,
    pub credit_note: Option<i64>,
    pub proforma: Option<i64>,
}

impl Default for Numbers {
    fn default() -> Self {
        let format = |prefix: &str| NumberFormat { prefix: prefix.to_owned(), yearly: false, digits: 6 };
        Self { invoices: format("INV"), credit_notes: format("CN"), proformas: format("PF"), proforma_first: false }
    }
}

impl Numbers {
    /// Each kind of document: its field, its format, and what it begins with.
    fn kinds(&self, next: NextNumbers) -> [(&'static str, &NumberFormat, Option<i64>); 3] {
        [
            ("invoices", &self.invoices, next.invoice),
            ("credit_notes", &self.credit_notes, next.credit_note),
            ("proformas", &self.proformas, next.proforma),
        ]
    }
    /// The series of a day, of every kind.
    pub(crate) fn series(&self, day: NaiveDate) -> Vec<String> {
        self.kinds(NextNumbers::default()).map(|(_, format, _)| format.series(day)).into()
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

/// The next number of each kind of document, as things are now.
pub async fn next_numbers(app: &App, actor: &Actor) -> Result<NextNumbers> {
    actor.require(Permission::SystemRead)?;
    let (numbers, today) = (numbers(app).await?, calendar::today(app).await?);
    let mut conn = app.conn().await?;
    let mut next = async |format: &NumberFormat| -> Result<Option<i64>> {
        Ok(Some(number_series::next(&mut conn, &format.series(today)).await?.unwrap_or(1)))
    };
    Ok(NextNumbers {
        invoice: next(&numbers.invoices).await?,
        credit_note: next(&numbers.credit_notes).await?,
        proforma: next(&numbers.proformas).await?,
    })
}

/// Changes how documents are numbered from now on. A series begins with `next`, if nothing has a number of it yet:
/// anything else would leave a gap.
pub async fn save_numbers(app: &App, actor: &Actor, numbers: Numbers, next: NextNumbers) -> Result<()> {
    actor.require(Permission::SystemWrite)?;
    let mut checks = Checks::default();
    let kinds = numbers.kinds(next);
    for (at, (field, format, next)) in kinds.iter().enumerate() {
        let fine = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-';
        let known = (1..=20).contains(&format.prefix.len()) && format.prefix.chars().all(fine);
        checks.require(known, &format!("{field}.prefix"), "must be 1 to 20 capital letters, digits or -");
        checks.require((1..=12).contains(&format.digits), &format!("{field}.digits"), "must be from 1 to 12");
        let apart = kinds.iter().take(at).all(|(_, other, _)| other.prefix != format.prefix);
        checks.require(apart, &format!("{field}.prefix"), "must not be that of other documents");
        let fine = next.is_none_or(|n| (1..=1_000_000_000_000).contains(&n));
        checks.require(fine, &format!("{field}.next"), "must be at least 1");
    }
    checks.finish()?;
    let today = calendar::today(app).await?;
    let mut tx = app.begin(actor).await?;
    let before = numbers_in(&mut tx).await?;
    for (field, format, next) in kinds {
        let Some(next) = next else { continue };
        if !number_series::begin(tx.conn(), &format.series(today), next).await? {
            return Err(AppError::invalid(
                format!("{field}.next"),
                "cannot be changed: this series has numbers already",
            ));
        }
    }
    innkeeper_db::settings::put(tx.conn(), KEY, &serde_json::to_value(&numbers)?).await?;
    let what = json!({ "key": KEY, "before": before, "after": numbers,
                       "next": { "invoice": next.invoice, "credit_note": next.credit_note, "proforma": next.proforma } });
    tx.audit("settings.save", "setting", 0, what).await?;
    tx.commit().await
}
