//! Changes of plan at a host that sells Web for 10.00 and Web Plus for 25.00 a month, with 20 % tax in Austria.

use chrono::{Days, NaiveDate};
use innkeeper_domain::{Currency, CycleId, DiscountKind, Money, ProductId, PromotionFor, PromotionId, ServiceId};

use super::*;
use crate::{
    Actor, AppError,
    billing::testing::Host,
    invoices,
    options::Selection,
    promotions::{self, PromotionInput},
    servers::testing::registry,
    services,
    testing::TestApp,
};

const MONTHLY: CycleId = CycleId(1);
const YEARLY: CycleId = CycleId(12);
const WEB: ProductId = ProductId(1);
const PLUS: ProductId = ProductId(2);

struct Shop {
    host: Host,
    client: Actor,
    service: ServiceId,
    /// The first day of the paid month, which has 30 days or more.
    begun: NaiveDate,
}

impl Shop {
    /// A client whose service began ten days ago; its first month is paid.
    async fn open() -> Self {
        Self::over(Host::open().await).await
    }
    async fn over(host: Host) -> Self {
        for sql in [
            "INSERT INTO product (group_id, name, slug) VALUES (1, 'Web Plus', 'plus')",
            "INSERT INTO price (product_id, currency, cycle_id, amount) VALUES (2, 'EUR', 1, 2500), (2, 'EUR', 12, 25000)",
        ] {
            sqlx::query(sql).execute(host.app.pool()).await.unwrap();
        }
        let who = host.app.client("ada@example.com").await;
        sqlx::query("UPDATE client SET country = 'AT'").execute(host.app.pool()).await.unwrap();
        let begun = host.today - Days::new(10);
        let service = ServiceId(host.service(who.id, 1, begun).await);
        host.run("invoices").await;
        host.pay(1).await;
        host.holds().await;
        Self { host, client: who.actor, service, begun }
    }
    fn wanted(product: ProductId, cycle: CycleId, when: When) -> Wanted {
        Wanted { product, cycle, options: Selection::new(), when, code: None }
    }
    async fn quote(&self, wanted: Wanted) -> Quote {
        quote(&self.host.app, &self.host.admin, self.service, wanted).await.unwrap()
    }
    async fn order(&self, wanted: Wanted) -> Changed {
        let total = self.quote(wanted.clone()).await.total;
        order(&self.host.app, &self.host.admin, self.service, wanted, total).await.unwrap()
    }
    /// Days of the paid month, and those of them that are left.
    async fn days(&self) -> (i64, i64) {
        let through = self.one::<NaiveDate>("SELECT billed_through FROM service").await;
        ((through - self.begun).num_days(), (through - self.host.today).num_days())
    }
    async fn one<T: for<'r> sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres> + Send + Unpin>(
        &self,
        sql: &str,
    ) -> T {
        self.host.rows(sql).await.into_iter().next().unwrap()
    }
    async fn product(&self) -> i64 {
        self.one("SELECT product_id FROM service").await
    }
    async fn credit(&self) -> i64 {
        self.one("SELECT coalesce(sum(-balance), 0)::bigint FROM ledger_account WHERE kind = 'client_credit'").await
    }
}

