//! Usage, at a host in Austria (20 % tax) that sells traffic and disk with its hosting.

use chrono::{Months as CalendarMonths, TimeDelta};
use innkeeper_domain::{Currency, InvoiceId, MeterId, ProductId};
use innkeeper_plugin_api::{Usage, server::Metric, view::Unit};

use super::*;
use crate::{billable_items, billing::testing::Host, invoices, testing::TestClient};

const WEB: ProductId = ProductId(1);
const SERVER: ServerId = ServerId(1);

struct Shop {
    host: Host,
    ada: TestClient,
    service: ServiceId,
}

fn price(text: &str) -> Vec<(Currency, UsagePrice)> {
    vec![(Currency::EUR, text.parse().unwrap())]
}

fn input(metric: &str, measure: Measure, text: &str) -> MeterInput {
    let (name, unit) = (format!("Web {metric}"), "GB".to_owned());
    MeterInput { metric: metric.into(), name, unit, unit_size: 1000, measure, starts_on: None, prices: price(text) }
}

impl Shop {
    /// On the first day of a month, from which on traffic and disk are charged.
    async fn open() -> Self {
        let host = Host::open().await;
        let ada = host.app.client("ada@example.com").await;
        sqlx::query("UPDATE client SET country = 'AT'").execute(host.app.pool()).await.unwrap();
        let service = ServiceId(host.service(ada.id, 12, host.today).await);
        for sql in [
            "INSERT INTO server_group (name) VALUES ('Here')",
            "INSERT INTO server (group_id, name, plugin_id) VALUES (1, 'One', 'test')",
            "UPDATE service SET server_id = 1, remote_id = 'r-' || id",
        ] {
            sqlx::query(sql).execute(host.app.pool()).await.unwrap();
        }
        let (app, admin) = (&host.app, &host.admin);
        add_meter(app, admin, WEB, input("traffic", Measure::Added, "100: 0.10 | 500: 0.08")).await.unwrap();
        add_meter(app, admin, WEB, input(DISK, Measure::Highest, "10: 1.00")).await.unwrap();
        let shop = Self { host, ada, service };
        shop.on(month_after(shop.host.today)).await;
        shop
    }
    /// Turns the clock to noon of a day.
    async fn on(&self, day: NaiveDate) {
        let until = day.and_hms_opt(12, 0, 0).unwrap().and_utc() - self.host.app.now();
        self.host.app.clock.advance(until);
    }
    async fn today(&self) -> NaiveDate {
        calendar::today(&self.host.app).await.unwrap()
    }
    /// The vendor tells how much traffic there was and how much disk is used, an hour later than before.
    async fn reads(&self, traffic: u64, disk: u64) {
        self.host.app.clock.advance(TimeDelta::hours(1));
        keep(&self.host.app, SERVER, &[report(self.service, traffic, disk)]).await.unwrap();
    }
    /// `name units amount`, newest month first.
    async fn shown(&self) -> Vec<String> {
        let months = of_service(&self.host.app, &self.ada.actor, self.service).await.unwrap();
        months.iter().map(|m| format!("{} {} {}", m.name, m.units, m.amount)).collect()
    }
    async fn next_month(&self) -> NaiveDate {
        let day = month_after(self.today().await);
        self.on(day).await;
        day
    }
    async fn bill(&self) {
        self.host.run("usage").await;
        self.host.run("invoices").await;
        self.host.holds().await;
    }
    async fn lines(&self) -> Vec<String> {
        let sql = "SELECT l.description || ' = ' || l.net FROM invoice_line l WHERE l.kind = 'usage' AND NOT l.voided ORDER BY l.id";
        self.host.rows(sql).await
    }
}

fn report(service: ServiceId, traffic: u64, disk: u64) -> UsageReport {
    let traffic =
        Metric { key: "traffic".into(), label: "T".into(), unit: Unit::DecimalBytes, quantity: traffic, limit: None };
    let usage = Usage { disk_bytes: disk, disk_limit_bytes: None, metrics: vec![traffic] };
    UsageReport { remote_id: format!("r-{service}"), usage, last_login: None }
}

