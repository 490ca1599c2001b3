//! Renewing domains after their expiry: the renewal, and a fee besides. Both are paid before anything is sent.

use chrono::NaiveDate;
use innkeeper_db::{domain_renewals::PaidRenewal, invoices::NewLine, late_domains as db};
use innkeeper_domain::{DomainId, InvoiceId, LatePhase, Permission};
use serde_json::json;

use super::{
    credit,
    domains::line,
    due::{Due, drafts},
};
use crate::{
    Actor, App, AppError, Result, Tx, calendar,
    domains::{Late, ask_state},
    invoices::issue_all,
    tax::TaxTable,
};

/// Invoices the renewal of an expired domain with its fee, or what is missing of both; the new invoice. `Conflict` with
/// the reason if that is not possible.
pub async fn renew_late(app: &App, actor: &Actor, id: DomainId) -> Result<InvoiceId> {
    let owner = actor.owner(Permission::ServicesWrite)?;
    let today = calendar::today(app).await?;
    if crate::domains::late(app, actor, id).await?.is_none() {
        return Err(AppError::conflict("this domain is not late: its renewal is invoiced as always"));
    }
    let state = ask_state(app, id).await;
    let mut tx = app.begin(actor).await?;
    let client = db::get(tx.conn(), owner, id).await?.ok_or(AppError::NotFound("domain"))?.client_id;
    tx.lock_client(client).await?;
    let domain = db::get(tx.conn(), owner, id).await?.ok_or(AppError::NotFound("domain"))?;
    let lines = match domain.expires_on {
        Some(day) => db::lines(tx.conn(), id, day).await?,
        None => vec![],
    };
    let late = Late::of(&domain, &lines, today, state.as_ref())?;
    let late = late.ok_or_else(|| AppError::conflict("this domain is not late: its renewal is invoiced as always"))?;
    if !late.can_order {
        return Err(AppError::conflict(reason(&late)));
    }
    let invoice = invoice(&mut tx, id, &late, today).await?;
    tx.audit("domain.renew_late", "domain", id, json!({ "invoice": invoice, "phase": late.phase })).await?;
    tx.commit().await?;
    Ok(invoice)
}

fn reason(late: &Late) -> &'static str {
    if late.phase == LatePhase::Lost {
        "this domain is lost: it can be neither renewed nor restored any more"
    } else if late.is_sent {
        "the renewal of this domain is under way"
    } else if !late.has_price {
        "this domain cannot be restored in its currency: ask us"
    } else if late.open.is_empty() {
        "the renewal of this domain is paid"
    } else {
        "the renewal of this domain is invoiced: pay its open invoices"
    }
}

/// Issues what is missing. The caller holds the client's lock.
async fn invoice(tx: &mut Tx<'_>, id: DomainId, late: &Late, today: NaiveDate) -> Result<InvoiceId> {
    let domain = db::due(tx.conn(), id).await?.ok_or(AppError::NotFound("domain"))?;
    let taxes = TaxTable::load(tx.conn(), &[domain.client_id]).await?;
    let mut due = vec![];
    if late.renewal.is_some() {
        // Both on one invoice, whatever the client wants of others.
        due.push(Due { separate: false, ..line(&domain, &taxes)? });
    }
    if let Some(fee) = late.fee {
        let what = if late.phase == LatePhase::Grace { "Late renewal" } else { "Restoring" };
        let line = NewLine {
            domain_id: Some(domain.id),
            renews_from: Some(late.expires_on),
            ..NewLine::new(late.fee_kind, format!("{what} of {}, fee", domain.name), fee)
        };
        due.push(Due {
            client_id: domain.client_id,
            separate: false,
            currency: *domain.currency,
            on: late.expires_on,
            line: taxes.of(domain.client_id)?.at_price(line, *domain.currency, true)?,
        });
    }
    let issued = issue_all(tx, today, &drafts(due, &taxes, today)?).await?;
    credit::use_up(tx, &issued).await?;
    issued.first().copied().ok_or_else(|| AppError::internal("an issued invoice is gone"))
}

/// Is a fee missing on the day when the last of a renewal was paid? Then it is invoiced, and the renewal waits for it.
pub(super) async fn waits_for_fee(tx: &mut Tx<'_>, renewal: &PaidRenewal) -> Result<bool> {
    let paid_at = renewal.paid_at.unwrap_or_else(|| tx.now());
    let paid_on = calendar::on(tx.conn(), paid_at).await?;
    let domain = db::get(tx.conn(), None, renewal.domain_id).await?.ok_or(AppError::NotFound("domain"))?;
    if domain.expires_on != Some(renewal.from) {
        return Ok(false);
    }
    let lines = db::lines(tx.conn(), renewal.domain_id, renewal.from).await?;
    let Some(late) = Late::of(&domain, &lines, paid_on, None)?.filter(|late| late.can_order) else { return Ok(false) };
    let today = calendar::today_in(tx).await?;
    invoice(tx, renewal.domain_id, &late, today).await?;
    Ok(true)
}
