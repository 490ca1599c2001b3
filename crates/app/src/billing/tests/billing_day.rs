//! Products whose periods begin on a day of the month: the days before are charged by the day.

use chrono::NaiveDate;
use innkeeper_domain::{CycleId, ProductId};
use std::collections::BTreeMap;

use crate::{
    Actor, AppError,
    billing::testing::Host,
    calendar,
    carts::{self, AddProduct},
    jobs, orders,
};

/// A host on a day of 2027 whose product has these columns.
async fn host(day: &str, columns: &str) -> Host {
    let mut host = Host::open().await;
    let sql = format!("UPDATE product SET {columns}");
    sqlx::query(sqlx::AssertSqlSafe(sql)).execute(host.app.pool()).await.unwrap();
    to(&mut host, day).await;
    host
}

/// Noon of a day.
async fn to(host: &mut Host, day: &str) {
    let noon = day.parse::<NaiveDate>().unwrap().and_hms_opt(12, 0, 0).unwrap().and_utc();
    host.app.clock.advance(noon - host.app.now());
    host.today = calendar::today(&host.app).await.unwrap();
}

async fn cart(host: &Host, actor: &Actor, code: Option<&str>) -> String {
    let token = carts::create(&host.app, actor, None).await.unwrap();
    let add = AddProduct {
        parent: None,
        product_id: ProductId(1),
        cycle_id: CycleId(1),
        fields: BTreeMap::new(),
        custom_fields: BTreeMap::new(),
        options: BTreeMap::new(),
    };
    carts::add_product(&host.app, actor, &token, add).await.unwrap();
    if let Some(code) = code {
        carts::use_code(&host.app, actor, &token, code).await.unwrap();
    }
    token
}

async fn order(host: &Host, actor: &Actor, code: Option<&str>) {
    let token = cart(host, actor, code).await;
    orders::checkout(&host.app, actor, &token).await.unwrap();
    jobs::drain(&host.app.app).await.unwrap();
}

/// Every line: its days, what it costs, what was taken off.
async fn lines(host: &Host) -> Vec<String> {
    host.rows("SELECT period || ' ' || net || ' ' || discount FROM invoice_line ORDER BY id").await
}

#[tokio::test]
async fn the_days_before_the_billing_day_are_charged_first() {
    let mut host = host("2027-01-17", "billing_day = 1, setup_when = 'order'").await;
    let ada = host.app.client("ada@example.com").await;
    order(&host, &ada.actor, None).await;
    assert_eq!(lines(&host).await, ["[2027-01-17,2027-02-01) 484 0"], "15 of 31 days of 10.00");
    let text = host.rows::<String>("SELECT description FROM invoice_line").await;
    assert!(text[0].ends_with("15 of 31 days"), "{text:?}");
    // It lives already; while the first days are not paid, nothing follows.
    host.run("invoices").await;
    assert_eq!(lines(&host).await.len(), 1);
    host.pay_all().await;
    host.run("invoices").await;
    host.holds().await;
    assert_eq!(lines(&host).await.len(), 1, "the period begins in more than a fortnight");
    to(&mut host, "2027-01-20").await;
    host.run("invoices").await;
    host.pay_all().await;
    to(&mut host, "2027-02-20").await;
    host.run("invoices").await;
    let all = ["[2027-01-17,2027-02-01) 484 0", "[2027-02-01,2027-03-01) 1000 0", "[2027-03-01,2027-04-01) 1000 0"];
    assert_eq!(lines(&host).await, all);
    host.holds().await;
}

#[tokio::test]
async fn the_first_whole_period_joins_when_few_days_are_left() {
    let host = host("2027-01-26", "billing_day = 1, join_days = 7, term_periods = 2").await;
    let ada = host.app.client("ada@example.com").await;
    let sql = "INSERT INTO promotion (code, kind, percent, periods) VALUES ('HALF', 'percent', 0.5, 1), ('TWO', 'percent', 0.5, 2)";
    sqlx::query(sql).execute(host.app.pool()).await.unwrap();
    order(&host, &ada.actor, Some("HALF")).await;
    let first = ["[2027-01-26,2027-02-01) 97 97", "[2027-02-01,2027-03-01) 1000 0"];
    assert_eq!(lines(&host).await, first, "6 of 31 days of 10.00, half of it; one period was promised");
    let service = host.rows::<String>("SELECT anchor || ' ' || begins_on || ' ' || term_until FROM service").await;
    assert_eq!(service, ["2027-02-01 2027-01-26 2027-04-01"], "two periods after the first days");
    order(&host, &ada.actor, Some("TWO")).await;
    assert_eq!(lines(&host).await[2..], ["[2027-01-26,2027-02-01) 97 97", "[2027-02-01,2027-03-01) 500 500"]);
    host.pay_all().await;
    host.holds().await;
}

#[tokio::test]
async fn on_the_day_itself_nothing_is_special() {
    let host = host("2027-02-01", "billing_day = 1, join_days = 7").await;
    let ada = host.app.client("ada@example.com").await;
    order(&host, &ada.actor, None).await;
    assert_eq!(lines(&host).await, ["[2027-02-01,2027-03-01) 1000 0"]);
    let quote = carts::view(&host.app, &ada.actor, &cart(&host, &ada.actor, None).await).await.unwrap().unwrap().quote;
    assert_eq!(quote.subtotal.minor(), 1000);
    let product = crate::catalogue::get_product(&host.app, &host.admin, ProductId(1)).await.unwrap().row;
    let refused = |change: fn(&mut innkeeper_domain::Terms)| {
        let mut terms = product.terms();
        change(&mut terms);
        crate::catalogue::ProductInput {
            group_id: product.group_id,
            name: product.name.clone(),
            slug: product.slug.clone(),
            description: String::new(),
            plugin_id: None,
            settings: serde_json::Value::Null,
            server_group_id: None,
            setup_when: *product.setup_when,
            stock: None,
            taxable: true,
            hidden: false,
            position: 0,
            terms,
        }
    };
    for wrong in [
        refused(|terms| terms.billing_day = Some(29)),
        refused(|terms| terms.trial_days = Some(3)),
        refused(|terms| terms.join_days = Some(32)),
        refused(|terms| terms.billing_day = None),
    ] {
        let outcome = crate::catalogue::update_product(&host.app, &host.admin, ProductId(1), wrong).await;
        assert!(matches!(outcome, Err(AppError::Invalid(_))), "{outcome:?}");
    }
}