fn euro(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

/// Half away from zero.
fn part(amount: i64, days: i64, of: i64) -> i64 {
    (2 * amount * days + of) / (2 * of)
}

#[tokio::test]
async fn an_upgrade_is_made_when_its_difference_is_paid() {
    let shop = Shop::open().await;
    let (of, left) = shop.days().await;
    let net = part(1500, left, of);
    let quote = shop.quote(Shop::wanted(PLUS, MONTHLY, When::Now)).await;
    assert_eq!(quote.total, euro(net + part(net, 20, 100)));
    assert_eq!(quote.why, format!("{left} of {of} days of 25.00 instead of 10.00"));
    assert_eq!(shop.one::<i64>("SELECT count(*) FROM invoice").await, 1, "a quote leaves nothing");

    let changed = shop.order(Shop::wanted(PLUS, MONTHLY, When::Now)).await;
    let invoice = changed.invoice.unwrap();
    assert_eq!((shop.product().await, shop.one::<i64>("SELECT amount FROM service").await), (1, 1000));
    shop.host.holds().await;
    let again = order(&shop.host.app, &shop.host.admin, shop.service, Shop::wanted(PLUS, YEARLY, When::Now), euro(0));
    assert!(matches!(again.await, Err(AppError::Conflict(_))), "one change at a time");

    shop.host.pay(invoice.get()).await;
    shop.host.holds().await;
    assert_eq!((shop.product().await, shop.one::<i64>("SELECT amount FROM service").await), (2, 2500));
    assert_eq!(list(&shop.host.app, &shop.client, shop.service).await.unwrap()[0].state, "done");
}

#[tokio::test]
async fn up_and_down_on_one_day_costs_nothing() {
    let shop = Shop::open().await;
    let up = shop.order(Shop::wanted(PLUS, MONTHLY, When::Now)).await;
    shop.host.pay(up.invoice.unwrap().get()).await;
    shop.host.holds().await;
    let down = shop.order(Shop::wanted(WEB, MONTHLY, When::Now)).await;
    assert_eq!(down.quote.total.minor(), -up.quote.total.minor());
    assert_eq!((shop.product().await, shop.credit().await), (1, up.quote.total.minor()));
    shop.host.holds().await;
    let note: String = shop.one("SELECT number_text FROM invoice WHERE state = 'credit'").await;
    assert_eq!(note, "CN-000001");
}

#[tokio::test]
async fn another_rhythm_begins_with_the_next_period_and_can_be_taken_back() {
    let shop = Shop::open().await;
    let before: NaiveDate = shop.one("SELECT billed_through FROM service").await;
    let changed = shop.order(Shop::wanted(WEB, YEARLY, When::Now)).await;
    assert_eq!((changed.quote.total, changed.quote.next_on), (euro(0), before));
    assert_eq!(shop.one::<i64>("SELECT cycle_id FROM service").await, 12);
    cancel(&shop.host.app, &shop.client, shop.service).await.unwrap();
    assert_eq!(shop.one::<i64>("SELECT cycle_id FROM service").await, 1);
    assert_eq!(shop.one::<NaiveDate>("SELECT anchor FROM service").await, shop.begun);
    shop.order(Shop::wanted(WEB, YEARLY, When::NextPeriod)).await;
    shop.host.app.clock.advance(chrono::TimeDelta::days(25));
    shop.host.run("plan_changes").await;
    shop.host.run("invoices").await;
    shop.host.holds().await;
    let (net, year): (i64, i32) = sqlx::query_as(
        "SELECT net, upper(period) - lower(period) FROM invoice_line WHERE kind = 'recurring' ORDER BY id DESC LIMIT 1",
    )
    .fetch_one(shop.host.app.pool())
    .await
    .unwrap();
    assert_eq!((net, (365..=366).contains(&year)), (10_000, true));
    assert_eq!(shop.one::<i64>("SELECT count(*) FROM plan_change WHERE state = 'done'").await, 1);
}

#[tokio::test]
async fn what_nobody_pays_for_is_taken_back_after_a_week() {
    let shop = Shop::open().await;
    let changed = shop.order(Shop::wanted(PLUS, MONTHLY, When::Now)).await;
    shop.host.app.clock.advance(chrono::TimeDelta::days(7));
    shop.host.run("plan_changes").await;
    assert_eq!(shop.one::<String>("SELECT state FROM plan_change").await, "waiting");
    shop.host.app.clock.advance(chrono::TimeDelta::days(1));
    shop.host.run("plan_changes").await;
    assert_eq!(shop.one::<String>("SELECT state FROM plan_change").await, "cancelled");
    let invoice = invoices::get(&shop.host.app, &shop.client, changed.invoice.unwrap()).await.unwrap();
    assert_eq!(invoice.invoice.state.0.as_str(), "void");
    shop.host.holds().await;
}

#[tokio::test]
async fn a_period_that_was_invoiced_while_it_waited_is_settled_too() {
    let shop = Shop::open().await;
    let changed = shop.order(Shop::wanted(PLUS, MONTHLY, When::Now)).await;
    // The next month is invoiced at the old price, since nothing was paid for the change.
    sqlx::query("UPDATE billing_cycle SET invoice_days = 31").execute(shop.host.app.pool()).await.unwrap();
    shop.host.run("invoices").await;
    shop.host.pay(changed.invoice.unwrap().get()).await;
    shop.host.holds().await;
    let nets: Vec<i64> = shop.host.rows("SELECT net FROM invoice_line WHERE kind = 'change' ORDER BY id").await;
    assert_eq!((nets.len(), nets[1]), (2, 1500), "the whole difference of the second month");
}

#[tokio::test]
async fn clients_change_only_where_a_path_leads_and_only_their_own() {
    let shop = Shop::open().await;
    let app = &shop.host.app;
    let names = |found: Offers| found.offers.into_iter().map(|o| (o.product_id, o.cycle_id)).collect::<Vec<_>>();
    let own = names(offers(app, &shop.client, shop.service).await.unwrap());
    assert_eq!(own, [(WEB, YEARLY)]);
    set_paths(app, &shop.host.admin, WEB, &[PLUS]).await.unwrap();
    let own = names(offers(app, &shop.client, shop.service).await.unwrap());
    assert_eq!(own, [(WEB, YEARLY), (PLUS, MONTHLY), (PLUS, YEARLY)]);
    let other = app.client("eve@example.com").await.actor;
    for outcome in [
        offers(app, &other, shop.service).await.map(|_| ()),
        list(app, &other, shop.service).await.map(|_| ()),
        cancel(app, &other, shop.service).await,
        quote(app, &other, shop.service, Shop::wanted(PLUS, MONTHLY, When::Now)).await.map(|_| ()),
        services::end(app, &other, shop.service, services::End::Now, "").await.map(|_| ()),
    ] {
        assert!(matches!(outcome, Err(AppError::NotFound(_))));
    }
    let stranger = set_paths(app, &shop.host.admin, WEB, &[ProductId(99)]).await;
    assert!(matches!(stranger, Err(AppError::Invalid(_))));
}

#[tokio::test]
async fn where_the_vendor_cannot_change_the_plan_only_the_rhythm_is_offered() {
    let shop = Shop::over(Host::over(TestApp::with(registry()).await).await).await;
    for sql in [
        "INSERT INTO server_group (name) VALUES ('all')",
        "UPDATE product SET plugin_id = 'quiet', server_group_id = 1",
    ] {
        sqlx::query(sql).execute(shop.host.app.pool()).await.unwrap();
    }
    let offers = offers(&shop.host.app, &shop.host.admin, shop.service).await.unwrap().offers;
    assert_eq!(offers.iter().map(|o| (o.product_id, o.cycle_id)).collect::<Vec<_>>(), [(WEB, YEARLY)]);
    let plus = order(&shop.host.app, &shop.host.admin, shop.service, Shop::wanted(PLUS, MONTHLY, When::Now), euro(0));
    assert!(matches!(plus.await, Err(AppError::Invalid(_))));
    assert_eq!(shop.one::<i64>("SELECT count(*) FROM plan_change").await, 0);
}

#[tokio::test]
async fn what_cannot_be_changed_is_refused_with_the_reason() {
    let shop = Shop::open().await;
    let ask = |wanted| quote(&shop.host.app, &shop.host.admin, shop.service, wanted);
    let other = ask(Shop::wanted(ProductId(99), MONTHLY, When::Now)).await;
    assert!(matches!(other, Err(AppError::Invalid(_))));
    let price = order(&shop.host.app, &shop.host.admin, shop.service, Shop::wanted(PLUS, MONTHLY, When::Now), euro(1));
    assert!(matches!(price.await, Err(AppError::Conflict(_))), "not at this price");
    for (sql, why) in [
        ("UPDATE product SET stock = 0 WHERE id = 2", "sold out"),
        ("UPDATE service SET ends_on = '2100-01-01'", "ends on"),
        ("UPDATE service SET state = 'suspended', suspend_reason = 'staff'", "suspended"),
    ] {
        sqlx::query(sql).execute(shop.host.app.pool()).await.unwrap();
        let Err(AppError::Conflict(text)) = ask(Shop::wanted(PLUS, MONTHLY, When::Now)).await else { panic!("{why}") };
        assert!(text.contains(why), "{text}");
    }
}

#[tokio::test]
async fn a_service_ends_when_what_is_paid_is_used_up() {
    let shop = Shop::open().await;
    let through: NaiveDate = shop.one("SELECT paid_through FROM service").await;
    // The next month is invoiced already: it is withdrawn.
    sqlx::query("UPDATE billing_cycle SET invoice_days = 31").execute(shop.host.app.pool()).await.unwrap();
    shop.host.run("invoices").await;
    let end = services::End::PeriodEnd;
    assert_eq!(services::end(&shop.host.app, &shop.client, shop.service, end, "Moved").await.unwrap(), through);
    assert_eq!(shop.one::<String>("SELECT state FROM invoice ORDER BY id DESC").await, "void");
    shop.host.holds().await;
    assert_eq!(count(&shop, "invoices").await, 0, "nothing more is invoiced");
    services::keep(&shop.host.app, &shop.client, shop.service).await.unwrap();
    assert_eq!(count(&shop, "invoices").await, 1);
    services::end(&shop.host.app, &shop.client, shop.service, services::End::Now, "").await.unwrap();
    assert_eq!(shop.one::<String>("SELECT state FROM service").await, "terminated");
    shop.host.holds().await;
}

async fn count(shop: &Shop, task: &str) -> i64 {
    shop.host.run(task).await.get("periods").copied().unwrap_or_default()
}

impl Shop {
    async fn code(&self, input: PromotionInput) -> PromotionId {
        promotions::create(&self.host.app, &self.host.admin, input).await.unwrap()
    }
    async fn refused(&self, code: &str, to: Wanted) -> String {
        let wanted = Wanted { code: Some(code.into()), ..to };
        match quote(&self.host.app, &self.host.admin, self.service, wanted).await {
            Err(AppError::Invalid(fields)) => format!("{fields:?}"),
            other => panic!("{code}: {other:?}"),
        }
    }
    async fn uses(&self) -> Vec<i32> {
        self.host.rows("SELECT uses FROM promotion ORDER BY id").await
    }
}

/// A fifth off a change, once.
fn upgrade() -> PromotionInput {
    PromotionInput {
        code: "UPGRADE".into(),
        max_uses: Some(1),
        counts_for: PromotionFor::Changes,
        once_per_client: true,
        products: vec![PLUS],
        ..promotions::summer()
    }
}

#[tokio::test]
async fn a_code_takes_something_off_the_difference() {
    let shop = Shop::open().await;
    shop.code(upgrade()).await;
    let (of, left) = shop.days().await;
    let full = part(1500, left, of);
    let net = full - part(full, 20, 100);
    let wanted = Wanted { code: Some(" upgrade ".into()), ..Shop::wanted(PLUS, MONTHLY, When::Now) };
    let quote = shop.quote(wanted.clone()).await;
    assert_eq!(quote.total, euro(net + part(net, 20, 100)));
    assert_eq!(quote.discount, Some(("UPGRADE".to_owned(), euro(full - net))));
    assert_eq!(shop.uses().await, [0], "a quote uses nothing");

    let changed = shop.order(wanted.clone()).await;
    assert_eq!(shop.uses().await, [1]);
    let line: String = shop.one("SELECT description FROM invoice_line WHERE kind = 'change'").await;
    assert!(line.ends_with(&format!(", UPGRADE: \u{2212}{}", euro(full - net))), "{line}");
    shop.host.holds().await;
    cancel(&shop.host.app, &shop.client, shop.service).await.unwrap();
    assert_eq!(shop.uses().await, [0], "what is taken back has used nothing");
    shop.host.holds().await;

    let again = shop.order(wanted).await;
    assert_eq!(again.quote.total, changed.quote.total);
    shop.host.pay(again.invoice.unwrap().get()).await;
    shop.host.holds().await;
    assert_eq!((shop.product().await, shop.uses().await), (2, vec![1]));
    let down = shop.quote(Shop::wanted(WEB, MONTHLY, When::Now)).await;
    assert_eq!(down.total.minor(), -changed.quote.total.minor(), "what was paid comes back, not what was taken off");
}

#[tokio::test]
async fn all_of_the_difference_can_be_taken_off() {
    let shop = Shop::open().await;
    let amounts = vec![euro(100_000)];
    shop.code(PromotionInput { kind: DiscountKind::Amount, percent: None, amounts, ..upgrade() }).await;
    let wanted = Wanted { code: Some("UPGRADE".into()), ..Shop::wanted(PLUS, MONTHLY, When::Now) };
    let changed = shop.order(wanted).await;
    assert_eq!((changed.quote.total, shop.uses().await), (euro(0), vec![1]));
    shop.host.holds().await;
    assert_eq!(shop.product().await, 2, "nothing is to be paid first");
}

#[tokio::test]
async fn a_code_that_is_not_for_this_change_is_refused() {
    let shop = Shop::open().await;
    let up = || Shop::wanted(PLUS, MONTHLY, When::Now);
    assert!(shop.refused("NOBODY", up()).await.contains("no code of ours"));
    shop.code(PromotionInput { code: "ORDERS".into(), counts_for: PromotionFor::Orders, ..upgrade() }).await;
    assert!(shop.refused("ORDERS", up()).await.contains("not for changes of plan"));
    shop.code(PromotionInput { code: "OTHER".into(), products: vec![WEB], ..upgrade() }).await;
    assert!(shop.refused("OTHER", up()).await.contains("not for this plan"));
    shop.code(PromotionInput { code: "YEARLY".into(), cycles: vec![YEARLY], ..upgrade() }).await;
    assert!(shop.refused("YEARLY", up()).await.contains("not for this plan"));
    shop.code(PromotionInput { code: "OVER".into(), ends_on: Some(shop.begun), ..upgrade() }).await;
    assert!(shop.refused("OVER", up()).await.contains("has ended"));
    shop.code(upgrade()).await;
    let later = shop.refused("UPGRADE", Shop::wanted(PLUS, MONTHLY, When::NextPeriod)).await;
    assert!(later.contains("nothing here"), "{later}");
    let price = PromotionInput { kind: DiscountKind::Setup, percent: None, code: "SETUP".into(), ..upgrade() };
    let refused = promotions::create(&shop.host.app, &shop.host.admin, price).await;
    assert!(matches!(refused, Err(AppError::Invalid(_))), "{refused:?}");
    for _ in 0..40 {
        let wanted = Wanted { code: Some("GUESS".into()), ..up() };
        if let Err(AppError::TooMany(_)) = quote(&shop.host.app, &shop.host.admin, shop.service, wanted).await {
            return;
        }
    }
    panic!("codes can be guessed");
}
