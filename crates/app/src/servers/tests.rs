use innkeeper_domain::{Currency, CycleId, Fill, Permission, SetupWhen, Terms};
use serde_json::{Value, json};

use super::*;
use crate::{
    AppError,
    catalogue::{GroupInput, NewPrice, ProductInput, create_group, create_product, set_prices},
    plugins::KEPT,
    testing::TestApp,
};

fn machine(group_id: innkeeper_domain::ServerGroupId, settings: Value) -> ServerInput {
    ServerInput {
        group_id,
        name: "one".into(),
        plugin_id: "quiet".into(),
        settings,
        capacity: Some(10),
        enabled: true,
        nameservers: vec![],
    }
}

#[tokio::test]
async fn secrets_are_sealed_masked_kept_and_used() {
    let app = TestApp::with(testing::registry()).await;
    let admin = app.admin().await;
    let group =
        create_server_group(&app, &admin, ServerGroupInput { name: "g".into(), fill: Fill::LeastFull }).await.unwrap();
    let id = create_server(&app, &admin, machine(group, json!({"host": "h", "key": "sesame"}))).await.unwrap();

    let everything: String = sqlx::query_scalar(
        "SELECT (SELECT string_agg(settings::text, '') FROM server) || (SELECT string_agg(detail::text, '') FROM audit_log)",
    )
    .fetch_one(app.pool())
    .await
    .unwrap();
    assert!(everything.contains("v1:") && !everything.contains("sesame"));
    assert_eq!(get_server(&app, &admin, id).await.unwrap().settings, json!({"host": "h", "key": KEPT}));

    update_server(&app, &admin, id, machine(group, json!({"host": "h2", "key": KEPT}))).await.unwrap();
    assert_eq!(test_connection(&app, &admin, id).await.unwrap(), "h2 opens");
    update_server(&app, &admin, id, machine(group, json!({"host": "h2", "key": "wrong"}))).await.unwrap();
    let refused = test_connection(&app, &admin, id).await.unwrap_err();
    assert_eq!(refused.to_string(), "the key does not fit");
}

#[tokio::test]
async fn every_wrong_field_is_named_and_nothing_is_stored() {
    let app = TestApp::with(testing::registry()).await;
    let admin = app.admin().await;
    let input = ServerInput { capacity: Some(0), ..machine(99.into(), json!({"hots": "h"})) };
    let Err(AppError::Invalid(wrong)) = create_server(&app, &admin, input).await else { panic!("it was stored") };
    let fields: Vec<&str> = wrong.iter().map(|f| f.field.as_str()).collect();
    assert_eq!(fields, ["capacity", "group_id", "settings.hots", "settings.host", "settings.key"]);
    let looker = app.staff("looker@host.example", &[Permission::ServersRead]).await;
    assert!(list_servers(&app, &looker).await.unwrap().is_empty());
    let refused = create_server(&app, &looker, machine(1.into(), json!({}))).await;
    assert!(matches!(refused, Err(AppError::Forbidden)));
}

/// What comes of taking over the one account of a server, and how many services and operations there are then.
async fn taking_over(adopts: bool) -> (crate::Result<innkeeper_domain::ServiceId>, (i64, i64)) {
    let app = TestApp::with(testing::taking_over(adopts)).await;
    let admin = app.admin().await;
    let group = ServerGroupInput { name: "g".into(), fill: Fill::LeastFull };
    let servers = create_server_group(&app, &admin, group).await.unwrap();
    let settings = json!({"host": "h", "key": "sesame"});
    let server = create_server(&app, &admin, machine(servers, settings)).await.unwrap();
    let group = GroupInput { name: "Mail".into(), ..GroupInput::default() };
    let product = ProductInput {
        group_id: create_group(&app, &admin, group).await.unwrap(),
        name: "Mailbox".into(),
        slug: String::new(),
        description: String::new(),
        plugin_id: Some("quiet".into()),
        settings: json!({"quota": 1}),
        server_group_id: Some(servers),
        setup_when: SetupWhen::Payment,
        stock: None,
        taxable: true,
        hidden: false,
        position: 0,
        terms: Terms::default(),
    };
    let product = create_product(&app, &admin, product).await.unwrap();
    let price = NewPrice { currency: Currency::EUR, cycle_id: CycleId(1), amount: 500, setup: 0 };
    set_prices(&app, &admin, product, vec![price], None).await.unwrap();
    let input = ImportInput {
        remote_id: "stray".into(),
        cursor: None,
        client: app.client("ada@example.org").await.id,
        plan: (product, CycleId(1)),
        first_day: "2026-02-01".parse().unwrap(),
    };
    let outcome = import_account(&app, &admin, server, input).await;
    let left = sqlx::query_as("SELECT (SELECT count(*) FROM service), (SELECT count(*) FROM effect)");
    (outcome, left.fetch_one(app.pool()).await.unwrap())
}

#[tokio::test]
async fn an_account_that_cannot_be_taken_over_leaves_nothing_behind() {
    let (refused, left) = taking_over(false).await;
    assert!(matches!(refused, Err(AppError::Conflict(_))), "{refused:?}");
    assert_eq!(left, (0, 0));
    let (taken, left) = taking_over(true).await;
    assert!(taken.is_ok(), "the same input, where the plugin can: {taken:?}");
    assert_eq!(left, (1, 1));
}
