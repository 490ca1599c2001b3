//! Ten years, day by day, through the real daily run: services of every cycle from awkward days, in four time zones,
//! clients who pay on time, late or never, money that arrives in parts; now and then somebody changes a plan, ends a
//! service or is given something back. Then everything is counted by other means.
//!
//! `TEN_YEARS_SERVICES=2000` runs the long version. Without it there are fewer services and fewer days: two years in the
//! first zone, one in the others, all with the leap year's February.

use chrono::{Datelike, Days, Months, NaiveDate, TimeDelta};
use innkeeper_db::payments::NewPayment;
use innkeeper_domain::{ClientId, InvoiceId, Money, ServiceId};
use std::collections::BTreeMap;

use crate::{
    Actor, AppError, Result, calendar, daily, invoices, jobs, payments,
    plan_changes::{self, Wanted, When},
    services::{self, End},
    testing::TestApp,
};

/// Days like the last of a month; the year before is a leap year, and 2028, 2032 and 2036 are.
const START: NaiveDate = NaiveDate::from_ymd_opt(2027, 1, 28).unwrap();
const ZONES: [&str; 4] = ["Pacific/Auckland", "America/St_Johns", "Europe/Madrid", "Asia/Kathmandu"];
/// Clients have up to this many services.
const EACH: usize = 3;

/// A chance that is the same for the same seed.
struct Chance(u64);

impl Chance {
    fn below(&mut self, n: u64) -> u64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % n
    }
}

/// How somebody pays: days after the due date, and in how many parts.
#[derive(Clone, Copy)]
enum Habit {
    Pays { days: u64, parts: i64 },
    Never,
}

struct Years {
    test: TestApp,
    actor: Actor,
    chance: Chance,
    habits: BTreeMap<i64, Habit>,
    cycles: Vec<i64>,
    /// What happened besides, by name.
    acts: BTreeMap<&'static str, u64>,
}

impl Years {
    async fn open(zone: &str, seed: u64, services: usize) -> Self {
        let test = TestApp::new().await;
        let until_start = START.and_hms_opt(12, 0, 0).unwrap().and_utc() - test.now();
        test.clock.advance(until_start);
        let company = serde_json::json!({ "name": "Harbour", "time_zone": zone });
        sqlx::query("INSERT INTO setting (key, value) VALUES ('company', $1)")
            .bind(company)
            .execute(test.pool())
            .await
            .unwrap();
        for sql in [
            "INSERT INTO billing_cycle (name, kind, count, unit) VALUES
                 ('Every 10 days', 'recurring', 10, 'day'), ('Fortnightly', 'recurring', 2, 'week'),
                 ('Every 5 months', 'recurring', 5, 'month')",
            "INSERT INTO product_group (name) VALUES ('Hosting')",
            "INSERT INTO product (group_id, name, slug, taxable) VALUES (1, 'Web', 'web', true), (1, 'Gift', 'gift', false)",
            "INSERT INTO price (product_id, currency, cycle_id, amount)
                 SELECT p.id, c.code, y.id, 333 * p.id + 7 * y.id FROM product p, currency c, billing_cycle y WHERE y.kind = 'recurring'",
            "INSERT INTO tax_rule (country, name, rate) VALUES ('AT', 'VAT', 0.2), ('ES', 'IVA', 0.21), ('CH', 'MWST', 0.081)",
        ] {
            sqlx::query(sql).execute(test.pool()).await.unwrap();
        }
        let cycles: Vec<i64> = sqlx::query_scalar("SELECT id FROM billing_cycle WHERE kind = 'recurring' ORDER BY id")
            .fetch_all(test.pool())
            .await
            .unwrap();
        let actor = Actor::system("ten years");
        let mut years =
            Self { test, actor, chance: Chance(seed), habits: BTreeMap::new(), cycles, acts: BTreeMap::new() };
        years.fill(services).await;
        years
    }

    async fn fill(&mut self, services: usize) {
        let mut left = services;
        while left > 0 {
            let country = ["AT", "ES", "CH", "US"][self.chance.below(4) as usize];
            let currency = ["EUR", "USD"][self.chance.below(2) as usize];
            let client: i64 = sqlx::query_scalar(
                "INSERT INTO client (first_name, last_name, email, country, currency, tax_exempt, separate_invoices)
                 VALUES ('Ada', 'Lovelace', 'ada@example.com', $1, $2, $3, $4) RETURNING id",
            )
            .bind(country)
            .bind(currency)
            .bind(self.chance.below(10) == 0)
            .bind(self.chance.below(5) == 0)
            .fetch_one(self.test.pool())
            .await
            .unwrap();
            let habit = match self.chance.below(10) {
                0 => Habit::Never,
                1 | 2 => Habit::Pays { days: 3 + self.chance.below(30), parts: 1 },
                3 => Habit::Pays { days: self.chance.below(9), parts: 3 },
                _ => Habit::Pays { days: 0, parts: 1 },
            };
            self.habits.insert(client, habit);
            for _ in 0..(1 + self.chance.below(EACH as u64) as usize).min(left) {
                self.service(client, currency).await;
                left -= 1;
            }
        }
    }

