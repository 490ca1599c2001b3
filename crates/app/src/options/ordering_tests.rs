//! Ordering products with options.

use chrono::Days;
use innkeeper_domain::{
    Currency, CycleId, DiscountKind, Money, OptionId, OptionKind, ProductId, PromotionClients, PromotionFor,
};
use std::collections::BTreeMap;

use super::{OptionInput, Selection, ValueInput, create, get, retire, update};
use super::{
    edit::written,
    tests::{addresses, fields, group, ram},
};
use crate::{
    AppError, Result,
    billing::{preview, testing::Host},
    carts::{self, AddProduct},
    catalogue::{NewPrice, set_prices},
    orders,
    promotions::{self, PromotionInput},
    testing::TestClient,
    why,
};

/// Hosting for 10.00 with RAM (2 GB; 4 GB for 3.00, 8 GB for 7.00), addresses (2.00 each, from the fifth on 1.50) and
/// backups (5.00, and 10.00 once).
pub(super) struct Shop {
    pub host: Host,
    pub ada: TestClient,
    pub ram: OptionId,
    pub addresses: OptionId,
    pub backups: OptionId,
}

pub(super) fn price(amount: i64, setup: i64) -> NewPrice {
    NewPrice { currency: Currency::EUR, cycle_id: CycleId(1), amount, setup }
}

impl Shop {
    pub async fn open() -> Self {
        let host = Host::open().await;
        let (app, admin) = (&host.app, &host.admin);
        let group = group(&host).await;
        let ada = app.client("ada@example.com").await;
        let yes = ValueInput { prices: vec![price(500, 1000)], ..ValueInput::default() };
        let backups =
            OptionInput { name: "Backups".into(), kind: OptionKind::YesNo, position: 1, values: vec![yes], ..ram() };
        let ram = create(app, admin, group, ram()).await.unwrap();
        let addresses = create(app, admin, group, addresses()).await.unwrap();
        let backups = create(app, admin, group, backups).await.unwrap();
        Self { host, ada, ram, addresses, backups }
    }
    pub async fn value(&self, option: OptionId, place: usize) -> i64 {
        get(&self.host.app, &self.host.admin, option).await.unwrap().values[place].row.id.get()
    }
    async fn add(&self, token: &str, cycle: i64, options: Selection) -> Result<()> {
        let (product_id, cycle_id, fields) = (ProductId(1), CycleId(cycle), BTreeMap::new());
        let add =
            AddProduct { product_id, cycle_id, fields: fields.clone(), custom_fields: fields, options, parent: None };
        carts::add_product(&self.host.app, &self.ada.actor, token, add).await.map(drop)
    }
    async fn cart(&self) -> String {
        carts::create(&self.host.app, &self.ada.actor, None).await.unwrap()
    }
    /// 4 GB, 6 addresses, backups: 10.00 + 3.00 + 11.00 + 5.00.
    pub async fn all(&self) -> Selection {
        Selection::from([(self.ram, self.value(self.ram, 1).await), (self.addresses, 6), (self.backups, 1)])
    }
    pub async fn order(&self, options: Selection, code: Option<&str>) {
        let (app, actor) = (&self.host.app, &self.ada.actor);
        let token = self.cart().await;
        self.add(&token, 1, options).await.unwrap();
        if let Some(code) = code {
            carts::use_code(app, actor, &token, code).await.unwrap();
        }
        orders::checkout(app, actor, &token).await.unwrap();
    }
    pub async fn lines(&self) -> Vec<String> {
        self.host.rows("SELECT l.kind || ' ' || l.net || ' ' || l.description FROM invoice_line l ORDER BY l.id").await
    }
}

#[tokio::test]
async fn what_is_chosen_is_charged_with_the_product_in_each_period() {
    let shop = Shop::open().await;
    let host = &shop.host;
    shop.order(shop.all().await, None).await;
    host.pay_all().await;
    host.holds().await;
    sqlx::query("UPDATE billing_cycle SET invoice_days = 40").execute(host.app.pool()).await.unwrap();
    host.run("invoices").await;
    let all = ", RAM: 4 GB, Addresses: 6, Backups: Yes";
    let lines = [
        format!("recurring 2900 Web (Monthly){all}"),
        "setup 1000 Web: set-up".to_owned(),
        format!("recurring 2900 Web (Monthly){all}: Web"),
    ];
    assert_eq!(shop.lines().await, lines, "the set-up fee is charged once");
    assert_eq!(host.rows::<String>("SELECT amount || ' ' || options_amount FROM service").await, ["2900 1900"]);
    let why = why::service(&host.app, &shop.ada.actor, 1.into()).await.unwrap();
    let said: Vec<_> = why.iter().flat_map(|why| &why.reasons).map(|reason| reason.text.as_str()).collect();
    assert!(said.contains(&"11.00 EUR of it is for Addresses: 6."), "{said:?}");
    host.holds().await;
    sqlx::query("UPDATE service SET options_amount = 1800").execute(host.app.pool()).await.unwrap();
    let broken = "SELECT rule FROM violations(now()) WHERE rule LIKE 'M38%'";
    assert_eq!(host.rows::<String>(broken).await.len(), 1, "the self-audit sees it");
}

#[tokio::test]
async fn who_chooses_nothing_has_the_first_value_no_and_the_least() {
    let shop = Shop::open().await;
    shop.order(Selection::new(), None).await;
    assert_eq!(shop.lines().await, ["recurring 1000 Web (Monthly), RAM: 2 GB"]);
    let of_catalogue = "SELECT count(*) FROM invoice_line WHERE price_id IS NOT NULL";
    assert_eq!(shop.host.rows::<i64>(of_catalogue).await, [1], "no option costs anything: it is the catalogue's price");
    shop.host.holds().await;
}

