//! Changing the options of a service, and its plan with them.

use chrono::{Days, NaiveDate};
use innkeeper_domain::{Currency, CycleId, DiscountKind, Money, OptionId, OptionKind, ProductId, options::described};

use super::{
    OptionGroupInput, OptionInput, OptionValue, Selection, ValueInput, create_group, get,
    ordering_tests::{Shop, price, promotion},
    retire, tests, update,
};
use crate::{
    Actor, AppError, Result,
    plan_changes::{self, Changed, Quote, Wanted, When},
    promotions, services,
};

/// The service 1 of a shop: all options at 29.00, paid since today.
async fn open(code: Option<&str>) -> Shop {
    let shop = Shop::open().await;
    if let Some(code) = code {
        let half = promotion(code, DiscountKind::Percent, Some(50), vec![]);
        promotions::create(&shop.host.app, &shop.host.admin, half).await.unwrap();
    }
    shop.order(shop.all().await, code).await;
    shop.host.pay_all().await;
    shop.host.holds().await;
    shop
}

fn to(options: impl IntoIterator<Item = (OptionId, i64)>, when: When) -> Wanted {
    Wanted { product: ProductId(1), cycle: CycleId(1), options: options.into_iter().collect(), when, code: None }
}

impl Shop {
    async fn quote(&self, actor: &Actor, wanted: Wanted) -> Result<Quote> {
        plan_changes::quote(&self.host.app, actor, 1.into(), wanted).await
    }
    /// Ada orders it at the price that she was told.
    async fn change(&self, wanted: Wanted) -> Changed {
        let total = self.quote(&self.ada.actor, wanted.clone()).await.unwrap().total;
        plan_changes::order(&self.host.app, &self.ada.actor, 1.into(), wanted, total).await.unwrap()
    }
    /// As its page shows it.
    async fn options(&self) -> String {
        described(&services::get(&self.host.app, &self.ada.actor, 1.into()).await.unwrap().service.options)
    }
    async fn amounts(&self) -> Vec<String> {
        self.host.rows("SELECT amount || ' ' || options_amount FROM service ORDER BY id").await
    }
}

#[tokio::test]
async fn the_difference_is_paid_and_then_the_options_are_others() {
    let shop = open(None).await;
    let larger = to([(shop.ram, shop.value(shop.ram, 2).await), (shop.addresses, 6)], When::Now);
    let quote = shop.quote(&shop.ada.actor, larger.clone()).await.unwrap();
    assert_eq!((quote.total.minor() - quote.tax.minor(), quote.next_amount), (400, Money::new(3300, Currency::EUR)));
    assert!(quote.why.contains("days of 33.00 instead of 29.00"), "{}", quote.why);
    let changed = shop.change(larger).await;
    assert_eq!(shop.amounts().await, ["2900 1900"]);
    shop.host.pay(changed.invoice.unwrap().get()).await;
    shop.host.holds().await;
    assert_eq!(shop.amounts().await, ["3300 2300"]);
    assert_eq!(shop.options().await, ", RAM: 8 GB, Addresses: 6, Backups: Yes");
    sqlx::query("UPDATE billing_cycle SET invoice_days = 40").execute(shop.host.app.pool()).await.unwrap();
    shop.host.run("invoices").await;
    let last = shop.lines().await.pop().unwrap();
    assert!(last.starts_with("recurring 3300 Web (Monthly), RAM: 8 GB, Addresses: 6, Backups: Yes"), "{last}");
    shop.host.holds().await;
}

