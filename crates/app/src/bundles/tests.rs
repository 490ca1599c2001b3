//! What is bought together: that it counts for all of it and for nothing else.

use innkeeper_domain::{Currency, CycleId, ProductId, PromotionId};
use std::collections::BTreeMap;

use super::{BundleInput, choose, choosing, create, get, list, on_sale, set_retired, update};
use crate::{
    Actor, AppError, Result,
    billing::testing::Host,
    carts::{self, AddProduct, CartView},
    orders,
    promotions::{self, PromotionInput, summer},
    testing::TestClient,
};

const WEB: ProductId = ProductId(1);
const MAIL: ProductId = ProductId(2);
const MONTHLY: CycleId = CycleId(1);

/// A host with Web for 10.00 and Mail for 3.00 a month, 20 % off three periods of both.
struct Shop {
    host: Host,
    ada: TestClient,
}

impl Shop {
    async fn open() -> Self {
        let host = Host::open().await;
        for sql in [
            "INSERT INTO product (group_id, name, slug) VALUES (1, 'Mail', 'mail')",
            "INSERT INTO price (product_id, currency, cycle_id, amount) VALUES (2, 'EUR', 1, 300)",
        ] {
            sqlx::query(sql).execute(host.app.pool()).await.unwrap();
        }
        let ada = host.app.client("ada@example.com").await;
        promotions::create(&host.app, &host.admin, summer()).await.unwrap();
        create(&host.app, &host.admin, starter()).await.unwrap();
        Self { host, ada }
    }
    async fn cart(&self) -> String {
        carts::create(&self.host.app, &self.ada.actor, None).await.unwrap()
    }
    async fn add(&self, cart: &str, product_id: ProductId) {
        let add = AddProduct {
            parent: None,
            product_id,
            cycle_id: MONTHLY,
            fields: BTreeMap::new(),
            custom_fields: BTreeMap::new(),
            options: BTreeMap::new(),
        };
        carts::add_product(&self.host.app, &self.ada.actor, cart, add).await.unwrap();
    }
    async fn choose(&self, cart: &str) -> Result<()> {
        choose(&self.host.app, &self.ada.actor, cart, "starter", Currency::EUR).await
    }
    async fn view(&self, cart: &str) -> CartView {
        carts::view(&self.host.app, &self.ada.actor, cart).await.unwrap().unwrap()
    }
    async fn sold(&self) -> usize {
        on_sale(&self.host.app, Currency::EUR).await.unwrap().len()
    }
}

fn starter() -> BundleInput {
    BundleInput {
        name: "Starter".into(),
        slug: String::new(),
        description: String::new(),
        promotion_id: PromotionId(1),
        position: 0,
        items: vec![(WEB, MONTHLY), (MAIL, MONTHLY)],
    }
}

fn refused(outcome: Result<()>) -> String {
    match outcome {
        Err(AppError::Invalid(faults)) => faults.iter().map(|fault| fault.message.clone()).collect(),
        other => panic!("{other:?}"),
    }
}

/// The example of `docs/billing.md`.
#[tokio::test]
async fn it_counts_once_all_of_it_is_in_the_cart_for_one_of_each() {
    let shop = Shop::open().await;
    let cart = shop.cart().await;
    shop.add(&cart, WEB).await;
    assert_eq!(refused(shop.choose(&cart).await), "counts only with all of its bundle: Web (Monthly), Mail (Monthly)");
    let bundle = choosing(&shop.host.app, &shop.ada.actor, Some(&cart), "starter", Currency::EUR).await.unwrap();
    assert_eq!(bundle.parts.iter().map(|part| part.is_chosen).collect::<Vec<_>>(), [true, false]);
    assert_eq!(bundle.parts.iter().map(|part| part.price.minor()).collect::<Vec<_>>(), [800, 240]);
    assert_eq!(bundle.quote.total.minor(), 1248);

    for product in [MAIL, MAIL] {
        shop.add(&cart, product).await;
    }
    shop.choose(&cart).await.unwrap();
    let view = shop.view(&cart).await;
    let nets: Vec<i64> = view.quote.lines.iter().map(|line| line.net.minor()).collect();
    assert_eq!(nets, [800, 240, 300], "the second mailbox is not of the bundle");
    orders::checkout(&shop.host.app, &shop.ada.actor, &cart).await.unwrap();
    shop.host.pay(1).await;
    shop.host.holds().await;
    let promised: Vec<i64> = shop.host.rows("SELECT service_id FROM service_discount ORDER BY 1").await;
    assert_eq!(promised, [1, 2], "later periods, too");
}

#[tokio::test]
async fn a_cart_that_is_not_whole_any_more_cannot_be_ordered_for_less() {
    let shop = Shop::open().await;
    let cart = shop.cart().await;
    shop.add(&cart, WEB).await;
    shop.add(&cart, MAIL).await;
    shop.choose(&cart).await.unwrap();
    let mail = shop.view(&cart).await.items[1].id;
    carts::remove(&shop.host.app, &shop.ada.actor, &cart, mail).await.unwrap();
    let view = shop.view(&cart).await;
    assert_eq!(view.quote.total.minor(), 1200);
    assert!(view.quote.problem().is_some_and(|why| why.contains("all of its bundle")));
    let ordered = orders::checkout(&shop.host.app, &shop.ada.actor, &cart).await;
    assert!(matches!(ordered, Err(AppError::Conflict(_))), "{ordered:?}");
}