#[tokio::test]
async fn what_cannot_be_chosen_is_refused_at_its_option() {
    let shop = Shop::open().await;
    let token = shop.cart().await;
    let refused = async |cycle, option: OptionId, number| {
        fields(shop.add(&token, cycle, Selection::from([(option, number)])).await)
    };
    let stranger = shop.value(shop.backups, 0).await;
    assert_eq!(refused(1, shop.ram, stranger).await, [format!("options.{}", shop.ram)], "a value of another option");
    for wrong in [17, -1, i64::MAX] {
        assert_eq!(refused(1, shop.addresses, wrong).await, [format!("options.{}", shop.addresses)]);
    }
    assert_eq!(refused(1, shop.backups, 2).await, [format!("options.{}", shop.backups)]);
    assert_eq!(refused(1, OptionId(99), 1).await, ["options.99"]);
    assert_eq!(refused(12, shop.backups, 1).await, [format!("options.{}", shop.backups)], "it has no yearly price");
    retire(&shop.host.app, &shop.host.admin, shop.backups).await.unwrap();
    assert_eq!(refused(1, shop.backups, 1).await, [format!("options.{}", shop.backups)]);
    assert_eq!(shop.host.rows::<i64>("SELECT count(*) FROM cart_item").await, [0], "nothing is in the cart");
    shop.add(&token, 12, Selection::new()).await.unwrap();
}

#[tokio::test]
async fn a_cart_knows_todays_prices_and_a_service_keeps_its_own() {
    let shop = Shop::open().await;
    let (app, admin, ada) = (&shop.host.app, &shop.host.admin, &shop.ada.actor);
    shop.order(shop.all().await, None).await;
    let token = shop.cart().await;
    shop.add(&token, 1, Selection::from([(shop.ram, shop.value(shop.ram, 1).await)])).await.unwrap();
    let mut input = written(get(app, admin, shop.ram).await.unwrap());
    input.values[1].prices = vec![price(400, 0)];
    update(app, admin, shop.ram, input.clone(), None).await.unwrap();
    let view = carts::view(app, ada, &token).await.unwrap().unwrap();
    assert_eq!(view.quote.subtotal, Money::new(1400, Currency::EUR));
    assert_eq!(view.items[0].detail, "Monthly · RAM: 4 GB");
    input.values.remove(1);
    update(app, admin, shop.ram, input, None).await.unwrap();
    let view = carts::view(app, ada, &token).await.unwrap().unwrap();
    assert_eq!(view.items[0].problem.as_deref(), Some("the options of Web have changed"));
    let refused = orders::checkout(app, ada, &token).await.unwrap_err();
    assert!(matches!(refused, AppError::Conflict(why) if why.contains("remove it from the cart")));
    assert_eq!(shop.host.rows::<i64>("SELECT amount FROM service").await, [2900]);
    shop.host.holds().await;
}

#[tokio::test]
async fn a_new_price_of_the_product_reaches_services_with_options() {
    let shop = Shop::open().await;
    let host = &shop.host;
    shop.order(shop.all().await, None).await;
    host.pay_all().await;
    host.holds().await;
    let from = host.today + Days::new(20);
    set_prices(&host.app, &host.admin, ProductId(1), vec![NewPrice { amount: 1200, ..price(0, 0) }], Some(from))
        .await
        .unwrap();
    let ahead = preview(&host.app, &host.admin, shop.ada.id, host.today + Days::new(40)).await.unwrap();
    assert_eq!(ahead[0].subtotal.minor(), 3100, "12.00 and the options as they were sold");
    host.run("prices").await;
    host.holds().await;
    let told: Vec<String> = host.rows("SELECT body FROM mail WHERE template = 'price_changed'").await;
    assert!(told[0].contains("31.00 EUR instead of 29.00 EUR"), "{told:?}");
    assert_eq!(host.rows::<i64>("SELECT amount FROM service").await, [3100]);
}

/// For two periods.
pub(super) fn promotion(code: &str, kind: DiscountKind, percent: Option<i32>, amounts: Vec<Money>) -> PromotionInput {
    PromotionInput {
        code: code.into(),
        note: String::new(),
        kind,
        percent: percent.map(Into::into),
        amounts,
        periods: Some(2),
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

#[tokio::test]
async fn a_promotional_price_is_that_of_the_product_and_a_share_is_one_of_all() {
    let shop = Shop::open().await;
    let six = vec![Money::new(600, Currency::EUR)];
    for new in
        [promotion("SIX", DiscountKind::Price, None, six), promotion("HALF", DiscountKind::Percent, Some(50), vec![])]
    {
        promotions::create(&shop.host.app, &shop.host.admin, new).await.unwrap();
    }
    for code in ["SIX", "HALF"] {
        shop.order(shop.all().await, Some(code)).await;
        shop.host.pay_all().await;
    }
    shop.host.holds().await;
    sqlx::query("UPDATE billing_cycle SET invoice_days = 40").execute(shop.host.app.pool()).await.unwrap();
    shop.host.run("invoices").await;
    let net = "SELECT net FROM invoice_line WHERE kind = 'recurring' ORDER BY service_id, id";
    assert_eq!(shop.host.rows::<i64>(net).await, [2500, 2500, 1450, 1450], "6.00 and 19.00; half of 29.00");
    shop.host.holds().await;
}
