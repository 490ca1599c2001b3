//! Merging and splitting. What was issued is never changed: unpaid invoices are void, and new ones have their lines, taxed
//! as they were, due when the first of them was.

use innkeeper_db::{
    invoices as rows,
    invoices::NewLine,
    moved_lines::{self as db, MovableInvoice, MovableLine},
};
use innkeeper_domain::{
    BillableItemId, DomainId, InvoiceId, InvoiceLineId, Money, Permission, PriceId, PromotionId, ServiceId,
    state::InvoiceState,
};
use innkeeper_hooks::payloads::{InvoiceSplit, InvoicesMerged};
use serde_json::{Value, json};

use super::{
    compose::{Preview, preview},
    credit_note::treatment,
    issue::{Draft, issue_as},
    numbers::Document,
    void_in,
};
use crate::{Actor, App, AppError, Checks, Result, Tx, calendar, payments};

/// Most invoices that become one.
const MOST: usize = 50;

/// Makes one invoice of several unpaid ones of a client; its id. `Conflict` if one of them is not free for it.
pub async fn merge(app: &App, actor: &Actor, ids: &[InvoiceId]) -> Result<InvoiceId> {
    let mut tx = begin(app, actor).await?;
    let old = Old::several(&mut tx, ids).await?;
    let pages = payments::end_begun(&mut tx, &old.ids()).await?;
    let all: Vec<&MovableLine> = old.lines.iter().collect();
    let [new] = replace(&mut tx, &old, [all]).await?;
    let client_id = old.first()?.client_id;
    tx.emit(&InvoicesMerged { invoice_id: new, client_id, merged_ids: old.ids() }).await?;
    tx.audit("invoice.merge", "invoice", new, json!({ "merged": old.ids() })).await?;
    tx.commit().await?;
    give_up(app, &pages).await;
    Ok(new)
}

/// Makes two invoices of an unpaid one: one with these lines, and one with the rest; their ids in this order. `Conflict`
/// if it is not free for it.
pub async fn split(app: &App, actor: &Actor, id: InvoiceId, lines: &[InvoiceLineId]) -> Result<(InvoiceId, InvoiceId)> {
    let mut tx = begin(app, actor).await?;
    let old = Old::one(&mut tx, id).await?;
    let (chosen, rest) = old.parted(lines)?;
    let pages = payments::end_begun(&mut tx, &[id]).await?;
    let [rest_id, split_id] = replace(&mut tx, &old, [rest, chosen]).await?;
    let client_id = old.first()?.client_id;
    tx.emit(&InvoiceSplit { invoice_id: id, client_id, split_id, rest_id }).await?;
    tx.audit("invoice.split", "invoice", id, json!({ "split": split_id, "rest": rest_id })).await?;
    tx.commit().await?;
    give_up(app, &pages).await;
    Ok((split_id, rest_id))
}

/// What the one invoice would come to.
pub async fn merged(app: &App, actor: &Actor, ids: &[InvoiceId]) -> Result<Preview> {
    let mut tx = begin(app, actor).await?;
    let old = Old::several(&mut tx, ids).await?;
    let all: Vec<&MovableLine> = old.lines.iter().collect();
    Ok(preview(&old.draft(&all)?))
}

/// What both invoices would come to: the one with these lines, and the one with the rest.
pub async fn parted(app: &App, actor: &Actor, id: InvoiceId, lines: &[InvoiceLineId]) -> Result<(Preview, Preview)> {
    let mut tx = begin(app, actor).await?;
    let old = Old::one(&mut tx, id).await?;
    let (chosen, rest) = old.parted(lines)?;
    Ok((preview(&old.draft(&chosen)?), preview(&old.draft(&rest)?)))
}

async fn begin<'a>(app: &'a App, actor: &'a Actor) -> Result<Tx<'a>> {
    actor.require(Permission::InvoicesWrite)?;
    app.begin(actor).await
}

/// Voids the old invoices and issues one for each group of their lines.
async fn replace<const N: usize>(tx: &mut Tx<'_>, old: &Old, groups: [Vec<&MovableLine>; N]) -> Result<[InvoiceId; N]> {
    let today = calendar::today_in(tx).await?;
    for id in old.ids() {
        void_in(tx, id).await?;
    }
    let drafts = groups.iter().map(|lines| old.draft(lines)).collect::<Result<Vec<_>>>()?;
    let document = if old.first()?.is_proforma { Document::Proforma } else { Document::Invoice };
    let new = issue_as(tx, today, document, &drafts).await?;
    for (id, lines) in new.iter().zip(&groups) {
        let from: Vec<InvoiceLineId> = lines.iter().map(|line| line.id).collect();
        db::insert(tx.conn(), &from, *id).await?;
        db::inherit_steps(tx.conn(), &old.ids(), *id).await?;
    }
    new.try_into().map_err(|_| AppError::internal("an issued invoice is gone"))
}

/// Pages that are open for the old invoices. What is paid there all the same is the client's credit.
async fn give_up(app: &App, pages: &[(String, String)]) {
    if let Err(error) = payments::give_up(app, pages).await {
        tracing::warn!(%error, "a payment page of a void invoice stays open");
    }
}

/// The invoices that are replaced, with their lines.
struct Old {
    invoices: Vec<MovableInvoice>,
    lines: Vec<MovableLine>,
}

impl Old {
    async fn several(tx: &mut Tx<'_>, ids: &[InvoiceId]) -> Result<Self> {
        let mut checks = Checks::default();
        let mut different = ids.to_vec();
        different.sort_unstable();
        different.dedup();
        let many = (2..=MOST).contains(&different.len()) && different.len() == ids.len();
        checks.require(many, "invoices", format_args!("must be 2 to {MOST} different ones"));
        checks.finish()?;
        Self::lock(tx, ids).await
    }

