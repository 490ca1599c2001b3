//! Making a change that was ordered: at the vendor, and in what is charged from then on.

use chrono::NaiveDate;
use innkeeper_db::{
    addons,
    credit_notes::{self, Of},
    plan_changes::{self as db, NewTerms, Offer, Terms, Which},
    pricing,
    promotions::{self, User},
};
use innkeeper_domain::{InvoiceId, Period, ServiceId, state::ServiceState};
use innkeeper_hooks::payloads::{AddonUpgraded, PlanChanged};
use serde_json::json;

use super::{ChangeRow, order::settle};
use crate::{
    AppError, Result, Tx, calendar,
    effects::{self, Kind, Plan, Subject, Wanted},
    invoices::{Taken, issue_credit},
    mailer,
    options::NewOptions,
};

/// Makes the change that waited for this invoice, which is paid. `Conflict` while another operation on the service is
/// under way.
pub(crate) async fn paid(tx: &mut Tx<'_>, invoice: InvoiceId) -> Result<()> {
    for change in db::list(tx.conn(), Which::OfInvoice(invoice)).await? {
        let terms = db::terms(tx.conn(), None, change.service_id).await?.ok_or(AppError::NotFound("service"))?;
        if terms.state.0 == ServiceState::Terminated {
            return nothing_to_change(tx, &change, invoice).await;
        }
        settle_rest(tx, &terms, &change).await?;
        let is_other = change.cycle_id != change.from_cycle_id;
        let anchor = if is_other { terms.billed_through.unwrap_or(terms.anchor) } else { terms.anchor };
        set_terms(tx, change.service_id, &change.offer(), anchor).await?;
        make(tx, &change).await?;
    }
    Ok(())
}

/// The difference of periods that were invoiced at the old price while the change waited.
async fn settle_rest(tx: &mut Tx<'_>, terms: &Terms, change: &ChangeRow) -> Result<()> {
    let Some(through) = terms.billed_through.filter(|through| *through > change.settled_through) else { return Ok(()) };
    let today = calendar::today_in(tx).await?;
    let days = Period { start: change.settled_through, end: through };
    settle(tx, today, (terms, &change.offer()), days, None).await?;
    Ok(())
}

/// The service is gone: what was paid for its change is the client's credit.
async fn nothing_to_change(tx: &mut Tx<'_>, change: &ChangeRow, invoice: InvoiceId) -> Result<()> {
    let today = calendar::today_in(tx).await?;
    let lines = credit_notes::creditable(tx.conn(), Of::Invoice(invoice)).await?;
    let back = |line: credit_notes::CreditableLine| Taken {
        line: line.id,
        net: line.left(),
        period: line.period(),
        description: format!("The service was ended before it was changed: {}", line.description),
    };
    let taken: Vec<Taken> = lines.into_iter().filter(|line| line.left() > 0).map(back).collect();
    issue_credit(tx, today, &taken).await?;
    end(tx, change, "cancelled").await
}

/// The change of this invoice is off: the invoice is void.
pub(crate) async fn withdrawn(tx: &mut Tx<'_>, invoice: InvoiceId) -> Result<()> {
    for change in db::list(tx.conn(), Which::OfInvoice(invoice)).await? {
        end(tx, &change, "cancelled").await?;
    }
    Ok(())
}

/// Takes a change back that waits for its day: the service is charged as before.
pub(super) async fn withdraw(tx: &mut Tx<'_>, change: &ChangeRow) -> Result<()> {
    let old = NewTerms {
        cycle_id: change.from_cycle_id,
        price_id: change.from_price_id,
        amount: change.from_amount,
        options: &change.from_options,
        anchor: change.from_anchor,
    };
    db::set_terms(tx.conn(), change.service_id, &old).await?;
    end(tx, change, "cancelled").await
}

/// Charges a service as `to` from its next period on.
pub(super) async fn set_terms(tx: &mut Tx<'_>, id: ServiceId, to: &Offer, anchor: NaiveDate) -> Result<()> {
    let Offer { cycle_id, price_id, amount, ref options, .. } = *to;
    let new = NewTerms { cycle_id, price_id, amount, options, anchor };
    Ok(db::set_terms(tx.conn(), id, &new).await?)
}

/// Makes the change: the vendor is told what is different for it.
pub(super) async fn make(tx: &mut Tx<'_>, change: &ChangeRow) -> Result<()> {
    let product = Some(change.product_id).filter(|id| *id != change.from_product_id);
    let options = NewOptions { from: change.from_options.to_vec(), to: change.options.to_vec() };
    let options = Some(options).filter(NewOptions::are_told);
    match &change.plugin_id {
        Some(plugin_id) if product.is_some() || options.is_some() => {
            let wanted = Wanted { product_id: product, options, ..Wanted::default() };
            let subject = Subject::Service(change.service_id);
            let plan = Plan { kind: Kind::ServiceChange, subject, plugin_id, request: json!(wanted), secret: None };
            let cipher = &tx.app().cipher;
            effects::plan(tx, cipher, &plan).await?;
        }
        Some(_) => {}
        None => db::set_product(tx.conn(), change.service_id, change.product_id).await?,
    }
    end(tx, change, "done").await?;
    mailer::plan_changed(tx, change).await?;
    let ChangeRow { id, service_id, client_id, product_id, cycle_id, .. } = *change;
    tx.emit(&PlanChanged { change_id: id, service_id, client_id, product_id, cycle_id }).await?;
    if addons::named(tx.conn(), service_id).await?.is_some() {
        tx.emit(&AddonUpgraded { upgrade_id: id }).await?;
    }
    tx.audit("service.change_plan", "service", service_id, json!({ "change": id, "product": product_id })).await
}

/// Ends it; what it leaves or does not take goes back to the shelf.
async fn end(tx: &mut Tx<'_>, change: &ChangeRow, state: &str) -> Result<()> {
    let now = tx.now();
    if !db::end(tx.conn(), change.id, state, now).await? {
        return Ok(());
    }
    if state == "cancelled" {
        promotions::release(tx.conn(), User::Change(change.id)).await?;
    }
    if change.product_id == change.from_product_id {
        return Ok(());
    }
    let freed = if state == "done" { change.from_product_id } else { change.product_id };
    Ok(pricing::give_stock(tx.conn(), freed).await?)
}