#[tokio::test]
async fn a_month_is_reckoned_when_it_is_over_and_invoiced_once() {
    let shop = Shop::open().await;
    let month = shop.today().await;
    shop.reads(5_000, 3_000).await;
    shop.reads(405_001, 12_001).await;
    shop.reads(617_000, 9_000).await;
    // 612 of traffic since the first reading: 400 at 0.10 and 112 at 0.08; 13 begun of disk: 3 at 1.00.
    assert_eq!(shop.shown().await, ["Web disk 13 3.00 EUR", "Web traffic 612 48.96 EUR"]);
    shop.bill().await;
    assert_eq!(shop.lines().await, Vec::<String>::new(), "the month is not over");
    let day = shop.next_month().await;
    shop.bill().await;
    let lines = [
        "Web disk: site.example, 13 GB (10 free, 3 at 1.00) = 300",
        "Web traffic: site.example, 612 GB (100 free, 400 at 0.10, 112 at 0.08) = 4896",
    ];
    assert_eq!(shop.lines().await, lines);
    let invoice: Vec<i64> = shop.host.rows("SELECT DISTINCT invoice_id FROM invoice_line WHERE kind = 'usage'").await;
    let view = invoices::get(&shop.host.app, &shop.ada.actor, InvoiceId(invoice[0])).await.unwrap();
    assert_eq!((view.invoice.total, view.invoice.due_on), (5196 + 1039, Some(day + chrono::Days::new(14))));
    let line = &view.lines[0];
    assert_eq!(
        (line.service_id, line.period_start, line.period_end),
        (Some(shop.service.get()), Some(month), Some(day))
    );
    shop.bill().await;
    assert_eq!(shop.lines().await.len(), 2, "once");
    assert_eq!(shop.shown().await, ["Web disk 13 3.00 EUR", "Web traffic 612 48.96 EUR"], "it stays to be seen");
    // An invoice that is void lets it go, and a person invoices it again, or not.
    invoices::void(&shop.host.app, &shop.host.admin, InvoiceId(invoice[0])).await.unwrap();
    assert_eq!(shop.lines().await.len(), 0);
    let (app, admin) = (&shop.host.app, &shop.host.admin);
    let items = billable_items::list(app, admin, shop.ada.id).await.unwrap();
    assert_eq!(items.len(), 2);
    billable_items::remove(app, admin, items[0].id).await.unwrap();
    billable_items::invoice(app, admin, shop.ada.id, &[items[1].id]).await.unwrap();
    shop.host.holds().await;
    assert_eq!(shop.lines().await, lines[1..]);
    let eve = shop.host.app.client("eve@example.com").await.actor;
    assert!(matches!(of_service(&shop.host.app, &eve, shop.service).await, Err(AppError::NotFound(_))));
}

#[tokio::test]
async fn counters_begin_anew_and_months_go_on_from_the_last_one() {
    let shop = Shop::open().await;
    shop.reads(50_000, 0).await;
    shop.reads(80_000, 0).await;
    shop.reads(7_000, 0).await;
    assert_eq!(shop.shown().await[1], "Web traffic 37 0.00 EUR", "30 and 7 after it began anew");
    shop.next_month().await;
    shop.reads(9_000, 0).await;
    assert_eq!(shop.shown().await[1], "Web traffic 2 0.00 EUR");
    shop.bill().await;
    assert_eq!(shop.lines().await.len(), 0, "what is included costs nothing");
    let closed: Vec<i64> =
        shop.host.rows("SELECT coalesce(units, -1) FROM usage_month WHERE closed_at IS NOT NULL ORDER BY metric").await;
    assert_eq!(closed, [0, 37]);
    // What is told of a closed month, or before what is known, changes nothing.
    shop.host.app.clock.advance(TimeDelta::hours(-2));
    shop.reads(1_000_000, 0).await;
    assert_eq!(shop.shown().await[1], "Web traffic 2 0.00 EUR");
}

#[tokio::test]
async fn readings_at_once_count_all_that_was_added_once() {
    let shop = Shop::open().await;
    shop.reads(1_000, 0).await;
    let later = |n: u64| {
        shop.host.app.clock.advance(TimeDelta::minutes(1));
        let at = ReadAt { at: shop.host.app.now(), month: shop_month(&shop) };
        (n, at)
    };
    let all: Vec<_> = (1..=20_u64).map(later).collect();
    let keeps = all.iter().map(async |(n, at)| {
        let reading =
            [Reading { remote_id: "r-1", metric: "traffic", quantity: 1_000 + i64::try_from(n * 1_000).unwrap() }];
        db::keep(&mut shop.host.app.conn().await.unwrap(), SERVER, &reading, *at).await.unwrap();
    });
    futures_util::future::join_all(keeps).await;
    assert_eq!(shop.shown().await[1], "Web traffic 20 0.00 EUR");
}

#[tokio::test]
async fn a_reading_that_comes_while_a_month_is_reckoned_is_in_it_or_in_the_next() {
    let shop = Shop::open().await;
    shop.reads(0, 0).await;
    for round in 1..=6_i64 {
        let month = month_of(shop.today().await);
        let at = ReadAt { at: shop.host.app.now() + TimeDelta::minutes(1), month };
        shop.reads(u64::try_from(round).unwrap() * 100_000, 0).await;
        shop.next_month().await;
        let late = [Reading { remote_id: "r-1", metric: "traffic", quantity: round * 100_000 + 50_000 }];
        let late = async {
            let at = ReadAt { at: at.at + TimeDelta::hours(2), ..at };
            db::keep(&mut shop.host.app.conn().await.unwrap(), SERVER, &late, at).await.unwrap();
        };
        tokio::join!(shop.host.run("usage"), late);
        shop.reads(u64::try_from(round).unwrap() * 100_000 + 60_000, 0).await;
    }
    shop.host.holds().await;
    let wrong = "SELECT count(*) FROM usage_month WHERE metric = 'traffic' AND units <> ceil(added / 1000.0)";
    assert_eq!(shop.host.rows::<i64>(wrong).await, [0], "what is closed was charged");
    let all = "SELECT sum(added)::bigint FROM usage_month WHERE metric = 'traffic'";
    assert_eq!(shop.host.rows::<i64>(all).await, [660_000], "nothing is lost, nothing counts twice");
}

