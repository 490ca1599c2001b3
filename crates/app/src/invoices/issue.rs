//! Issuing: numbers, snapshots, digests, ledger, events, audit and mail in one transaction, with few statements
//! however many invoices there are.

use chrono::{Days, NaiveDate};
use innkeeper_db::{
    invoices::{self, NewInvoice, NewLine},
    ledger::{self, Entry, Posting},
    moved_lines::MovableInvoice,
};
use innkeeper_domain::{
    ClientId, Currency, InvoiceId, Money, OrderId, TaxRounding,
    invoice::{self, Taxed},
};
use innkeeper_hooks::payloads::InvoiceCreated;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::{borrow::Cow, collections::HashMap};

use super::numbers::{Document, series};
use crate::{AppError, Identity, Result, Tx, calendar, mailer, payments, tax::ClientTax};

/// Days until an invoice is due, if the setting `company.invoice_due_days` says nothing.
const DUE_DAYS: u64 = 14;

/// An invoice to be issued.
pub(crate) struct Draft<'a> {
    client_id: ClientId,
    order: Option<OrderId>,
    currency: Currency,
    due_on: NaiveDate,
    lines: Vec<NewLine<'a>>,
    rounding: TaxRounding,
    /// What decided its tax.
    basis: Cow<'a, Value>,
    /// What it corrects or takes the place of: it has the same exchange rate.
    rate_of: Option<InvoiceId>,
}

impl<'a> Draft<'a> {
    /// Computes the tax of the lines, which say how they are taxed.
    pub fn new(
        client_id: ClientId,
        currency: Currency,
        due_on: NaiveDate,
        mut lines: Vec<NewLine<'a>>,
        tax: &'a ClientTax,
    ) -> Result<Self> {
        let all = taxed(currency, tax.rounding, &lines)?;
        for (line, taxed) in lines.iter_mut().zip(all) {
            if let (Some((promotion, off)), true) = (line.discount, line.treatment.is_included()) {
                let before = Money::new(line.net, currency).checked_add(Money::new(off, currency))?;
                let off = line.treatment.taken_out_of(before)?.checked_sub(taxed.net)?;
                line.discount = Some((promotion, off.minor().max(0)));
            }
            set(line, &taxed);
        }
        let (rounding, basis) = (tax.rounding, Cow::Borrowed(&tax.basis));
        Ok(Self { client_id, order: None, currency, due_on, lines, rounding, basis, rate_of: None })
    }

    /// Lines that were invoiced before, on `of` among others, taxed as they were.
    pub(super) fn again(of: &'a MovableInvoice, due_on: NaiveDate, mut lines: Vec<NewLine<'a>>) -> Result<Self> {
        let all = taxed(*of.currency, *of.rounding, &lines)?;
        for (line, taxed) in lines.iter_mut().zip(all) {
            set(line, &taxed);
        }
        let basis = of.basis.as_ref().map_or(Cow::Owned(Value::Null), Cow::Borrowed);
        let untaxed = Self::untaxed(of.client_id, *of.currency, due_on, lines);
        Ok(Self { rounding: *of.rounding, basis, rate_of: Some(of.id), ..untaxed })
    }

    /// What no tax is on, whoever it is for.
    pub fn untaxed(client_id: ClientId, currency: Currency, due_on: NaiveDate, lines: Vec<NewLine<'a>>) -> Self {
        let (rounding, basis) = (TaxRounding::Invoice, Cow::Owned(Value::Null));
        Self { client_id, order: None, currency, due_on, lines, rounding, basis, rate_of: None }
    }

    /// A credit note: what its lines take back, tax included, is known.
    pub(super) fn credit(
        client_id: ClientId,
        currency: Currency,
        today: NaiveDate,
        lines: Vec<NewLine<'a>>,
        (corrects, basis): (InvoiceId, Option<Value>),
    ) -> Self {
        let basis = Cow::Owned(basis.unwrap_or_default());
        Self { basis, rate_of: Some(corrects), ..Self::untaxed(client_id, currency, today, lines) }
    }

    /// The invoice of an order.
    pub fn of_order(self, order: Option<OrderId>) -> Self {
        Self { order, ..self }
    }

