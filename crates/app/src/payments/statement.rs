//! Statements of banks: what they say of our invoices, and recording what staff agree with.

use innkeeper_bankstatement::{self as bank, Open};
use innkeeper_db::{
    invoices::{self, InvoiceFilter, InvoiceRow},
    payments, settings,
};
use innkeeper_domain::{InvoiceId, Money, Permission, state::InvoiceState};
use std::collections::{BTreeMap, BTreeSet};

use super::{RecordPayment, record};
use crate::{Actor, App, AppError, Result};

pub use innkeeper_bankstatement::{Amounts, Columns, CsvLayout, Direction, Entry, Verdict};

/// Where the latest layout of CSV is kept.
const LAYOUT: &str = "bank_statement_csv";
/// Invoices read at a time.
const PART: i64 = 1000;

/// An entry of a statement, and what it is to us.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The entry.
    pub entry: Entry,
    /// What it is.
    pub verdict: Verdict,
    /// The invoices that the verdict names.
    pub invoices: Vec<Named>,
}

/// An invoice, for people.
#[derive(Clone, Debug)]
pub struct Named {
    /// Its id.
    pub id: InvoiceId,
    /// Its printed number.
    pub number: String,
    /// Display name of the client.
    pub client: String,
}

/// Judges the entries of a statement against what is owed; nothing is recorded. `gateway` is the plugin whose
/// payments staff record, under which they would be. A file that cannot be read is `Invalid` `file`, with the line.
pub async fn judge(
    app: &App,
    actor: &Actor,
    gateway: &str,
    file: &[u8],
    layout: Option<&CsvLayout>,
) -> Result<Vec<Judged>> {
    actor.require(Permission::PaymentsWrite)?;
    let entries = bank::read(file, layout).map_err(|error| AppError::invalid("file", error))?;
    if let Some(layout) = layout {
        settings::put(&mut *app.conn().await?, LAYOUT, &serde_json::to_value(layout)?).await?;
    }
    let owed = owed(app).await?;
    let open: Vec<Open> = owed.values().map(as_open).collect::<Result<_>>()?;
    let mut known = BTreeSet::new();
    let mut conn = app.conn().await?;
    for entry in entries.iter().filter(|entry| entry.direction == Direction::Credit) {
        if payments::by_ref(&mut conn, gateway, &entry.reference).await?.is_some() {
            known.insert(entry.reference.clone());
        }
    }
    let judged = bank::propose(&entries, &open, &known);
    Ok(judged.into_iter().map(|one| judged_of(one, &owed)).collect())
}

/// The layout of the latest CSV.
pub async fn layout(app: &App, actor: &Actor) -> Result<Option<CsvLayout>> {
    actor.require(Permission::PaymentsWrite)?;
    let stored = settings::get(&mut *app.conn().await?, LAYOUT).await?;
    Ok(stored.and_then(|stored| serde_json::from_value(stored).ok()))
}

/// What became of the payments that were to be recorded.
#[derive(Clone, Debug, Default)]
pub struct Recorded {
    /// How many were.
    pub recorded: usize,
    /// References of those that were not, and why.
    pub refused: Vec<(String, String)>,
}

/// Records payments, each for itself: one that was recorded before, or whose invoice was paid meanwhile, keeps
/// none of the others.
pub async fn record_all(app: &App, actor: &Actor, commands: Vec<RecordPayment>) -> Result<Recorded> {
    actor.require(Permission::PaymentsWrite)?;
    let mut done = Recorded::default();
    for command in commands {
        let reference = command.transaction_ref.clone();
        match record(app, actor, command).await {
            Ok(_) => done.recorded += 1,
            Err(AppError::Conflict(why)) => done.refused.push((reference, why)),
            Err(AppError::Invalid(errors)) => {
                let why: Vec<String> = errors.into_iter().map(|e| format!("{} {}", e.field, e.message)).collect();
                done.refused.push((reference, why.join(", ")));
            }
            Err(other) => return Err(other),
        }
    }
    Ok(done)
}

/// Every invoice that is owed, by its id.
async fn owed(app: &App) -> Result<BTreeMap<i64, InvoiceRow>> {
    let mut owed = BTreeMap::new();
    let mut before = None;
    loop {
        let filter =
            InvoiceFilter { state: Some(InvoiceState::Unpaid), before, limit: PART, ..InvoiceFilter::default() };
        let part = invoices::list(&mut *app.conn().await?, &filter).await?;
        before = part.last().map(|invoice| invoice.id.get());
        let last = i64::try_from(part.len()).unwrap_or(0) < PART;
        owed.extend(part.into_iter().map(|invoice| (invoice.id.get(), invoice)));
        if last {
            return Ok(owed);
        }
    }
}

fn as_open(invoice: &InvoiceRow) -> Result<Open> {
    Ok(Open {
        invoice: invoice.id.get(),
        number: invoice.number_text.clone().unwrap_or_default(),
        client: invoice.client_id.to_string(),
        balance: Money::new(invoice.total - invoice.paid, invoice.currency.parse()?),
    })
}

fn judged_of(one: bank::Proposal<'_>, owed: &BTreeMap<i64, InvoiceRow>) -> Judged {
    let ids: &[i64] = match &one.verdict {
        Verdict::Pays(id) => std::slice::from_ref(id),
        Verdict::Unsure(ids, _) => ids,
        _ => &[],
    };
    let named = ids.iter().filter_map(|id| owed.get(id)).map(|invoice| Named {
        id: invoice.id,
        number: invoice.number_text.clone().unwrap_or_default(),
        client: invoice.client_name.clone(),
    });
    Judged { entry: one.entry.clone(), invoices: named.collect(), verdict: one.verdict.clone() }
}
