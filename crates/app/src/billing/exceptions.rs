//! Where one client, product, service or cycle differs from the rules in the settings.

use chrono::NaiveDate;
use innkeeper_db::{
    PgConnection,
    exceptions::{self as db, ServiceRules},
};
use innkeeper_domain::{ClientId, CycleId, Money, Permission, ProductId, ServiceId};
use serde_json::json;

use crate::{Actor, App, AppError, Checks, Result, addons};

pub use db::{ClientRules, ProductRules};

/// The most days that can be set.
const MOST: i32 = 3650;

/// What the daily run does for a client.
pub async fn client_rules(app: &App, actor: &Actor, id: ClientId) -> Result<ClientRules> {
    actor.require(Permission::ClientsRead)?;
    db::client(&mut *app.conn().await?, id).await?.ok_or(AppError::NotFound("client"))
}

/// Changes it.
pub async fn set_client_rules(app: &App, actor: &Actor, id: ClientId, rules: ClientRules) -> Result<()> {
    actor.require(Permission::ClientsWrite)?;
    let mut tx = app.begin(actor).await?;
    tx.lock_client(id).await?;
    let before = db::client(tx.conn(), id).await?.ok_or(AppError::NotFound("client"))?;
    db::set_client(tx.conn(), id, &rules).await?;
    let shown = |r: ClientRules| {
        json!({ "separate_invoices": r.separate_invoices, "auto_charge": r.auto_charge, "reminders": r.reminders,
                "late_fees": r.late_fees, "auto_suspend": r.auto_suspend })
    };
    tx.audit("client.billing_rules", "client", id, json!({ "before": shown(before), "after": shown(rules) })).await?;
    tx.commit().await
}

/// When services of a product suffer for unpaid invoices.
pub async fn product_rules(app: &App, actor: &Actor, id: ProductId) -> Result<ProductRules> {
    actor.require(Permission::CatalogueRead)?;
    db::product(&mut *app.conn().await?, id).await?.ok_or(AppError::NotFound("product"))
}

/// Changes it: days after the due date; -1: never.
pub async fn set_product_rules(app: &App, actor: &Actor, id: ProductId, rules: ProductRules) -> Result<()> {
    actor.require(Permission::CatalogueWrite)?;
    let mut checks = Checks::default();
    for (field, days) in [("suspend_after", rules.suspend_after), ("terminate_after", rules.terminate_after)] {
        let known = days.is_none_or(|days| (-1..=MOST).contains(&days));
        checks.require(known, field, format_args!("must be between 0 and {MOST}, or -1 for never"));
    }
    checks.finish()?;
    let mut tx = app.begin(actor).await?;
    let before = db::product(tx.conn(), id).await?.ok_or(AppError::NotFound("product"))?;
    db::set_product(tx.conn(), id, &rules).await?;
    let shown = |r: ProductRules| json!({ "suspend_after": r.suspend_after, "terminate_after": r.terminate_after });
    tx.audit("product.billing_rules", "product", id, json!({ "before": shown(before), "after": shown(rules) })).await?;
    tx.commit().await
}

/// A service's own price for each period, without tax, and the day until which it is spared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnTerms {
    /// From the next period on.
    pub amount: Money,
    /// Until this day it is neither suspended nor terminated for unpaid invoices.
    pub spared_until: Option<NaiveDate>,
}

/// What a service costs, and until when it is spared.
pub async fn own_terms(app: &App, actor: &Actor, id: ServiceId) -> Result<OwnTerms> {
    actor.require(Permission::ServicesWrite)?;
    read(&mut *app.conn().await?, id).await
}

/// Changes it. What was invoiced stays as it is.
pub async fn set_own_terms(app: &App, actor: &Actor, id: ServiceId, terms: OwnTerms) -> Result<()> {
    actor.require(Permission::ServicesWrite)?;
    let mut tx = app.begin(actor).await?;
    let before = read(tx.conn(), id).await?;
    let mut checks = Checks::default();
    let currency = before.amount.currency();
    checks.require(terms.amount.currency() == currency, "amount", format_args!("must be in {currency}"));
    checks.require(terms.amount.minor() >= 0, "amount", "must not be negative");
    checks.finish()?;
    let rules = ServiceRules {
        amount: terms.amount.minor(),
        currency: innkeeper_db::Text(currency),
        spared_until: terms.spared_until,
    };
    db::set_service(tx.conn(), id, &rules).await?;
    let shown = |t: OwnTerms| json!({ "amount": t.amount, "spared_until": t.spared_until });
    tx.audit("service.own_terms", "service", id, json!({ "before": shown(before), "after": shown(terms) })).await?;
    addons::tell(&mut tx, id, addons::News::Edited).await?;
    tx.commit().await
}

async fn read(conn: &mut PgConnection, id: ServiceId) -> Result<OwnTerms> {
    let rules = db::service(conn, id).await?.ok_or(AppError::NotFound("service"))?;
    Ok(OwnTerms { amount: Money::new(rules.amount, *rules.currency), spared_until: rules.spared_until })
}

/// Sets how many days before a period of a cycle its invoice is made; none: as the settings say.
pub async fn set_invoice_days(app: &App, actor: &Actor, id: CycleId, days: Option<u16>) -> Result<()> {
    actor.require(Permission::CatalogueWrite)?;
    if days.is_some_and(|days| days > 365) {
        return Err(AppError::invalid("invoice_days", "must be at most 365"));
    }
    let mut tx = app.begin(actor).await?;
    if !db::set_cycle(tx.conn(), id, days.map(i32::from)).await? {
        return Err(AppError::NotFound("billing cycle"));
    }
    tx.audit("cycle.invoice_days", "billing_cycle", id, json!({ "days": days })).await?;
    tx.commit().await
}