    pub(super) fn currency(&self) -> Currency {
        self.currency
    }
    pub(super) fn lines(&self) -> &[NewLine<'a>] {
        &self.lines
    }
    pub(super) fn subtotal(&self) -> i64 {
        self.lines.iter().map(|l| l.net).sum()
    }
    pub(super) fn tax(&self) -> i64 {
        self.lines.iter().map(|l| l.tax).sum()
    }
    pub(super) fn total(&self) -> i64 {
        self.subtotal() + self.tax()
    }
}

fn taxed(currency: Currency, rounding: TaxRounding, lines: &[NewLine<'_>]) -> Result<Vec<Taxed>> {
    let bare = |line: &NewLine<'_>| invoice::Line { amount: Money::new(line.net, currency), tax: line.treatment };
    Ok(invoice::totals(currency, rounding, &lines.iter().map(bare).collect::<Vec<_>>())?.lines)
}

fn set(line: &mut NewLine<'_>, taxed: &Taxed) {
    (line.net, line.tax, line.tax2) = (taxed.net.minor(), taxed.tax.minor(), taxed.second.minor());
}

/// Issues the invoice of an order, due after the days that the company gives. The caller holds the client's lock.
pub(crate) async fn issue(
    tx: &mut Tx<'_>,
    client_id: ClientId,
    order: Option<OrderId>,
    currency: Currency,
    lines: Vec<NewLine<'_>>,
    tax: &ClientTax,
) -> Result<InvoiceId> {
    let today = calendar::today_in(tx).await?;
    let due_on = due_day(tx, today).await?;
    let draft = Draft::new(client_id, currency, due_on, lines, tax)?.of_order(order);
    let issued = issue_all(tx, today, &[draft]).await?;
    issued.into_iter().next().ok_or_else(|| AppError::internal("an issued invoice is gone"))
}

/// When an invoice of `today` is due: after the days that the company gives.
pub(crate) async fn due_day(tx: &mut Tx<'_>, today: NaiveDate) -> Result<NaiveDate> {
    let days = seller(tx).await?.get("invoice_due_days").and_then(Value::as_u64).unwrap_or(DUE_DAYS);
    Ok(today.checked_add_days(Days::new(days)).unwrap_or(today))
}

/// Issues invoices on `today`; their ids in the order given. The caller holds the locks of their clients. One over
/// nothing is paid at once.
pub(crate) async fn issue_all(tx: &mut Tx<'_>, today: NaiveDate, drafts: &[Draft<'_>]) -> Result<Vec<InvoiceId>> {
    if drafts.is_empty() {
        return Ok(vec![]);
    }
    let document = Document::asked(tx).await?;
    issue_as(tx, today, document, drafts).await
}

