//! Codes: what they take off, for how long, for whom, and how often.

use futures_util::{StreamExt, stream};
use innkeeper_domain::{
    ClientId, Currency, CycleId, DiscountKind, Money, OrderId, ProductId, PromotionClients, PromotionFor, PromotionId,
};
use serde_json::json;
use std::collections::BTreeMap;

use super::{PromotionInput, create, get, retire, update};
use crate::{
    Actor, AppError, Result,
    billing::testing::Host,
    carts::{self, AddProduct},
    invoices, orders,
    testing::TestClient,
};

/// 20 % off three periods.
pub(crate) fn summer() -> PromotionInput {
    PromotionInput {
        code: "summer20".into(),
        note: String::new(),
        kind: DiscountKind::Percent,
        percent: Some(20.into()),
        amounts: vec![],
        periods: Some(3),
        starts_on: None,
        ends_on: None,
        max_uses: None,
        counts_for: PromotionFor::Orders,
        clients: PromotionClients::All,
        once_per_client: false,
        one_item: false,
        products: vec![],
        tlds: vec![],
        cycles: vec![],
        requires: vec![],
    }
}

fn euro(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

struct Shop {
    host: Host,
}

impl Shop {
    /// Sells hosting for 10.00 a month, and for 100.00 a year with a set-up fee of 15.00.
    async fn open() -> Self {
        let host = Host::open().await;
        sqlx::query("UPDATE price SET setup = 1500 WHERE cycle_id = 12").execute(host.app.pool()).await.unwrap();
        Self { host }
    }
    async fn offer(&self, input: PromotionInput) -> PromotionId {
        create(&self.host.app, &self.host.admin, input).await.unwrap()
    }
    async fn cart(&self, actor: &Actor, cycles: &[i64]) -> String {
        let app = &self.host.app;
        let token = carts::create(app, actor, None).await.unwrap();
        for cycle in cycles {
            let add = AddProduct {
                parent: None,
                product_id: ProductId(1),
                cycle_id: CycleId(*cycle),
                fields: BTreeMap::new(),
                custom_fields: BTreeMap::new(),
                options: BTreeMap::new(),
            };
            carts::add_product(app, actor, &token, add).await.unwrap();
        }
        token
    }
    /// Orders with a code.
    async fn order(&self, actor: &Actor, code: &str, cycles: &[i64]) -> Result<OrderId> {
        let token = self.cart(actor, cycles).await;
        carts::use_code(&self.host.app, actor, &token, code).await?;
        orders::checkout(&self.host.app, actor, &token).await
    }
    async fn lines(&self) -> Vec<String> {
        self.host
            .rows("SELECT l.kind || ' ' || l.net || ' -' || l.discount FROM invoice_line l WHERE NOT l.voided ORDER BY l.id")
            .await
    }
    async fn number(&self, sql: &str) -> i64 {
        self.host.rows(sql).await[0]
    }
}

/// The text of a refusal.
fn why<T: std::fmt::Debug>(result: Result<T>) -> String {
    match result.unwrap_err() {
        AppError::Invalid(fields) => fields.iter().map(|field| field.message.clone()).collect(),
        AppError::Conflict(why) => why,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_code_counts_for_the_periods_that_it_promises() {
    let shop = Shop::open().await;
    let ada = shop.host.app.client("ada@example.com").await;
    shop.offer(summer()).await;
    shop.order(&ada.actor, " Summer20 ", &[1]).await.unwrap();
    shop.host.pay(1).await;
    shop.host.holds().await;
    sqlx::query("UPDATE billing_cycle SET invoice_days = 365").execute(shop.host.app.pool()).await.unwrap();
    for invoice in 2..=4 {
        shop.host.run("invoices").await;
        if invoice == 2 {
            invoices::void(&shop.host.app, &shop.host.admin, 2.into()).await.unwrap();
            shop.host.run("invoices").await;
        }
        shop.host.pay(invoice + 1).await;
    }
    let reduced = "recurring 800 -200";
    assert_eq!(shop.lines().await, [reduced, reduced, reduced, "recurring 1000 -0"], "a void period does not count");
    let text: Vec<String> = shop.host.rows("SELECT description FROM invoice_line ORDER BY id LIMIT 1").await;
    assert_eq!(text, ["Web (Monthly), SUMMER20: \u{2212}2.00 EUR"]);
    assert_eq!(shop.number("SELECT total FROM invoice WHERE id = 1").await, 960, "tax on what is left");
    shop.host.holds().await;
}

#[tokio::test]
async fn what_a_service_was_promised_outlives_the_promotion() {
    let shop = Shop::open().await;
    let ada = shop.host.app.client("ada@example.com").await;
    let id = shop.offer(PromotionInput { periods: None, ..summer() }).await;
    shop.order(&ada.actor, "SUMMER20", &[1]).await.unwrap();
    shop.host.pay(1).await;
    shop.host.holds().await;
    let other = PromotionInput { code: "WINTER".into(), percent: Some(50.into()), ..summer() };
    update(&shop.host.app, &shop.host.admin, id, other).await.unwrap();
    retire(&shop.host.app, &shop.host.admin, id).await.unwrap();
    sqlx::query("UPDATE billing_cycle SET invoice_days = 365").execute(shop.host.app.pool()).await.unwrap();
    shop.host.run("invoices").await;
    assert_eq!(shop.lines().await, ["recurring 800 -200"; 2]);
    assert_eq!(why(shop.order(&ada.actor, "WINTER", &[1]).await), "is no code of ours");
    shop.host.holds().await;
}

#[tokio::test]
async fn each_kind_takes_off_what_it_covers() {
    let shop = Shop::open().await;
    let ada = shop.host.app.client("ada@example.com").await;
    let fixed = |code: &str, kind, amount| PromotionInput {
        code: code.into(),
        kind,
        percent: None,
        amounts: vec![euro(amount)],
        ..summer()
    };
    shop.offer(PromotionInput { one_item: true, ..fixed("THREE", DiscountKind::Amount, 300) }).await;
    shop.offer(PromotionInput { cycles: vec![CycleId(12)], ..fixed("SEVENTY", DiscountKind::Price, 7000) }).await;
    shop.offer(PromotionInput { code: "NOSETUP".into(), kind: DiscountKind::Setup, percent: None, ..summer() }).await;
    for (code, lines) in [
        ("THREE", ["recurring 700 -300", "recurring 10000 -0", "setup 1500 -0"]),
        ("SEVENTY", ["recurring 1000 -0", "recurring 7000 -3000", "setup 1500 -0"]),
        ("NOSETUP", ["recurring 1000 -0", "recurring 10000 -0", "setup 0 -1500"]),
    ] {
        let before = shop.lines().await.len();
        shop.order(&ada.actor, code, &[1, 12]).await.unwrap();
        assert_eq!(shop.lines().await[before..], lines, "{code}");
    }
    let promised = "SELECT service_id || ' ' || kind FROM service_discount ORDER BY 1";
    assert_eq!(shop.host.rows::<String>(promised).await, ["1 amount", "4 price"]);
    shop.host.holds().await;
}

#[tokio::test]
async fn a_refusal_says_why() {
    let shop = Shop::open().await;
    let (app, admin) = (&shop.host.app, &shop.host.admin);
    let ada = app.client("ada@example.com").await;
    let day = |days: i64| Some(shop.host.today + chrono::TimeDelta::days(days));
    let code = |code: &str, with: &dyn Fn(&mut PromotionInput)| {
        let mut input = PromotionInput { code: code.into(), ..summer() };
        with(&mut input);
        input
    };
    for input in [
        code("TOMORROW", &|p| p.starts_on = day(1)),
        code("YESTERDAY", &|p| p.ends_on = day(-1)),
        code("EXISTING", &|p| p.clients = PromotionClients::Existing),
        code("YEARLY", &|p| p.cycles = vec![CycleId(12)]),
        code("TODAY", &|p| (p.starts_on, p.ends_on) = (day(0), day(0))),
        code("NEW", &|p| p.clients = PromotionClients::New),
        code("ONCE", &|p| p.once_per_client = true),
        code("LAST", &|p| p.max_uses = Some(1)),
    ] {
        shop.offer(input).await;
    }
    sqlx::query("INSERT INTO product (group_id, name, slug) VALUES (1, 'Mail', 'mail')")
        .execute(app.pool())
        .await
        .unwrap();
    shop.offer(code("WITHMAIL", &|p| p.requires = vec![ProductId(2)])).await;
    let refused = async |code: &str| why(shop.order(&ada.actor, code, &[1]).await);
    for (code, reason) in [
        ("nothing", "is no code of ours"),
        ("TOMORROW", "is no code of ours"),
        ("YESTERDAY", "has ended"),
        ("EXISTING", "is for those who have ordered before"),
        ("YEARLY", "takes nothing off what is in the cart"),
        ("WITHMAIL", "counts only together with another product"),
    ] {
        assert_eq!(refused(code).await, reason, "{code}");
    }
    let visitor = app.visitor("192.0.2.9");
    let token = shop.cart(&visitor, &[1]).await;
    assert_eq!(why(carts::use_code(app, &visitor, &token, "EXISTING").await), "is for our clients: log in first");
    for code in ["NEW", "TODAY", "ONCE", "LAST", "EXISTING"] {
        shop.order(&ada.actor, code, &[1]).await.unwrap();
    }
    for (code, reason) in [
        ("NEW", "is for those who order for the first time"),
        ("ONCE", "was used by you before: it counts once"),
        ("LAST", "has ended"),
    ] {
        assert_eq!(refused(code).await, reason, "{code}");
    }
    let crowns = PromotionInput {
        code: "CROWNS".into(),
        kind: DiscountKind::Amount,
        percent: None,
        amounts: vec![Money::new(500, "SEK".parse().unwrap())],
        ..summer()
    };
    assert_eq!(why(create(app, admin, crowns.clone()).await), "has a currency that is not set up");
    sqlx::query("INSERT INTO currency (code) VALUES ('SEK')").execute(app.pool()).await.unwrap();
    shop.offer(crowns).await;
    assert_eq!(refused("CROWNS").await, "is not for orders in EUR");
    shop.host.holds().await;
}

#[tokio::test]
async fn a_code_that_ends_meanwhile_has_to_be_removed() {
    let shop = Shop::open().await;
    let ada = shop.host.app.client("ada@example.com").await;
    let id = shop.offer(summer()).await;
    let token = shop.cart(&ada.actor, &[1]).await;
    carts::use_code(&shop.host.app, &ada.actor, &token, "SUMMER20").await.unwrap();
    retire(&shop.host.app, &shop.host.admin, id).await.unwrap();
    let ordered = orders::checkout(&shop.host.app, &ada.actor, &token).await;
    assert_eq!(why(ordered), "the code SUMMER20 is no code of ours: remove it from the cart");
    carts::drop_code(&shop.host.app, &ada.actor, &token).await.unwrap();
    orders::checkout(&shop.host.app, &ada.actor, &token).await.unwrap();
    assert_eq!(shop.lines().await, ["recurring 1000 -0"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_use_a_code_no_more_often_than_it_may_be() {
    let shop = &Shop::open().await;
    let seven = shop.offer(PromotionInput { code: "SEVEN".into(), max_uses: Some(7), ..summer() }).await;
    let once = shop.offer(PromotionInput { code: "ONCE".into(), once_per_client: true, ..summer() }).await;
    let mut buyers: Vec<(TestClient, String)> = vec![];
    for n in 0..32 {
        let client = shop.host.app.client(&format!("client{n}@example.com")).await;
        let token = shop.cart(&client.actor, &[1]).await;
        carts::use_code(&shop.host.app, &client.actor, &token, "SEVEN").await.unwrap();
        buyers.push((client, token));
    }
    let one = shop.host.app.client("one@example.com").await;
    let mut carts_of_one = vec![];
    for _ in 0..16 {
        let token = shop.cart(&one.actor, &[1]).await;
        carts::use_code(&shop.host.app, &one.actor, &token, "ONCE").await.unwrap();
        carts_of_one.push(token);
    }
    let wishes = buyers.iter().map(|(client, token)| (&client.actor, token));
    let wishes = wishes.chain(carts_of_one.iter().map(|token| (&one.actor, token)));
    let outcomes: Vec<(ClientId, Result<OrderId>)> = stream::iter(wishes)
        .map(|(actor, token)| async move {
            (actor.client_id().unwrap(), orders::checkout(&shop.host.app, actor, token).await)
        })
        .buffer_unordered(48)
        .collect()
        .await;
    for (_, outcome) in &outcomes {
        assert!(matches!(outcome, Ok(_) | Err(AppError::Conflict(_))), "{outcome:?}");
    }
    let done = |own: bool| outcomes.iter().filter(|(client, done)| done.is_ok() && (*client == one.id) == own).count();
    assert_eq!((done(false), done(true)), (7, 1));
    let uses = async |id| get(&shop.host.app, &shop.host.admin, id).await.unwrap().row.uses;
    assert_eq!((uses(seven).await, uses(once).await), (7, 1));
    let (client, order) = outcomes.iter().find(|(client, done)| done.is_ok() && *client != one.id).unwrap();
    orders::cancel(&shop.host.app, &shop.host.admin, *order.as_ref().unwrap()).await.unwrap();
    assert_eq!(uses(seven).await, 6, "a cancelled order gives its use back");
    let again = buyers.iter().find(|(buyer, _)| buyer.id == *client).unwrap();
    shop.order(&again.0.actor, "SEVEN", &[1]).await.unwrap();
    shop.host.holds().await;
}

#[tokio::test]
async fn what_makes_no_sense_is_refused() {
    let shop = Shop::open().await;
    let (app, admin) = (&shop.host.app, &shop.host.admin);
    shop.offer(summer()).await;
    let odd: [(&str, serde_json::Value); 11] = [
        ("code", json!({"code": "A B"})),
        ("code", json!({"code": "ab"})),
        ("code", json!({"code": "SUMMER20"})),
        ("percent", json!({"percent": "0"})),
        ("percent", json!({"percent": "100.1"})),
        ("percent", json!({"percent": null})),
        ("amounts", json!({"kind": "amount"})),
        ("periods", json!({"periods": 0})),
        ("max_uses", json!({"max_uses": -1})),
        ("ends_on", json!({"starts_on": "2027-02-01", "ends_on": "2027-01-31"})),
        ("products", json!({"products": [99]})),
    ];
    for (field, change) in odd {
        let mut input = json!(PromotionInput { code: "OTHER".into(), ..summer() });
        for (key, value) in change.as_object().unwrap() {
            input[key] = value.clone();
        }
        let input: PromotionInput = serde_json::from_value(input).unwrap();
        match create(app, admin, input).await {
            Err(AppError::Invalid(fields)) => assert_eq!(fields[0].field, field, "{change}"),
            other => panic!("{change}: {other:?}"),
        }
    }
    assert_eq!(shop.number("SELECT count(*) FROM promotion").await, 1);
    let used = PromotionInput { code: "USED".into(), ..summer() };
    let id = shop.offer(used.clone()).await;
    for n in 0..2 {
        let client = app.client(&format!("client{n}@example.com")).await;
        shop.order(&client.actor, "USED", &[1]).await.unwrap();
    }
    let fewer = update(app, admin, id, PromotionInput { max_uses: Some(1), ..used }).await;
    assert_eq!(why(fewer), "is less than the number of orders that used it already");
}