fn shop_month(shop: &Shop) -> NaiveDate {
    month_of(shop.host.app.now().date_naive())
}

#[tokio::test]
async fn prices_change_with_a_month_and_what_is_not_sold_costs_nothing() {
    let shop = Shop::open().await;
    let (app, admin) = (&shop.host.app, &shop.host.admin);
    let (today, traffic, disk) = (shop.today().await, MeterId(1), MeterId(2));
    let next = month_after(today);
    set_prices(app, admin, traffic, &price("0: 1.00"), None).await.unwrap();
    for day in [today, next + chrono::Days::new(1)] {
        let refused = set_prices(app, admin, traffic, &price("0: 2.00"), Some(day)).await;
        assert!(matches!(refused, Err(AppError::Invalid(_))), "{day}");
    }
    assert!(matches!(set_prices(app, admin, traffic, &[], None).await, Err(AppError::Invalid(_))));
    assert!(matches!(set_prices(app, &shop.ada.actor, traffic, &price("0: 1"), None).await, Err(AppError::Forbidden)));
    shop.reads(0, 50_000).await;
    shop.reads(101_000, 50_000).await;
    assert_eq!(shop.shown().await[1], "Web traffic 101 0.10 EUR", "the price of this month");
    retire_meter(app, admin, disk).await.unwrap();
    assert_eq!(shop.shown().await, ["Web traffic 101 0.10 EUR"]);
    shop.next_month().await;
    shop.reads(103_000, 60_000).await;
    assert_eq!(shop.shown().await[0], "Web traffic 2 2.00 EUR", "the price of the next one");
    shop.bill().await;
    assert_eq!(shop.lines().await, ["Web traffic: site.example, 101 GB (100 free, 1 at 0.10) = 10"]);
    // A client of another currency has no price.
    sqlx::query("UPDATE service SET currency = 'USD'").execute(app.pool()).await.unwrap();
    assert_eq!(shop.shown().await, ["Web traffic 101 0.10 EUR"], "what was reckoned stays");
    shop.next_month().await;
    shop.bill().await;
    assert_eq!(shop.lines().await.len(), 1);
    let open: Vec<i64> = shop.host.rows("SELECT count(*) FROM usage_month WHERE closed_at IS NULL").await;
    assert_eq!(open, [0]);
}

#[tokio::test]
async fn a_meter_is_checked() {
    let shop = Shop::open().await;
    let add = async |change: &dyn Fn(&mut MeterInput)| {
        let mut new = input("mailboxes", Measure::Highest, "0: 1");
        change(&mut new);
        add_meter(&shop.host.app, &shop.host.admin, WEB, new).await.map_err(|error| match error {
            AppError::Invalid(fields) => fields[0].field.clone(),
            other => other.to_string(),
        })
    };
    let today = shop.today().await;
    type Change<'a> = &'a dyn Fn(&mut MeterInput);
    let fields: [(&str, Change<'_>); 8] = [
        ("metric", &|m| m.metric = " ".into()),
        ("metric", &|m| m.metric = "traffic".into()),
        ("name", &|m| m.name = String::new()),
        ("unit", &|m| m.unit = "x".repeat(21)),
        ("unit_size", &|m| m.unit_size = 0),
        ("starts_on", &|m| m.starts_on = Some(today - CalendarMonths::new(1))),
        ("prices", &|m| m.prices = vec![]),
        ("prices", &|m| m.prices = vec![("CHF".parse().unwrap(), "0: 1".parse().unwrap())]),
    ];
    for (field, change) in fields {
        assert_eq!(add(change).await.unwrap_err(), field);
    }
    assert!(add(&|m| m.starts_on = Some(today)).await.is_ok());
    let ada = &shop.ada.actor;
    let new = input("x", Measure::Highest, "0: 1");
    assert!(matches!(add_meter(&shop.host.app, ada, WEB, new.clone()).await, Err(AppError::Forbidden)));
    assert!(matches!(list_meters(&shop.host.app, ada, WEB).await, Err(AppError::Forbidden)));
    assert!(matches!(add_meter(&shop.host.app, &shop.host.admin, ProductId(9), new).await, Err(AppError::NotFound(_))));
}
