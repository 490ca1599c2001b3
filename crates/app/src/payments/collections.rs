//! Paying several invoices at once, or ahead: one collection over the invoices, or over none.

use innkeeper_db::{
    clients,
    collections::{self as db, LockedCollection},
    effects, gateway_payments,
};
use innkeeper_domain::{ClientId, CollectionId, InvoiceId, Money, Permission};
use serde_json::json;

use super::give_up::give_up;
use crate::{
    Actor, App, AppError, Checks, Result, Tx,
    settings::{self, FundsLimit},
};

pub use db::{CollectionFilter, CollectionRow};

/// Invoices that are paid by one payment.
const MOST: usize = 100;

/// Collections, newest first: everybody's for staff, its own for a client.
pub async fn collections(app: &App, actor: &Actor, filter: CollectionFilter) -> Result<Vec<CollectionRow>> {
    let owner = actor.owner(Permission::InvoicesRead)?;
    Ok(db::list(&mut *app.conn().await?, &CollectionFilter { owner, ..filter }).await?)
}

/// One collection.
pub async fn collection(app: &App, actor: &Actor, id: CollectionId) -> Result<CollectionRow> {
    let owner = actor.owner(Permission::InvoicesRead)?;
    db::get(&mut *app.conn().await?, owner, id).await?.ok_or(AppError::NotFound("collection"))
}

/// The client itself, or staff: anybody else finds nothing.
fn own(actor: &Actor, client: ClientId) -> Result<Option<ClientId>> {
    let owner = actor.owner(Permission::InvoicesRead)?;
    if owner.is_some_and(|own| own != client) {
        return Err(AppError::NotFound("client"));
    }
    Ok(owner)
}

/// What a client may pay ahead, in its own currency.
#[derive(Clone, Debug)]
pub struct Ahead {
    /// The least and the most at one time.
    pub limit: FundsLimit,
    /// The most that fits below the highest balance, too.
    pub most: Money,
    /// What it has to its credit, with what is on its way.
    pub balance: Money,
}

/// What a client may pay ahead; none: nothing, because that is not switched on for its currency.
pub async fn ahead(app: &App, actor: &Actor, client: ClientId) -> Result<Option<Ahead>> {
    let owner = own(actor, client)?;
    let funds = settings::funds(app).await?;
    let mut conn = app.conn().await?;
    let row = clients::get(&mut conn, owner, client).await?.ok_or(AppError::NotFound("client"))?;
    let currency = *row.currency;
    let Some(limit) = funds.limit(currency).cloned() else { return Ok(None) };
    let balance = db::ahead(&mut conn, client, currency).await?;
    let most = limit.most.min(limit.highest - balance).max(0);
    Ok(Some(Ahead { limit, most: Money::new(most, currency), balance: Money::new(balance, currency) }))
}

/// Begins a payment ahead, within the limits of the client's currency. Nothing is owed on it and nothing follows until it
/// is paid.
pub async fn pay_ahead(app: &App, actor: &Actor, client: ClientId, amount: Money) -> Result<CollectionId> {
    let owner = own(actor, client)?;
    let funds = settings::funds(app).await?;
    let mut tx = app.begin(actor).await?;
    tx.lock_client(client).await?;
    let row = clients::get(tx.conn(), owner, client).await?.ok_or(AppError::NotFound("client"))?;
    let currency = *row.currency;
    let Some(limit) = funds.limit(currency) else {
        return Err(AppError::conflict("paying ahead is not offered"));
    };
    let least = Money::new(limit.least, currency);
    let most = Money::new(limit.most, currency);
    let room = Money::new(limit.highest - db::ahead(tx.conn(), client, currency).await?, currency);
    let mut checks = Checks::default();
    if amount.currency() == currency {
        let minor = amount.minor();
        checks.require(minor >= least.minor(), "amount", format_args!("must be at least {least}"));
        checks.require(minor <= most.minor(), "amount", format_args!("must be at most {most}"));
        let full = "is too much: together with the credit that is there, it is more than may be kept";
        checks.require(minor > most.minor() || minor <= room.minor(), "amount", full);
    } else {
        checks.require(false, "amount", format_args!("must be in {currency}"));
    }
    checks.finish()?;
    let now = tx.now();
    let id = db::insert(tx.conn(), client, (currency, amount.minor()), &[], now).await?;
    tx.audit("collection.begin", "client", client, json!({ "collection": id, "amount": amount })).await?;
    tx.commit().await?;
    Ok(id)
}