    async fn service(&mut self, client: i64, currency: &str) {
        let cycle = self.cycles[self.chance.below(self.cycles.len() as u64) as usize];
        // 28th to 31st of January, and the days of the leap year's February, most of the time.
        let anchor = START + Days::new(self.chance.below(4) + [0, 0, 31, 365][self.chance.below(4) as usize]);
        let ends = (self.chance.below(6) == 0).then(|| START + Days::new(200 + self.chance.below(3000)));
        sqlx::query(
            "INSERT INTO service (client_id, product_id, state, label, cycle_id, price_id, currency, amount, anchor,
                                  billed_through, ends_on)
             SELECT $1, p.product_id, 'active', 'site.example', p.cycle_id, p.id, p.currency, p.amount, $4, $4, $5
             FROM price p WHERE p.cycle_id = $2 AND p.currency = $3 ORDER BY (p.product_id + $1) % 2 LIMIT 1",
        )
        .bind(client)
        .bind(cycle)
        .bind(currency)
        .bind(anchor)
        .bind(ends)
        .execute(self.test.pool())
        .await
        .unwrap();
    }

    /// A day: the run, then the money that arrives.
    async fn day(&mut self) {
        daily::catch_up(&self.test).await.unwrap();
        let today = calendar::today(&self.test).await.unwrap();
        let owed: Vec<(i64, i64, String, i64, NaiveDate)> = sqlx::query_as(
            "SELECT i.id, i.client_id, i.currency, i.total - coalesce((SELECT sum(amount) FROM allocation WHERE invoice_id = i.id), 0)::bigint,
                    i.due_on
             FROM invoice i WHERE i.state = 'unpaid' AND i.due_on <= $1 ORDER BY i.id",
        )
        .bind(today)
        .fetch_all(self.test.pool())
        .await
        .unwrap();
        let mut paid = today.day() == 1;
        for (invoice, client, currency, owed, due) in owed {
            let Habit::Pays { days, parts } = self.habits[&client] else { continue };
            if today >= due + Days::new(days) {
                // Somebody who pays in parts pays a cent more in the end: it stays as credit.
                let amount = if parts > 1 { owed / parts + 1 } else { owed };
                self.pay(client.into(), invoice, &currency, amount, today).await;
                paid = true;
            }
        }
        let acted = self.act(today).await;
        if paid || acted {
            jobs::drain(&self.test.app).await.unwrap();
        }
        self.test.clock.advance(TimeDelta::days(1));
    }

    /// Now and then: another plan, an end, something given back. What the rules refuse is left. Did anything happen?
    async fn act(&mut self, today: NaiveDate) -> bool {
        let mut acted = false;
        for _ in 0..self.test_size().div_ceil(12) {
            let dice = self.chance.below(100);
            if dice > 2 {
                continue;
            }
            let of = if dice == 2 {
                "SELECT id FROM invoice WHERE state = 'paid' ORDER BY id"
            } else {
                "SELECT id FROM service WHERE state = 'active' ORDER BY id"
            };
            let ids: Vec<i64> = sqlx::query_scalar(of).fetch_all(self.test.pool()).await.unwrap();
            if ids.is_empty() {
                continue;
            }
            let id = ids[self.chance.below(ids.len() as u64) as usize];
            let outcome = match dice {
                0 => self.change(id.into()).await,
                1 if self.chance.below(8) == 0 => self.end(id.into()).await,
                1 => continue,
                _ => self.give_back(id.into()).await,
            };
            match outcome {
                Ok(name) => {
                    acted = true;
                    *self.acts.entry(name).or_default() += 1;
                }
                Err(AppError::Conflict(_)) => *self.acts.entry("refused").or_default() += 1,
                Err(error) => panic!("{today}: {error:?}"),
            }
        }
        acted
    }

    fn test_size(&self) -> usize {
        self.habits.len()
    }

    /// Any of the plans, at once or with the next period, at the price that was quoted.
    async fn change(&mut self, id: ServiceId) -> Result<&'static str> {
        let offers = plan_changes::offers(&self.test, &self.actor, id).await?;
        let to = &offers[self.chance.below(offers.len() as u64) as usize];
        let when = if self.chance.below(2) == 0 { When::Now } else { When::NextPeriod };
        let wanted = Wanted { product: to.product_id, cycle: to.cycle_id, when };
        let quote = plan_changes::quote(&self.test, &self.actor, id, wanted).await?;
        plan_changes::order(&self.test, &self.actor, id, wanted, quote.total).await?;
        Ok(match quote.total.minor() {
            0 => "free changes",
            1.. => "upgrades",
            _ => "downgrades",
        })
    }

    async fn end(&mut self, id: ServiceId) -> Result<&'static str> {
        let when = if self.chance.below(4) == 0 { End::Now } else { End::PeriodEnd };
        services::end(&self.test, &self.actor, id, when, "").await?;
        Ok("ends")
    }

    /// A part of what is left of an invoice's first line.
    async fn give_back(&mut self, invoice_id: InvoiceId) -> Result<&'static str> {
        let lines = invoices::creditable(&self.test, &self.actor, invoice_id).await?;
        let Some(line) = lines.iter().find(|line| line.left() > 0) else { return Ok("nothing left") };
        let part = 1 + self.chance.below(line.left() as u64) as i64;
        let lines = vec![(line.id, Money::new(part, *line.currency))];
        let command = invoices::CreditInvoice { invoice_id, lines, reason: "Sorry".into() };
        invoices::credit(&self.test, &self.actor, command).await?;
        Ok("credit notes")
    }

    async fn pay(&self, client_id: ClientId, invoice: i64, currency: &str, amount: i64, received_on: NaiveDate) {
        let mut tx = self.test.begin(&self.actor).await.unwrap();
        tx.lock_client(client_id).await.unwrap();
        let transaction_ref = format!("{invoice} on {received_on}");
        let payment = NewPayment {
            client_id,
            gateway: "bank",
            transaction_ref: &transaction_ref,
            currency,
            amount,
            received_on,
            note: "",
        };
        payments::book(&mut tx, &payment, invoice.into()).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn check(&self) {
        jobs::drain(&self.test.app).await.unwrap();
        let broken: Vec<String> = sqlx::query_scalar("SELECT rule || ': ' || detail FROM violations($1)")
            .bind(self.test.now())
            .fetch_all(self.test.pool())
            .await
            .unwrap();
        assert_eq!(broken, Vec::<String>::new());
    }

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
    async fn recount(&self) -> usize {
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

async fn ten_years(zone: &str, seed: u64, services: usize, days: u32) -> (usize, Vec<u8>) {
    let mut years = Years::open(zone, seed, services).await;
    for day in 0..days {
        years.day().await;
        if day % 365 == 364 {
            years.check().await;
        }
    }
    years.check().await;
    let lines = years.recount().await;
    println!("{zone}: {lines} periods, {:?}", years.acts);
    let books: Vec<u8> = sqlx::query_scalar(
        "SELECT sha256(convert_to(string_agg(format('%s %s %s %s %s', i.id, i.number_text, i.due_on, i.total, i.state), E'\\n' ORDER BY i.series, i.number), 'UTF8'))
         FROM invoice i",
    )
    .fetch_one(years.test.pool())
    .await
    .unwrap();
    (lines, books)
}

fn services() -> usize {
    std::env::var("TEN_YEARS_SERVICES").ok().map_or(48, |n| n.parse().unwrap())
}

fn is_long() -> bool {
    std::env::var_os("TEN_YEARS_SERVICES").is_some()
}

/// A zone's part of the services: its days are a process of their own, beside the other zones'.
async fn every_period_is_billed_once(zone: usize) {
    let each = services().div_ceil(ZONES.len());
    let days = match (is_long(), zone) {
        (true, _) => 3653,
        (false, 0) => 800,
        (false, _) => 400,
    };
    let (lines, _) = ten_years(ZONES[zone], zone as u64, each, days).await;
    assert!(lines > each, "{lines} periods");
}

#[tokio::test]
async fn every_period_is_billed_once_in_auckland() {
    every_period_is_billed_once(0).await;
}

#[tokio::test]
async fn every_period_is_billed_once_in_st_johns() {
    every_period_is_billed_once(1).await;
}

#[tokio::test]
async fn every_period_is_billed_once_in_madrid() {
    every_period_is_billed_once(2).await;
}

#[tokio::test]
async fn every_period_is_billed_once_in_kathmandu() {
    every_period_is_billed_once(3).await;
}

#[tokio::test]
async fn the_same_seed_gives_the_same_books() {
    let (one, other) = tokio::join!(ten_years("Europe/Madrid", 9, 10, 400), ten_years("Europe/Madrid", 9, 10, 400));
    assert!(one.0 > 10);
    assert_eq!(one, other);
}
