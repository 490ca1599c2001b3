//! Where one client, product, service or cycle differs from the rules of billing.

use chrono::NaiveDate;
use innkeeper_domain::{ClientId, Currency, CycleId, ProductId, ServiceId};
use sqlx::{PgConnection, Result};

use crate::Text;

/// What the daily run does for a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientRules {
    /// Each due date of each service is an invoice of its own.
    pub separate_invoices: bool,
    /// Its default stored way to pay is charged when invoices are due.
    pub auto_charge: bool,
    /// It is reminded of unpaid invoices.
    pub reminders: bool,
    /// It is charged late fees.
    pub late_fees: bool,
    /// Its services are suspended and terminated for unpaid invoices.
    pub auto_suspend: bool,
}

/// The rules of a client.
pub async fn client(conn: &mut PgConnection, id: ClientId) -> Result<Option<ClientRules>> {
    sqlx::query_as!(
        ClientRules,
        "SELECT separate_invoices, auto_charge, reminders, late_fees, auto_suspend FROM client WHERE id = $1",
        id.get()
    )
    .fetch_optional(conn)
    .await
}

/// Sets them.
pub async fn set_client(conn: &mut PgConnection, id: ClientId, rules: &ClientRules) -> Result<()> {
    sqlx::query!(
        "UPDATE client SET separate_invoices = $2, auto_charge = $3, reminders = $4, late_fees = $5, auto_suspend = $6
         WHERE id = $1",
        id.get(),
        rules.separate_invoices,
        rules.auto_charge,
        rules.reminders,
        rules.late_fees,
        rules.auto_suspend
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Days after the due date when services of a product suffer; none: as the settings say; -1: never.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProductRules {
    pub suspend_after: Option<i32>,
    pub terminate_after: Option<i32>,
}

/// The rules of a product.
pub async fn product(conn: &mut PgConnection, id: ProductId) -> Result<Option<ProductRules>> {
    sqlx::query_as!(ProductRules, "SELECT suspend_after, terminate_after FROM product WHERE id = $1", id.get())
        .fetch_optional(conn)
        .await
}

/// Sets them.
pub async fn set_product(conn: &mut PgConnection, id: ProductId, rules: &ProductRules) -> Result<()> {
    sqlx::query!(
        "UPDATE product SET suspend_after = $2, terminate_after = $3 WHERE id = $1",
        id.get(),
        rules.suspend_after,
        rules.terminate_after
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What a service costs, and until when it is spared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceRules {
    /// For each period, without tax, in minor units.
    pub amount: i64,
    pub currency: Text<Currency>,
    /// Until this day it is neither suspended nor terminated for unpaid invoices.
    pub spared_until: Option<NaiveDate>,
}

/// The rules of a service, locked.
pub async fn service(conn: &mut PgConnection, id: ServiceId) -> Result<Option<ServiceRules>> {
    sqlx::query_as!(
        ServiceRules,
        r#"SELECT amount, currency AS "currency: _", spared_until FROM service WHERE id = $1 FOR NO KEY UPDATE"#,
        id.get()
    )
    .fetch_optional(conn)
    .await
}

/// Sets them.
pub async fn set_service(conn: &mut PgConnection, id: ServiceId, rules: &ServiceRules) -> Result<()> {
    sqlx::query!(
        "UPDATE service SET amount = $2, spared_until = $3 WHERE id = $1",
        id.get(),
        rules.amount,
        rules.spared_until
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Sets how many days before a period of a cycle its invoice is made; none: as the settings say. False: there is no such
/// recurring cycle.
pub async fn set_cycle(conn: &mut PgConnection, id: CycleId, invoice_days: Option<i32>) -> Result<bool> {
    let done = sqlx::query!(
        "UPDATE billing_cycle SET invoice_days = $2 WHERE id = $1 AND kind = 'recurring'",
        id.get(),
        invoice_days
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}
