//! New prices of options that services have.

use chrono::{DateTime, NaiveDate, Utc};
use innkeeper_domain::{ClientId, Currency, CycleId, OptionId};
use sqlx::{PgConnection, Result};

use crate::{Text, price_changes::Untold};

/// What services have of an option, and what that costs them.
#[derive(Clone, Debug)]
pub struct Held {
    pub currency: Text<Currency>,
    pub cycle_id: CycleId,
    pub value_id: Option<i64>,
    pub units: i32,
    pub amount: i64,
}

/// What services have of an option: each combination once. Services with a price of their own are left out.
pub async fn held(conn: &mut PgConnection, option: OptionId) -> Result<Vec<Held>> {
    sqlx::query_as!(
        Held,
        r#"SELECT DISTINCT s.currency AS "currency: _", s.cycle_id, (e ->> 'value_id')::bigint AS value_id,
                  (e ->> 'units')::int AS "units!", (e ->> 'amount')::bigint AS "amount!"
           FROM service s JOIN price r ON r.id = s.price_id AND r.amount = s.amount - s.options_amount
           CROSS JOIN LATERAL jsonb_array_elements(s.options) e
           WHERE s.options <> '[]' AND (e ->> 'option_id')::bigint = $1 AND s.state IN ('pending', 'active', 'suspended')"#,
        option.get()
    )
    .fetch_all(conn)
    .await
}

/// Lets services pay new prices of an option for periods that begin on `from` or later, instead of what they waited for;
/// how many.
pub async fn replace(
    conn: &mut PgConnection,
    option: OptionId,
    from: NaiveDate,
    prices: &[(Held, i64)],
) -> Result<u64> {
    withdraw(&mut *conn, option).await?;
    let done = sqlx::query!(
        "INSERT INTO option_price_change (service_id, option_id, value_id, units, was, becomes, takes_effect)
         SELECT s.id, $1, v.value_id, v.units, v.was, v.becomes, $2
         FROM unnest($3::text[], $4::bigint[], $5::bigint[], $6::int[], $7::bigint[], $8::bigint[])
                  AS v (currency, cycle_id, value_id, units, was, becomes)
         JOIN service s ON s.currency = v.currency AND s.cycle_id = v.cycle_id AND s.options <> '[]'
              AND s.state IN ('pending', 'active', 'suspended')
         JOIN price r ON r.id = s.price_id AND r.amount = s.amount - s.options_amount
         CROSS JOIN LATERAL jsonb_array_elements(s.options) e
         WHERE (e ->> 'option_id')::bigint = $1 AND (e ->> 'value_id')::bigint IS NOT DISTINCT FROM v.value_id
             AND ((e ->> 'units')::int, (e ->> 'amount')::bigint) = (v.units, v.was)",
        option.get(),
        from,
        &prices.iter().map(|(held, _)| held.currency.code()).collect::<Vec<_>>() as &[&str],
        &prices.iter().map(|(held, _)| held.cycle_id.get()).collect::<Vec<_>>(),
        &prices.iter().map(|(held, _)| held.value_id).collect::<Vec<_>>() as &[Option<i64>],
        &prices.iter().map(|(held, _)| held.units).collect::<Vec<_>>(),
        &prices.iter().map(|(held, _)| held.amount).collect::<Vec<_>>(),
        &prices.iter().map(|(_, becomes)| *becomes).collect::<Vec<_>>()
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}

/// Lets services keep their price of an option that a change has not reached; how many.
pub async fn withdraw(conn: &mut PgConnection, option: OptionId) -> Result<u64> {
    let done = sqlx::query!("DELETE FROM option_price_change WHERE option_id = $1", option.get()).execute(conn).await?;
    Ok(done.rows_affected())
}

/// Services that wait for a new price of an option.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// The first day on which one of them pays it.
    pub takes_effect: NaiveDate,
    pub services: i64,
    /// Of them, those whose client was told.
    pub told: i64,
}