#[tokio::test]
async fn a_domain_can_be_a_part_of_it_and_counts_once() {
    let shop = Shop::open().await;
    for sql in [
        "INSERT INTO tld (name, plugin_id) VALUES ('com', 'toy')",
        "INSERT INTO tld_price (tld_id, currency, register, transfer, renew) VALUES (1, 'EUR', 1000, 1000, 1000)",
        "INSERT INTO promotion_tld VALUES (1, 1)",
    ] {
        sqlx::query(sql).execute(shop.host.app.pool()).await.unwrap();
    }
    let cart = shop.cart().await;
    for product in [WEB, MAIL] {
        shop.add(&cart, product).await;
    }
    for name in ["ada.com", "bob.com"] {
        sqlx::query("INSERT INTO cart_item (cart_id, kind, domain, years) VALUES (1, 'domain_register', $1, 1)")
            .bind(name)
            .execute(shop.host.app.pool())
            .await
            .unwrap();
    }
    shop.choose(&cart).await.unwrap();
    let nets: Vec<i64> = shop.view(&cart).await.quote.lines.iter().map(|line| line.net.minor()).collect();
    assert_eq!(nets, [1000, 300, 800, 1000], "the promotion names the extension alone: it covers nothing else");
}

#[tokio::test]
async fn it_is_in_the_shop_while_all_of_it_can_be_had() {
    let shop = Shop::open().await;
    let (app, admin) = (&shop.host.app, &shop.host.admin);
    assert_eq!(shop.sold().await, 1);
    assert_eq!(on_sale(app, Currency::USD).await.unwrap().len(), 0, "it has no prices there");
    for (off, on) in [
        ("UPDATE product SET stock = 0 WHERE id = 2", "UPDATE product SET stock = NULL"),
        ("UPDATE product SET hidden = true WHERE id = 1", "UPDATE product SET hidden = false"),
        ("UPDATE price SET retired_at = now() WHERE product_id = 2", "UPDATE price SET retired_at = NULL"),
        ("UPDATE promotion SET ends_on = '2026-01-01'", "UPDATE promotion SET ends_on = NULL"),
        ("UPDATE promotion SET retired_at = now()", "UPDATE promotion SET retired_at = NULL"),
    ] {
        sqlx::query(off).execute(app.pool()).await.unwrap();
        assert_eq!(shop.sold().await, 0, "{off}");
        sqlx::query(on).execute(app.pool()).await.unwrap();
    }
    let id = list(app, admin).await.unwrap()[0].row.id;
    set_retired(app, admin, id, true).await.unwrap();
    assert_eq!(shop.sold().await, 0);
    let cart = shop.cart().await;
    for product in [WEB, MAIL] {
        shop.add(&cart, product).await;
    }
    let typed = carts::use_code(app, &shop.ada.actor, &cart, "SUMMER20").await;
    assert_eq!(refused(typed), "is no code of ours", "its code went with it");
    set_retired(app, admin, id, false).await.unwrap();
    shop.choose(&cart).await.unwrap();
}

#[tokio::test]
async fn what_makes_no_sense_is_refused() {
    let shop = Shop::open().await;
    let (app, admin) = (&shop.host.app, &shop.host.admin);
    let id = list(app, admin).await.unwrap()[0].row.id;
    let other = PromotionInput { code: "OTHER".into(), ..summer() };
    let promotion_id = promotions::create(app, admin, other).await.unwrap();
    for (field, input) in [
        ("name", BundleInput { name: " ".into(), ..starter() }),
        ("slug", BundleInput { slug: "A b".into(), ..starter() }),
        ("items", BundleInput { items: vec![(WEB, MONTHLY)], ..starter() }),
        ("items", BundleInput { items: vec![(WEB, MONTHLY), (WEB, CycleId(12))], ..starter() }),
        (
            "items",
            BundleInput {
                items: vec![(WEB, MONTHLY), (ProductId(99), MONTHLY)],
                promotion_id,
                slug: "x".into(),
                ..starter()
            },
        ),
        (
            "items",
            BundleInput {
                items: vec![(WEB, MONTHLY), (MAIL, CycleId(99))],
                promotion_id,
                slug: "x".into(),
                ..starter()
            },
        ),
        ("promotion_id", BundleInput { slug: "other".into(), ..starter() }),
        ("promotion_id", BundleInput { slug: "other".into(), promotion_id: PromotionId(99), ..starter() }),
        ("slug", BundleInput { promotion_id, ..starter() }),
    ] {
        let outcome = create(app, admin, input).await;
        assert!(matches!(&outcome, Err(AppError::Invalid(faults)) if faults[0].field == field), "{field}: {outcome:?}");
    }
    assert_eq!(list(app, admin).await.unwrap().len(), 1);
    let nobody: &Actor = &shop.ada.actor;
    assert!(matches!(create(app, nobody, starter()).await, Err(AppError::Forbidden)));
    let yearly = BundleInput { items: vec![(WEB, CycleId(12)), (MAIL, MONTHLY)], ..starter() };
    update(app, admin, id, yearly).await.unwrap();
    assert_eq!(get(app, admin, id).await.unwrap().items[0].cycle_id, CycleId(12));
}
