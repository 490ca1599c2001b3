//! Ten years, day by day, through the real daily run: services of every cycle from awkward days, in four time zones,
//! clients who pay on time, late or never, money that arrives in parts; each zone has tax of another kind, two ask with
//! proformas, some services have a promotion, and all tell now and then what they used; now and then somebody changes a plan or its options, pauses
//! or ends a service, is charged for work, is given something back, by credit note, refund or as credit, and what nobody will
//! pay is written off. Then everything is counted by other means.
//!
//! `TEN_YEARS_SERVICES=2000` runs the long version. Without it there are fewer services and fewer days: two years in the
//! first zone, one in the others, all with the leap year's February.

mod acts;
mod recount;
mod usage;

use chrono::{Datelike, Days, NaiveDate, TimeDelta};
use innkeeper_db::payments::NewPayment;
use innkeeper_domain::{ClientId, InvoiceId};
use std::collections::{BTreeMap, BTreeSet};

use crate::{Actor, calendar, daily, jobs, payments, testing::TestApp};

/// Days like the last of a month; the year before is a leap year, and 2028, 2032 and 2036 are.
const START: NaiveDate = NaiveDate::from_ymd_opt(2027, 1, 28).unwrap();
/// Where the company is, how it charges tax, and whether it asks with proformas.
const ZONES: [(&str, &str, bool); 4] = [
    ("Pacific/Auckland", "{}", false),
    ("America/St_Johns", r#"{ "rounding": "line" }"#, true),
    ("Europe/Madrid", r#"{ "prices_include_tax": true, "union_vat": true }"#, true),
    ("Asia/Kathmandu", r#"{ "prices_include_tax": true, "rounding": "line" }"#, false),
];
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
    /// What services told.
    readings: BTreeMap<i64, Vec<usage::Told>>,
    /// Services that were paused.
    paused: BTreeSet<i64>,
    /// What happened besides, by name.
    acts: BTreeMap<&'static str, u64>,
}

impl Years {
    async fn open((zone, tax, proforma_first): (&str, &str, bool), seed: u64, services: usize) -> Self {
        let test = TestApp::new().await;
        let until_start = START.and_hms_opt(12, 0, 0).unwrap().and_utc() - test.now();
        test.clock.advance(until_start);
        let company = serde_json::json!({ "name": "Harbour", "country": "ES", "time_zone": zone });
        let numbers = serde_json::json!({ "proforma_first": proforma_first });
        sqlx::query("INSERT INTO setting (key, value) VALUES ('company', $1), ('tax', $2::jsonb), ('numbers', $3)")
            .bind(company)
            .bind(tax)
            .bind(numbers)
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
            "INSERT INTO tax_rule (country, region, level, compound, name, rate) VALUES
                 ('AT', '', 1, false, 'VAT', 0.2), ('ES', '', 1, false, 'IVA', 0.21), ('CH', '', 1, false, 'MWST', 0.081),
                 ('CA', '', 1, false, 'GST', 0.05), ('CA', 'QC', 2, false, 'QST', 0.09975), ('CA', 'PE', 2, true, 'PST', 0.1)",
            "INSERT INTO promotion (code, kind, percent, periods) VALUES
                 ('EIGHTH', 'percent', 0.125, 7), ('LESS', 'amount', null, null), ('FIXED', 'price', null, 3)",
            "INSERT INTO option_group (name) VALUES ('More')",
            "INSERT INTO option_group_product (product_id, group_id) VALUES (1, 1), (2, 1)",
            "INSERT INTO product_option (group_id, name, kind, least, most, step) VALUES
                 (1, 'Backups', 'yes_no', null, null, null), (1, 'Addresses', 'quantity', 0, 9, 1)",
            "INSERT INTO option_value (option_id, name, above) VALUES (1, 'Yes', 0), (2, '', 0), (2, '', 3)",
            "INSERT INTO option_price (value_id, currency, cycle_id, amount)
                 SELECT v.id, c.code, y.id, 41 * v.id + y.id FROM option_value v, currency c, billing_cycle y WHERE y.kind = 'recurring'",
        ] {
            sqlx::query(sql).execute(test.pool()).await.unwrap();
        }
        usage::sell(&test).await;
        let cycles: Vec<i64> = sqlx::query_scalar("SELECT id FROM billing_cycle WHERE kind = 'recurring' ORDER BY id")
            .fetch_all(test.pool())
            .await
            .unwrap();
        let actor = Actor::system("ten years");
        let mut years = Self {
            test,
            actor,
            chance: Chance(seed),
            habits: BTreeMap::new(),
            cycles,
            readings: BTreeMap::new(),
            paused: BTreeSet::new(),
            acts: BTreeMap::new(),
        };
        years.fill(services).await;
        years
    }

    async fn fill(&mut self, services: usize) {
        let mut left = services;
        while left > 0 {
            let (country, region) = [("AT", ""), ("ES", ""), ("CH", ""), ("US", "TX"), ("CA", "QC"), ("CA", "PE")]
                [self.chance.below(6) as usize];
            let currency = ["EUR", "USD"][self.chance.below(2) as usize];
            let client: i64 = sqlx::query_scalar(
                "INSERT INTO client (first_name, last_name, email, country, region, currency, tax_exempt, separate_invoices)
                 VALUES ('Ada', 'Lovelace', 'ada@example.com', $1, $2, $3, $4, $5) RETURNING id",
            )
            .bind(country)
            .bind(region)
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
        let placed = "UPDATE service SET server_id = 1, remote_id = 'r-' || id";
        sqlx::query(placed).execute(self.test.pool()).await.unwrap();
    }

    async fn service(&mut self, client: i64, currency: &str) {
        let cycle = self.cycles[self.chance.below(self.cycles.len() as u64) as usize];
        // 28th to 31st of January, and the days of the leap year's February, most of the time.
        let anchor = START + Days::new(self.chance.below(4) + [0, 0, 31, 365][self.chance.below(4) as usize]);
        let ends = (self.chance.below(6) == 0).then(|| START + Days::new(200 + self.chance.below(3000)));
        let code = ["EIGHTH", "LESS", "FIXED", "", "", "", "", "", ""][self.chance.below(9) as usize];
        sqlx::query(
            "WITH bought AS (
                 INSERT INTO service (client_id, product_id, state, label, cycle_id, price_id, currency, amount, anchor,
                                      billed_through, ends_on)
                 SELECT $1, p.product_id, 'active', 'site.example', p.cycle_id, p.id, p.currency, p.amount, $4, $4, $5
                 FROM price p WHERE p.cycle_id = $2 AND p.currency = $3 ORDER BY (p.product_id + $1) % 2 LIMIT 1
                 RETURNING id, product_id, cycle_id)
             INSERT INTO service_discount (service_id, promotion_id, product_id, cycle_id, kind, percent, amount, periods)
             SELECT b.id, m.id, b.product_id, b.cycle_id, m.kind, m.percent, CASE WHEN m.kind <> 'percent' THEN 111 END, m.periods
             FROM bought b JOIN promotion m ON m.code = $6",
        )
        .bind(client)
        .bind(cycle)
        .bind(currency)
        .bind(anchor)
        .bind(ends)
        .bind(code)
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
             FROM invoice i WHERE i.state = 'unpaid' AND i.due_on <= $1 ORDER BY i.client_id, i.id",
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
            collection_id: None,
        };
        payments::book(&mut tx, &payment, InvoiceId(invoice)).await.unwrap();
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
}

async fn ten_years(zone: (&str, &str, bool), seed: u64, services: usize, days: u32) -> (usize, Vec<u8>) {
    let mut years = Years::open(zone, seed, services).await;
    for day in 0..days {
        years.day().await;
        if day % 365 == 364 {
            years.check().await;
        }
    }
    years.check().await;
    let (lines, months) = (years.recount().await, years.recount_usage().await);
    println!("{}: {lines} periods, {months} months of use, {:?}", zone.0, years.acts);
    // Which of two clients gets which number on a day is a matter of chance: two workers make invoices.
    let books: Vec<u8> = sqlx::query_scalar(
        "SELECT sha256(convert_to(string_agg(format('%s %s %s %s', i.client_id, i.due_on, i.total, i.state), E'\\n' ORDER BY i.client_id, i.id), 'UTF8'))
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
    let (one, other) = tokio::join!(ten_years(ZONES[2], 9, 10, 400), ten_years(ZONES[2], 9, 10, 400));
    assert!(one.0 > 10);
    assert_eq!(one, other);
}