/// The services that wait for a new price of an option; none: there are none.
pub async fn waiting(conn: &mut PgConnection, option: OptionId) -> Result<Option<Waiting>> {
    let row = sqlx::query!(
        r#"SELECT min(takes_effect) AS takes_effect, count(*) AS "services!", count(told_at) AS "told!"
           FROM option_price_change WHERE option_id = $1"#,
        option.get()
    )
    .fetch_one(conn)
    .await?;
    let waiting = |takes_effect| Waiting { takes_effect, services: row.services, told: row.told };
    Ok(row.takes_effect.map(waiting))
}

/// Services of some clients whose clients are to be told, noted as told: each with what all its options will cost.
pub async fn tell(conn: &mut PgConnection, clients: &[ClientId], now: DateTime<Utc>) -> Result<Vec<Untold>> {
    sqlx::query_as!(
        Untold,
        r#"WITH told AS (
               UPDATE option_price_change k SET told_at = $2 FROM service s
               WHERE s.id = k.service_id AND k.told_at IS NULL AND s.client_id = ANY($1) AND s.state IN ('active', 'suspended')
                   AND (s.bills_until IS NULL OR s.billed_through < s.bills_until)
               RETURNING k.service_id, k.takes_effect, k.becomes - k.was AS more)
           SELECT 'options-' || t.takes_effect AS "change!", s.id AS service_id, s.client_id, p.name AS product, s.label,
                  c.name AS cycle_name, c.term AS "cycle: _", s.currency AS "currency: _", s.amount AS old,
                  (s.amount + sum(t.more))::bigint AS "new!", t.takes_effect, s.anchor, s.billed_through AS "billed_through!"
           FROM told t JOIN service s ON s.id = t.service_id JOIN product p ON p.id = s.product_id
           JOIN billing_cycle c ON c.id = s.cycle_id
           GROUP BY t.takes_effect, s.id, p.id, c.id ORDER BY s.id"#,
        &clients.iter().map(|c| c.get()).collect::<Vec<_>>(),
        now
    )
    .fetch_all(conn)
    .await
}

/// Charges services of some clients their new prices whose next period begins late enough, one option of each; how many
/// are done with. One that has something else of the option by now keeps what that costs.
pub async fn apply(conn: &mut PgConnection, clients: &[ClientId]) -> Result<u64> {
    let done = sqlx::query_scalar!(
        r#"WITH due AS (
               SELECT DISTINCT ON (k.service_id) k.*, s.options, r.amount = s.amount - s.options_amount AS is_listed
               FROM service s JOIN option_price_change k ON k.service_id = s.id JOIN price r ON r.id = s.price_id
               WHERE s.client_id = ANY($1) AND s.state IN ('active', 'suspended') AND s.billed_through >= k.takes_effect
               ORDER BY k.service_id, k.option_id),
           gone AS (
               DELETE FROM option_price_change k USING due d WHERE (k.service_id, k.option_id) = (d.service_id, d.option_id)),
           parts AS (
               SELECT d.service_id, d.becomes, d.was, e, n, (e ->> 'option_id')::bigint = d.option_id
                   AND (e ->> 'value_id')::bigint IS NOT DISTINCT FROM d.value_id
                   AND ((e ->> 'units')::int, (e ->> 'amount')::bigint) = (d.units, d.was) AS is_it
               FROM due d CROSS JOIN LATERAL jsonb_array_elements(d.options) WITH ORDINALITY AS t (e, n) WHERE d.is_listed),
           changed AS (
               SELECT service_id, max(becomes - was) AS more,
                      jsonb_agg(CASE WHEN is_it THEN jsonb_set(e, '{amount}', to_jsonb(becomes)) ELSE e END ORDER BY n) AS options
               FROM parts GROUP BY service_id HAVING bool_or(is_it)),
           done AS (
               UPDATE service s SET options = x.options, options_amount = s.options_amount + x.more, amount = s.amount + x.more
               FROM changed x WHERE s.id = x.service_id)
           SELECT count(*) AS "done!" FROM due"#,
        &clients.iter().map(|c| c.get()).collect::<Vec<_>>()
    )
    .fetch_one(conn)
    .await?;
    Ok(u64::try_from(done).unwrap_or(0))
}