#[tokio::test]
async fn what_stays_keeps_its_price_even_if_it_is_sold_no_more() {
    let shop = open(None).await;
    let (app, admin) = (&shop.host.app, &shop.host.admin);
    let dearer = |mut input: OptionInput, values: &[OptionValue]| {
        for (value, old) in input.values.iter_mut().zip(values) {
            value.id = Some(old.row.id);
            value.prices = vec![price(900, 0)];
        }
        input
    };
    for (id, input) in [(shop.ram, tests::ram()), (shop.addresses, tests::addresses())] {
        let old = get(app, admin, id).await.unwrap().values;
        update(app, admin, id, dearer(input, &old), None).await.unwrap();
    }
    retire(app, admin, shop.backups).await.unwrap();
    // 10.00 and 3.00 and 5.00 as before, and twice 9.00.
    let changed = shop.change(to([(shop.addresses, 2), (shop.ram, shop.value(shop.ram, 1).await)], When::Now)).await;
    assert_eq!(changed.quote.next_amount.minor(), 3600);
    shop.host.pay_all().await;
    shop.host.holds().await;
    assert_eq!(
        (shop.options().await.as_str(), shop.amounts().await),
        (", RAM: 4 GB, Addresses: 2, Backups: Yes", vec!["3600 2600".to_owned()])
    );
    // Less is given back as credit; what is not sold any more can be left.
    let changed = shop.change(to([(shop.addresses, 0), (shop.backups, 0)], When::Now)).await;
    assert_eq!(changed.quote.total.minor() - changed.quote.tax.minor(), -2300);
    shop.host.holds().await;
    assert_eq!(shop.options().await, ", RAM: 4 GB");
    let back = shop.quote(&shop.ada.actor, to([(shop.backups, 1)], When::Now)).await;
    assert_eq!(tests::fields(back), [format!("options.{}", shop.backups)]);
}

#[tokio::test]
async fn a_price_of_its_own_changes_by_what_the_options_differ_and_never_below_nothing() {
    let shop = open(None).await;
    sqlx::query("UPDATE service SET amount = 500").execute(shop.host.app.pool()).await.unwrap();
    let more = shop.quote(&shop.host.admin, to([(shop.ram, shop.value(shop.ram, 2).await)], When::NextPeriod)).await;
    assert_eq!(more.unwrap().next_amount.minor(), 900);
    let none = shop.quote(&shop.host.admin, to([(shop.addresses, 0), (shop.backups, 0)], When::NextPeriod)).await;
    assert_eq!(none.unwrap().next_amount.minor(), 0);
}

#[tokio::test]
async fn a_discount_of_the_period_is_one_of_the_difference_too() {
    let shop = open(Some("HALF")).await;
    let eight = shop.value(shop.ram, 2).await;
    let quote = shop.quote(&shop.ada.actor, to([(shop.ram, eight)], When::Now)).await.unwrap();
    assert_eq!(quote.total.minor() - quote.tax.minor(), 200, "16.50 instead of 14.50");
}

#[tokio::test]
async fn from_the_next_period_on_and_taken_back() {
    let shop = open(None).await;
    let changed = shop.change(to([(shop.backups, 0)], When::NextPeriod)).await;
    assert_eq!((changed.quote.total.minor(), changed.quote.next_amount.minor()), (0, 2400));
    assert_eq!(shop.options().await, ", RAM: 4 GB, Addresses: 6, Backups: Yes", "until then");
    assert_eq!(shop.amounts().await, ["2400 1400"]);
    shop.host.holds().await;
    plan_changes::cancel(&shop.host.app, &shop.ada.actor, 1.into()).await.unwrap();
    assert_eq!(shop.amounts().await, ["2900 1900"]);
    shop.change(to([(shop.backups, 0)], When::NextPeriod)).await;
    sqlx::query("UPDATE billing_cycle SET invoice_days = 40").execute(shop.host.app.pool()).await.unwrap();
    shop.host.run("invoices").await;
    let last = shop.lines().await.pop().unwrap();
    assert!(last.starts_with("recurring 2400 Web (Monthly), RAM: 4 GB, Addresses: 6: "), "{last}");
    shop.host.holds().await;
}

