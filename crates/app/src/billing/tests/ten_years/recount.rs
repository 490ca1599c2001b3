//! The periods of each service, counted by other means than the daily run's.

use chrono::{Datelike, Days, Months, NaiveDate, TimeDelta};
use std::collections::BTreeMap;

use super::{Habit, Years};
use crate::calendar;

impl Years {
    /// The rhythms that services had before the one that they have now, from the record of changes.
    async fn rhythms(&self) -> BTreeMap<i64, Vec<(NaiveDate, i32, String)>> {
        let rows: Vec<(i64, NaiveDate, i32, String)> = sqlx::query_as(
            "SELECT k.service_id, k.from_anchor, y.count, y.unit FROM plan_change k JOIN billing_cycle y ON y.id = k.from_cycle_id
             WHERE k.cycle_id <> k.from_cycle_id AND k.state IN ('done', 'scheduled') ORDER BY k.id",
        )
        .fetch_all(self.test.pool())
        .await
        .unwrap();
        let mut rhythms: BTreeMap<i64, Vec<_>> = BTreeMap::new();
        for (service, anchor, count, unit) in rows {
            rhythms.entry(service).or_default().push((anchor, count, unit));
        }
        rhythms
    }

    /// Each service's periods, recomputed from its anchor without the code under test.
    pub(super) async fn recount(&self) -> usize {
        type Row = (i64, NaiveDate, i32, String, i64, Option<NaiveDate>);
        let rhythms = self.rhythms().await;
        let services: Vec<Row> = sqlx::query_as(
            "SELECT s.id, s.anchor, y.count, y.unit, s.client_id, s.ends_on FROM service s JOIN billing_cycle y ON y.id = s.cycle_id",
        )
        .fetch_all(self.test.pool())
        .await
        .unwrap();
        let lines: Vec<(i64, NaiveDate, NaiveDate)> = sqlx::query_as(
            "SELECT service_id, lower(period), upper(period) FROM invoice_line WHERE kind = 'recurring' AND NOT voided ORDER BY service_id, lower(period)",
        )
        .fetch_all(self.test.pool())
        .await
        .unwrap();
        let mut billed: BTreeMap<i64, Vec<(NaiveDate, NaiveDate)>> = BTreeMap::new();
        for (service, from, to) in &lines {
            billed.entry(*service).or_default().push((*from, *to));
        }
        let today = calendar::today(&self.test).await.unwrap();
        for (id, anchor, count, unit, client, ends) in services {
            let got = billed.remove(&id).unwrap_or_default();
            // A pause moves what follows: the self-audit sees that nothing is left out or billed twice.
            if self.paused.contains(&id) {
                continue;
            }
            let mut own = rhythms.get(&id).cloned().unwrap_or_default();
            own.push((anchor, count, unit));
            let mut expected = periods(&own, got.len() + 1);
            let next = expected.pop().unwrap().0;
            assert_eq!(got, expected, "service {id}: no gap, no overlap, no drift");
            // Who pays on time is never left out: the next period is not due yet.
            if matches!(self.habits[&client], Habit::Pays { days: 0, parts: 1 }) {
                let over = ends.is_some_and(|ends| next >= ends);
                // Paid after the last run, or not due yet: the next run invoices what follows.
                let unpaid = got.last().is_some_and(|(due, _)| *due + Days::new(1) >= today);
                assert!(over || unpaid || next > today + Days::new(13), "service {id}: {next} is due");
            }
        }
        lines.len()
    }
}

/// The first `n` periods of a service that had these rhythms, each from its own anchor to that of the next.
fn periods(rhythms: &[(NaiveDate, i32, String)], n: usize) -> Vec<(NaiveDate, NaiveDate)> {
    let ends = rhythms.iter().skip(1).map(|(anchor, ..)| Some(*anchor)).chain([None]);
    let each = rhythms.iter().zip(ends).flat_map(|((anchor, count, unit), end)| {
        let all = (0..).map(|n| naive(*anchor, *count, unit, n));
        all.take_while(move |(start, _)| end.is_none_or(|end| *start < end))
    });
    each.take(n).collect()
}

/// Period `n`, by counting months one by one.
fn naive(anchor: NaiveDate, count: i32, unit: &str, n: i64) -> (NaiveDate, NaiveDate) {
    let at = |n: i64| match unit {
        "day" => anchor + TimeDelta::days(n * i64::from(count)),
        "week" => anchor + TimeDelta::days(7 * n * i64::from(count)),
        _ => {
            let months = n * i64::from(count) * if unit == "year" { 12 } else { 1 };
            let first = anchor.with_day(1).unwrap() + Months::new(u32::try_from(months).unwrap());
            let last = (first + Months::new(1)).pred_opt().unwrap();
            first.with_day(anchor.day().min(last.day())).unwrap()
        }
    };
    (at(n), at(n + 1))
}
