//! Groups, options, values and prices as staff keep them.

use innkeeper_domain::{Currency, CycleId, OptionGroupId, OptionId, OptionKind, ProductId};

use super::{
    OptionGroupInput, OptionInput, ValueInput, bring_back, create, create_group, edit::written, get, get_group,
};
use super::{list_groups, retire, update, update_group};
use crate::{AppError, Result, billing::testing::Host, catalogue::NewPrice};

fn price(amount: i64, setup: i64) -> NewPrice {
    NewPrice { currency: Currency::EUR, cycle_id: CycleId(1), amount, setup }
}

fn value(name: &str, amount: i64) -> ValueInput {
    ValueInput { name: name.to_owned(), prices: vec![price(amount, 0)], ..ValueInput::default() }
}

/// RAM: 2, 4 or 8 GB.
pub(super) fn ram() -> OptionInput {
    OptionInput {
        name: "RAM".into(),
        kind: OptionKind::Choice,
        radio: true,
        least: None,
        most: None,
        step: None,
        position: 0,
        setting: String::new(),
        values: vec![value("2 GB", 0), value("4 GB", 300), value("8 GB", 700)],
    }
}

/// 0 to 16 addresses: 2.00 each, from the fifth on 1.50.
pub(super) fn addresses() -> OptionInput {
    let tier = |above, amount| ValueInput { above, ..value("", amount) };
    OptionInput {
        name: "Addresses".into(),
        kind: OptionKind::Quantity,
        radio: false,
        least: Some(0),
        most: Some(16),
        step: Some(1),
        values: vec![tier(0, 200), tier(4, 150)],
        ..ram()
    }
}

pub(super) async fn group(host: &Host) -> OptionGroupId {
    let input = OptionGroupInput { name: "Machines".into(), products: vec![ProductId(1)] };
    create_group(&host.app, &host.admin, input).await.unwrap()
}