/// Begins one payment for several invoices of a client that are owed in one currency. It takes the place of other
/// payments that were begun for any of them. `Conflict` while money of one of them is on its way.
pub async fn pay_several(
    app: &App,
    actor: &Actor,
    client: ClientId,
    mut invoices: Vec<InvoiceId>,
) -> Result<CollectionId> {
    let owner = own(actor, client)?;
    invoices.sort_unstable();
    invoices.dedup();
    let mut checks = Checks::default();
    checks.require(!invoices.is_empty(), "invoices", "must be chosen");
    checks.require(invoices.len() <= MOST, "invoices", format_args!("must be at most {MOST} at one time"));
    checks.finish()?;
    let mut tx = app.begin(actor).await?;
    tx.lock_client(client).await?;
    clients::get(tx.conn(), owner, client).await?.ok_or(AppError::NotFound("client"))?;
    let found = db::payable(tx.conn(), client, &invoices).await?;
    let Some(currency) = found.first().map(|one| *one.currency) else {
        return Err(AppError::conflict("nothing is owed on these invoices"));
    };
    let mut checks = Checks::default();
    checks.require(found.len() == invoices.len(), "invoices", "must all be the client's, and owed");
    checks.require(found.iter().all(|one| *one.currency == currency), "invoices", "must be in one currency");
    checks.finish()?;
    let pages = end_begun(&mut tx, &invoices).await?;
    let amount = Money::new(found.iter().map(|one| one.owed).sum(), currency);
    let now = tx.now();
    let id = db::insert(tx.conn(), client, (currency, amount.minor()), &invoices, now).await?;
    let detail = json!({ "collection": id, "invoices": invoices, "amount": amount });
    tx.audit("collection.begin", "client", client, detail).await?;
    tx.commit().await?;
    give_up(app, &pages).await?;
    Ok(id)
}

/// Ends what was begun to collect these invoices; the pages that are open for them are to be given up once this is
/// committed. `Conflict` while money of one of them is on its way. The caller holds the client's lock.
pub(crate) async fn end_begun(tx: &mut Tx<'_>, invoices: &[InvoiceId]) -> Result<Vec<(String, String)>> {
    nothing_under_way(tx, invoices).await?;
    for live in db::live(tx.conn(), invoices).await? {
        db::close(tx.conn(), live, "ended").await?;
    }
    Ok(gateway_payments::pages(tx.conn(), invoices, true, None).await?)
}

/// `Conflict` while one of these invoices is being collected. The caller holds the client's lock.
pub(super) async fn nothing_under_way(tx: &mut Tx<'_>, invoices: &[InvoiceId]) -> Result<()> {
    let mut busy = gateway_payments::under_way(tx.conn(), invoices).await?;
    for invoice in invoices {
        busy = busy || effects::is_live(tx.conn(), "invoice", invoice.get()).await?;
    }
    if busy {
        return Err(AppError::conflict("a payment of this invoice is under way: wait until it is settled"));
    }
    Ok(())
}

/// What is to be paid by a collection now. `Conflict` if it is over, nothing is owed, or money is on its way. The caller
/// holds the client's lock; the pages that were opened for its invoices alone are to be given up.
pub(super) async fn to_be_paid(tx: &mut Tx<'_>, id: CollectionId) -> Result<(Money, Vec<(String, String)>)> {
    let known = db::lock(tx.conn(), id).await?.ok_or(AppError::NotFound("collection"))?;
    still_open(&known)?;
    let currency = known.currency.parse()?;
    if known.is_ahead {
        return Ok((Money::new(known.amount, currency), vec![]));
    }
    let owed = db::owed(tx.conn(), id).await?;
    let invoices: Vec<InvoiceId> = owed.iter().map(|one| one.invoice_id).collect();
    let amount: i64 = owed.iter().map(|one| one.amount).sum();
    if amount <= 0 {
        return Err(AppError::conflict("nothing is owed on these invoices any more"));
    }
    nothing_under_way(tx, &invoices).await?;
    db::set_amount(tx.conn(), id, amount).await?;
    let pages = gateway_payments::pages(tx.conn(), &invoices, true, Some(id)).await?;
    Ok((Money::new(amount, currency), pages))
}

pub(super) fn still_open(known: &LockedCollection) -> Result<()> {
    match known.state.as_str() {
        "open" => Ok(()),
        "paid" => Err(AppError::conflict("this is paid")),
        _ => Err(AppError::conflict("another payment of these invoices was begun since: choose what to pay again")),
    }
}

/// Ends the collections that hold an invoice, so that it can be collected alone. `Conflict` if one of them is being paid.
pub(crate) async fn let_go(app: &App, actor: &Actor, client: ClientId, invoice: InvoiceId) -> Result<()> {
    let mut conn = app.conn().await?;
    let is_alone = db::live(&mut conn, &[invoice]).await?.is_empty()
        && gateway_payments::pages(&mut conn, &[invoice], false, None).await?.is_empty();
    drop(conn);
    if is_alone {
        return Ok(());
    }
    let mut tx = app.begin(actor).await?;
    tx.lock_client(client).await?;
    let live = db::live(tx.conn(), &[invoice]).await?;
    if gateway_payments::under_way(tx.conn(), &[invoice]).await? {
        return Err(AppError::conflict("a payment of this invoice is under way: wait until it is settled"));
    }
    for id in &live {
        db::close(tx.conn(), *id, "ended").await?;
        tx.audit("collection.end", "invoice", invoice, json!({ "collection": id })).await?;
    }
    let pages = gateway_payments::pages(tx.conn(), &[invoice], false, None).await?;
    tx.commit().await?;
    give_up(app, &pages).await
}
