use innkeeper_domain::{Currency, Fill, ProductId, SetupWhen, Terms, TimeUnit};
use serde_json::{Value, json};

use super::*;
use crate::{
    Actor, AppError,
    servers::{self, ServerGroupInput, create_server_group},
    testing::TestApp,
};

async fn product(app: &TestApp, admin: &Actor, settings: Value) -> crate::Result<ProductId> {
    let group = GroupInput { name: "Mail".into(), ..GroupInput::default() };
    let group_id = create_group(app, admin, group).await?;
    let fill = ServerGroupInput { name: "g".into(), fill: Fill::LeastFull };
    let input = ProductInput {
        group_id,
        name: "Mailbox 5 GB".into(),
        slug: String::new(),
        description: String::new(),
        plugin_id: Some("quiet".into()),
        settings,
        server_group_id: Some(create_server_group(app, admin, fill).await?),
        setup_when: SetupWhen::Payment,
        stock: None,
        taxable: true,
        hidden: false,
        position: 0,
        terms: Terms::default(),
    };
    create_product(app, admin, input).await
}

fn price(currency: Currency, cycle: i64, amount: i64) -> NewPrice {
    NewPrice { currency, cycle_id: cycle.into(), amount, setup: 0 }
}

#[tokio::test]
async fn a_changed_price_is_a_new_row_and_the_old_one_stays() {
    let app = TestApp::with(servers::testing::registry()).await;
    let admin = app.admin().await;
    let id = product(&app, &admin, json!({"quota": 1})).await.unwrap();
    set_prices(&app, &admin, id, vec![price(Currency::EUR, 1, 500), price(Currency::EUR, 12, 5000)], None)
        .await
        .unwrap();
    let first = list_prices(&app, &admin, id, false).await.unwrap();

    set_prices(&app, &admin, id, vec![price(Currency::EUR, 1, 600), price(Currency::EUR, 12, 5000)], None)
        .await
        .unwrap();
    let all = list_prices(&app, &admin, id, true).await.unwrap();
    let amounts: Vec<(i64, bool)> = all.iter().map(|p| (p.amount, p.retired_at.is_some())).collect();
    assert_eq!(amounts, [(600, false), (5000, false), (500, true)]);
    assert_eq!((all[1].id, all[2].id), (first[1].id, first[0].id), "kept and retired rows keep their ids");

    let store = storefront(&app, Currency::EUR).await.unwrap();
    let offers: Vec<i64> = store[0].products[0].offers.iter().map(|o| o.amount.minor()).collect();
    assert_eq!(offers, [600, 5000]);
    assert!(storefront(&app, Currency::USD).await.unwrap().is_empty());
}

#[tokio::test]
async fn wrong_prices_are_named_line_by_line() {
    let app = TestApp::with(servers::testing::registry()).await;
    let admin = app.admin().await;
    let id = product(&app, &admin, json!({"quota": 1})).await.unwrap();
    let bad = vec![
        price(Currency::EUR, 1, -1),
        price(Currency::EUR, 1, 5),
        price("JPY".parse().unwrap(), 77, 5),
        price(Currency::EUR, 999, 5),
    ];
    let Err(AppError::Invalid(wrong)) = set_prices(&app, &admin, id, bad, None).await else { panic!("taken") };
    let fields: Vec<&str> = wrong.iter().map(|f| f.field.as_str()).collect();
    let expected =
        ["prices.0.amount", "prices.1.cycle_id", "prices.2.cycle_id", "prices.2.currency", "prices.3.amount"];
    assert_eq!(fields, expected);
    assert!(list_prices(&app, &admin, id, true).await.unwrap().is_empty());
}

#[tokio::test]
async fn the_order_form_asks_for_the_plugins_fields_until_the_product_is_retired() {
    let app = TestApp::with(servers::testing::registry()).await;
    let admin = app.admin().await;
    let id = product(&app, &admin, json!({"quota": 1, "licence": "L-1"})).await.unwrap();
    set_prices(&app, &admin, id, vec![price(Currency::EUR, 1, 500)], None).await.unwrap();
    let form = product_for_order(&app, ProductKey::Slug("mailbox-5-gb"), Currency::EUR, None).await.unwrap();
    assert_eq!((form.id, form.order_fields[0].key.as_str(), form.offers.len()), (id, "username", 1));
    let shown = get_product(&app, &admin, id).await.unwrap();
    assert_eq!(shown.row.settings, json!({"quota": 1, "licence": crate::plugins::KEPT}));

    retire_product(&app, &admin, id).await.unwrap();
    let gone = product_for_order(&app, ProductKey::Id(id), Currency::EUR, None).await;
    assert!(matches!(gone, Err(AppError::NotFound(_))));
    assert!(storefront(&app, Currency::EUR).await.unwrap().is_empty());
}

#[tokio::test]
async fn unknown_and_wrong_plugin_settings_are_refused_by_name() {
    let app = TestApp::with(servers::testing::registry()).await;
    let admin = app.admin().await;
    let Err(AppError::Invalid(wrong)) = product(&app, &admin, json!({"quota": 0, "quotta": 5})).await else {
        panic!("taken")
    };
    let fields: Vec<&str> = wrong.iter().map(|f| f.field.as_str()).collect();
    assert_eq!(fields, ["settings.quotta", "settings.quota"]);
}

#[tokio::test]
async fn the_default_currency_cannot_be_switched_off() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let refused = enable_currency(&app, &admin, Currency::EUR, false).await;
    assert!(matches!(refused, Err(AppError::Conflict(_))));
    make_default_currency(&app, &admin, Currency::USD).await.unwrap();
    enable_currency(&app, &admin, Currency::EUR, false).await.unwrap();
    assert_eq!(default_currency(&app).await.unwrap(), Currency::USD);
}

#[tokio::test]
async fn old_values_of_custom_code_mean_the_same_cycle_for_products_and_domains() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let of_months = |months| OldCycle { months: Some(months), years: None };
    let of_years = |years| OldCycle { months: None, years: Some(years) };
    let id = async |old: OldCycle| cycle_of(&app, &admin, old).await.map(|row| row.id.get()).ok();
    for (months, years, cycle) in [(12, 1, 12), (24, 2, 24), (36, 3, 36)] {
        assert_eq!(id(of_months(months)).await, Some(cycle));
        assert_eq!(id(of_years(years)).await, Some(cycle));
    }
    for (months, cycle) in [(0, 0), (1, 1), (3, 3), (6, 6)] {
        assert_eq!(id(of_months(months)).await, Some(cycle));
    }
    for nothing in [of_months(5), of_years(0), of_years(9), of_years(u32::MAX)] {
        assert_eq!(id(nothing).await, None, "{nothing:?}");
    }
    assert!(matches!(cycle_of(&app, &admin, OldCycle::default()).await, Err(AppError::Invalid(_))));
    // By its length, whatever its id; the one that was there first stays the one that is meant.
    let add = async |name: &str, count, unit| {
        let new = NewCycle { name: name.to_owned(), count, unit };
        create_cycle(&app, &admin, new).await.unwrap().get()
    };
    let five = add("Every 5 months", 5, TimeUnit::Month).await;
    let twelve = add("Every 12 months", 12, TimeUnit::Month).await;
    assert_eq!(id(of_months(5)).await, Some(five));
    assert_ne!(id(of_years(1)).await, Some(twelve));
}