#[tokio::test]
async fn another_plan_has_the_options_as_far_as_it_sells_them() {
    let shop = open(None).await;
    let (app, admin) = (&shop.host.app, &shop.host.admin);
    for sql in [
        "INSERT INTO product (group_id, name, slug) VALUES (1, 'Web Plus', 'plus')",
        "INSERT INTO price (product_id, currency, cycle_id, amount) VALUES (2, 'EUR', 1, 2500)",
        "INSERT INTO option_group_product (group_id, product_id) SELECT group_id, 2 FROM option_group_product",
    ] {
        sqlx::query(sql).execute(app.pool()).await.unwrap();
    }
    retire(app, admin, shop.backups).await.unwrap();
    let wanted =
        Wanted { product: ProductId(2), cycle: CycleId(1), options: Selection::new(), when: When::Now, code: None };
    let quote = shop.quote(admin, wanted.clone()).await.unwrap();
    assert_eq!((described(&quote.options).as_str(), quote.next_amount.minor()), (", RAM: 4 GB, Addresses: 6", 3900));
    let offers = plan_changes::offers(app, admin, 1.into()).await.unwrap().offers;
    let shown: Vec<_> =
        offers.iter().map(|offer| (offer.product_id.get(), offer.cycle_id.get(), offer.amount)).collect();
    assert_eq!(shown, [(1, 1, 2900), (1, 12, 10_000), (2, 1, 3900)], "by the year the options are not sold");
    plan_changes::order(app, admin, 1.into(), wanted, quote.total).await.unwrap();
    shop.host.pay_all().await;
    shop.host.holds().await;
    assert_eq!(
        (shop.options().await.as_str(), shop.amounts().await),
        (", RAM: 4 GB, Addresses: 6", vec!["3900 1400".to_owned()])
    );
}

#[tokio::test]
async fn what_is_not_sold_or_no_change_is_refused() {
    let shop = open(None).await;
    let four = shop.value(shop.ram, 1).await;
    for same in [vec![], vec![(shop.ram, four), (shop.addresses, 6), (shop.backups, 1)]] {
        let refused = shop.quote(&shop.ada.actor, to(same, When::Now)).await;
        assert!(matches!(refused, Err(AppError::Conflict(why)) if why.contains("already")));
    }
    let (app, admin) = (&shop.host.app, &shop.host.admin);
    let input = OptionGroupInput { name: "Of others".into(), products: vec![] };
    let other = create_group(app, admin, input).await.unwrap();
    let yes = ValueInput { prices: vec![price(1, 0)], ..ValueInput::default() };
    let colour = OptionInput { name: "Colour".into(), kind: OptionKind::YesNo, values: vec![yes], ..tests::ram() };
    let colour = super::create(app, admin, other, colour).await.unwrap();
    for (id, number) in
        [(shop.addresses, 17), (shop.addresses, -1), (shop.ram, 99), (shop.backups, 2), (colour, 1), (999.into(), 1)]
    {
        let refused = shop.quote(&shop.ada.actor, to([(id, number)], When::Now)).await;
        assert_eq!(tests::fields(refused), [format!("options.{id}")], "{number}");
    }
    let eve = shop.host.app.client("eve@example.com").await.actor;
    let refused = shop.quote(&eve, to([(shop.backups, 0)], When::Now)).await;
    assert!(matches!(refused, Err(AppError::NotFound(_))));
    assert_eq!(shop.host.rows::<i64>("SELECT count(*) FROM plan_change").await, [0]);
}

impl Shop {
    /// Each value of an option at so much.
    async fn reprice(&self, option: OptionId, amounts: &[i64], existing: Option<NaiveDate>) -> Result<()> {
        let old = get(&self.host.app, &self.host.admin, option).await.unwrap();
        let mut input = super::edit::written(old);
        for (value, amount) in input.values.iter_mut().zip(amounts) {
            value.prices = vec![price(*amount, 0)];
        }
        update(&self.host.app, &self.host.admin, option, input, existing).await
    }
    async fn waiting(&self, option: OptionId) -> Option<(i64, i64)> {
        let found = super::waiting(&self.host.app, &self.host.admin, option).await.unwrap();
        found.map(|waiting| (waiting.services, waiting.told))
    }
}