/// The fields that were refused.
pub(super) fn fields<T: std::fmt::Debug>(result: Result<T>) -> Vec<String> {
    match result.unwrap_err() {
        AppError::Invalid(fields) => fields.into_iter().map(|field| field.field).collect(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_group_serves_products() {
    let host = Host::open().await;
    let (app, admin) = (&host.app, &host.admin);
    let id = group(&host).await;
    create(app, admin, id, ram()).await.unwrap();
    create(app, admin, id, addresses()).await.unwrap();
    let row = list_groups(app, admin).await.unwrap().remove(0);
    assert_eq!((row.name.as_str(), row.options, row.products), ("Machines", 2, vec![1]));

    let other = OptionGroupInput { name: " Other ".into(), products: vec![] };
    update_group(app, admin, id, other.clone()).await.unwrap();
    let found = get_group(app, admin, id).await.unwrap();
    assert_eq!((found.row.name.as_str(), found.row.products), ("Other", vec![]));
    let names: Vec<&str> = found.options.iter().map(|option| option.row.name.as_str()).collect();
    assert_eq!(names, ["RAM", "Addresses"]);

    assert_eq!(fields(create_group(app, admin, other).await), ["name"], "the name is taken");
    let stranger = OptionGroupInput { name: "Third".into(), products: vec![ProductId(99)] };
    assert_eq!(fields(create_group(app, admin, stranger).await), ["products"]);
    assert_eq!(list_groups(app, admin).await.unwrap().len(), 1, "nothing is made of what is refused");
    host.holds().await;
}

#[tokio::test]
async fn a_value_that_stays_keeps_its_id_and_one_that_goes_is_retired() {
    let host = Host::open().await;
    let (app, admin) = (&host.app, &host.admin);
    let id = create(app, admin, group(&host).await, ram()).await.unwrap();
    let before = get(app, admin, id).await.unwrap();
    let [two, four, eight] = [0, 1, 2].map(|i| before.values[i].row.id);

    let mut input = written(before);
    input.values.swap(0, 2);
    input.values[2].hidden = true;
    input.values[0].prices = vec![price(650, 100)];
    input.values.remove(1);
    input.values.push(value("16 GB", 1200));
    update(app, admin, id, input, None).await.unwrap();

    let after = get(app, admin, id).await.unwrap();
    let seen: Vec<_> = after.values.iter().map(|v| (v.row.name.as_str(), v.row.hidden, v.prices[0].amount)).collect();
    assert_eq!(seen, [("8 GB", false, 650), ("2 GB", true, 0), ("16 GB", false, 1200)]);
    assert_eq!((after.values[0].row.id, after.values[1].row.id), (eight, two));
    let retired = format!("SELECT id FROM option_value WHERE retired_at IS NOT NULL AND id = {four}");
    assert_eq!(host.rows::<i64>(&retired).await.len(), 1);

    let mut back = written(after);
    back.values[0].id = Some(four);
    assert_eq!(fields(update(app, admin, id, back, None).await), ["values.0.id"], "what is retired does not come back");
}

#[tokio::test]
async fn what_makes_no_sense_is_refused() {
    let host = Host::open().await;
    let group = group(&host).await;
    let refused = async |input: OptionInput| fields(create(&host.app, &host.admin, group, input).await);
    let mut twice = ram();
    twice.values[1].name = " 2 gb".into();
    twice.values[2].prices = vec![price(-1, 0), price(1, -1)];
    let wrong = ["values.1.name", "values.2.prices.0.amount", "values.2.prices.1.setup", "values.2.prices.1.cycle_id"];
    assert_eq!(refused(twice).await, wrong);
    assert_eq!(refused(OptionInput { values: vec![], ..ram() }).await, ["values"]);
    assert_eq!(refused(OptionInput { least: Some(1), ..ram() }).await, ["least"]);
    assert_eq!(refused(OptionInput { kind: OptionKind::YesNo, ..ram() }).await, ["values"]);
    assert_eq!(refused(OptionInput { least: Some(17), ..addresses() }).await, ["most"]);
    assert_eq!(refused(OptionInput { step: Some(0), most: None, ..addresses() }).await, ["most", "step", "most"]);
    let mut tiers = addresses();
    (tiers.values[0].above, tiers.values[1].above) = (2, 2);
    assert_eq!(refused(tiers).await, ["values.0.above", "values.1.above"]);
    assert_eq!(host.rows::<i64>("SELECT count(*) FROM product_option").await, [0]);
}

#[tokio::test]
async fn a_retired_option_gives_its_name_away_and_comes_back_when_that_is_free() {
    let host = Host::open().await;
    let (app, admin) = (&host.app, &host.admin);
    let group = group(&host).await;
    let first = create(app, admin, group, ram()).await.unwrap();
    assert_eq!(fields(create(app, admin, group, ram()).await), ["name"]);
    retire(app, admin, first).await.unwrap();
    let second = create(app, admin, group, ram()).await.unwrap();
    assert_eq!(fields(bring_back(app, admin, first).await), ["name"]);
    retire(app, admin, second).await.unwrap();
    bring_back(app, admin, first).await.unwrap();
    let kind = OptionInput { kind: OptionKind::Quantity, ..addresses() };
    assert_eq!(fields(update(app, admin, first, kind, None).await), ["kind"]);
    assert!(matches!(retire(app, admin, OptionId(99)).await, Err(AppError::NotFound(_))));
}

#[tokio::test]
async fn only_who_may_change_the_catalogue_changes_options() {
    let host = Host::open().await;
    let ada = host.app.client("ada@example.com").await;
    let id = group(&host).await;
    let input = OptionGroupInput { name: "Mine".into(), products: vec![] };
    assert!(matches!(create_group(&host.app, &ada.actor, input.clone()).await, Err(AppError::Forbidden)));
    assert!(matches!(update_group(&host.app, &ada.actor, id, input).await, Err(AppError::Forbidden)));
    assert!(matches!(create(&host.app, &ada.actor, id, ram()).await, Err(AppError::Forbidden)));
    assert!(matches!(list_groups(&host.app, &ada.actor).await, Err(AppError::Forbidden)));
}
