//! What recurs, normalised to a month: today, and how it came and went. Services that are charged by a cycle count while
//! they run, suspended or not; free ones do not.

use chrono::NaiveDate;
use innkeeper_domain::Currency;
use sqlx::{PgConnection, Result};

use crate::Text;

/// What recurs today with a product; without an id, all of a currency.
#[derive(Clone, Debug)]
pub struct RunningRow {
    pub currency: Text<Currency>,
    pub product_id: Option<i64>,
    pub product: Option<String>,
    pub clients: i64,
    pub services: i64,
    /// A month's worth, in minor units.
    pub monthly: i64,
}

/// What came and went in a month; without a month, before the first day asked for.
#[derive(Clone, Debug)]
pub struct MovedRow {
    pub currency: Text<Currency>,
    pub month: Option<NaiveDate>,
    pub new_clients: i64,
    pub new_services: i64,
    pub new_monthly: i64,
    pub lost_clients: i64,
    pub lost_services: i64,
    pub lost_monthly: i64,
}

/// What recurs at the moment: the sum of each currency first, then its products, most first.
pub async fn running(conn: &mut PgConnection) -> Result<Vec<RunningRow>> {
    sqlx::query_as!(
        RunningRow,
        r#"SELECT s.currency AS "currency!: _", s.product_id AS "product_id?", max(p.name) AS "product?",
                  count(DISTINCT s.client_id) AS "clients!", count(*) AS "services!",
                  sum(monthly_worth(s.amount, y.count, y.unit))::bigint AS "monthly!"
           FROM service s JOIN billing_cycle y ON y.id = s.cycle_id AND y.kind = 'recurring' JOIN product p ON p.id = s.product_id
           WHERE s.state IN ('active', 'suspended') AND s.amount > 0
           GROUP BY GROUPING SETS ((s.currency), (s.currency, s.product_id))
           ORDER BY s.currency, s.product_id IS NOT NULL, 6 DESC, 3"#
    )
    .fetch_all(conn)
    .await
}

/// What came and went in the months from `from` (a first of a month) up to and including the day `until`. A client
/// comes with its first running service and goes with its last; coming back is coming again.
pub async fn moved(conn: &mut PgConnection, from: NaiveDate, until: NaiveDate, zone: &str) -> Result<Vec<MovedRow>> {
    sqlx::query_as!(
        MovedRow,
        r#"WITH life AS MATERIALIZED (
               SELECT s.currency, s.client_id, monthly_worth(s.amount, y.count, y.unit) AS monthly,
                      (coalesce(s.activated_at, s.created_at) AT TIME ZONE $3)::date AS began,
                      CASE s.state WHEN 'terminated' THEN (coalesce(s.terminated_at, s.activated_at, s.created_at) AT TIME ZONE $3)::date END AS ended
               FROM service s JOIN billing_cycle y ON y.id = s.cycle_id AND y.kind = 'recurring'
               WHERE s.state IN ('active', 'suspended', 'terminated') AND s.amount > 0),
           paying AS (SELECT * FROM life WHERE ended IS NULL OR ended > began),
           stay AS (SELECT currency, unnest(range_agg(daterange(began, ended))) AS days FROM paying GROUP BY currency, client_id),
           fact AS (
               SELECT currency, began AS day, 0 AS new_clients, 1 AS new_services, monthly AS new_monthly,
                      0 AS lost_clients, 0 AS lost_services, 0::bigint AS lost_monthly FROM paying
               UNION ALL SELECT currency, ended, 0, 0, 0, 0, 1, monthly FROM paying WHERE ended IS NOT NULL
               UNION ALL SELECT currency, lower(days), 1, 0, 0, 0, 0, 0 FROM stay
               UNION ALL SELECT currency, upper(days), 0, 0, 0, 1, 0, 0 FROM stay WHERE NOT upper_inf(days)),
           sums AS (
               SELECT currency, CASE WHEN day >= $1 THEN date_trunc('month', day::timestamp)::date END AS month,
                      sum(new_clients) AS new_clients, sum(new_services) AS new_services, sum(new_monthly) AS new_monthly,
                      sum(lost_clients) AS lost_clients, sum(lost_services) AS lost_services, sum(lost_monthly) AS lost_monthly
               FROM fact WHERE day <= $2 GROUP BY 1, 2)
           SELECT c.currency AS "currency!: _", m.month AS "month?",
                  coalesce(s.new_clients, 0)::bigint AS "new_clients!", coalesce(s.new_services, 0)::bigint AS "new_services!",
                  coalesce(s.new_monthly, 0)::bigint AS "new_monthly!", coalesce(s.lost_clients, 0)::bigint AS "lost_clients!",
                  coalesce(s.lost_services, 0)::bigint AS "lost_services!", coalesce(s.lost_monthly, 0)::bigint AS "lost_monthly!"
           FROM (SELECT NULL::date AS month UNION ALL
                 SELECT generate_series($1::date::timestamp, $2::date::timestamp, interval '1 month')::date) m
           CROSS JOIN (SELECT DISTINCT currency FROM sums) c
           LEFT JOIN sums s ON s.currency = c.currency AND s.month IS NOT DISTINCT FROM m.month
           ORDER BY c.currency, m.month NULLS FIRST"#,
        from,
        until,
        zone
    )
    .fetch_all(conn)
    .await
}