#[tokio::test]
async fn services_pay_new_prices_of_their_options_from_a_day_on() {
    let shop = open(None).await;
    let today = shop.host.today;
    assert_eq!(shop.amounts().await, ["2900 1900"]);
    let before = get(&shop.host.app, &shop.host.admin, shop.ram).await.unwrap();
    let mine: i64 = shop.host.rows("SELECT (e ->> 'amount')::bigint FROM service s, jsonb_array_elements(s.options) e WHERE e ->> 'name' = 'RAM'").await[0];
    let amounts: Vec<i64> = before.values.iter().map(|value| value.prices[0].amount + 100).collect();
    let yesterday = today.pred_opt().unwrap();
    assert!(matches!(shop.reprice(shop.ram, &amounts, Some(yesterday)).await, Err(AppError::Invalid(_))));
    shop.reprice(shop.ram, &amounts, None).await.unwrap();
    assert_eq!(shop.waiting(shop.ram).await, None, "without a day they keep it");
    shop.reprice(shop.ram, &amounts, Some(today)).await.unwrap();
    assert_eq!(shop.waiting(shop.ram).await, Some((1, 0)));

    sqlx::query("UPDATE service SET billed_through = $1").bind(yesterday).execute(shop.host.app.pool()).await.unwrap();
    let counts = shop.host.run("prices").await;
    assert_eq!((counts.get("told"), counts.get("changed")), (Some(&1), Some(&0)), "{counts:?}");
    sqlx::query("UPDATE service s SET billed_through = (SELECT max(upper(period)) FROM invoice_line l WHERE l.service_id = s.id)")
        .execute(shop.host.app.pool())
        .await
        .unwrap();
    assert_eq!((shop.waiting(shop.ram).await, shop.amounts().await), (Some((1, 1)), vec!["2900 1900".to_owned()]));
    let counts = shop.host.run("prices").await;
    assert_eq!((counts.get("told"), counts.get("changed")), (Some(&0), Some(&1)), "nobody is told twice: {counts:?}");
    assert_eq!((shop.waiting(shop.ram).await, shop.amounts().await), (None, vec!["3000 2000".to_owned()]));
    let now: i64 = shop.host.rows("SELECT (e ->> 'amount')::bigint FROM service s, jsonb_array_elements(s.options) e WHERE e ->> 'name' = 'RAM'").await[0];
    assert_eq!(now, mine + 100);
    let body: Vec<String> = shop.host.rows("SELECT body FROM mail WHERE template = 'price_changed'").await;
    assert!(body.len() == 1 && body[0].contains("30.00 EUR instead of 29.00 EUR"), "{body:?}");
    shop.host.holds().await;
    sqlx::query("UPDATE billing_cycle SET invoice_days = 40").execute(shop.host.app.pool()).await.unwrap();
    shop.host.run("invoices").await;
    let last = shop.lines().await.pop().unwrap();
    assert!(last.starts_with("recurring 3000 Web"), "{last}");
    shop.host.holds().await;
}

#[tokio::test]
async fn what_has_changed_in_the_meantime_or_has_a_price_of_its_own_keeps_it() {
    let shop = open(None).await;
    let later = shop.host.today + Days::new(60);
    let ram = get(&shop.host.app, &shop.host.admin, shop.ram).await.unwrap();
    let amounts: Vec<i64> = ram.values.iter().map(|value| value.prices[0].amount + 50).collect();
    shop.reprice(shop.ram, &amounts, Some(later)).await.unwrap();
    shop.host.run("prices").await;
    super::withdraw(&shop.host.app, &shop.host.admin, shop.ram).await.unwrap();
    assert_eq!(shop.waiting(shop.ram).await, None);
    let again = super::withdraw(&shop.host.app, &shop.host.admin, shop.ram).await;
    assert!(matches!(again, Err(AppError::Conflict(_))), "{again:?}");
    assert!(matches!(super::withdraw(&shop.host.app, &shop.ada.actor, shop.ram).await, Err(AppError::Forbidden)));

    shop.reprice(shop.ram, &amounts, Some(shop.host.today)).await.unwrap();
    let larger = to([(shop.ram, shop.value(shop.ram, 2).await)], When::NextPeriod);
    shop.change(larger).await;
    let changed = shop.amounts().await;
    shop.host.run("prices").await;
    assert_eq!((shop.amounts().await, shop.waiting(shop.ram).await), (changed, None), "it was chosen at today's price");
    sqlx::query("UPDATE service SET amount = amount - 1").execute(shop.host.app.pool()).await.unwrap();
    let dearer: Vec<i64> = amounts.iter().map(|amount| amount + 50).collect();
    shop.reprice(shop.ram, &dearer, Some(shop.host.today)).await.unwrap();
    assert_eq!(shop.waiting(shop.ram).await, None, "a price of its own");
}