/// The same as proformas or as invoices.
pub(super) async fn issue_as(
    tx: &mut Tx<'_>,
    today: NaiveDate,
    document: Document,
    drafts: &[Draft<'_>],
) -> Result<Vec<InvoiceId>> {
    let (ids, numbers) = write(tx, today, document, drafts).await?;
    if document == Document::Invoice {
        let postings = ids.iter().zip(drafts).map(|(id, draft)| {
            let amounts = Amounts { net: draft.subtotal(), tax: draft.tax() };
            posting(format!("invoice:{id}"), draft.client_id, draft.currency.code(), amounts)
        });
        ledger::post_all(tx.conn(), &postings.collect::<Vec<_>>()).await?;
    }
    announce(tx, document, &ids, drafts, &numbers).await?;
    for (id, _) in ids.iter().zip(drafts).filter(|(_, d)| d.total() == 0) {
        payments::settle_if_paid(tx, *id).await?;
    }
    Ok(ids)
}

/// Numbers, snapshots, digests and lines of documents of a kind; their ids in the order given, and their numbers.
pub(super) async fn write(
    tx: &mut Tx<'_>,
    today: NaiveDate,
    document: Document,
    drafts: &[Draft<'_>],
) -> Result<(Vec<InvoiceId>, HashMap<InvoiceId, String>)> {
    let lines = drafts.iter().map(|d| d.lines.len()).sum();
    let ids = invoices::reserve(tx.conn(), drafts.len(), lines).await?;
    let mut line_ids = ids.lines.into_iter();
    let mut new = Vec::with_capacity(drafts.len());
    let mut rows = Vec::with_capacity(lines);
    for (draft, id) in drafts.iter().zip(ids.invoices.into_iter().map(InvoiceId)) {
        let from = rows.len();
        rows.extend(draft.lines.iter().zip(line_ids.by_ref()).map(|(line, line_id)| (id, line_id, line)));
        new.push(NewInvoice {
            id,
            client_id: draft.client_id,
            order_id: draft.order,
            currency: draft.currency.code(),
            subtotal: draft.subtotal(),
            tax: draft.tax(),
            due_on: draft.due_on,
            rounding: draft.rounding,
            basis: &draft.basis,
            digest: digest(rows.get(from..).unwrap_or_default()),
            rate_of: draft.rate_of,
        });
    }
    let seller = seller(tx).await?;
    let series = series(tx, today, document).await?;
    let kind = (document.state(), document == Document::Proforma);
    let numbers = invoices::insert_issued(tx.conn(), &series, kind, &new, &seller, today).await?;
    invoices::insert_lines(tx.conn(), &rows).await.map_err(|e| match innkeeper_db::conflict(&e) {
        Some("line_one_invoice_per_period") => AppError::conflict("this period of the service was invoiced before"),
        Some("invoice_line_renewal_once") => AppError::conflict("this renewal of the domain was invoiced before"),
        _ => e.into(),
    })?;
    Ok((new.iter().map(|i| i.id).collect(), numbers.into_iter().collect()))
}

async fn seller(tx: &mut Tx<'_>) -> Result<Value> {
    Ok(innkeeper_db::settings::get(tx.conn(), "company").await?.unwrap_or_else(|| json!({})))
}

/// As `invoice_digest` of the database computes it.
fn digest(lines: &[(InvoiceId, i64, &NewLine<'_>)]) -> Vec<u8> {
    let text: Vec<String> = lines
        .iter()
        .map(|(_, id, line)| {
            let period = line.period.map(|p| format!("[{},{})", p.start, p.end)).unwrap_or_default();
            format!("{id}|{}|{period}|{}|{:.5}|{}", line.kind, line.net, line.treatment.rate().fraction(), line.tax)
        })
        .collect();
    Sha256::digest(text.join("\n")).to_vec()
}

/// What is charged, in minor units.
pub(super) struct Amounts {
    pub net: i64,
    pub tax: i64,
}

/// What charging a client is in the books.
pub(super) fn posting(key: String, client: ClientId, currency: &str, Amounts { net, tax }: Amounts) -> Posting<'_> {
    let entries = vec![
        Entry { account: "receivable", client: Some(client), amount: net + tax },
        Entry { account: "income", client: None, amount: -net },
        Entry { account: "tax_payable", client: None, amount: -tax },
    ];
    Posting { key, currency, entries }
}

/// Events, audit and mail.
async fn announce(
    tx: &mut Tx<'_>,
    document: Document,
    ids: &[InvoiceId],
    drafts: &[Draft<'_>],
    numbers: &HashMap<InvoiceId, String>,
) -> Result<()> {
    let actor = tx.actor();
    let source = match actor.identity {
        Identity::Staff(_) => "panel",
        Identity::Client { .. } | Identity::Visitor => "portal",
        Identity::System(_) => "automation",
    };
    let number = |id: &InvoiceId| numbers.get(id).cloned().unwrap_or_default();
    let events: Vec<InvoiceCreated> = ids
        .iter()
        .zip(drafts)
        .map(|(id, draft)| InvoiceCreated {
            invoice_id: *id,
            client_id: draft.client_id,
            number: number(id),
            subtotal: Money::new(draft.subtotal(), draft.currency),
            total: Money::new(draft.total(), draft.currency),
            due: draft.due_on,
            source: source.to_owned(),
            actor: actor.tag(),
            state: if draft.total() == 0 { "paid" } else { "unpaid" }.to_owned(),
            is_proforma: Some(document == Document::Proforma),
        })
        .collect();
    tx.emit_all(&events).await?;
    let things: Vec<(i64, Value)> =
        events.iter().map(|e| (e.invoice_id.get(), json!({ "number": e.number, "total": e.total }))).collect();
    tx.audit_all("invoice.issue", "invoice", &things).await?;
    let owed: Vec<InvoiceId> = ids.iter().zip(drafts).filter(|(_, d)| d.total() != 0).map(|(id, _)| *id).collect();
    mailer::invoices_created(tx, &owed).await
}
