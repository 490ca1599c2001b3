use innkeeper_domain::{Fill, Permission};
use serde_json::{Value, json};

use super::*;
use crate::{AppError, plugins::KEPT, testing::TestApp};

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
