//! What is due to be invoiced again: services by their cycle.

use chrono::NaiveDate;
use innkeeper_domain::{
    BillingCycle, ClientId, Currency, Discount, DiscountKind, PromotionId, ServiceId, options::Chosen,
};
use rust_decimal::Decimal;
use sqlx::{PgConnection, Result, types::Json};

use crate::{Text, promotions};

/// What decides whether a service is due.
#[derive(Clone, Copy, Debug)]
pub struct Horizon {
    /// The day of the run.
    pub day: NaiveDate,
    /// Days between making an invoice and its due date, for cycles that have none of their own.
    pub invoice_days: i32,
    /// Also while the period before is unpaid.
    pub continuous: bool,
}

/// A service of which a period is due.
#[derive(Clone, Debug)]
pub struct DueService {
    pub id: ServiceId,
    pub client_id: ClientId,
    pub label: String,
    pub product: String,
    pub taxable: bool,
    pub currency: Text<Currency>,
    /// With its options.
    pub amount: i64,
    pub options: Json<Vec<Chosen>>,
    pub options_amount: i64,
    /// The catalogue's price, if the service is charged that.
    pub price_id: Option<i64>,
    pub anchor: NaiveDate,
    /// The period that is due starts here.
    pub billed_through: NaiveDate,
    pub cycle_name: String,
    pub cycle: Text<BillingCycle>,
    /// What it was promised for this period.
    pub promotion: Option<i64>,
    pub promotion_code: Option<String>,
    pub discount_kind: Option<Text<DiscountKind>>,
    pub discount_percent: Option<Decimal>,
    pub discount_amount: Option<i64>,
    /// Each of the client's due dates and services on an invoice of its own.
    pub separate: bool,
}

impl DueService {
    /// What it was promised for this period: by which promotion, its code, and what is taken off.
    pub fn promised(&self) -> Option<(PromotionId, &str, Discount)> {
        let discount = promotions::discount(self.discount_kind?.0, self.discount_percent, self.discount_amount)?;
        Some((PromotionId(self.promotion?), self.promotion_code.as_deref()?, discount))
    }
}

/// Notes every client with a due service as work of `task`; how many. Those parked on this day wait for the next.
pub async fn collect(conn: &mut PgConnection, task: &str, due: Horizon) -> Result<u64> {
    let done = sqlx::query!(
        "INSERT INTO task_client (task, day, client_id)
         SELECT DISTINCT $1, $2::date, s.client_id
         FROM billing_cycle y JOIN service s ON s.cycle_id = y.id
         WHERE s.state IN ('active', 'suspended') AND s.billed_through <= $2::date + coalesce(y.invoice_days, $3::int)
           AND (s.bills_until IS NULL OR s.billed_through < s.bills_until) AND s.paused_on IS NULL
           AND ($4 OR s.covered_until >= s.billed_through)
           AND NOT EXISTS (SELECT 1 FROM parked k WHERE k.task = $1 AND k.client_id = s.client_id AND k.last_on >= $2)
         ON CONFLICT DO NOTHING",
        task,
        due.day,
        due.invoice_days,
        due.continuous
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}

/// The due services of some clients, as the product that they are to be then, locked; those that share an invoice stand together.
pub async fn of_clients(conn: &mut PgConnection, clients: &[ClientId], due: Horizon) -> Result<Vec<DueService>> {
    sqlx::query_as!(
        DueService,
        r#"SELECT s.id, s.client_id, s.label, p.name AS product, p.taxable, s.currency AS "currency: _", s.amount,
                  s.options AS "options: _", s.options_amount, CASE WHEN r.amount = s.amount THEN r.id END AS price_id, s.anchor, s.billed_through AS "billed_through!",
                  y.name AS cycle_name, y.term AS "cycle: _", c.separate_invoices AS separate,
                  o.id AS "promotion?", o.code AS "promotion_code?", d.kind AS "discount_kind?: _",
                  d.percent AS discount_percent, d.amount AS discount_amount
           FROM service s JOIN billing_cycle y ON y.id = s.cycle_id JOIN client c ON c.id = s.client_id
           JOIN price r ON r.id = s.price_id
           LEFT JOIN plan_change k ON k.service_id = s.id AND k.state = 'scheduled'
           JOIN product p ON p.id = coalesce(k.product_id, s.product_id)
           LEFT JOIN service_discount d ON d.service_id = s.id AND (d.product_id, d.cycle_id) = (p.id, s.cycle_id)
               AND coalesce(d.periods > (SELECT count(*) FROM invoice_line l WHERE l.service_id = s.id
                   AND l.promotion_id = d.promotion_id AND l.kind = 'recurring' AND NOT l.voided), true)
           LEFT JOIN promotion o ON o.id = d.promotion_id
           WHERE s.client_id = ANY($1)
             AND s.state IN ('active', 'suspended') AND s.billed_through <= $2::date + coalesce(y.invoice_days, $3::int)
             AND (s.bills_until IS NULL OR s.billed_through < s.bills_until) AND s.paused_on IS NULL
             AND ($4 OR s.covered_until >= s.billed_through)
           ORDER BY s.client_id, s.billed_through, s.currency, s.id FOR NO KEY UPDATE OF s"#,
        &clients.iter().map(|c| c.get()).collect::<Vec<_>>(),
        due.day,
        due.invoice_days,
        due.continuous
    )
    .fetch_all(conn)
    .await
}