    async fn one(tx: &mut Tx<'_>, id: InvoiceId) -> Result<Self> {
        Self::lock(tx, &[id]).await
    }

    async fn lock(tx: &mut Tx<'_>, ids: &[InvoiceId]) -> Result<Self> {
        let first = ids.first().ok_or(AppError::NotFound("invoice"))?;
        let client = rows::client_of(tx.conn(), *first).await?.ok_or(AppError::NotFound("invoice"))?;
        tx.lock_client(client).await?;
        let invoices = db::lock(tx.conn(), ids).await?;
        let mut checks = Checks::default();
        let is_one_client = invoices.len() == ids.len() && invoices.iter().all(|invoice| invoice.client_id == client);
        checks.require(is_one_client, "invoices", "must all be issued, and one client's");
        checks.finish()?;
        invoices.iter().try_for_each(free)?;
        let lines = db::lines(tx.conn(), ids).await?;
        let old = Self { invoices, lines };
        let first = old.first()?;
        for other in &old.invoices {
            let differs = if other.currency.0 != first.currency.0 {
                "in different currencies"
            } else if other.is_proforma != first.is_proforma {
                "a proforma and an invoice"
            } else if is_taxed(other) && decided(other) != decided(first) {
                "taxed differently"
            } else {
                continue;
            };
            return Err(AppError::conflict(format!("{} and {} are {differs}", first.number, other.number)));
        }
        Ok(old)
    }

    /// The oldest one that says how it is taxed.
    fn first(&self) -> Result<&MovableInvoice> {
        let taxed = self.invoices.iter().find(|invoice| is_taxed(invoice));
        taxed.or(self.invoices.first()).ok_or(AppError::NotFound("invoice"))
    }

    fn ids(&self) -> Vec<InvoiceId> {
        self.invoices.iter().map(|invoice| invoice.id).collect()
    }

    /// The chosen lines, and the others.
    fn parted(&self, chosen: &[InvoiceLineId]) -> Result<(Vec<&MovableLine>, Vec<&MovableLine>)> {
        let (these, rest): (Vec<_>, Vec<_>) = self.lines.iter().partition(|line| chosen.contains(&line.id));
        let mut checks = Checks::default();
        let all_known = chosen.iter().all(|id| these.iter().any(|line| line.id == *id));
        checks.require(all_known, "lines", "must be lines of this invoice");
        checks.require(!these.is_empty() && !rest.is_empty(), "lines", "must be some of the lines, and not all");
        checks.finish()?;
        Ok((these, rest))
    }

    fn draft<'a>(&'a self, lines: &[&'a MovableLine]) -> Result<Draft<'a>> {
        let first = self.first()?;
        let due_on = self.invoices.iter().map(|invoice| invoice.due_on).min().unwrap_or(first.due_on);
        let lines = lines.iter().map(|line| again(line, first)).collect::<Result<Vec<_>>>()?;
        let draft = Draft::again(first, due_on, lines)?;
        if draft.total() <= 0 {
            return Err(AppError::conflict("nothing would be owed on one of the invoices"));
        }
        Ok(draft)
    }
}

/// The same line once more.
fn again<'a>(line: &'a MovableLine, of: &MovableInvoice) -> Result<NewLine<'a>> {
    let taxes = treatment((line.tax_rate, line.tax1_rate), (line.tax2_rate, line.tax2_compound))?;
    let amount = Money::new(line.amount(), *of.currency);
    Ok(NewLine {
        service_id: line.service_id.map(ServiceId),
        domain_id: line.domain_id.map(DomainId),
        item_id: line.item_id.map(BillableItemId),
        period: line.period(),
        renews_from: line.renews_from,
        price_id: line.price_id.map(PriceId),
        tld_price_id: line.tld_price_id,
        quantity: line.quantity,
        discount: line.promotion_id.map(|id| (PromotionId(id), line.discount)),
        treatment: taxes.included(line.tax_included),
        tax_name: &line.tax_name,
        tax2_name: &line.tax2_name,
        ..NewLine::new(&line.kind, line.description.as_str(), amount)
    })
}

/// Was anything decided about its tax? Of a late fee nothing is.
fn is_taxed(invoice: &MovableInvoice) -> bool {
    invoice.basis.is_some() || invoice.tax != 0
}

/// What decided the tax, as far as both must agree to be one document.
fn decided(invoice: &MovableInvoice) -> (&str, Vec<Option<&Value>>) {
    let known = |key: &str| invoice.basis.as_ref().and_then(|basis| basis.get(key));
    let keys = ["reason", "seller_country", "country", "region", "number", "taken_out"];
    (invoice.rounding.as_str(), keys.into_iter().map(known).collect())
}

/// `Conflict` if something but the client waits for this invoice, or money is on it.
fn free(invoice: &MovableInvoice) -> Result<()> {
    let number = &invoice.number;
    let is_unpaid = invoice.state.0 == InvoiceState::Unpaid;
    let obstacle = if !is_unpaid {
        format!("{number} is {}: only unpaid invoices can be merged or split", invoice.state)
    } else if invoice.order_id.is_some() {
        format!("an order waits for the payment of {number}: it stays an invoice of its own")
    } else if invoice.is_awaited {
        format!("a change of plan waits for the payment of {number}: it stays an invoice of its own")
    } else if invoice.paid != 0 {
        format!("a part of {number} is paid")
    } else if invoice.was_disputed {
        format!("a payment of {number} was disputed")
    } else {
        return Ok(());
    };
    Err(AppError::conflict(obstacle))
}

#[cfg(test)]
mod tests;
