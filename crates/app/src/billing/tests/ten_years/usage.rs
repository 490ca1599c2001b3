//! What services use in these years, and what that costs, counted by other means.

use chrono::{Datelike, NaiveDate};
use innkeeper_domain::{ServerId, ServiceId};
use innkeeper_plugin_api::{Usage, UsageReport, server::Metric, view::Unit};
use std::collections::BTreeMap;

use super::Years;
use crate::{Result, calendar, testing::TestApp, usage};

/// What a service told on a day.
#[derive(Clone, Copy)]
pub(super) struct Told {
    day: NaiveDate,
    traffic: u64,
    disk: u64,
}

/// Both products cost by use: 5 units of 10 are included, the next 15 cost 0.33, all others 0.125.
pub(super) async fn sell(test: &TestApp) {
    for sql in [
        "INSERT INTO server_group (name) VALUES ('Here')",
        "INSERT INTO server (group_id, name, plugin_id) VALUES (1, 'One', 'test')",
        "INSERT INTO meter (product_id, metric, name, unit, unit_size, measure, starts_on)
             SELECT p.id, m.metric, m.metric, 'GB', 10, m.measure, '2027-01-01'
             FROM product p, (VALUES ('traffic', 'added'), ('disk', 'highest')) m (metric, measure)",
        r#"INSERT INTO meter_price (meter_id, currency, starts_on, tiers)
             SELECT m.id, c.code, '2027-01-01', '[{"above": 5, "each": "0.33"}, {"above": 20, "each": "0.125"}]'
             FROM meter m, currency c"#,
    ] {
        sqlx::query(sql).execute(test.pool()).await.unwrap();
    }
}

/// Cents, unit by unit.
fn cost(units: u64) -> i64 {
    let each = |unit| match unit {
        1..=5 => 0,
        6..=20 => 330,
        _ => 125,
    };
    (((1..=units).map(each).sum::<u64>() + 5) / 10) as i64
}

impl Years {
    /// A counter that goes on, or begins anew, and some space.
    pub(super) async fn tell(&mut self, id: ServiceId, day: NaiveDate) -> Result<&'static str> {
        let before = self.readings.get(&id.get()).and_then(|all| all.last()).copied();
        if before.is_some_and(|before| before.day == day) {
            return Ok("told already");
        }
        let anew = self.chance.below(15) == 0;
        let traffic = before.filter(|_| !anew).map_or(0, |before| before.traffic) + self.chance.below(400);
        let told = Told { day, traffic, disk: self.chance.below(500) };
        let metric = Metric {
            key: "traffic".into(),
            label: "Traffic".into(),
            unit: Unit::DecimalBytes,
            quantity: told.traffic,
            limit: None,
        };
        let used = Usage { disk_bytes: told.disk, disk_limit_bytes: None, metrics: vec![metric] };
        let report = UsageReport { remote_id: format!("r-{id}"), usage: used, last_login: None };
        usage::keep(&self.test, ServerId(1), &[report]).await?;
        self.readings.entry(id.get()).or_default().push(told);
        Ok("readings")
    }

    /// What each month came to, from the readings alone; how many there are.
    pub(super) async fn recount_usage(&self) -> usize {
        let today = calendar::today(&self.test).await.unwrap().pred_opt().unwrap();
        let mut expected = BTreeMap::new();
        for (service, readings) in &self.readings {
            let mut last = None;
            for told in readings {
                let added =
                    last.map_or(0, |last| if told.traffic >= last { told.traffic - last } else { told.traffic });
                last = Some(told.traffic);
                let month = told.day.with_day(1).unwrap();
                if month < today.with_day(1).unwrap() {
                    *expected.entry((*service, month, "traffic".to_owned())).or_insert(0) += added;
                    let most: &mut u64 = expected.entry((*service, month, "disk".to_owned())).or_default();
                    *most = told.disk.max(*most);
                }
            }
        }
        let expected: Vec<_> = expected
            .into_iter()
            .map(|((service, month, metric), used)| {
                let units = used.div_ceil(10);
                let lines = i64::from(cost(units) > 0);
                (service, month, metric, units as i64, cost(units), lines)
            })
            .collect();
        let mut reckoned: Vec<(i64, NaiveDate, String, i64, i64, i64)> = sqlx::query_as(
            "SELECT u.service_id, u.month, u.metric, u.units, u.amount, (SELECT count(*) FROM invoice_line l
                 WHERE l.billable_item_id = b.id AND l.kind = 'usage' AND l.net = u.amount)
             FROM usage_month u LEFT JOIN billable_item b ON b.usage_id = u.id WHERE u.closed_at IS NOT NULL",
        )
        .fetch_all(self.test.pool())
        .await
        .unwrap();
        reckoned.sort();
        assert_eq!(reckoned, expected, "what was used is charged once");
        expected.len()
    }
}
